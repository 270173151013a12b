"""Briefings by version, and who may see which."""

from bot.core.kernel.formats import fold
from bot.core.kernel.richtext import FileKind
from bot.storage.accounts import files
from bot.storage.database import Database
from bot.storage.guidance import briefings, broadcasts
from bot.storage.guidance.briefings import BriefingFileRow
from tests.storage.scene import NOW, PATHS, TOPIC, Scene, briefing, scene


async def test_the_same_words_keep_their_version_and_others_get_the_next(database: Database) -> None:
    one = briefing("mot")
    async with database.write() as conn:
        first = await briefings.keep(conn, one, [], NOW)
        assert await briefings.keep(conn, one, [], NOW + 1) == first
        changed = one.model_copy(update={"number": "02-HD/BTG"})
        second = await briefings.keep(conn, changed, [], NOW + 2)
        back = await briefings.keep(conn, one, [], NOW + 3)
        assert len({first, second, back}) == 3
        rows = [await briefings.get(conn, row) for row in (first, second, back)]
        assert [row.version for row in rows if row] == [1, 2, 3]
        assert [row.briefing for row in rows if row] == [one, changed, one]
        latest = await briefings.latest(conn, "mot")
    assert latest is not None
    assert latest.id == back


async def test_another_file_makes_another_version(database: Database) -> None:
    async with database.write() as conn:
        kinds: tuple[FileKind, FileKind] = ("document", "photo")
        ids = [await files.keep(conn, f"{kind}.bin", "x/y", kind.encode()) for kind in kinds]
        attached = [(ids[0], kinds[0], False), (ids[1], kinds[1], True)]
        first = await briefings.keep(conn, briefing("mot"), [], NOW)
        second = await briefings.keep(conn, briefing("mot"), attached, NOW)
        assert first != second
        assert await briefings.files(conn, first) == []
        assert await briefings.files(conn, second) == [
            BriefingFileRow(ids[0], "document.bin", "document", False),
            BriefingFileRow(ids[1], "photo.bin", "photo", True),
        ]


async def issued(home: Scene, unit: str, *words: str) -> list[str]:
    async with home.database.read() as conn:
        folded = [fold(word) for word in words]
        rows = await briefings.issued(conn, PATHS[unit], {TOPIC}, folded, 10)
    return [row.slug for row in rows]


async def test_a_unit_sees_what_went_to_it_or_above_it(database: Database) -> None:
    home = await scene(database)
    for slug, unit in (("tinh", "66"), ("xa", "24169"), ("khac", "67")):
        await home.run(slug, unit=unit)
        home.now += 1
    assert await issued(home, "24169") == ["xa", "tinh"]
    assert await issued(home, "24133") == ["tinh"]
    assert await issued(home, "67") == ["khac"]


async def test_what_was_only_planned_or_cancelled_is_not_seen(database: Database) -> None:
    home = await scene(database)
    await home.opened("mot")
    run = await home.run("hai")
    async with database.write() as conn:
        await broadcasts.set_state(conn, run.broadcast_id, "cancelled")
    assert await issued(home, "66") == []


async def test_search_finds_words_with_and_without_diacritics(database: Database) -> None:
    home = await scene(database)
    await home.run("mot")
    for words, found in ((("nội dung",), True), (("NOI", "mot"), True), (("%",), False), (("hai",), False)):
        assert bool(await issued(home, "66", *words)) == found


async def test_a_member_may_open_what_went_to_their_unit_alone(database: Database) -> None:
    home = await scene(database)
    inside, outside = await home.member("an", "24169"), await home.member("binh", "67")
    await home.run("mot")
    async with database.read() as conn:
        latest = await briefings.latest(conn, "mot")
        assert latest is not None
        assert await briefings.issued_to(conn, latest.id, inside)
        assert not await briefings.issued_to(conn, latest.id, outside)
        assert not await briefings.issued_to(conn, latest.id, outside + 100)
