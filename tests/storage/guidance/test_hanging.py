"""What members and broadcasts hang on is named when it is taken out of the content."""

from bot.acts.fitting import Kept, left_hanging
from bot.core.people.members import Role
from bot.storage.database import Database
from bot.storage.guidance import broadcasts
from bot.storage.people import erasing, members
from tests.storage.scene import TOPIC, UNITS, Scene, scene

CODES = [one.code for one in UNITS]


async def named(home: Scene, units: list[str], topics: list[str]) -> list[str]:
    async with home.database.read() as conn:
        return [str(one) for one in await left_hanging(conn, Kept(units, topics))]


async def test_nothing_is_named_while_all_is_there_or_nothing_hangs_on_it(database: Database) -> None:
    home = await scene(database)
    await home.member("an", "24169")
    assert await named(home, CODES, []) == []
    assert await named(home, ["24169"], []) == []


async def test_a_unit_is_named_with_its_members_and_broadcasts(database: Database) -> None:
    home = await scene(database)
    for name in ("an", "binh"):
        await home.member(name, "24169")
    gone = await home.member("chi", "24133")
    async with database.write() as conn:
        await erasing.leave(conn, gone)
    number = await home.broadcast(unit="24169")
    (line,) = await named(home, ["TW", "66", "67"], [TOPIC])
    assert line.startswith(
        "units: 24169 (Ea Kao): found 'taken out, and on it hang members: 2, broadcasts: 1'"
    )
    async with database.write() as conn:
        await broadcasts.set_state(conn, number, "cancelled")
    (line,) = await named(home, ["TW", "66", "67"], [TOPIC])
    assert "members: 2, broadcasts: 0" in line


async def test_a_topic_is_named_with_its_followers_and_broadcasts(database: Database) -> None:
    home = await scene(database)
    follows = await home.member("an")
    declines = await home.member("binh", roles=(Role.REPORTER,))
    async with database.write() as conn:
        await members.follow(conn, follows, TOPIC, True)
        await members.follow(conn, declines, TOPIC, False)
    (line,) = await named(home, CODES, [])
    assert f"topics.toml: {TOPIC}: found 'taken out, and on it hang followers: 1, broadcasts: 0'" in line
    await home.run()
    (line,) = await named(home, CODES, [])
    assert "followers: 1, broadcasts: 1" in line
