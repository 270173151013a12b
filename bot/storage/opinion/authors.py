"""Who wrote a report, for as long as that is known: to answer them, and for them alone to see it."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import bindparam, delete, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.opinion.desk import SUBMISSION, WAITING
from bot.core.people.permissions import Act
from bot.storage.accounts.tables import endpoint
from bot.storage.database import leave_no_trace
from bot.storage.dialect import ask
from bot.storage.moves import to_state
from bot.storage.opinion import opinions
from bot.storage.opinion.desk import ROW, Report, answers, merged
from bot.storage.opinion.tables import answer, submission, submission_author
from bot.storage.transcripts import transcripts

_AUTHOR = select(submission_author.c.member_id).where(
    submission_author.c.submission_id == bindparam("number")
)
_LINK = submission_author.c.submission_id == submission.c.id
_MINE = (
    ROW.join(submission_author, _LINK)
    .where(
        submission_author.c.member_id == bindparam("member"),
        submission.c.desk != literal_column("''"),
        submission.c.day >= bindparam("since"),
    )
    .order_by(submission.c.day.desc(), submission.c.code)
    .limit(bindparam("most"))
)


async def author(conn: AsyncConnection, number: int) -> int | None:
    """The member who wrote a report; None once the link is cut."""
    row = (await ask(conn, _AUTHOR, {"number": number})).first()
    return row[0] if row else None


async def mine(conn: AsyncConnection, member_id: int, since: str = "", limit: int = 1000) -> list[Report]:
    """A member's own reports from a day on (ISO), the newest first."""
    rows = await ask(conn, _MINE, {"member": member_id, "since": since, "most": limit})
    return [Report(*row) for row in rows]


async def mend(conn: AsyncConnection, report: Report, version: str, said: Mapping[str, str]) -> bool:
    """A report says something else from now on, and is new at its desk; False where it is over by now."""
    leave_no_trace(conn)
    own = update(submission).where(submission.c.id == report.id)
    anew = to_state(own, SUBMISSION, "received", Act.MEND_REPORT)
    done = await conn.execute(anew.values(form_version=version, **opinions.sorted_by(said)))
    if done.rowcount != 1:
        return False
    await conn.execute(delete(answer).where(answer.c.submission_id == report.id))
    await opinions.say(conn, report.id, said)
    return True


async def take_back(conn: AsyncConnection, report: Report) -> list[Report]:
    """A report is gone, with all that was said of it; those merged into it that are new again at their desks.

    They are, where it was not answered: else nobody would ever read them.
    """
    leave_no_trace(conn)
    said, own = await answers(conn, report.id), await _chats(conn, report.id)
    await transcripts.take_out(conn, report.code, said.values(), own)
    along = update(submission).where(submission.c.merged_into == report.id)
    again = await merged(conn, report.id) if report.state in WAITING else []
    if again:
        await conn.execute(to_state(along, SUBMISSION, "received", Act.TAKE_BACK))
    await conn.execute(along.values(merged_into=None))
    await conn.execute(delete(submission).where(submission.c.id == report.id))
    return [replace(one, state="received", merged_into=None) for one in again]


async def _chats(conn: AsyncConnection, number: int) -> set[tuple[str, str]]:
    """The chats of whoever wrote a report, while that is known."""
    link = submission_author.c.member_id == endpoint.c.member_id
    query = select(endpoint.c.account, endpoint.c.chat_id).join(submission_author, link)
    rows = await conn.execute(query.where(submission_author.c.submission_id == number))
    return {(row[0], row[1]) for row in rows}
