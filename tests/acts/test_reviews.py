"""The year's review: every figure is what was done, by unit and against last year; no small group is told."""

from dataclasses import replace
from io import BytesIO

import pytest
from docx import Document
from python_calamine import CalamineWorkbook
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts import closing, conference_points, conferences, meetings, review_files, reviews, succession
from bot.acts.context import Context, Operator, Refusal
from bot.acts.review_files import Format
from bot.acts.reviews import Review
from bot.core.meetings.heads import Heads
from bot.core.meetings.held import Counted
from bot.core.people.members import Role
from bot.core.people.unit_changes import Change, Kind
from bot.core.people.units import Level
from bot.storage.meetings import conferences as stored
from bot.storage.people import units
from bot.storage.tables import broadcast, conference
from tests.acts.rows_conferences import POINT, SAYS
from tests.contents import known
from tests.handlers.opinion.test_digest import heard
from tests.handlers.sending import a_run, people, put
from tests.handlers.village import BUON_MA_THUOT, EA_KAO, PROVINCE, Village

DAY, YEAR = 86_400_000, 2026
NOTED = {"place": "KHAC", "place_words": "Nhà văn hóa", "topics": "tet", "how": "LOA"}


def shell(home: Village, conn: AsyncConnection) -> Context:
    return Context(conn, home.house, Operator(), home.now)


async def noted(home: Village, unit: str, day: str, heads: str) -> None:
    async with home.database.write() as conn:
        done = await meetings.record(shell(home, conn), {**NOTED, "day": day, "heads": heads}, unit)
        assert isinstance(done, meetings.Meeting)


async def conferred(home: Village, days_ago: int, *confirm: str) -> int:
    """A conference of the province that took place so many days ago, with these points."""
    async with home.database.write() as conn:
        ctx = shell(home, conn)
        made = await conferences.announce(ctx, {**SAYS, "at": str(home.now + DAY)}, PROVINCE)
        assert isinstance(made, conferences.Announced)
        for unit in confirm:
            assert not isinstance(await conference_points.confirm(ctx, made.row.id, POINT, unit), Refusal)
        assert await stored.begin(conn, made.row.id)
        one = update(conference).where(conference.c.id == made.row.id)
        await conn.execute(one.values(at=home.now - days_ago * DAY))
        return made.row.id


async def read(home: Village, unit: str, year: int = YEAR) -> Review:
    await closing.close_over(home.database, home.house, home.now)
    async with home.database.write() as conn:
        found = await reviews.read(shell(home, conn), unit, year)
    assert isinstance(found, Review)
    return found


@pytest.fixture
async def town(home: Village) -> Village:
    """A year: conferences, oral briefings, reports, a briefing that reached three, and some of last year."""
    await people(home)
    await noted(home, EA_KAO, "2026-10-02", "50-99")
    await noted(home, EA_KAO, "2026-01-01", "20-49")
    await noted(home, BUON_MA_THUOT, "2026-10-02", "500-")
    await noted(home, BUON_MA_THUOT, "2025-12-31", "1-19")
    await conferred(home, 30, EA_KAO, BUON_MA_THUOT)
    await conferred(home, 400, EA_KAO)
    await heard(home, EA_KAO, 8, "Giá cà phê", day="2026-03-10")
    await heard(home, BUON_MA_THUOT, 3, "Đường hỏng", day="2026-03-10")
    await put(home, await a_run(home, PROVINCE), "sent", 3, read=True)
    return home


async def test_what_was_done_adds_up_by_unit_and_against_last_year(town: Village) -> None:
    found = await read(town, PROVINCE)
    assert (found.this.conferences, found.this.points, found.this.attended) == (1, 2, Heads(40, 98))
    assert (found.before.conferences, found.before.points) == (1, 1)
    assert (found.this.meetings, found.this.listened) == (3, Heads(570, None))
    assert (found.before.meetings, found.before.listened) == (1, Heads(1, 19))
    assert (found.this.briefings, found.this.received, found.this.read) == (1, 3, 3)
    units = {place.name: one for place, one in found.units}
    assert units["Phường Ea Kao"].listened == Heads(70, 148)
    assert units["Tỉnh Đắk Lắk"].conferences == 1
    for name in ("conferences", "points", "briefings", "received", "read", "meetings"):
        assert sum(getattr(one, name) for one in units.values()) == getattr(found.this, name), name
    assert (await read(town, EA_KAO)).this.meetings == 2
    assert (await read(town, PROVINCE, 2025)).this == replace(found.before)


async def test_few_reports_are_told_neither_alone_nor_by_taking_away(town: Village) -> None:
    found = await read(town, PROVINCE)
    units = {place.name: one.reports for place, one in found.units}
    assert units["Phường Buôn Ma Thuột"] is None
    told = [count for count in units.values() if count]
    assert found.this.reports is None or found.this.reports - sum(told) not in (1, 2, 3, 4)
    assert (await read(town, BUON_MA_THUOT)).this.reports is None


async def test_training_and_what_was_called_off_count_for_nothing(town: Village) -> None:
    before = (await read(town, PROVINCE)).this
    async with town.database.write() as conn:
        made = await conferences.announce(shell(town, conn), {**SAYS, "at": str(town.now + DAY)}, PROVINCE)
        assert isinstance(made, conferences.Announced)
        await conferences.cancel(shell(town, conn), made.row.id)
        await conn.execute(update(broadcast).values(training=True))
    after = (await read(town, PROVINCE)).this
    assert after == replace(before, briefings=0, received=0, read=0)


async def test_the_files_say_the_same_in_both_layouts_and_as_numbers(town: Village) -> None:
    await closing.close_over(town.database, town.house, town.now)
    async with town.database.write() as conn:
        ctx = shell(town, conn)
        made = {
            layout: await review_files.make(ctx, PROVINCE, YEAR, Format.DOCX, layout)
            for layout in town.house.layouts
        }
        book = await review_files.make(ctx, PROVINCE, YEAR, Format.XLSX)
        refused = await review_files.make(ctx, PROVINCE, YEAR, Format.DOCX, "NO_SUCH")
    assert isinstance(refused, Refusal)
    for one in made.values():
        assert not isinstance(one, Refusal)
        document = Document(BytesIO(one.data))
        grids = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
        assert ["Buổi tuyên truyền miệng", "3", "1", "+2"] in grids[1]
        assert any(row[0] == "Phường Buôn Ma Thuột" and "không nêu số" in row for row in grids[2])
        assert any("DỰ THẢO" in paragraph.text for paragraph in document.paragraphs)
    assert not isinstance(book, Refusal)
    rows = CalamineWorkbook.from_filelike(BytesIO(book.data)).get_sheet_by_index(0).to_python()
    assert ["Lượt người nhận bản tin", 3.0, 0.0] in rows


async def test_oral_briefings_are_told_by_who_spoke(town: Village) -> None:
    await noted(town, PROVINCE, "2026-10-05", "100-199")
    await noted(town, PROVINCE, "2025-10-05", "20-49")
    found = await read(town, PROVINCE)
    assert found.speakers == {
        Level.PROVINCE: (Counted(1, Heads(100, 199)), Counted(1, Heads(20, 49))),
        Level.COMMUNE: (Counted(3, Heads(570, None)), Counted(1, Heads(1, 19))),
    }
    assert sum(this.count for this, _ in found.speakers.values()) == found.this.meetings
    assert sum(before.count for _, before in found.speakers.values()) == found.before.meetings
    value = review_files.as_value(found)["speakers"]["TINH"]["this"]
    assert value == {"meetings": 1, "listened": {"least": 100, "most": 199}}
    screen = (await town.say("admin", "/tongket"))[0]
    assert "• Báo cáo viên cấp tỉnh: 1 buổi, 100–199 lượt người; năm trước 1 buổi" in screen.text
    assert (
        "• Báo cáo viên, tuyên truyền viên cấp xã: 3 buổi, từ 570 lượt người; năm trước 1 buổi" in screen.text
    )
    async with town.database.write() as conn:
        made = await review_files.make(shell(town, conn), PROVINCE, YEAR, Format.DOCX, "PARTY_2026")
        book = await review_files.make(shell(town, conn), PROVINCE, YEAR, Format.XLSX)
    assert not isinstance(made, Refusal)
    assert not isinstance(book, Refusal)
    rows = [
        [cell.text for cell in row.cells]
        for table in Document(BytesIO(made.data)).tables
        for row in table.rows
    ]
    assert ["Báo cáo viên cấp tỉnh", "1", "100–199", "1", "20–49"] in rows
    sheet = CalamineWorkbook.from_filelike(BytesIO(book.data)).get_sheet_by_name("Theo người nói").to_python()
    assert ["Báo cáo viên cấp tỉnh", 1.0, "100–199", 1.0, "20–49"] in sheet


async def test_a_unit_of_one_kind_of_speakers_is_told_nothing_twice(town: Village) -> None:
    await town.member("xa", "Quản trị", EA_KAO, Role.ADMINISTRATOR)
    assert "theo người nói" not in (await town.say("xa", "/tongket"))[0].text


@pytest.mark.parametrize("year", [2019, 2027, 0])
async def test_a_year_that_has_no_figures_is_refused(town: Village, year: int) -> None:
    async with town.database.write() as conn:
        found = await reviews.read(shell(town, conn), PROVINCE, year)
    assert isinstance(found, Refusal)
    assert found.key == "review.no_year"


async def test_an_administrator_reads_it_in_the_chat_and_takes_the_file(town: Village) -> None:
    screen = (await town.say("admin", "/tongket"))[0]
    assert "Tổng kết năm 2026 · Tỉnh Đắk Lắk" in screen.text
    assert "• Buổi tuyên truyền miệng: 3, năm trước 1 (+2)" in screen.text
    assert "Word · Thể thức của Đảng" in screen.labels
    replies = await town.tap("admin", "📎 Excel")
    assert any(reply.message.attachment for reply in replies)
    assert "Chưa có số liệu năm này" in (await town.say("admin", "/tongket 1999"))[0].text
    assert "năm 2025" in (await town.say("admin", "/tongket 2025"))[0].text
    assert "Tổng kết năm" not in (await town.say("editor-a", "/tongket"))[0].text


async def test_a_unit_that_moved_keeps_what_it_did(town: Village) -> None:
    before = await read(town, EA_KAO)
    assert (before.this.meetings, before.this.points) == (2, 1)
    day = town.house.today(town.now)
    new = Change(day=day, kind=Kind.NEW, units=("99",), into=("TW",), name="Tỉnh Mới", level=Level.PROVINCE)
    move = Change(day=day, kind=Kind.MOVE, units=(EA_KAO,), into=("99",))
    tree = known().tree.model_copy(update={"changes": (new, move)})
    province = await read(town, PROVINCE)
    async with town.database.write() as conn:
        await units.synchronise(conn, tree.on(day), day.isoformat())
        await succession.follow(conn, town.house.texts, day, town.now)
    after = await read(town, EA_KAO)
    assert (after.this, after.before) == (before.this, before.before)
    assert [(one.path, counts) for one, counts in after.units] == [
        ("/TW/99/24169/", counts) for _, counts in before.units
    ]
    assert (await read(town, PROVINCE)).this == province.this  # there it happened
    await noted(town, EA_KAO, "2026-11-02", "20-49")
    assert (await read(town, EA_KAO)).this.meetings == 3
