"""Who has not read it: by name to their own administrators, in figures to those above."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from bot.acts import recipients
from bot.acts.context import Context, Operator
from bot.core.delivery.reasons import Reason
from bot.core.delivery.recipients import STATES, Standing, standing
from bot.core.delivery.states import State
from bot.core.people.members import Role
from bot.core.talk.taps.sending import Unread
from bot.reports.workbook import Sheet, workbook
from bot.storage.accounts import endpoints
from bot.storage.delivery import recipients as stored
from bot.storage.people import erasing, members
from bot.storage.tables import delivery
from tests.handlers.sending import a_run, people, put, words
from tests.handlers.village import ACCOUNT, BUON_MA_THUOT, EA_KAO, PROVINCE, Village

DAY_MS = 86_400_000


@pytest.fixture
async def town(home: Village) -> Village:
    await people(home)
    await home.member("ea", "Quản trị Ea Kao", EA_KAO, Role.ADMINISTRATOR)
    return home


async def _lose(home: Village, run: int, chat: str) -> None:
    """Somebody blocked the account, and the run's message to them was refused."""
    async with home.database.write() as conn:
        await endpoints.close(conn, ACCOUNT, chat, Reason.BLOCKED, home.now)
        mine = delivery.update().where(delivery.c.run_id == run, delivery.c.chat_id == chat)
        await conn.execute(mine.values(state="failed", reason="blocked"))


async def _read(home: Village, run: int, chat: str) -> None:
    async with home.database.write() as conn:
        mine = delivery.update().where(delivery.c.run_id == run, delivery.c.chat_id == chat)
        await conn.execute(mine.values(state="sent", acknowledged_at=home.now))


async def test_a_commune_sees_the_provinces_run_cut_down_to_its_people_by_name(town: Village) -> None:
    for chat, name in (("hoa", "Hoa"), ("binh2", "Y Bình"), ("lan", "Lan")):
        await town.member(chat, name, EA_KAO, Role.COMMUNICATOR)
    run = await a_run(town, PROVINCE)
    await put(town, run, "sent", 1000)
    for chat in ("an", "binh"):
        await _read(town, run, chat)
    await _lose(town, run, "lan")
    town.now += 18 * DAY_MS
    shown = await town.say("ea", "/tiendo")
    assert "từ Tỉnh Đắk Lắk" in words(shown)
    (screen, *_) = await town.tap("ea", "📊 1.")
    assert "40 % đã đọc (2/5) · 1 lỗi" in screen.text
    assert "Chưa đọc: Hoa · Y Bình" in screen.text
    assert "Chưa gửi được: Lan (đã chặn kênh từ 02/11)" in screen.text
    assert "Chi" not in screen.text  # of the other commune
    assert not {"Tạm dừng", "❌ Hủy đợt phát"} & set(screen.labels)
    (listed, *_) = await town.tap("ea", "Danh sách")
    assert "3 người chưa đọc" in listed.text
    assert "Đề nghị họ bỏ chặn, rồi gõ /start." in listed.text
    # The province counts; it names nobody of another unit, and nor does the commune's editor.
    for chat in ("admin", "editor-a", "editor-b"):
        (seen, *_) = await town.press(chat, f"run:show:{run}")
        assert "Hoa" not in seen.text
        assert "Danh sách" not in seen.labels
    assert not any("Hoa" in one.text for one in await town.press("admin", Unread(run, 0).encode()))
    # What is another's to decide has no effect, however it is asked for.
    for step in ("pause", "cancel!", "doubt", "accept!"):
        assert "không còn hiệu lực" in words(await town.press("ea", f"run:{step}:{run}")), step


async def test_who_has_moved_is_their_new_units_to_chase_and_who_left_is_gone(town: Village) -> None:
    hoa = await town.member("hoa", "Hoa", EA_KAO, Role.COMMUNICATOR)
    gone = await town.member("gone", "Đã Đi", EA_KAO, Role.COMMUNICATOR)
    await town.member("bmt", "Quản trị BMT", BUON_MA_THUOT, Role.ADMINISTRATOR)
    run = await a_run(town, PROVINCE)
    await put(town, run, "sent", 1000)
    async with town.database.write() as conn:
        await members.place(conn, hoa, BUON_MA_THUOT)
        await erasing.leave(conn, gone)
    before, after = [(await town.press(chat, f"run:show:{run}"))[0].text for chat in ("ea", "bmt")]
    assert "Hoa" not in before
    assert "Hoa" in after
    assert "Đã Đi" not in before + after


async def test_a_run_that_never_went_out_is_nobody_elses(town: Village) -> None:
    run = await a_run(town, PROVINCE)
    async with town.database.write() as conn:
        assert await stored.touches(conn, run, "/TW/66/24169/")
        await conn.exec_driver_sql(f"UPDATE run SET state = 'differs' WHERE id = {run}")
        assert not await stored.touches(conn, run, "/TW/66/24169/")
    assert "Chưa có đợt phát nào" in words(await town.say("ea", "/tiendo"))


async def test_the_list_has_pages_and_ends(town: Village) -> None:
    for number in range(20):
        await town.member(f"p{number}", f"Người {number:02}", EA_KAO, Role.COMMUNICATOR)
    run = await a_run(town, PROVINCE)
    await put(town, run, "sent", 1000)
    (screen, *_) = await town.press("ea", f"run:show:{run}")
    assert "và 10 người nữa" in screen.text
    (first, *_) = await town.tap("ea", "Danh sách")
    (second, *_) = await town.tap("ea", "Trang sau")
    (third, *_) = await town.tap("ea", "Trang sau")
    named = [line for page in (first, second, third) for line in page.text.splitlines() if "đã nhận" in line]
    assert len(set(named)) == 22
    assert "Trang sau" not in third.labels
    assert "Trang trước" in third.labels
    (empty, *_) = await town.press("ea", Unread(run, 10**9).encode())
    assert "Trang trước" in empty.labels


def test_each_state_is_one_standing() -> None:
    stored_states = [state for states in STATES.values() for state in states]
    assert sorted(stored_states) == sorted(State)
    assert {standing(state, True) for state in State} == {Standing.READ}


async def test_the_operators_figures_add_up_and_small_groups_stay_apart(town: Village) -> None:
    for number in range(8):
        await town.member(f"p{number}", f"Người {number}", EA_KAO, Role.COMMUNICATOR)
    run = await a_run(town, PROVINCE)
    await put(town, run, "sent", 1000)
    async with town.database.read() as conn:
        ctx = Context(conn, town.house, Operator(), town.now)
        found = await recipients.by_unit(ctx, run)
        assert isinstance(found, recipients.Behind)
        total = (await conn.execute(select(delivery.c.id).where(delivery.c.run_id == run))).all()
    assert found.units == []  # ten beside one: shown apart, the one would be told by the rest
    assert found.small is not None
    assert found.small.audience == len(total)


def test_a_sheet_takes_nothing_of_a_users_for_a_formula() -> None:
    hostile = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        '=HYPERLINK("http://x","y")',
        "http://x",
        "007",
    ]
    made = workbook([Sheet("a/b:[c]*?", ("=title",), ("name", "n"), [[one, 1] for one in hostile])])
    with ZipFile(BytesIO(made)) as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()
        strings = book.read("xl/sharedStrings.xml").decode()
        assert not [name for name in book.namelist() if "external" in name.lower()]
    assert "<f>" not in page
    assert "hyperlink" not in page
    assert page.count('t="s"') == len(hostile) + 3
    for one in ("=1+1", "@SUM(A1)", "007", "=title"):
        assert one in strings
