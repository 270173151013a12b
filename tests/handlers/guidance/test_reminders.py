"""Reminders as people press and get them: only the unread, at set hours, so often, ended by their tap."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.acts import reminders
from bot.acts.context import Context, Refusal
from bot.core.guidance.reminding import Rules, next_reminder, within_hours
from bot.core.kernel.richtext import plain_text
from bot.core.people.members import Role
from bot.core.talk.message import Message
from bot.core.talk.taps.reading import Confirm, Reread
from bot.storage.accounts import endpoints
from bot.storage.people import erasing, members
from bot.storage.tables import broadcast, delivery, edition, run
from tests.handlers.issuing import delivery_of
from tests.handlers.sending import a_run, audited, people, plan, put, words
from tests.handlers.village import ACCOUNT, BUON_MA_THUOT, EA_KAO, PROVINCE, ZONE, Village

HOUR_MS = 3_600_000


@pytest.fixture
async def town(home: Village) -> Village:
    """The province's run came to An, Bình and Chi; An has read it."""
    await people(home)
    await home.member("ea", "Quản trị Ea Kao", EA_KAO, Role.ADMINISTRATOR)
    one = await a_run(home, PROVINCE)
    await put(home, one, "sent", 1000)
    await _read(home, one, "an")
    home.now += 6 * HOUR_MS  # 14:00
    return home


async def _read(home: Village, one: int, chat: str) -> None:
    await home.press(chat, Confirm(await delivery_of(home, one, chat)).encode())


async def _reminded(home: Village) -> list[tuple[str, str]]:
    """(chat, state) of every row of a reminder, in order."""
    query = select(delivery.c.chat_id, delivery.c.state).join(run, run.c.id == delivery.c.run_id)
    async with home.database.read() as conn:
        rows = await conn.execute(query.where(run.c.kind == "reminder").order_by(delivery.c.id))
        return [(row[0], row[1]) for row in rows]


async def _said(home: Village, kind: str) -> Message:
    query = select(edition.c.text).join(delivery, delivery.c.edition_id == edition.c.id)
    query = query.join(run, run.c.id == delivery.c.run_id).where(run.c.kind == kind)
    async with home.database.read() as conn:
        return Message.model_validate_json((await conn.execute(query.limit(1))).scalar_one())


async def test_one_tap_reminds_only_the_unread_and_says_when_again(town: Village) -> None:
    (screen, *_) = await town.press("admin", "run:show:1")
    assert "🔔 Nhắc 2 người chưa đọc" in screen.labels
    shown = await town.tap("admin", "🔔 Nhắc")
    assert "Đã nhắc lúc 14:00. Nhắc lần 2 được từ 08:00 ngày mai, tối đa 3 lần." in " ".join(
        words(shown).split("\n")
    )
    assert not [label for label in shown[0].labels if label.startswith("🔔 Nhắc")]
    assert "Vừa nhắc rồi" in words(await town.press("admin", "run:remind:1"))  # a double press
    await plan(town)
    assert await _reminded(town) == [("binh", "pending"), ("chi", "pending")]
    assert await audited(town) == ["reminders.remind"]
    said = await _said(town, "reminder")
    assert "Tỉnh Đắk Lắk nhắc: đồng chí chưa đọc bản tin ngày 02/11/2026." in plain_text(said.text)
    assert [button.label for row in said.buttons for button in row] == ["✅ Đã đọc", "Đọc bản tin"]


async def test_a_commune_reminds_its_own_and_nobody_else(town: Village) -> None:
    (screen, *_) = await town.press("ea", "run:show:1")
    assert "🔔 Nhắc 1 người chưa đọc" in screen.labels
    await town.tap("ea", "🔔 Nhắc")
    await plan(town)
    assert await _reminded(town) == [("binh", "pending")]
    # The province may remind too: not those who were reminded a moment ago.
    await town.press("admin", "run:remind:1")
    await plan(town)
    assert await _reminded(town) == [("binh", "pending"), ("chi", "pending")]


async def test_a_tap_on_the_briefing_or_on_the_reminder_ends_it(town: Village) -> None:
    await town.press("admin", "run:remind:1")
    await plan(town)
    await _read(town, 1, "binh")
    assert await _reminded(town) == [("binh", "cancelled"), ("chi", "pending")]
    await put(town, 2, "sent", 1)  # what chi is sent is confirmed below itself
    row = await delivery_of(town, 2, "chi")
    (again, *_) = await town.press("chi", Reread(row).encode())
    assert "Kỳ họp thứ 6" in again.text
    assert "✅ Đã đọc" in again.labels
    await town.press("chi", Confirm(row).encode())
    async with town.database.read() as conn:
        read = select(func.count(delivery.c.acknowledged_at)).where(delivery.c.run_id == 1)
        assert (await conn.execute(read)).scalar_one() == 3
    assert "100 % đã đọc (3/3)" in words(await town.press("admin", "run:show:1"))
    # Nobody confirms by another's reminder.
    assert "không còn hiệu lực" in words(await town.press("an", Confirm(row).encode()))


async def test_where_there_are_no_buttons_a_number_answers_the_reminder(town: Village) -> None:
    await town.press("admin", "run:remind:1")
    await plan(town)
    town.now += 1000
    await put(town, 2, "sent", 1000)
    assert "Kỳ họp thứ 6" in words(await town.say("chi", "2"))
    town.now += 1000
    assert "Đã ghi nhận" in words(await town.say("binh", "1"))
    async with town.database.read() as conn:
        read = select(delivery.c.chat_id).where(delivery.c.acknowledged_at.is_not(None))
        assert {row[0] for row in await conn.execute(read)} == {"an", "binh"}


async def test_at_night_it_waits_for_the_morning_and_who_reads_until_then_is_left_out(town: Village) -> None:
    town.now += 8 * HOUR_MS  # 22:00
    assert "Sẽ nhắc lúc 08:00 ngày mai." in words(await town.press("admin", "run:remind:1"))
    await plan(town)
    assert await _reminded(town) == []
    await _read(town, 1, "binh")
    town.now += 10 * HOUR_MS
    await plan(town)
    assert await _reminded(town) == [("chi", "pending")]


async def test_three_times_and_no_more(town: Village) -> None:
    for number in (2, 3, 4):
        await town.press("admin", "run:remind:1")
        await plan(town)
        await put(town, number, "sent", 1000)
        town.now += 24 * HOUR_MS
    assert "Đã nhắc đủ 3 lần" in words(await town.press("admin", "run:remind:1"))
    assert "Đã đủ 3 lần nhắc" in words(await town.press("admin", "run:show:1"))
    # Nor by another unit: a person is reminded three times of one thing, whoever asks.
    await town.press("ea", "run:remind:1")
    await plan(town)
    assert [chat for chat, _ in await _reminded(town)].count("binh") == 3


async def test_who_left_is_suspended_or_out_of_reach_is_not_sent_to(town: Village) -> None:
    async with town.database.write() as conn:
        chi = await members.at(conn, ACCOUNT, "chi")
        assert chi is not None
        await erasing.leave(conn, chi.id)
        await endpoints.close(conn, ACCOUNT, "binh", "blocked", town.now)
    await town.press("admin", "run:remind:1")
    await plan(town)
    assert [state for _, state in await _reminded(town)] == ["skipped"]


async def test_by_itself_and_the_heads_of_units_hear_of_what_is_overdue(town: Village) -> None:
    await town.member("bmt", "Quản trị BMT", BUON_MA_THUOT, Role.ADMINISTRATOR)
    await _read(town, 1, "chi")
    (screen, *_) = await town.press("admin", "run:show:1")
    assert "🔔 Tự nhắc người chưa đọc" in screen.labels
    assert "Thôi tự nhắc" in (await town.tap("admin", "🔔 Tự nhắc"))[0].labels
    await plan(town)
    assert await _reminded(town) == []
    town.now += 18 * HOUR_MS  # a day after it went out
    await plan(town)
    assert await _reminded(town) == [("binh", "pending")]
    town.now += 24 * HOUR_MS
    await plan(town)
    async with town.database.read() as conn:
        query = select(delivery.c.chat_id).join(run, run.c.id == delivery.c.run_id)
        told = [row[0] for row in await conn.execute(query.where(run.c.kind == "overdue"))]
        times = (await conn.execute(select(run.c.remind_at, run.c.deadline_at).where(run.c.id == 1))).one()
    assert told == ["ea"]  # not where everybody has read it
    assert times.deadline_at is None
    said = await _said(town, "overdue")
    (seen, *_) = await town.press("ea", said.buttons[0][0].data)
    assert "Chưa đọc: Bình" in seen.text
    assert "run:show" in said.buttons[0][0].data
    goes = "Hệ thống tự nhắc người chưa đọc."
    assert goes in (await town.press("admin", "run:show:1"))[0].text
    (off, *_) = await town.press("admin", "run:noauto:1")
    assert goes not in off.text
    async with town.database.read() as conn:
        assert (await conn.execute(select(broadcast.c.remind_after_ms))).scalar_one() is None
        assert (await conn.execute(select(run.c.remind_at).where(run.c.id == 1))).scalar_one() is None


async def test_reminders_change_no_figure_and_are_no_reading_of_their_own(town: Village) -> None:
    await plan(town)  # the run is over
    before = words(await town.say("admin", "/tiendo"))
    await town.press("admin", "run:remind:1")
    await plan(town)
    await put(town, 2, "sent", 1000)
    assert words(await town.say("admin", "/tiendo")) == before
    assert "không còn hiệu lực" in words(await town.press("admin", "run:show:2"))
    assert words(await town.say("an", "/moinhat")).count("Kỳ họp thứ 6") == 1
    async with town.database.write() as conn:
        member = await members.at(conn, ACCOUNT, "editor-b")
        ctx = Context(conn, town.house, member, town.now)
        assert isinstance(await reminders.remind(ctx, 1, EA_KAO), Refusal)  # another unit's


RULES = Rules(
    most=3,
    from_hour=8,
    until_hour=20,
    apart=timedelta(hours=12),
    after=timedelta(hours=24),
    deadline=timedelta(hours=48),
)
DAY = datetime(2026, 1, 1, tzinfo=ZONE)
times = st.integers(0, 366 * 24 * 60).map(lambda minutes: DAY + timedelta(minutes=minutes))


@given(st.lists(times, max_size=4), times)
def test_a_reminder_is_never_at_night_too_soon_or_one_too_many(sent: list[datetime], now: datetime) -> None:
    at = next_reminder(sent, RULES, now)
    assert (at is None) == (len(sent) >= RULES.most)
    if at is None:
        return
    assert at >= now
    assert RULES.from_hour <= at.hour < RULES.until_hour
    assert all(at - one >= RULES.apart for one in sent)
    assert within_hours(at, RULES) == at
