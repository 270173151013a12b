"""Links of reports and questions to their authors whose time is over, and what names them in their chats."""

import re
from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Table, delete, null, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.reasons import Reason
from bot.core.delivery.states import DELIVERY, OPEN, State
from bot.core.kernel.lifecycle import Loop
from bot.core.kernel.values import ChatId
from bot.core.talk.taps.questions import MyQuestion
from bot.storage.accounts.tables import endpoint
from bot.storage.database import leave_no_trace
from bot.storage.delivery.tables import delivery
from bot.storage.dialect import is_open
from bot.storage.moves import to_state
from bot.storage.opinion.tables import question_asker, submission, submission_author
from bot.storage.talk.tables import conversation, offer

_CODE = re.compile(r"[A-Z]{2,3}-[0-9A-Z]{6,10}")
_ASKED = re.compile(rf"\b({MyQuestion.word}:)[a-z_]+!?:(\d+)")  # buttons that open one's own question
_KIND = re.compile(r"^\w+[-:]")  # how what names a report, or a question, begins
AT_ONCE = 500
Chat = tuple[str, ChatId]


class Named(NamedTuple):
    """A row of a chat with words that may name reports; `key` finds it again."""

    account: str
    chat_id: ChatId
    words: str
    key: Any


async def drop_links(conn: AsyncConnection, today: str) -> int:
    """Drop links between reports and authors whose time is over (ISO date); how many.

    With each goes what its author's chats keep of it: a form that was to mend it, buttons that open it, a
    reply that still waits. They would tell for weeks longer whose it was.
    """
    over = submission_author.c.until < today
    return await _cut(conn, submission_author, over, await _chats_by_code(conn, over))


async def drop_question_links(conn: AsyncConnection, today: str) -> int:
    """The same of questions and who asked them."""
    over = question_asker.c.until < today
    chats = select(question_asker.c.question_id, endpoint.c.account, endpoint.c.chat_id)
    known: dict[str, set[Chat]] = {}
    joined = chats.join(endpoint, endpoint.c.member_id == question_asker.c.member_id)
    for number, account, chat_id in await conn.execute(joined.where(over)):
        known.setdefault(f"{MyQuestion.word}:{number}", set()).add((account, chat_id))
    return await _cut(conn, question_asker, over, known)


async def _cut(
    conn: AsyncConnection, links: Table, over: ColumnElement[bool], known: dict[str, set[Chat]]
) -> int:
    gone = (await conn.execute(delete(links).where(over))).rowcount
    if gone:
        leave_no_trace(conn)
    if known:
        await _forget(conn, known)
    return gone


async def _chats_by_code(conn: AsyncConnection, over: ColumnElement[bool]) -> dict[str, set[Chat]]:
    query = (
        select(submission.c.code, endpoint.c.account, endpoint.c.chat_id)
        .join(submission_author, submission_author.c.submission_id == submission.c.id)
        .join(endpoint, endpoint.c.member_id == submission_author.c.member_id)
    )
    found: dict[str, set[Chat]] = {}
    for code, account, chat_id in await conn.execute(query.where(over)):
        found.setdefault(code, set()).add((account, chat_id))
    return found


async def _forget(conn: AsyncConnection, known: dict[str, set[Chat]]) -> None:
    for table, words, key in ((conversation, "state", "form"), (offer, "choices", "at")):
        columns = (table.c.account, table.c.chat_id, table.c[words], table.c[key])
        for some in await _naming(conn, select(*columns), table.c[words], known):
            mine = tuple_(table.c.account, table.c.chat_id, table.c[key])
            rows = [(one.account, one.chat_id, one.key) for one in some]
            await conn.execute(delete(table).where(mine.in_(rows)))
    waits = select(delivery.c.account, delivery.c.chat_id, delivery.c.act, delivery.c.id)
    waits = waits.where(delivery.c.run_id.is_(None), is_open(delivery.c.state))
    for some in await _naming(conn, waits, delivery.c.act, known):
        replies = update(delivery).where(delivery.c.id.in_([one.key for one in some]))
        unsaid = to_state(replies, DELIVERY, State.SKIPPED, Loop.RETENTION, only=OPEN)
        await conn.execute(unsaid.values(act=null(), chat_id=null(), reason=str(Reason.EXPIRED)))


async def _naming(
    conn: AsyncConnection, query: Select[Any], words: ColumnElement[str], known: dict[str, set[Chat]]
) -> list[Collection[Named]]:
    """The rows of their authors' chats that name these reports or questions, some at a time."""
    kinds = sorted({kind[0] for one in known if (kind := _KIND.match(one))})
    rows = await conn.execute(query.where(or_(*(words.contains(kind) for kind in kinds))))
    found = [
        one
        for one in (Named(*row) for row in rows)
        if any((one.account, one.chat_id) in known.get(name, ()) for name in _names(one.words))
    ]
    return [found[at : at + AT_ONCE] for at in range(0, len(found), AT_ONCE)]


def _names(words: str) -> set[str]:
    """What is named in a row's words: codes of reports, numbers of one's own questions."""
    return {*_CODE.findall(words), *("".join(found) for found in _ASKED.findall(words))}
