"""getUpdates: a long poll with offsets, one poller at a time."""

from typing import Any

from tests.fakes.botapi_errors import ApiError
from tests.fakes.botapi_request import Params
from tests.fakes.botapi_state import DEFAULT_KINDS, State


async def get_updates(state: State, params: Params) -> list[Any]:
    """Updates from the offset on, waiting for the first. The offset confirms, and so drops, all before it.

    A new poll ends the one before with 409. Raises ApiError.
    """
    offset = params.integer("offset")
    limit = params.integer("limit", 100)
    timeout = min(params.integer("timeout"), 50)
    if not 1 <= limit <= 100:
        limit = 100
    kinds = params.json("allowed_updates")
    if kinds is not None:
        state.kinds = frozenset(kinds) or DEFAULT_KINDS
    state.poller += 1
    mine = state.poller
    state.signal.notify()
    if state.webhook:
        raise ApiError(
            409,
            "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the"
            " webhook first",
        )
    _confirm(state, offset)
    try:
        await state.signal.wait_for(lambda: state.updates or state.poller != mine, timeout)
    except TimeoutError:
        return []
    if state.poller != mine:
        raise ApiError(
            409,
            "Conflict: terminated by other getUpdates request;"
            " make sure that only one bot instance is running",
        )
    return [update for _, update in list(state.updates)[:limit]]


def _confirm(state: State, offset: int) -> None:
    while state.updates and (state.updates[0][0] < offset if offset >= 0 else len(state.updates) > -offset):
        state.updates.popleft()
