"""Corrections in the ledger: who is edited in place, who is told, and what could not be reached."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.quota import ANY_WAY, Ways
from bot.core.delivery.states import DELIVERY, Priority, State
from bot.core.guidance.broadcast import RUN
from bot.core.guidance.figures import UnitCount
from bot.core.guidance.reminding import Follow, Plan
from bot.core.kernel.lifecycle import Loop
from bot.core.kernel.values import NOWHERE, Ms
from bot.storage.delivery import grouping
from bot.storage.delivery.following import open_for, put_rows
from bot.storage.delivery.runs import RunRow, get
from bot.storage.delivery.tables import delivery, run
from bot.storage.dialect import in_state
from bot.storage.guidance.tables import correction, edition
from bot.storage.moves import to_state
from bot.storage.people.states import IN_FORCE
from bot.storage.people.tables import member

CAME = ("sent", "accepted", "uncertain", "abandoned")  # or may have come
STILL = ("pending", "retry", "unfetched")  # it has yet to go
EDITED = ("sent", "pending", "retry", "inflight")  # or still to be
NOT_DONE = ("failed", "skipped", "uncertain", "cancelled")


class Standing(NamedTuple):
    """What an edit is about: the delivery, and the ids of the messages that it left in the chat.

    `sent_at`: when, ms UTC; None where nobody knows. `back`: it was taken back, not mended.
    """

    delivery_id: int
    messages: Sequence[str]
    sent_at: Ms | None
    back: bool


async def plan_some(conn: AsyncConnection, one: RunRow, limit: int, now: Ms, ways: Ways = ANY_WAY) -> bool:
    """Plan the next rows of an edit or of a correction's message. True when none are left.

    What of the corrected run has not gone out says the new words from now on, in the same pass as the edits.
    """
    mine = update(run).where(run.c.id == one.id, run.c.planned_from == one.planned_from)
    still = mine.where(run.c.state == "planning")
    if (await conn.execute(still.values(planned_from=run.c.planned_from))).rowcount == 0 or one.about is None:
        return False
    plan = Plan.model_validate_json(one.following or "")
    groups = plan.groups or one.id
    if not await grouping.any_given(conn, groups):
        groups = 0
    source = one.about if plan.after is None else plan.after
    rest = (delivery.c.run_id == source, delivery.c.member_id > one.planned_from)
    found = select(delivery.c.member_id).where(*rest).order_by(delivery.c.member_id).limit(limit).subquery()
    count, last = (await conn.execute(select(func.count(), func.max(found.c.member_id)))).one()
    planned = 0
    if count:
        chunk = and_(*rest, delivery.c.member_id <= last)
        if one.kind == Follow.EDIT:
            await conn.execute(_reworded(plan, groups, chunk))
            planned = (await conn.execute(_edits(one, plan, groups, chunk, now))).rowcount
        else:
            whom = _failed(one, plan.after, chunk) if plan.after is not None else _told(plan, groups, chunk)
            there = member.c.id.in_(whom)
            planned = await put_rows(conn, one, plan, there, now, Priority.ORDINARY, ways)
    done = count < limit
    values = {"audience": run.c.audience + planned, "planned_from": last or one.planned_from}
    moved = to_state(mine, RUN, "running", Loop.PLANNER, only=("planning",)) if done else still
    await conn.execute(moved.values(**values))
    return bool(done)


def _words(plan: Plan, groups: int, language: ColumnElement[str]) -> ColumnElement[Any]:
    """The edition that says the new words, with the addenda of the old one. `groups` 0: there are none."""
    words = case(dict(plan.words), value=language, else_=plan.in_place())
    if not groups:
        return words
    had = select(edition.c.addenda).where(edition.c.id == delivery.c.edition_id).correlate(delivery)
    return func.coalesce(grouping.edition_of(groups, had.scalar_subquery(), language), words)


def _new(plan: Plan, groups: int) -> ColumnElement[bool]:
    """It says the new words already."""
    says = func.coalesce(delivery.c.edition_id, 0)
    plain = says.in_(plan.said)
    return or_(plain, says.in_(grouping.given(groups))) if groups else plain


def _reworded(plan: Plan, groups: int, chunk: ColumnElement[bool]) -> Any:
    spoken = select(member.c.language).where(member.c.id == delivery.c.member_id).scalar_subquery()
    waits = in_state(delivery.c.state, *STILL), delivery.c.part == 0
    return update(delivery).where(chunk, *waits).values(edition_id=_words(plan, groups, spoken))


def _came(plan: Plan, groups: int) -> ColumnElement[bool]:
    """It came, or may have come or be coming, with the old words."""
    part = and_(in_state(delivery.c.state, *STILL), delivery.c.part > 0)
    return and_(or_(in_state(delivery.c.state, *CAME, "inflight"), part), ~_new(plan, groups))


def _editable(plan: Plan) -> ColumnElement[bool]:
    there = delivery.c.message_id.is_not(None), delivery.c.chat_id.is_not(None)
    return and_(in_state(delivery.c.state, *CAME), delivery.c.account.in_(plan.accounts), *there)


def _edits(one: RunRow, plan: Plan, groups: int, chunk: ColumnElement[bool], now: Ms) -> Any:
    source = (
        select(
            literal(one.id),
            delivery.c.member_id,
            delivery.c.account,
            delivery.c.chat_id,
            literal(int(Priority.EDIT)),
            literal(DELIVERY.begin(State.PENDING)),
            literal(now),
            literal(0),
            literal(0),
            literal(False),
            null(),
            literal(now),
            _words(plan, groups, member.c.language),
            delivery.c.place,
        )
        .select_from(delivery.join(member, member.c.id == delivery.c.member_id))
        .where(chunk, _came(plan, groups), _editable(plan), IN_FORCE)
        .order_by(delivery.c.member_id)
    )
    names = (
        "run_id member_id account chat_id priority state not_before attempts part resent reason created_at "
        "edition_id place"
    )
    return insert(delivery).from_select(names.split(), source)


def _told(plan: Plan, groups: int, chunk: ColumnElement[bool]) -> Select[Any]:
    """Whom no edit tells: where nothing can be edited; and who confirmed the old words."""
    untold = or_(delivery.c.acknowledged_at.is_not(None), ~_editable(plan))
    return select(delivery.c.member_id).where(chunk, _came(plan, groups), untold)


def _failed(one: RunRow, after: int, chunk: ColumnElement[bool]) -> Select[Any]:
    """Whose message could not be edited, and who was not told so yet."""
    other, told = run.alias("other"), delivery.alias("told")
    theirs = (
        exists()
        .where(told.c.member_id == delivery.c.member_id, told.c.run_id == other.c.id)
        .where(other.c.about == one.about, other.c.kind == str(Follow.CORRECTION), other.c.id > after)
    )
    return select(delivery.c.member_id).where(chunk, in_state(delivery.c.state, *NOT_DONE), ~theirs)


async def finished(conn: AsyncConnection, run_id: int, now: Ms) -> bool:
    """A run of edits is over: who could not be edited is told by a message. True where there is somebody."""
    one = await get(conn, run_id)
    if one is None or one.about is None or one.kind != Follow.EDIT:
        return False
    plan = Plan.model_validate_json(one.following or "")
    lost = select(delivery.c.id).where(delivery.c.run_id == run_id, in_state(delivery.c.state, *NOT_DONE))
    about = await get(conn, one.about)
    if about is None or not plan.rest or (await conn.execute(lost.limit(1))).first() is None:
        return False
    rest = Plan(words=plan.rest, after=run_id)
    where = one.place or NOWHERE, one.place_name or ""
    await open_for(conn, about, Follow.CORRECTION, now, where, rest, one.expires_at, now)
    return True


async def stands(conn: AsyncConnection, run_id: int, member_id: int) -> Standing | None:
    """What an edit of somebody's is about; None where there is nothing to be edited any more."""
    gone = exists().where(correction.c.run_id == run.c.about, correction.c.new_id.is_(None))
    query = (
        select(delivery.c.id, delivery.c.message_id, delivery.c.earlier, delivery.c.sent_at, gone)
        .join(run, run.c.about == delivery.c.run_id)
        .where(run.c.id == run_id, delivery.c.member_id == member_id)
    )
    row = (await conn.execute(query)).first()
    if row is None or row.message_id is None:
        return None
    messages = [*(row.earlier or "").split(), row.message_id]
    return Standing(int(row.id), messages, row.sent_at, bool(row[4]))


async def reached(conn: AsyncConnection, run_id: int, since: Ms) -> tuple[int, int, int]:
    """Of a run corrected at `since` (ms UTC): edited in place, told by a message, and those who noted it."""
    mine = run.c.about == run_id, run.c.created_at >= since
    follows = select(run.c.id, run.c.kind).where(*mine).subquery()
    query = (
        select(
            func.count(case((follows.c.kind == str(Follow.EDIT), 1))),
            func.count(case((follows.c.kind == str(Follow.CORRECTION), 1))),
            func.count(delivery.c.acknowledged_at),
        )
        .join(follows, follows.c.id == delivery.c.run_id)
        .where(follows.c.kind.in_((str(Follow.EDIT), str(Follow.CORRECTION))))
        .where(in_state(delivery.c.state, "sent", "accepted"))
    )
    row = (await conn.execute(query)).one()
    return int(row[0]), int(row[1]), int(row[2])


async def planning(conn: AsyncConnection, run_id: int, since: Ms) -> bool:
    """Whether edits of a run that was corrected at `since` (ms UTC) are still to be planned."""
    mine = run.c.about == run_id, run.c.kind == str(Follow.EDIT), run.c.created_at >= since
    query = select(exists().where(*mine, run.c.state == "planning"))
    return bool((await conn.execute(query)).scalar_one())


async def left(conn: AsyncConnection, run_id: int, since: Ms) -> list[UnitCount]:
    """By unit: copies of a run that came, and (as `read`) those that are changed where they stand.

    By edits made at `since` (ms UTC) or later: what an earlier correction changed is left. One that is under
    way counts; one that is still to be planned does not.
    """
    edited, other = delivery.alias("edited"), run.alias("other")
    edits = other.c.about == run_id, other.c.kind == str(Follow.EDIT), other.c.created_at >= since
    changed = (
        exists()
        .where(edited.c.member_id == delivery.c.member_id, edited.c.run_id == other.c.id)
        .where(*edits, in_state(edited.c.state, *EDITED))
    )
    query = (
        select(delivery.c.place, func.count(), func.count(case((changed, 1))), literal(0), literal(0))
        .where(delivery.c.run_id == run_id, in_state(delivery.c.state, *CAME))
        .group_by(delivery.c.place)
    )
    return [UnitCount(*row) for row in await conn.execute(query)]
