"""The accounts as the store knows them, for an operator; what was done with them is noted."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.acts.context import OPERATOR
from bot.core.delivery.quota import period
from bot.core.kernel.values import Frozen
from bot.core.people.permissions import OperatorAct
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


async def standing(database: Database, timezone: str, now: int) -> dict[str, Standing]:
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


async def note(database: Database, act: OperatorAct, account: str, now: int) -> None:
    """Write down what an operator did with an account, where there is a store yet."""
    if await schema.missing(database) or await schema.check(database) is not None:
        return
    async with database.write() as conn:
        await audit.note(conn, OPERATOR, act, f"account:{account}", "", now)
