"""A briefing at its address: readable on any phone, its files in any pieces, and nothing of anybody's."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import httpx
import pytest

from bot.acts import links
from bot.content.markdown import read_document
from bot.core.guidance.audience import Audience
from bot.core.guidance.briefing import Body, Briefing
from bot.core.people.members import Role
from bot.core.schedule.occurrences import Once
from bot.storage.accounts import files
from bot.storage.database import Database
from bot.storage.guidance import briefings, broadcasts, corrections
from bot.storage.people import suspension
from bot.web import briefing as pages
from bot.web.condition import Condition
from bot.web.server import LocalServer
from bot.web.site import create_site
from bot.web.words import Words
from tests.handlers.village import house
from tests.patience import PATIENCE_S
from tests.storage.scene import ACCOUNT, NOW, Scene, scene
from tests.stores import store

WORDS = """# Kỳ họp thứ 6 & <b>những kết quả</b>

- Quốc hội thông qua **7 luật**.
- Bà con xem [trang của Quốc hội](https://quochoi.vn).

---

## Về đất đai

1. Một
2. Hai

> Lời trích.
"""


@pytest.fixture(params=["sqlite", "postgres"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    async with store(request.param, tmp_path) as found:
        await scene(found)
        yield found


def briefing(**more: object) -> Briefing:
    """One with a whole text behind its first screen."""
    read = read_document(WORDS.replace("<b>", "").replace("</b>", ""), "vi.md")
    body = Body(title="Kỳ họp & <script>alert(1)</script>", brief=read.brief, full=read.full)
    about = {"slug": "ky-hop", "topic": "tet", "issuer": "Ban Tuyên giáo", "number": "12", "source": "Báo"}
    return Briefing.model_validate({**about, "issued_on": date(2023, 12, 8), "bodies": {"vi": body}, **more})


async def kept(database: Database, one: Briefing, *attached: tuple[str, str, bytes]) -> int:
    """A version with files; its number."""
    async with database.write() as conn:
        rows = [await files.keep(conn, *file) for file in attached]
        return await briefings.keep(conn, one, [(row, "document", False) for row in rows], NOW)


async def address(database: Database, number: int) -> str:
    """Where it is read."""
    async with database.read() as conn:
        return await links.page_address(conn, number, "vi")


@asynccontextmanager
async def site(database: Database, most: int = 8) -> AsyncIterator[httpx.AsyncClient]:
    """What stands below /f."""

    async def opened(token: str) -> object:
        async with database.read() as conn:
            return await links.opened(house(), conn, token, NOW)

    async def piece(file_id: int, start: int, length: int) -> bytes:
        async with database.read() as conn:
            return await links.piece(conn, file_id, start, length)

    async def look() -> Condition:
        return Condition(True, {})

    routes = pages.routes(opened, piece, Words(), most)  # type: ignore[arg-type]
    server = LocalServer(create_site({}, {}, look, more=routes), 0, lambda: None)
    try:
        async with httpx.AsyncClient(
            base_url=await server.start(), trust_env=False, timeout=PATIENCE_S
        ) as http:
            yield http
    finally:
        await server.close()


async def test_a_page_says_what_the_briefing_says_and_runs_nothing(database: Database) -> None:
    number = await kept(database, briefing(), ("Đề cương.pdf", "application/pdf", b"%PDF-1 %%EOF"))
    async with site(database) as http:
        answer = await http.get(await address(database, number))
    text = answer.text
    assert answer.status_code == 200
    assert "<script" not in text
    assert "Kỳ họp &amp; &lt;script&gt;" in text
    assert '<li value="2">Hai</li></ol>' in text
    assert "<blockquote>Lời trích.</blockquote>" in text
    assert '<a href="https://quochoi.vn" rel="noreferrer">trang của Quốc hội</a>' in text
    assert "Ban Tuyên giáo · Số 12 · 08/12/2023" in text
    assert ">Đề cương.pdf</a>" in text
    assert "script-src" not in answer.headers["content-security-policy"]
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert len(answer.content) < 50_000


async def test_a_file_comes_whole_in_pieces_or_by_its_head(database: Database) -> None:
    data = bytes(range(256)) * 1200  # more than two pieces
    number = await kept(database, briefing(), ("Đề cương.pdf", "application/pdf", data))
    async with site(database) as http:
        page = (await http.get(await address(database, number))).text
        at = page.partition('<li><a href="')[2].partition('"')[0]
        whole, head = await http.get(at), await http.head(at)
        assert whole.content == data
        assert head.headers["content-length"] == str(len(data))
        assert head.headers["content-type"] == "application/pdf"
        assert "Đề cương.pdf" not in head.headers["content-disposition"]  # as RFC 6266 writes it
        for asked, part in {
            "bytes=0-0": data[:1],
            "bytes=1000-200000": data[1000:200001],
            "bytes=307199-": data[307199:],
            "bytes=-5": data[-5:],
            "bytes=307000-999999999": data[307000:],
        }.items():
            answer = await http.get(at, headers={"range": asked})
            assert (answer.status_code, answer.content) == (206, part), asked
            assert answer.headers["content-range"].endswith(f"/{len(data)}")
        for asked in ("bytes=307200-", "bytes=5-1", "bytes=-", "bytes=-0"):
            assert (await http.get(at, headers={"range": asked})).status_code == 416, asked
        for asked in ("lines=1-2", "bytes=0-1,3-4", "x"):
            assert (await http.get(at, headers={"range": asked})).content == data
        changed = {"range": "bytes=0-9", "if-range": '"another"'}  # what is known of it may be an older one
        assert (await http.get(at, headers=changed)).content == data


async def test_who_fetches_slowly_leaves_room_for_who_reads(database: Database) -> None:
    data = b"%PDF" + bytes(20_000_000)  # more than what lies between two ends of a connection
    number = await kept(database, briefing(), ("Đề cương.pdf", "application/pdf", data))
    async with site(database, most=2) as http:
        page = await address(database, number)
        at = (await http.get(page)).text.partition('<li><a href="')[2].partition('"')[0]
        slow = [await http.send(http.build_request("GET", at), stream=True) for _ in range(2)]
        assert [one.status_code for one in slow] == [200, 200]
        refused = await http.get(at)
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "60")
        assert "một phút" in refused.text
        assert (await http.get(page)).status_code == 200
        for one in slow:
            await one.aclose()
        async with asyncio.timeout(PATIENCE_S):
            while (again := await http.get(at)).status_code == 503:  # until those are known to be gone
                pass
        assert again.content == data


@pytest.mark.parametrize("media_type", ["text/html", "image/svg+xml", "text/plain", "application/zip"])
async def test_what_could_run_in_a_browser_is_only_downloaded(database: Database, media_type: str) -> None:
    number = await kept(database, briefing(), ("a.html", media_type, b"<script>alert(1)</script>"))
    async with site(database) as http:
        page = (await http.get(await address(database, number))).text
        answer = await http.get(page.partition('<li><a href="')[2].partition('"')[0])
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_nothing_of_anybodys_has_an_address_and_nobody_guesses_one(database: Database) -> None:
    number = await kept(database, briefing(), ("a.pdf", "application/pdf", b"%PDF"))
    async with database.write() as conn:
        loose = await files.keep(conn, "b.pdf", "application/pdf", b"%PDF of no briefing")
        assert await links.file_address(conn, loose) is None
        assert await links.file_address(conn, loose + 7) is None
    right = await address(database, number)
    wrong = [f"/f/p{number}_vi", f"{right[:-24]}{'0' * 24}", right.replace(f"p{number}", f"p{number + 1}")]
    wrong += [right.replace("/p", "/d"), "/f/..%2f..%2fetc", "/f/" + "a" * 5000, f"/f/p{number}_vi.đ"]
    async with site(database) as http:
        assert (await http.get(right)).status_code == 200
        for one in wrong:
            answer = await http.get(one)
            assert answer.status_code == 404, one
        assert "Địa chỉ này" in (await http.get(wrong[0])).text


async def test_a_file_made_for_somebody_is_at_an_address_in_their_chat_alone_and_while_it_is_kept(
    database: Database,
) -> None:
    member = await Scene(database).member("an")
    async with database.write() as conn:
        sheet = await files.make_for(conn, member, "so-lieu.csv", "text/csv", b"a,b", NOW + 1)
        old = await files.make_for(conn, member, "cu.csv", "text/csv", b"a,b", NOW)
        mine, over = [await links.handout_address(conn, one, ACCOUNT, "an") for one in (sheet, old)]
        assert await links.handout_address(conn, sheet, ACCOUNT, "binh") is None
        for_all = await files.keep(conn, "b.pdf", "application/pdf", b"%PDF")
        assert await links.handout_address(conn, for_all, ACCOUNT, "an") is None
    async with site(database) as http:
        found = await http.get(str(mine))
        assert (found.status_code, found.content) == (200, b"a,b")
        assert "so-lieu.csv" in found.headers["content-disposition"]
        assert found.headers["cache-control"] == "no-store"
        assert (await http.get(str(over))).status_code == 404
        async with database.write() as conn:
            await files.forget(conn, NOW + 1)
            again = await files.make_for(conn, member, "so-lieu.csv", "text/csv", b"a,b", NOW + 1)
            anew = await links.handout_address(conn, again, ACCOUNT, "an")
        assert (await http.get(str(mine))).status_code == 404
        assert (await http.get(str(anew))).status_code == 200
        async with database.write() as conn:
            assert await suspension.suspend(conn, member)
        assert (await http.get(str(anew))).status_code == 404


async def test_an_address_lasts_as_long_as_its_briefing_and_leads_to_the_newest(database: Database) -> None:
    first = await kept(database, briefing())
    newer = briefing(number="13")
    await kept(database, newer)
    over = await kept(database, briefing(slug="cu", valid_until=date(2027, 1, 14)))
    async with site(database) as http:
        answer = await http.get(await address(database, first))
        assert "Đồng chí đang đọc bản mới nhất" in answer.text
        assert "Số 13" in answer.text
        gone = await http.get(await address(database, over))
        assert gone.status_code == 410
        assert "14/01/2027" in gone.text


async def test_what_was_taken_back_is_read_at_no_address(database: Database) -> None:
    number = await kept(database, briefing(), ("a.pdf", "application/pdf", b"%PDF"))
    page = await address(database, number)
    async with site(database) as http:
        file = (await http.get(page)).text.partition('<li><a href="')[2].partition('"')[0]
        async with database.write() as conn:
            made = await broadcasts.create(
                conn,
                number,
                Audience(unit="TW", topic="tet", roles=frozenset({Role.COMMUNICATOR})),
                Once(at=NOW),
                late_limit_ms=1,
                expiry_ms=1,
                created_by=None,
                now=NOW,
            )
            await corrections.add(conn, (made, 1), (number, None), None, "cli", NOW)
        for one in (page, file):
            answer = await http.get(one)
            assert answer.status_code == 410
            assert "đã được thu hồi" in answer.text
