"""Deliveries to an account's hook that were refused, until one is taken again: what they told is lost."""

import json
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import Ms
from bot.storage.accounts.tables import setting
from bot.storage.dialect import upsert

_KEY = "hook_refused:"


@dataclass(frozen=True, slots=True)
class Trouble:
    """The last refusal. `at` ms UTC; `why` in words, without a secret."""

    at: Ms
    why: str


async def put(conn: AsyncConnection, account: str, why: str, now: Ms) -> None:
    """A delivery was refused just now."""
    values = {"key": f"{_KEY}{account}", "value": json.dumps({"at": now, "why": why})}
    await conn.execute(upsert(conn, setting, values, keys=("key",), change=("value",)))


async def clear(conn: AsyncConnection, account: str) -> None:
    """A delivery was taken."""
    await conn.execute(delete(setting).where(setting.c.key == f"{_KEY}{account}"))


async def every(conn: AsyncConnection) -> dict[str, Trouble]:
    """By account."""
    query = select(setting.c.key, setting.c.value).where(setting.c.key.startswith(_KEY, autoescape=True))
    return {key.removeprefix(_KEY): Trouble(**json.loads(value)) for key, value in await conn.execute(query)}
