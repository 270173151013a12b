"""From a platform's hook into the inbox: an update is committed before it is answered."""

from collections.abc import Awaitable, Mapping

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.core.ports import Channel, HookRefusal
from bot.engine.bell import Bell
from bot.engine.intake import Intake
from bot.storage.failures import fatal

log = structlog.get_logger()
TAKEN, NOT_FOUND, NOT_NOW = 200, 404, 503


async def take_in(
    intake: Intake,
    channel: Channel | None,
    arrived: Bell,
    headers: Mapping[str, str],
    body: bytes,
) -> int:
    """Keep what a platform delivered to an account's hook; the HTTP status to answer.

    `channel` None: there is no such account. `headers` with names in lower case. 503 where the store does not
    answer: the platform delivers again.
    """
    if channel is None or not channel.hooked:
        return NOT_FOUND
    received = channel.receive_hook(headers, body)
    if isinstance(received, HookRefusal):
        return await _noted(intake.refused(channel.account, received), received.status)
    if not received.updates:
        return TAKEN
    try:
        await intake.keep(channel.account, received.updates)
    except SQLAlchemyError as error:
        if fatal(error):
            raise
        log.warning("store did not answer", loop="hook", account=channel.account, error=type(error).__name__)
        return NOT_NOW
    arrived.ring()
    return TAKEN


async def _noted(note: Awaitable[None], status: int) -> int:
    """The refusal's status, once it is written down; or though it could not be."""
    try:
        await note
    except SQLAlchemyError as error:
        if fatal(error):
            raise
        log.warning("store did not answer", loop="hook", error=type(error).__name__)
    return status
