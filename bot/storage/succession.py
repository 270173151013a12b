"""What hangs on a unit that has ended goes to what it became; what happened stays where it happened.

Every column that names a unit is in one of two lists, `FOLLOWS` and `STAYS`: a test sees to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Select, Update, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.guidance.audience import Audience, succeeded
from bot.core.guidance.broadcast import WAITING
from bot.core.kernel.values import Ms
from bot.storage.delivery.tables import run
from bot.storage.guidance.tables import broadcast
from bot.storage.meetings import followed
from bot.storage.opinion.tables import question, report_clock, submission
from bot.storage.people import units
from bot.storage.people.tables import invite, join_request, member
from bot.storage.talk.tables import conversation

FOLLOWS = {
    "member.unit",
    "invite.unit",
    "join_request.unit",
    "submission.desk",
    "question.desk",
    "broadcast.unit",
    "broadcast.issuer",
    "conference.unit",
    "conference_point.unit",
}
"""Those that say where something is now; of what is over, they stay as they are."""
STAYS = {
    "addendum.unit",
    "agreement.unit",
    "digest.unit",
    "question.answered_by",
    "question.unit",
    "response.unit",
    "submission.unit",
    "submission_desk.unit",
    "topic_answer.unit",
    "topic_answer_unit.unit",
    "understanding.unit",
    "unit.parent",
    "unit_past.code",
    "unit_rule.unit",
}
"""Those that say where something happened, or who decided it."""


@dataclass(frozen=True, slots=True)
class Hanging:
    """How much hangs on a unit: people, codes that are good, who asks to come in, reports and questions
    that are not over, conferences it hosts or is asked to, broadcasts that may go out yet, and forms that
    are being filled in and name it."""

    members: int = 0
    invitations: int = 0
    requests: int = 0
    reports: int = 0
    questions: int = 0
    conferences: int = 0
    broadcasts: int = 0
    forms: int = 0

    def __bool__(self) -> bool:
        return any(asdict(self).values())


def _invitations(code: str, now: Ms) -> Any:
    good = invite.c.uses_left > 0, invite.c.withdrawn_at.is_(None), invite.c.expires_at > now
    return (invite.c.unit == code, *good)


def _going_out() -> Any:
    """It may go out yet, or is being planned."""
    planning = run.c.broadcast_id == broadcast.c.id, run.c.state.in_(("planning", "held"))
    return or_(broadcast.c.state.in_(WAITING), select(run.c.id).where(*planning).exists())


def _broadcasts(codes: Sequence[str]) -> Select[Any]:
    """Those that name one of the units, as theirs or among those they are for."""
    names = (broadcast.c.audience.contains(f'"{code}"', autoescape=True) for code in codes)
    ours = broadcast.c.unit.in_(codes), broadcast.c.issuer.in_(codes)
    columns = broadcast.c.id, broadcast.c.unit, broadcast.c.issuer, broadcast.c.audience
    return select(*columns).where(_going_out(), or_(*ours, *names))


async def hanging(conn: AsyncConnection, code: str, now: Ms) -> Hanging:
    """What hangs on a unit at a moment (ms UTC)."""

    async def count(*where: Any) -> int:
        return int((await conn.execute(select(func.count()).where(*where))).scalar_one())

    return Hanging(
        members=await count(member.c.unit == code, member.c.state != "left"),
        invitations=await count(*_invitations(code, now)),
        requests=await count(join_request.c.unit == code, join_request.c.state == "waiting"),
        reports=await count(submission.c.desk == code, submission.c.state != "closed"),
        questions=await count(question.c.desk == code, question.c.state != "closed"),
        conferences=await followed.count(conn, code),
        broadcasts=len((await conn.execute(_broadcasts([code]))).all()),
        forms=await count(conversation.c.state.contains(f'"value":"{code}"', autoescape=True)),
    )


async def follow(conn: AsyncConnection, code: str, heir: str, now: Ms) -> Hanging:
    """All but broadcasts goes from a unit to the one that has what nothing else is said of."""

    async def moved(statement: Update) -> int:
        return (await conn.execute(statement)).rowcount

    await _rings_anew(conn, code)
    return Hanging(
        members=await moved(update(member).where(member.c.unit == code).values(unit=heir)),
        invitations=await moved(update(invite).where(*_invitations(code, now)).values(unit=heir)),
        requests=await moved(
            update(join_request)
            .where(join_request.c.unit == code, join_request.c.state == "waiting")
            .values(unit=heir)
        ),
        reports=await moved(
            update(submission)
            .where(submission.c.desk == code, submission.c.state != "closed")
            .values(desk=heir)
        ),
        questions=await moved(
            update(question).where(question.c.desk == code, question.c.state != "closed").values(desk=heir)
        ),
        conferences=await followed.follow(conn, code, heir),
    )


async def _rings_anew(conn: AsyncConnection, code: str) -> None:
    """What waits has rung for the desk that was; nothing goes past the heir's before that was rung for."""
    unread = select(submission.c.id).where(submission.c.desk == code, submission.c.state == "received")
    await conn.execute(update(report_clock).where(report_clock.c.submission_id.in_(unread)).values(rings=0))
    asked = question.c.desk == code, question.c.state == "waiting"
    await conn.execute(update(question).where(*asked).values(rings=0))


async def redirect(conn: AsyncConnection, heirs: Mapping[str, tuple[str, ...]]) -> dict[int, tuple[str, ...]]:
    """Broadcasts that may go out yet mean what their units became; the numbers of those that do, and of whom.

    An approval holds: a decree changed the units, and no editor. Where there are more or fewer people than
    were promised, somebody is asked before anything goes out, as ever.
    """
    rows = (await conn.execute(_broadcasts(sorted(heirs)))).all() if heirs else []
    found: dict[int, tuple[str, ...]] = {}
    for row in rows:
        meant = Audience.model_validate_json(row.audience) if row.audience else None
        named = _named(row, meant)
        if not named & set(heirs):
            continue
        issuer = heirs.get(row.issuer, (row.issuer,))[0]
        values: dict[str, Any] = {"unit": heirs.get(row.unit, (row.unit,))[0], "issuer": issuer}
        if meant is not None:
            codes = {heir for code in named for heir in heirs.get(code, (code,))}
            after = succeeded(meant, heirs, await units.paths_of(conn, codes))
            values |= {"audience": after.model_dump_json(), "unit": after.unit, "narrow": after.narrow}
        await conn.execute(update(broadcast).where(broadcast.c.id == row.id).values(**values))
        found[row.id] = tuple(sorted(named & set(heirs)))
    return found


def _named(row: Any, meant: Audience | None) -> set[str]:
    named = {row.unit, row.issuer} - {None}
    if meant is not None:
        named |= {meant.unit, *meant.units, *meant.scope.units, *meant.scope.without_units}
    return named
