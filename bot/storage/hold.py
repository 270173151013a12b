"""The brake on the whole store: while it is on hold nothing is claimed, planned, handled or dropped.

A row of `setting`, so that it needs the database and nothing else, and travels with a backup.
"""

from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import Frozen, Ms
from bot.storage.accounts.tables import setting
from bot.storage.dialect import ask, upsert

KEY = "hold"


class Hold(Frozen):
    """Since when (ms UTC), and why: "operator", "restored" or "older" (than what was last sent from it).

    `as_of`: the instant a restored store knows of last. `unknown_departures`: nothing told who left since.
    """

    since: Ms
    why: str
    as_of: Ms | None = None
    unknown_departures: bool = False


_FIND = select(setting.c.value).where(setting.c.key == bindparam("wanted"))


async def held(conn: AsyncConnection) -> Hold | None:
    """The hold that is on, None where there is none."""
    found = (await ask(conn, _FIND, {"wanted": KEY})).first()
    return None if found is None else Hold.model_validate_json(found[0])


async def put(conn: AsyncConnection, hold: Hold) -> bool:
    """Put the store on hold; False where it was: the older reason stays."""
    values = {"key": KEY, "value": hold.model_dump_json()}
    return (await conn.execute(upsert(conn, setting, values, keys=("key",)))).rowcount == 1


async def lift(conn: AsyncConnection) -> bool:
    """Let everything go on; False where nothing was held."""
    return (await conn.execute(delete(setting).where(setting.c.key == KEY))).rowcount == 1
