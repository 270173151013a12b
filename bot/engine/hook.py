"""From a platform that delivers into the inbox: an update is committed before the platform is answered."""

from collections.abc import Mapping

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.core.ports import Channel, HookRefusal
from bot.engine.bell import Bell
from bot.engine.points import reached
from bot.engine.times import Clock
from bot.storage.database import Database
from bot.storage.talk import inbox

log = structlog.get_logger()
TAKEN, LATER = 200, 503


class Hook:
    """Takes in one account's deliveries. `arrived` rings at each that brought something."""

    def __init__(self, database: Database, channel: Channel, arrived: Bell, clock: Clock) -> None:
        self._database = database
        self._channel = channel
        self._arrived = arrived
        self._clock = clock

    async def take(self, headers: Mapping[str, str], body: bytes) -> int:
        """The HTTP status to answer. Where the store does not answer, the platform is to come again."""
        account = self._channel.account
        received = self._channel.receive_hook(headers, body)
        if isinstance(received, HookRefusal):
            log.warning("delivery refused", account=account, reason=received.why)
            return received.status
        if not received.updates:
            return TAKEN
        try:
            async with self._database.write() as conn:
                await inbox.keep(conn, account, received.updates, self._clock.now_ms())
                reached("hook.before_commit")
        except SQLAlchemyError as error:
            log.warning("store did not answer", account=account, error=type(error).__name__)
            return LATER
        reached("hook.after_commit")
        self._arrived.ring()
        return TAKEN
