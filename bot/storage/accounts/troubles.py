"""What is wrong with how an account's deliveries come: refused ones, which are lost; a hook not reached."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import Ms
from bot.storage.accounts.tables import setting
from bot.storage.dialect import upsert
from bot.storage.talk.tables import inbox

_REFUSED, _UNREACHED = "hook_refused:", "hook_unreached:"


@dataclass(frozen=True, slots=True)
class Trouble:
    """The last of its kind. `at` ms UTC; `why` in words, without a secret; `sure`: of the platform itself."""

    at: Ms
    why: str
    sure: bool = False


async def refused(conn: AsyncConnection, account: str, one: Trouble) -> None:
    """A delivery was refused. What is surely the platform's is not put out of sight by a stranger's."""
    if one.sure or not any(known.sure for _, known in await _of(conn, f"{_REFUSED}{account}")):
        await _put(conn, f"{_REFUSED}{account}", one)


async def taken(conn: AsyncConnection, account: str) -> None:
    """A delivery was taken: what was refused before is over."""
    await conn.execute(delete(setting).where(setting.c.key == f"{_REFUSED}{account}"))


async def told(conn: AsyncConnection, account: str, unreached: str, now: Ms) -> None:
    """The platform was told where the hook is, and did not reach it ("": it did)."""
    if unreached:
        await _put(conn, f"{_UNREACHED}{account}", Trouble(now, unreached))
    else:
        await conn.execute(delete(setting).where(setting.c.key == f"{_UNREACHED}{account}"))


async def every(conn: AsyncConnection) -> dict[str, Trouble]:
    """Of which accounts deliveries are refused."""
    return {key.removeprefix(_REFUSED): one for key, one in await _of(conn, _REFUSED, begins=True)}


async def unreached(conn: AsyncConnection) -> Mapping[str, Trouble]:
    """Of which accounts the hook was not reached, and nothing was delivered since."""
    found = {key.removeprefix(_UNREACHED): one for key, one in await _of(conn, _UNREACHED, begins=True)}
    last = select(inbox.c.account, func.max(inbox.c.received_at)).where(inbox.c.account.in_(sorted(found)))
    came = {row[0]: row[1] for row in await conn.execute(last.group_by(inbox.c.account))} if found else {}
    return {name: one for name, one in found.items() if came.get(name, 0) < one.at}


async def _of(conn: AsyncConnection, key: str, *, begins: bool = False) -> Iterator[tuple[str, Trouble]]:
    mine = setting.c.key.startswith(key, autoescape=True) if begins else setting.c.key == key
    rows = await conn.execute(select(setting.c.key, setting.c.value).where(mine))
    return iter([(row[0], Trouble(**json.loads(row[1]))) for row in rows])


async def _put(conn: AsyncConnection, key: str, one: Trouble) -> None:
    value = json.dumps({"at": one.at, "why": one.why, "sure": one.sure})
    await conn.execute(upsert(conn, setting, {"key": key, "value": value}, keys=("key",), change=("value",)))
