"""The accounts as the store knows them, for an operator; what was done with them is noted."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.acts.context import OPERATOR
from bot.core.delivery.quota import period
from bot.core.delivery.reasons import Reason
from bot.core.kernel.values import Frozen, Ms
from bot.core.people.permissions import OperatorAct
from bot.core.ports import Followers
from bot.storage import schema
from bot.storage.accounts import accounts, endpoints, usage
from bot.storage.database import Database
from bot.storage.people import audit


class Standing(Frozen):
    """An account: open or stopped, and why; people reached on it; messages it had this month."""

    state: str
    reason: str | None
    people: int
    messages: int


async def standing(database: Database, timezone: str, now: Ms) -> dict[str, Standing]:
    """By account; none where there is no store yet. `now` in ms UTC."""
    if await schema.missing(database) or await schema.check(database) is not None:
        return {}
    month = period(datetime.fromtimestamp(now / 1000, ZoneInfo(timezone)))
    async with database.read() as conn:
        people, used = await endpoints.counted(conn), await usage.every(conn, month)
        return {
            one.name: Standing(
                state=one.state,
                reason=one.reason,
                people=people.get(one.name, 0),
                messages=used.get(one.name, 0),
            )
            for one in await accounts.every(conn)
        }


class Synced(Frozen):
    """What a list of followers told: members who are reached on the account, closed and opened by it."""

    members: int
    closed: int
    opened: int


async def sync(
    database: Database, account: str, followers: Followers, window_ms: int | None, now: Ms
) -> Synced:
    """Close the addresses of members who follow no more, and open those of who follow again.

    Who wrote within the window (ms) is reached, following or not; where the list is not whole nobody is
    closed. Nothing is kept of who is no member. `now` in ms UTC.
    """
    closed = opened = 0
    async with database.write() as conn:
        rows = await endpoints.on(conn, account)
        for one in rows:
            follows = one.chat_id in followers.ids
            wrote = one.heard_at is not None and one.heard_at > now - (window_ms or 0)
            if one.state == "open" and not follows and not wrote and followers.whole:
                await endpoints.close(conn, account, one.chat_id, Reason.NOT_STARTED, now)
                closed += 1
            elif one.state != "open" and follows:
                await endpoints.reopen(conn, account, one.chat_id, now)
                opened += 1
        detail = f"closed {closed}, opened {opened}"
        await audit.note(conn, OPERATOR, OperatorAct.ACCOUNT_SYNC, f"account:{account}", detail, now)
    return Synced(members=len(rows), closed=closed, opened=opened)


async def note(database: Database, act: OperatorAct, account: str, now: Ms) -> None:
    """Write down what an operator did with an account, where there is a store yet."""
    if await schema.missing(database) or await schema.check(database) is not None:
        return
    async with database.write() as conn:
        await audit.note(conn, OPERATOR, act, f"account:{account}", "", now)
