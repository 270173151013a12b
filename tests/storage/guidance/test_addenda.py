"""Addenda in the store: kept when a run is opened, an edition for each set, offered to whom they concern."""

from collections.abc import Sequence

from sqlalchemy import select, update

from bot.core.guidance.addenda import Addition, between, closes_at, for_unit, key, numbers, obstacle
from bot.core.guidance.audience import Audience
from bot.core.kernel.richtext import paragraph, plain_text
from bot.core.people.members import Role
from bot.core.people.units import Level, Unit
from bot.core.talk.message import Message
from bot.engine.planner import Planner
from bot.storage.accounts import endpoints
from bot.storage.database import Database
from bot.storage.guidance import addenda, broadcasts
from bot.storage.people import members, units
from bot.storage.tables import broadcast, delivery, edition, member, run, run_edition
from tests.engine.script import ScriptedClock, in_parts
from tests.storage.scene import HOUR, NOW, PATHS, UNITS, Scene, scene

HAMLET = Unit(code="24169-1", name="Buôn Kao", level=Level.GRASSROOTS, parent="24169")


def with_added(message: Message, additions: Sequence[Addition], _language: str) -> Message:
    return message.model_copy(update={"text": (*message.text, *(paragraph(one.words) for one in additions))})


async def adds(home: Scene, number: int, unit: str, words: str, state: str = "standing") -> int:
    said = {"unit_name": unit, "signed": unit, "words": words, "written_by": "cli", "created_at": NOW}
    async with home.database.write() as conn:
        return await addenda.add(conn, number, unit, state=state, **said)


def planner(home: Scene) -> Planner:
    async def tell(*_: object) -> None:
        raise AssertionError("nobody is told")

    return Planner(home.database, {}, tell, in_parts, lambda: None, ScriptedClock(), with_added=with_added)


async def planned(home: Scene) -> None:
    one = planner(home)
    while await one.step():
        pass


async def said(home: Scene) -> dict[str, str]:
    """What each member gets, without the briefing's own words."""
    query = select(member.c.name, edition.c.text).join(delivery, delivery.c.member_id == member.c.id)
    async with home.database.read() as conn:
        query = query.join(edition, edition.c.id == delivery.c.edition_id).order_by(member.c.id)
        rows = await conn.execute(query)
        texts = {row[0]: plain_text(Message.model_validate_json(row[1]).text) for row in rows}
    return {name: text.partition("Nội dung mot")[2].strip() for name, text in texts.items()}


async def village(database: Database) -> tuple[Scene, int]:
    """Five people at three heights, and a broadcast that takes addenda."""
    home = await scene(database)
    async with database.write() as conn:
        await units.synchronise(conn, [*UNITS, HAMLET])
    for name, unit in (
        ("an", "66"),
        ("binh", "24169"),
        ("chi", "24133"),
        ("hoa", HAMLET.code),
        ("y", "24169"),
    ):
        await home.member(name, unit)
    async with database.write() as conn:
        await members.set_language(conn, 5, "en")
    number = await home.broadcast()
    async with database.write() as conn:
        await conn.execute(update(broadcast).values(addenda_ms=HOUR))
    return home, number


async def test_each_set_of_addenda_is_one_edition_and_each_row_names_its_own(database: Database) -> None:
    home, number = await village(database)
    await adds(home, number, "24169", "nhầm")
    await adds(home, number, "24169", "xã")
    await adds(home, number, HAMLET.code, "buôn")
    await adds(home, number, "24133", "chờ", state="submitted")
    await planned(home)
    assert await said(home) == {"an": "", "binh": "xã", "chi": "", "hoa": "xã\nbuôn", "y": "xã"}
    async with database.read() as conn:
        rows = (await conn.execute(select(delivery.c.edition_id))).scalars().all()
        assert len(rows) == 5
        assert len(set(rows)) == 4  # none, the commune's in two languages, both
        assert (await conn.execute(select(run_edition))).first() is None
        assert (await conn.execute(select(run.c.audience, run.c.state))).one() == (5, "running")
        found = await addenda.over(conn, 1, "/TW/66/24169/24169-1/")
    assert [one.words for one in found] == ["xã", "buôn"]


async def test_one_taken_back_while_it_is_planned_goes_to_all_or_to_nobody(database: Database) -> None:
    home, number = await village(database)
    made = await adds(home, number, "24169", "xã")
    one = planner(home)
    assert await one.step()  # the run is opened
    async with database.write() as conn:
        assert await addenda.withdraw(conn, made)
        assert not await addenda.withdraw(conn, made)
    while await one.step():
        pass
    found = await said(home)
    assert [name for name, words in found.items() if words == "xã"] == ["binh", "hoa", "y"]


async def test_what_may_be_added_to_is_offered_below_the_issuer_until_it_closes(database: Database) -> None:
    home, number = await village(database)
    async with database.write() as conn:
        await conn.execute(update(broadcast).values(next_at=NOW + 3 * HOUR))
    await home.member("biên tập", "24169", roles=(Role.EDITOR, Role.ADMINISTRATOR))
    await home.member("quản trị", "24133", roles=(Role.ADMINISTRATOR,))
    await home.member("tỉnh", "66", roles=(Role.EDITOR,))
    async with database.read() as conn:
        for code, at, there in (
            ("24169", NOW, [number]),
            ("24133", NOW + 2 * HOUR, []),
            ("66", NOW, []),
            ("67", NOW, []),
        ):
            assert await addenda.open_over(conn, PATHS[code], at, 10) == there
        assert await addenda.open_over(conn, "/TW/66/24169/24169-1/", NOW, 10) == [number]
        below = await endpoints.writing_below(conn, PATHS["66"], 10)
    assert sorted((at.chat_id, edits) for at, _, _, edits in below) == [
        ("biên tập", True),
        ("quản trị", False),
    ]


async def test_they_go_on_with_another_broadcast(database: Database) -> None:
    home, number = await village(database)
    await adds(home, number, "24169", "xã")
    other = await home.broadcast("hai")
    async with database.write() as conn:
        await addenda.move_on(conn, number, other)
        assert [one.words for one in await addenda.of_broadcast(conn, other, "/TW/", 10)] == ["xã"]
        assert await addenda.of_broadcast(conn, other, PATHS["24133"], 10) == []
        row = await broadcasts.get(conn, number)
    assert row is not None
    assert row.audience == Audience(unit="66", topic="dau-tu-cong")


def test_who_stands_between_and_when_it_closes() -> None:
    meant = (["/TW/66/"], ["/TW/66/1/"])
    assert between("/TW/66/", "/TW/", meant)  # the province, of the country's
    assert between("/TW/66/2/9/", "/TW/", meant)
    for path in ("/TW/", "/TW/67/", "/TW/66/1/", "/TW/66/1/5/", ""):
        assert not between(path, "/TW/", meant)
    assert not between("/TW/66/", "/TW/66/", meant)
    assert closes_at(None, HOUR) is closes_at(NOW, None) is None
    assert closes_at(NOW, HOUR) == NOW - HOUR
    assert [obstacle(None, NOW), obstacle(NOW, NOW), obstacle(NOW + 1, NOW)] == ["closed", "too_late", None]


def test_an_edition_names_its_addenda_in_order() -> None:
    def one(number: int, path: str) -> Addition:
        return Addition(id=number, path=path, unit="x", signed="x", words="x", at=0)

    there = {row.path: row for row in (one(9, "/a/"), one(2, "/a/b/"), one(5, "/c/"))}
    assert key(for_unit("/a/b/z/", there)) == "9;2"
    assert numbers("9;2") == [9, 2]
    assert numbers(key(for_unit("/z/", there))) == []
