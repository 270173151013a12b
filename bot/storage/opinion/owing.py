"""Which reporters have sent nothing in a period, and how far they were asked for it."""

from dataclasses import dataclass

from sqlalchemy import bindparam, delete, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import Ms
from bot.core.people.permissions import REPORTERS
from bot.storage.accounts.tables import endpoint, setting
from bot.storage.database import leave_no_trace
from bot.storage.dialect import ask, upsert
from bot.storage.opinion.opinions import FORM
from bot.storage.opinion.tables import submission, submission_author
from bot.storage.people.states import IN_FORCE, holds
from bot.storage.people.tables import member
from bot.storage.talk.tables import conversation

KEY = "prompted"
ZERO = "zero"  # the form of a zero report


@dataclass(frozen=True, slots=True)
class Asked:
    """How far reporters were asked in a period, which began on `first` (ISO): up to member `last`, or all."""

    first: str
    last: int
    done: bool


async def asked(conn: AsyncConnection) -> Asked | None:
    """How far it went; None where nobody was asked yet."""
    found = (await conn.execute(select(setting.c.value).where(setting.c.key == KEY))).scalar_one_or_none()
    if found is None:
        return None
    first, last, done = found.split(":")
    return Asked(first, int(last), done == "done")


async def note(conn: AsyncConnection, how_far: Asked) -> None:
    """Keep how far it went."""
    value = f"{how_far.first}:{how_far.last}:{'done' if how_far.done else 'on'}"
    values = {"key": KEY, "value": value}
    await conn.execute(upsert(conn, setting, values, keys=("key",), change=("value",)))


async def owing(conn: AsyncConnection, first: str, last: str, after: int, limit: int, since: Ms) -> list[int]:
    """Reporters by number, above `after`, who sent neither report nor zero report between two ISO days.

    Who has filled one in since then (ms UTC) is about to: what they type next is its answer.
    """
    sent = (
        exists()
        .where(submission_author.c.member_id == member.c.id)
        .where(submission.c.id == submission_author.c.submission_id, submission.c.day.between(first, last))
        .where(submission.c.form.in_((FORM, ZERO)))
    )
    at_it = (
        exists()
        .where(endpoint.c.member_id == member.c.id, conversation.c.account == endpoint.c.account)
        .where(conversation.c.chat_id == endpoint.c.chat_id, conversation.c.form == FORM)
        .where(conversation.c.updated_at >= since)
    )
    query = select(member.c.id).where(IN_FORCE, holds(REPORTERS), ~sent, ~at_it, member.c.id > after)
    return list((await conn.execute(query.order_by(member.c.id).limit(limit))).scalars())


_SENT = (
    select(submission.c.form, submission.c.id)
    .join(submission_author, submission_author.c.submission_id == submission.c.id)
    .where(
        submission_author.c.member_id == bindparam("member"),
        submission.c.day.between(bindparam("first"), bindparam("last")),
    )
)


async def sent(conn: AsyncConnection, member_id: int, first: str, last: str) -> dict[str, list[int]]:
    """What a member sent between two ISO days: numbers of submissions by form."""
    found: dict[str, list[int]] = {}
    for form, number in await ask(conn, _SENT, {"member": member_id, "first": first, "last": last}):
        found.setdefault(form, []).append(number)
    return found


async def drop(conn: AsyncConnection, numbers: list[int]) -> None:
    """A zero report is not true any more: something was reported after all."""
    if numbers:
        leave_no_trace(conn)
        await conn.execute(delete(submission).where(submission.c.id.in_(numbers)))
