"""Each kind of data goes at its time and not before, is counted by its kind, and takes nothing else along."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Table, func, insert, select

from bot.core.kernel.richtext import paragraph
from bot.core.kernel.values import DAY_MS, ChatId, Ms
from bot.core.talk.message import Message
from bot.core.talk.reply import SendReply
from bot.engine.retention import tidy
from bot.storage import tables
from bot.storage.database import Database
from bot.storage.delivery import replies
from bot.storage.kept import removed
from tests.handlers.village import ZONE
from tests.storage.conftest import database
from tests.storage.scene import ACCOUNT, NOW, Scene, scene

__all__ = ["database"]

TODAY = datetime.fromtimestamp(NOW / 1000, ZONE).date()
AT = {"account": ACCOUNT, "chat_id": "an"}
ASKED = {"slug": "", "unit": "66", "words": "Bao giờ?", "desk": "66", "rings": 0}
REQUEST_DAYS, FETCH_DAYS = 14, 30
HANDLED = {**AT, "state": "done", "attempts": 0, "received_at": 0}


def day(ago: int) -> str:
    """An ISO date so many days before the round."""
    return (TODAY - timedelta(days=ago)).isoformat()


def over(answered: int | None = None, **other: Any) -> Mapping[str, Any]:
    """A question that is over; `answered`: so many days ago."""
    said = {} if answered is None else {"answer": "Mai.", "answered_by": "66", "answered_on": day(answered)}
    return {**ASKED, **said, **other}


# By kind: the table, a row that goes in this round, and the youngest that stays.
ROWS: dict[str, tuple[Table, Mapping[str, Any], Mapping[str, Any]]] = {
    "half-filled forms": (
        tables.conversation,
        {**AT, "form": "opinion", "state": "{}", "updated_at": NOW - 60 * DAY_MS - 1},
        {**AT, "form": "ask", "state": "{}", "updated_at": NOW - 60 * DAY_MS},
    ),
    "forms of who is not in": (
        tables.conversation,
        {"account": ACCOUNT, "chat_id": "x", "form": "a", "state": "", "updated_at": NOW - 14 * DAY_MS - 1},
        {"account": ACCOUNT, "chat_id": "x", "form": "b", "state": "", "updated_at": NOW - 14 * DAY_MS},
    ),
    "choices of old screens": (
        tables.offer,
        {**AT, "choices": "[]", "at": NOW - 7 * DAY_MS - 1},
        {"account": ACCOUNT, "chat_id": "binh", "choices": "[]", "at": NOW - 7 * DAY_MS},
    ),
    "wrong codes": (tables.wrong_code, {**AT, "at": NOW - DAY_MS - 1}, {**AT, "at": NOW - DAY_MS}),
    "codes for a second account": (
        tables.link_code,
        {"member_id": 1, "digest": "a", "expires_at": NOW},
        {"member_id": 2, "digest": "b", "expires_at": NOW + 1},
    ),
    "files made for a moment": (
        tables.file,
        {"name": "a", "media_type": "text/plain", "size": 1, "until": NOW},
        {"name": "b", "media_type": "text/plain", "size": 1, "until": NOW + 1},
    ),
    "photos that went with no report": (
        tables.photo,
        {**AT, "tries": 0, "until": NOW},
        {**AT, "tries": 0, "until": NOW + 1},
    ),
    "screens that move": (
        tables.watch,
        {**AT, "subject": "x", "shown": "x", "until": NOW},
        {"account": ACCOUNT, "chat_id": "binh", "subject": "x", "shown": "x", "until": NOW + 1},
    ),
    "alarms that are over": (
        tables.agreement,
        {"unit": "66", "topic": "a", "tendency": "a", "day": day(91)},
        {"unit": "66", "topic": "b", "tendency": "a", "day": day(90)},
    ),
    "updates handled": (
        tables.inbox,
        {**HANDLED, "update_key": "1", "done_at": NOW - 30 * DAY_MS - 1},
        {**HANDLED, "update_key": "2", "done_at": NOW - 30 * DAY_MS},
    ),
    "questions that are over": (
        tables.question,
        over(366, state="answered", day=day(400)),
        over(365, state="answered", day=day(400)),  # it waited long: what was answered lately stays
    ),
}


async def left(database: Database, table: Table) -> int:
    async with database.read() as conn:
        return int((await conn.execute(select(func.count()).select_from(table))).scalar_one())


async def round_at(database: Database, now: int = NOW) -> Mapping[str, int]:
    """A round; how many of each kind went since the first, those of which any did."""
    await tidy(database, ZONE, Ms(now), REQUEST_DAYS, FETCH_DAYS)
    async with database.read() as conn:
        found = await removed(conn)
    return {kind: count for kind, count in found.counts.items() if count} if found else {}


@pytest.fixture
async def home(database: Database) -> Scene:
    found = await scene(database)
    for name in ("an", "binh"):
        await found.member(name)
    return found


@pytest.mark.parametrize("kind", ROWS)
async def test_each_kind_goes_at_its_time_and_is_counted(home: Scene, kind: str) -> None:
    table, goes, stays = ROWS[kind]
    async with home.database.write() as conn:
        for row in (goes, stays):
            await conn.execute(insert(table).values(**row))
    assert await round_at(home.database) == {kind: 1}
    assert await left(home.database, table) == 1
    assert await round_at(home.database) == {kind: 1}


async def test_a_question_that_waits_stays_however_old_it_is(home: Scene) -> None:
    async with home.database.write() as conn:
        await conn.execute(insert(tables.question).values(**over(state="waiting", day=day(900))))
        await conn.execute(insert(tables.question).values(**over(state="closed", day=day(366))))
    assert await round_at(home.database) == {"questions that are over": 1}
    assert await left(home.database, tables.question) == 1


async def test_a_link_stays_on_its_last_day_and_goes_on_the_next(home: Scene) -> None:
    async with home.database.write() as conn:
        values = {"code": "DL-AAAAAA", "form": "opinion", "form_version": "1", "unit": "66", "sample": False}
        at = {"unit_path": "/TW/66/", "day": day(90), "state": "received", "desk": "66"}
        await conn.execute(insert(tables.submission).values(**values, **at))
        await conn.execute(insert(tables.question).values(**over(state="waiting", day=day(90))))
        link = {"member_id": 1, "until": TODAY.isoformat()}
        await conn.execute(insert(tables.submission_author).values(submission_id=1, **link))
        await conn.execute(insert(tables.question_asker).values(question_id=1, **link))
    assert await round_at(home.database) == {}
    links = ("links of reports to authors", "links of questions to who asked")
    assert await round_at(home.database, NOW + DAY_MS) == dict.fromkeys(links, 1)
    assert await left(home.database, tables.submission) == await left(home.database, tables.question) == 1


async def test_a_reply_that_went_out_goes_after_two_days_and_one_that_waits_stays(home: Scene) -> None:
    hello = SendReply(message=Message(text=(paragraph("Chào"),)))
    async with home.database.write() as conn:
        await replies.put(conn, ACCOUNT, ChatId("an"), hello, Ms(NOW - 2 * DAY_MS - 1))
    assert await round_at(home.database) == {}
    async with home.database.write() as conn:
        await conn.execute(tables.delivery.update().values(state="sent"))
    assert await round_at(home.database) == {"replies": 1}
