"""Reports: what was said stays; who said it goes, in time or with the person."""

from dataclasses import asdict

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import Database
from bot.storage.opinion import counting, cutting, opinions
from bot.storage.opinion.opinions import Kept
from bot.storage.people import erasing
from bot.storage.tables import submission_author, unit
from tests.storage.scene import PATHS, scene


async def report(
    database: Database, code: str, author: int | None, unit: str = "66", day: str = "2026-11-02"
) -> None:
    kept = Kept(code, "v1", unit, day, {"topic": "t", "content": f"nói {code}", "proposal": ""})
    async with database.write() as conn:
        await opinions.add(conn, kept, author, "2026-12-01")


async def within(conn: AsyncConnection, path: str, first: str, last: str) -> list[str]:
    """What was said in a unit and a period, as a digest finds it."""
    pages = [list(page) async for page in counting.scan(conn, path, first, last, ["content"])]
    found = sorted(one.values[0] for page in pages for one in page)
    assert len(found) == await counting.count(conn, path, first, last)
    return found


async def links(database: Database) -> int:
    async with database.read() as conn:
        return int((await conn.execute(select(func.count()).select_from(submission_author))).scalar_one())


async def test_reports_of_a_unit_and_below_in_a_period(database: Database) -> None:
    await scene(database)
    await report(database, "DL-BBBBBB", None, "24169", "2026-11-01")
    await report(database, "DL-AAAAAA", None, "66", "2026-11-30")
    await report(database, "DL-CCCCCC", None, "67")
    await report(database, "DL-DDDDDD", None, "66", "2026-12-01")
    async with database.read() as conn:
        found = await within(conn, PATHS["66"], "2026-11-01", "2026-11-30")
        below = await within(conn, PATHS["24169"], "2026-11-01", "2026-11-30")
        assert await opinions.taken(conn, "DL-AAAAAA")
        assert not await opinions.taken(conn, "DL-ZZZZZZ")
    assert found == ["nói DL-AAAAAA", "nói DL-BBBBBB"]
    assert below == ["nói DL-BBBBBB"]


async def test_the_link_to_the_author_is_dropped_after_its_day(database: Database) -> None:
    home = await scene(database)
    author = await home.member("an")
    await report(database, "DL-AAAAAA", author)
    await report(database, "DL-BBBBBB", None)
    async with database.write() as conn:
        assert await opinions.by_author(conn, author) == ["DL-AAAAAA"]
        assert await cutting.drop_links(conn, "2026-12-01") == 0
        assert await cutting.drop_links(conn, "2026-12-02") == 1
        assert await opinions.by_author(conn, author) == []
    assert await links(database) == 0


async def test_who_leaves_or_is_erased_takes_the_link_along_and_leaves_the_words(database: Database) -> None:
    home = await scene(database)
    for code, act in (("DL-AAAAAA", erasing.leave), ("DL-BBBBBB", erasing.erase)):
        author = await home.member(code)
        await report(database, code, author)
        async with database.write() as conn:
            await act(conn, author)
    assert await links(database) == 0
    async with database.read() as conn:
        assert len(await within(conn, PATHS["66"], "2026-01-01", "2026-12-31")) == 2


async def test_pages_name_no_author_and_come_in_the_order_of_their_codes(database: Database) -> None:
    home = await scene(database)
    author = await home.member("an")
    for code in ("DL-CCCCCC", "DL-AAAAAA", "DL-BBBBBB"):
        await report(database, code, author)
    async with database.read() as conn:
        first = await opinions.page(conn, "", 2)
        rest = await opinions.page(conn, first[-1].code, 2)
    assert [row.code for row in first + rest] == ["DL-AAAAAA", "DL-BBBBBB", "DL-CCCCCC"]
    assert not {"id", "member_id", "author"} & set(asdict(first[0]))
    assert first[0].answers == {"topic": "t", "content": "nói DL-AAAAAA"}
    assert first[0].form_version == "v1"


async def test_a_report_stays_where_its_unit_stood_then(database: Database) -> None:
    await scene(database)
    await report(database, "DL-AAAAAA", None, "24169")
    async with database.write() as conn:
        await conn.execute(update(unit).where(unit.c.code == "24169").values(path="/TW/67/24169/"))
        past = await within(conn, PATHS["66"], "2026-11-01", "2026-11-30")
        moved = await within(conn, "/TW/67/", "2026-11-01", "2026-11-30")
    assert (past, moved) == (["nói DL-AAAAAA"], [])
