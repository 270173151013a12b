"""Who a run goes to, and a row in the outbox for each of them, made inside the database."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.quota import ANY_WAY, Ways
from bot.core.guidance.audience import Audience
from bot.core.guidance.broadcast import RUN, differs
from bot.core.kernel.lifecycle import Loop
from bot.core.kernel.values import Ms, UnitPath
from bot.storage.delivery import grouping, outbox, selection
from bot.storage.delivery.runs import RunRow
from bot.storage.delivery.tables import run
from bot.storage.metadata import Id
from bot.storage.moves import to_state
from bot.storage.people.states import IN_FORCE
from bot.storage.people.tables import member, unit
from bot.storage.people.units import at_or_below

Editions = Callable[[Collection[str]], Awaitable[Mapping[str, int]]]  # language → edition, of each


def chosen(audience: Audience, path: UnitPath) -> Select[Any]:
    """The members an audience means, each once: `path` is its unit's."""
    if audience.only is not None:  # in training: these, wherever they are, and nobody else
        mine = member.c.id.in_(sorted(audience.only))
        return select(member.c.id).join(unit, unit.c.code == member.c.unit).where(IN_FORCE, mine)
    meant = selection.meant(audience)
    among = at_or_below(path)
    return select(member.c.id).join(unit, unit.c.code == member.c.unit).where(IN_FORCE, among, meant)


async def plan_some(
    conn: AsyncConnection,
    one: RunRow,
    audience: Audience,
    path: UnitPath,
    limit: int,
    now: Ms,
    editions: Editions,
    name: str | None = None,
    ways: Ways = ANY_WAY,
    *,
    grouped: bool = False,
) -> bool:
    """Plan deliveries for the next `limit` members, inside the database. True when none are left.

    `name` and `path`: of the unit. Each row keeps the edition of its member's language, and where the member
    stood. Planned, the run goes out, or waits for a person where its audience differs from what it promised.
    `grouped`: there are addenda, and each unit has editions of its own (`grouping`).
    """
    mine = update(run).where(run.c.id == one.id, run.c.planned_from == one.planned_from)
    still = mine.where(run.c.state == "planning")
    if (await conn.execute(still.values(planned_from=run.c.planned_from))).rowcount == 0:
        return False  # cancelled, paused or planned by somebody else since `one` was read
    rest = chosen(audience, path).where(member.c.id > one.planned_from)
    found = rest.add_columns(member.c.language).order_by(member.c.id).limit(limit).subquery()
    counted = select(found.c.language, func.count(), func.max(found.c.id)).group_by(found.c.language)
    spoken = (await conn.execute(counted)).all()
    count, last = sum(row[1] for row in spoken), max((row[2] for row in spoken), default=0)
    planned = 0
    if count:
        edition = _edition(await editions([row[0] for row in spoken]), one.id if grouped else None)
        # Bounded by a member, not by a number: somebody may have left between two statements.
        whom = rest.where(member.c.id <= last).add_columns(edition, unit.c.path)
        planned = await outbox.put(conn, one.id, one.priority, whom, ways, now)
    done = count < limit
    values = {
        "audience": run.c.audience + planned,
        "planned_from": last or one.planned_from,
        "place": path,
        "place_name": name,
    }
    if done:
        off = differs(one.promised, one.audience + planned)
        still = to_state(mine, RUN, "differs" if off else "running", Loop.PLANNER)
    await conn.execute(still.values(**values))
    if done and grouped:
        await grouping.drop(conn, one.id)
    return bool(done)


def _edition(editions: Mapping[str, int], grouped: int | None) -> ColumnElement[Any]:
    """The edition of a member's language; `grouped`: the run whose units may have editions of their own."""
    edition: ColumnElement[Any] = literal(None, Id)
    if editions:
        # Somebody may have changed their language between two statements: they get what there is.
        edition = case(dict(editions), value=member.c.language, else_=min(editions.values()))
    if grouped is not None:
        edition = func.coalesce(grouping.edition_of(grouped, member.c.unit, member.c.language), edition)
    return edition.label("edition")
