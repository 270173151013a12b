"""Broadcasts whose text was changed in the content after they were scheduled."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Update, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.guidance.broadcast import BROADCAST, WAITING
from bot.core.kernel.values import EPOCH_MS, Ms
from bot.core.people.permissions import Act
from bot.core.schedule.occurrences import Schedule
from bot.storage.delivery.tables import run
from bot.storage.guidance import addenda, approvals, broadcasts
from bot.storage.guidance.broadcasts import BroadcastRow
from bot.storage.guidance.tables import briefing, broadcast
from bot.storage.moves import to_state


class Newer(NamedTuple):
    """A broadcast that waits for its time, and the newest version of its briefing."""

    broadcast: BroadcastRow
    version: int


async def untold(conn: AsyncConnection) -> list[Newer]:
    """Those that would say something else by now, of which nobody has been told."""
    other = briefing.alias("other")
    latest = select(func.max(other.c.id)).where(other.c.slug == briefing.c.slug).scalar_subquery()
    newest = briefing.alias("newest")
    query = (
        select(broadcast.c.id, newest.c.id)
        .join(briefing, briefing.c.id == broadcast.c.briefing_id)
        .join(newest, newest.c.id == latest)
        .where(broadcast.c.state.in_(WAITING), broadcast.c.next_at.is_not(None))
        .where(newest.c.digest != briefing.c.digest)
        .where(func.coalesce(broadcast.c.told_of, 0) < newest.c.id)
        .order_by(broadcast.c.id)
    )
    found = [(await broadcasts.get(conn, row[0]), row[1]) for row in await conn.execute(query)]
    return [Newer(row, version) for row, version in found if row is not None]


async def told(conn: AsyncConnection, one: Newer) -> None:
    """Somebody was told of this version; they are not told of it again."""
    mine = update(broadcast).where(broadcast.c.id == one.broadcast.id)
    await conn.execute(mine.values(told_of=one.version))


async def take(
    conn: AsyncConnection,
    row: BroadcastRow,
    version: int,
    schedule: Schedule,
    *,
    who: str = "",
    now: Ms = EPOCH_MS,
    approval: bool = False,
    other: Mapping[str, Any] | None = None,
    by: Act = Act.TAKE_TEXT,
) -> int | None:
    """What has yet to go says this version; the number it goes under.

    Runs that went out are told by their broadcast: where there are any it is superseded, and another goes on
    with the occurrences that follow. None where it does not wait for its time, or a run is being planned.
    `approval`: it needs another now, for nobody approved this text; `who` took it, at `now` (ms UTC).
    `other` columns that change with it, `by` this act.
    """
    if row.state not in WAITING:
        return None
    theirs = select(run.c.id).where(run.c.broadcast_id == row.id)
    mine = approvals.seen(row).where(~exists(theirs.where(run.c.state.in_(("planning", "held")))))
    goes = row.state in ("scheduled", "paused")
    anew = approval and goes
    changed = {
        "briefing_id": version,
        "schedule": schedule.model_dump_json(),
        "revision": row.revision + 1,
        "written_by": row.also_by(who) if who else row.written_by,
        **approvals.UNAPPROVED,
        "submitted_at": now if anew else row.submitted_at,
        **(other or {}),
    }
    if not goes or (await conn.execute(theirs.limit(1))).first() is None:
        if anew:
            mine = to_state(mine, BROADCAST, "submitted", by)
        return row.id if (await conn.execute(mine.values(**changed))).rowcount else None
    changed = {**changed, "state": BROADCAST.begin("submitted" if anew else "scheduled")}
    number = await _go_on(conn, row, mine, changed, other or {}, by)
    if number is not None and row.state == "paused" and not anew:
        await broadcasts.set_state(conn, number, "paused")
    return number


async def _go_on(
    conn: AsyncConnection,
    row: BroadcastRow,
    mine: Update,
    changed: Mapping[str, Any],
    other: Mapping[str, Any],
    by: Act,
) -> int | None:
    """Another goes on in its place, with all it had but what changed; None where it changed meanwhile."""
    before = (await conn.execute(select(broadcast).where(broadcast.c.id == row.id))).one()._asdict()
    of_both = {key: value for key, value in other.items() if key == "newcomers"}  # of what went out too
    ended = to_state(mine.values(next_at=None, **of_both), BROADCAST, "superseded", by)
    if not (await conn.execute(ended)).rowcount:
        return None
    del before["id"]
    new = insert(broadcast).values(**before | dict(changed) | {"told_of": None}).returning(broadcast.c.id)
    number = int((await conn.execute(new)).scalar_one())
    await addenda.move_on(conn, row.id, number)
    return number
