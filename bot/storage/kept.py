"""What retention removed: counted by kind of data, since the counting began."""

from collections.abc import Mapping

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import Frozen, Ms
from bot.storage.accounts.tables import setting
from bot.storage.dialect import upsert

KEY = "retention"


class Removed(Frozen):
    """How many of each kind went since an instant, and the last time any did; times in ms UTC."""

    since: Ms
    last: Ms | None = None
    counts: dict[str, int] = Field(default_factory=dict)


async def removed(conn: AsyncConnection) -> Removed | None:
    """What went so far; None where no round was made yet."""
    found = (await conn.execute(select(setting.c.value).where(setting.c.key == KEY))).scalar_one_or_none()
    return None if found is None else Removed.model_validate_json(found)


async def note(conn: AsyncConnection, gone: Mapping[str, int], now: Ms) -> None:
    """A round removed so many of each kind."""
    before = await removed(conn)
    if before is not None and not any(gone.values()):
        return
    known = before or Removed(since=now)
    counts = {kind: known.counts.get(kind, 0) + gone.get(kind, 0) for kind in {**known.counts, **gone}}
    last = now if any(gone.values()) else known.last
    value = Removed(since=known.since, last=last, counts=counts).model_dump_json()
    await conn.execute(upsert(conn, setting, {"key": KEY, "value": value}, keys=("key",), change=("value",)))
