"""What went out in a year and arrived, by the unit in which people stood then: for the year's review."""

from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import Ms, UnitPath
from bot.storage.delivery.tables import delivery, run
from bot.storage.dialect import in_state
from bot.storage.guidance.tables import briefing, broadcast


@dataclass(frozen=True, slots=True)
class Arrived:
    """How many copies arrived, and how many of them were confirmed as read."""

    received: int
    read: int


def _runs(first: Ms, last: Ms) -> Select[int]:
    """The runs that brought a briefing between two instants (ms UTC), the second left out; no training."""
    meant = run.c.about.is_(None), run.c.at >= first, run.c.at < last, ~broadcast.c.training
    return select(run.c.id).join(broadcast, broadcast.c.id == run.c.broadcast_id).where(*meant)


async def issued(conn: AsyncConnection, path: UnitPath, first: Ms, last: Ms) -> dict[UnitPath, int]:
    """How many briefings units at or below a path sent out, each once a unit, by their paths then."""
    went = run.c.state.in_(("running", "paused", "finished"))
    query = (
        select(run.c.place, func.count(briefing.c.slug.distinct()))
        .join(broadcast, broadcast.c.id == run.c.broadcast_id)
        .join(briefing, briefing.c.id == broadcast.c.briefing_id)
        .where(run.c.id.in_(_runs(first, last)), went, run.c.place.startswith(path, autoescape=True))
        .group_by(run.c.place)
    )
    return {row[0]: row[1] for row in await conn.execute(query)}


async def arrived(conn: AsyncConnection, path: UnitPath, first: Ms, last: Ms) -> dict[UnitPath, Arrived]:
    """What arrived at people who stood at or below a path, by the path of their unit then."""
    found: dict[UnitPath, Arrived] = {}
    for number in (await conn.execute(_runs(first, last))).scalars().all():
        for place, received, read in await of_run(conn, number, path):
            before = found.get(place, Arrived(0, 0))
            found[place] = Arrived(before.received + received, before.read + read)
    return found


async def of_run(conn: AsyncConnection, number: int, path: UnitPath) -> list[tuple[UnitPath, int, int]]:
    """The same of one run: (path, received, read). Each run's rows are found by its index."""
    here = delivery.c.place.startswith(path, autoescape=True)
    query = (
        select(delivery.c.place, func.count(), func.count(delivery.c.acknowledged_at))
        .where(delivery.c.run_id == number, in_state(delivery.c.state, "sent", "accepted"), here)
        .group_by(delivery.c.place)
    )
    return [(row[0], row[1], row[2]) for row in await conn.execute(query)]
