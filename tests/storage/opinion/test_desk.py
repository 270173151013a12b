"""A desk's list is read off its index, in order, whatever the number of reports."""

from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from benchmarks.desks import filled
from bot.core.opinion.desk import WAITING, Wanted
from bot.core.people.permissions import Act
from bot.storage.database import Database
from bot.storage.opinion import clocks, desk
from bot.storage.opinion.opinions import Kept, add
from tests.storage.scene import scene

INDEXES = ("ix_submission_desk (desk=?", "submission_1 (code=?)")  # those of a page by their codes
LOOKS = {
    "counts": lambda conn: desk.counts(conn, "0"),
    "counts of a topic": lambda conn: desk.counts(conn, "0", Wanted(topic="tet")),
    "page": lambda conn: desk.page(conn, "0", {"received": 300}, WAITING, Wanted(), 100, 5),
    "page near the end": lambda conn: desk.page(conn, "0", {"received": 300}, WAITING, Wanted(), 290, 5),
    "page of a unit": lambda conn: desk.page(conn, "0", {"opened": 300}, WAITING, Wanted(unit="7"), 0, 5),
    "search": lambda conn: desk.found(conn, "0", {"opened": 9}, WAITING, Wanted(words=("ca",)), 0, 5),
    "topics": lambda conn: desk.by(conn, "0", "topic", WAITING),
}


@pytest.mark.parametrize("name", LOOKS)
async def test_a_desk_is_read_off_its_index_without_sorting(name: str) -> None:
    made: list[tuple[str, Any]] = []
    async with filled(400) as database, database.read() as conn:

        def note(_c: Any, _cursor: Any, text: str, values: Any, _context: Any, _many: bool) -> None:
            made.append((text, values))

        event.listen(conn.sync_connection, "before_cursor_execute", note)
        await LOOKS[name](conn)
        event.remove(conn.sync_connection, "before_cursor_execute", note)
        for text, values in made:
            rows = await conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", tuple(values))
            plan = [str(row[3]) for row in rows]
            assert not [line for line in plan if line.startswith("SCAN submission")], (text, plan)
            assert any(used in line for line in plan for used in INDEXES), (text, plan)
            # What is sorted in the end is the page itself, or what was counted.
            assert not [line for line in plan[:-1] if "TEMP B-TREE" in line], (text, plan)


async def test_every_page_continues_the_one_before_from_whichever_end_it_is_found() -> None:
    async with filled(120) as database, database.read() as conn:
        there = await desk.counts(conn, "0")
        whole = await desk.page(conn, "0", there, WAITING, Wanted(), 0, 120)
        pages = [
            one
            for skip in range(0, 120, 7)
            for one in await desk.page(conn, "0", there, WAITING, Wanted(), skip, 7)
        ]
    assert len(whole) == 120
    assert pages == whole
    keys = [(WAITING.index(one.state), -one.urgency) for one in whole]
    assert keys == sorted(keys)


async def _kept(conn: AsyncConnection, code: str, urgency: str, day: str) -> None:
    kept = Kept(code, "1", "66", day, {"urgency": urgency, "content": f"Nói {code}", "topic": "tet"})
    await add(conn, kept, None, "2027-01-01")


async def test_new_and_urgent_reports_come_first_and_the_order_tells_nothing_within_a_day(
    database: Database,
) -> None:
    await scene(database)
    async with database.write() as conn:
        for code in ("DL-BBBBBB", "DL-CCCCCC", "DL-AAAAAA"):
            await _kept(conn, code, "THUONG", "2026-11-02")
        await _kept(conn, "DL-DDDDDD", "KHAN", "2026-11-01")
        await _kept(conn, "DL-EEEEEE", "KHAN", "2026-11-02")
        opened = await desk.get(conn, "DL-EEEEEE")
        assert opened is not None
        assert await desk.move(conn, opened, "opened", Act.OPEN_REPORT)
        assert not await desk.move(conn, opened, "opened", Act.OPEN_REPORT)  # somebody was quicker
        assert not await desk.move(conn, opened, "answered", Act.ANSWER)  # nor from where it stood before
        there = await desk.counts(conn, "66")
        rows = await desk.page(conn, "66", there, WAITING, Wanted(), 0, 9)
        parts = [
            one for skip in range(5) for one in await desk.page(conn, "66", there, WAITING, Wanted(), skip, 1)
        ]
        found = await desk.found(conn, "66", there, WAITING, Wanted(words=("noi dl-c",)), 0, 9)
        deserted = await clocks.deserted(conn)
    assert there == {"received": 4, "opened": 1}
    listed = [one.code[3] for one in rows]
    assert listed == ["D", "C", "B", "A", "E"]
    assert parts == rows
    assert [one.code for one in found] == ["DL-CCCCCC"]
    assert deserted == [("66", "/TW/66/")]
