"""Briefings by version, and who may see which."""

from bot.core.guidance.audience import LISTENERS
from bot.core.kernel.formats import fold
from bot.core.kernel.richtext import FileKind
from bot.core.people.members import Role
from bot.storage.accounts import files
from bot.storage.database import Database
from bot.storage.delivery.runs import RunRow
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


async def went(home: Scene, slug: str, *, unit: str = "66", urgent: bool = False) -> RunRow:
    """A run that goes to somebody: one for nobody would wait for a person's word."""
    await home.member(f"{slug}-reader", unit)
    return await home.run(slug, unit=unit, urgent=urgent)


async def issued(home: Scene, unit: str, *words: str) -> list[str]:
    async with home.database.read() as conn:
        folded = [fold(word) for word in words]
        rows = await briefings.issued(conn, PATHS[unit], LISTENERS, {TOPIC}, folded, 10)
    return [row.slug for row, _ in rows]


async def test_a_unit_sees_what_went_to_it_or_above_it(database: Database) -> None:
    home = await scene(database)
    for slug, unit in (("tinh", "66"), ("xa", "24169"), ("khac", "67")):
        await went(home, slug, unit=unit)
        home.now += 1
    assert await issued(home, "24169") == ["xa", "tinh"]
    assert await issued(home, "24133") == ["tinh"]
    assert await issued(home, "67") == ["khac"]


async def test_what_was_only_planned_or_cancelled_is_not_seen(database: Database) -> None:
    home = await scene(database)
    await home.opened("mot")
    run = await went(home, "hai")
    async with database.write() as conn:
        await broadcasts.set_state(conn, run.broadcast_id, "cancelled")
    assert await issued(home, "66") == []


async def test_search_finds_words_with_and_without_diacritics(database: Database) -> None:
    home = await scene(database)
    await went(home, "mot")
    for words, found in ((("nội dung",), True), (("NOI", "mot"), True), (("%",), False), (("hai",), False)):
        assert bool(await issued(home, "66", *words)) == found


async def test_it_may_be_opened_at_its_unit_and_below_by_its_roles_alone(database: Database) -> None:
    home = await scene(database)
    await went(home, "mot")
    async with database.read() as conn:
        latest = await briefings.latest(conn, "mot")
        assert latest is not None
        found = {
            (unit, role): await briefings.issued_to(conn, latest.id, PATHS[unit], {role})
            for unit in ("66", "24169", "67")
            for role in (Role.COMMUNICATOR, Role.EDITOR)
        }
        assert await briefings.issued_to(conn, latest.id, PATHS["66"], ()) is None
        assert await briefings.issued_to(conn, latest.id, "", {Role.COMMUNICATOR}) is None
    readers = {("66", Role.COMMUNICATOR), ("24169", Role.COMMUNICATOR)}
    assert {key for key, urgent in found.items() if urgent is not None} == readers


async def test_what_went_out_as_urgent_is_found_as_such(database: Database) -> None:
    home = await scene(database)
    await went(home, "mot", urgent=True)
    await went(home, "hai")
    async with database.read() as conn:
        rows = await briefings.issued(conn, PATHS["66"], LISTENERS, {TOPIC}, (), 10)
    assert {row.slug: urgent for row, urgent in rows} == {"mot": True, "hai": False}
