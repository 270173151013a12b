"""Runs that follow a run, to some of its recipients: reminders, and word to who answers for them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    func,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.quota import ANY_WAY, Ways
from bot.core.delivery.states import Priority, State
from bot.core.guidance.broadcast import RUN
from bot.core.guidance.reminding import Follow, Plan
from bot.core.kernel.lifecycle import Loop
from bot.core.kernel.values import NOWHERE, Ms, UnitPath
from bot.core.people.members import Role
from bot.storage.delivery import outbox
from bot.storage.delivery.runs import RunRow
from bot.storage.delivery.tables import delivery, run
from bot.storage.dialect import in_state, upsert
from bot.storage.moves import to_state
from bot.storage.people.states import IN_FORCE
from bot.storage.people.tables import member, member_role, unit
from bot.storage.people.units import at_or_below

ARRIVED = ("sent", "accepted")
CORRECTING = (Follow.EDIT, Follow.CORRECTION)


@dataclass(frozen=True, slots=True)
class FollowRow:
    """A run that follows another. `at` in ms UTC; `place`: the path of the unit whose people it is to."""

    id: int
    at: Ms
    place: str
    state: str


async def open_for(
    conn: AsyncConnection,
    about: RunRow,
    kind: Follow,
    at: Ms,
    where: tuple[UnitPath, str],
    plan: Plan,
    expires_at: Ms,
    now: Ms,
) -> int:
    """Open a run that follows another, to be planned at an instant (ms UTC).

    `where`: the path and the name of the unit whose people it is to.
    """
    while True:
        values = {
            "broadcast_id": about.broadcast_id,
            "at": at,
            "state": RUN.begin("planning"),
            "audience": 0,
            "planned_from": 0,
            "expires_at": expires_at,
            # Nothing goes before the word that something was wrong.
            "priority": int(Priority.REPLY if kind in CORRECTING else Priority.REMINDER),
            "created_at": now,
            "place": where[0],
            "place_name": where[1],
            "about": about.id,
            "kind": str(kind),
            "following": plan.model_dump_json(),
        }
        new = upsert(conn, run, values, keys=("broadcast_id", "at")).returning(run.c.id)
        made = (await conn.execute(new)).scalar_one_or_none()
        if made is not None:
            return int(made)
        at = Ms(at - 1)  # another unit's, in the same millisecond


async def over(conn: AsyncConnection, run_id: int, kind: Follow, path: UnitPath) -> list[FollowRow]:
    """Those that followed a run and were to the people of a unit, or of one above it; the older first."""
    query = select(run.c.id, run.c.at, run.c.place, run.c.state).where(
        run.c.about == run_id, run.c.kind == str(kind), run.c.state.not_in(("cancelled", "cancelling"))
    )
    rows = await conn.execute(query.order_by(run.c.at))
    return [FollowRow(*row) for row in rows if path.startswith(row.place)]


def _unread(about: int) -> ColumnElement[bool]:
    arrived = in_state(delivery.c.state, *ARRIVED)
    return and_(delivery.c.run_id == about, arrived, delivery.c.acknowledged_at.is_(None))


def _people(path: UnitPath) -> Select[Any]:
    return select(member.c.id).join(unit, unit.c.code == member.c.unit).where(at_or_below(path))


async def any_unread(conn: AsyncConnection, run_id: int, path: UnitPath) -> bool:
    """Whether a run came to somebody who has not read it; `path`: at or below this unit, "" anywhere."""
    query = select(delivery.c.id).where(_unread(run_id))
    if path:
        query = query.where(delivery.c.member_id.in_(_people(path)))
    return (await conn.execute(query.limit(1))).first() is not None


async def plan_some(conn: AsyncConnection, one: RunRow, limit: int, now: Ms, ways: Ways = ANY_WAY) -> bool:
    """Plan the next rows: of so many recipients of the run it follows who have not read. True when done.

    Who is no more in force, or was reminded often enough or a short while ago, is passed over.
    """
    mine = update(run).where(run.c.id == one.id, run.c.planned_from == one.planned_from)
    still = mine.where(run.c.state == "planning")
    if (await conn.execute(still.values(planned_from=run.c.planned_from))).rowcount == 0 or one.about is None:
        return False
    plan = Plan.model_validate_json(one.following or "")
    rest = select(delivery.c.member_id).where(_unread(one.about), delivery.c.member_id > one.planned_from)
    if not plan.everywhere:
        rest = rest.where(delivery.c.member_id.in_(_people(one.place or NOWHERE)))
    found = rest.order_by(delivery.c.member_id).limit(limit).subquery()
    count, last = (await conn.execute(select(func.count(), func.max(found.c.member_id)))).one()
    planned = 0
    if count:
        chosen = rest.where(delivery.c.member_id <= last)
        whom = (
            await _reminded(conn, one, plan, chosen) if one.kind == Follow.REMINDER else _heads(one, chosen)
        )
        planned = await put_rows(conn, one, plan, whom, now, Priority.REMINDER, ways)
    done = count < limit
    values = {"audience": run.c.audience + planned, "planned_from": last or one.planned_from}
    moved = to_state(mine, RUN, "running", Loop.PLANNER, only=("planning",)) if done else still
    await conn.execute(moved.values(**values))
    return bool(done)


async def _reminded(
    conn: AsyncConnection, one: RunRow, plan: Plan, chosen: Select[Any]
) -> ColumnElement[bool]:
    """Of the recipients chosen, those who are reminded now."""
    query = select(run.c.id, run.c.at).where(
        run.c.about == one.about, run.c.kind == str(Follow.REMINDER), run.c.id != one.id
    )
    earlier = (await conn.execute(query)).all()
    close = [row.id for row in earlier if row.at > one.at - plan.apart_ms]
    before = delivery.alias("before")
    had = before.c.member_id == member.c.id
    there = ~in_state(before.c.state, "cancelled", "skipped")
    # Who has one to fetch already gets no second for it.
    waits = exists().where(before.c.run_id.in_([row.id for row in earlier]), had)
    waits = waits.where(in_state(before.c.state, State.UNFETCHED))
    conditions: list[ColumnElement[bool]] = [member.c.id.in_(chosen), ~waits]
    if close:
        conditions.append(~exists().where(before.c.run_id.in_(close), had, there))
    if len(earlier) >= plan.most:
        often = select(func.count()).where(before.c.run_id.in_([row.id for row in earlier]), had, there)
        conditions.append(often.scalar_subquery() < plan.most)
    return and_(*conditions)


def _heads(one: RunRow, chosen: Select[Any]) -> ColumnElement[bool]:
    """The administrators of the units the recipients chosen are in, who have no row yet."""
    units = select(member.c.unit).where(member.c.id.in_(chosen)).scalar_subquery()
    role = and_(member_role.c.member_id == member.c.id, member_role.c.role == str(Role.ADMINISTRATOR))
    had = exists().where(delivery.c.run_id == one.id, delivery.c.member_id == member.c.id)
    return and_(member.c.unit.in_(units), exists().where(role), ~had)


async def put_rows(
    conn: AsyncConnection,
    one: RunRow,
    plan: Plan,
    whom: ColumnElement[bool],
    now: Ms,
    lane: Priority,
    ways: Ways,
) -> int:
    """A message of a run that follows another, to each member for whom the condition holds; how many."""
    words = case(dict(plan.words), value=member.c.language, else_=plan.in_place())
    people = select(member.c.id, words.label("edition"), unit.c.path)
    meant = people.join(unit, unit.c.code == member.c.unit).where(IN_FORCE, whom)
    return await outbox.put(conn, one.id, lane, meant, ways, now)
