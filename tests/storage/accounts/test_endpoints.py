"""Where people are reached: closed, reopened, moved; and what waits goes on to where they still are."""

from sqlalchemy import insert, select

from bot.core.delivery.outcome import Unreachable
from bot.core.people.members import Role
from bot.storage.accounts import accounts, endpoints
from bot.storage.database import Database
from bot.storage.delivery import rerouting
from bot.storage.people import erasing, members
from bot.storage.tables import conversation, inbox
from tests.storage.scene import ACCOUNT, NOW, OTHER, Scene, scene


async def states(home: Scene, member_id: int) -> list[tuple[str, str, str]]:
    async with home.database.read() as conn:
        return [(one.account, one.chat_id, one.state) for one in await endpoints.of(conn, member_id)]


async def close_and_reroute(home: Scene, account: str, run_id: int) -> bool:
    """The platform says of a run's first row that its chat is gone."""
    row, *_ = await home.queue(run_id, account)
    await home.claim([row])
    async with home.database.write() as conn:
        await endpoints.close(conn, account, row.chat_id or "", "blocked", NOW)
        rerouted = await rerouting.reroute(conn, row, 1)
    await home.settle(row, Unreachable("blocked"))
    return rerouted


async def test_a_chat_belongs_to_whoever_joined_from_it_last(database: Database) -> None:
    home = await scene(database)
    first, second = await home.member("an"), await home.member("binh")
    async with database.write() as conn:
        await endpoints.attach(conn, second, ACCOUNT, "an", NOW)
        found = await members.at(conn, ACCOUNT, "an")
    assert found is not None
    assert found.id == second
    assert await states(home, first) == []


async def test_who_blocks_us_is_closed_and_who_writes_again_reopened(database: Database) -> None:
    home = await scene(database)
    member_id = await home.member("an")
    async with database.write() as conn:
        await endpoints.close(conn, ACCOUNT, "an", "blocked", NOW)
        await endpoints.close(conn, ACCOUNT, "an", "deactivated", NOW)
    assert await states(home, member_id) == [(ACCOUNT, "an", "closed")]
    async with database.write() as conn:
        await endpoints.reopen(conn, ACCOUNT, "an", NOW)
    assert await states(home, member_id) == [(ACCOUNT, "an", "open")]


async def test_a_row_goes_on_to_the_members_next_address_once(database: Database) -> None:
    home = await scene(database)
    await home.member("an", at=((ACCOUNT, "a"), (OTHER, "b")))
    run = await home.run()
    assert await close_and_reroute(home, ACCOUNT, run.id)
    assert await home.queue(run.id) == []
    (row,) = await home.queue(run.id, OTHER)
    assert (row.chat_id, row.attempts) == ("b", 1)
    assert not await close_and_reroute(home, OTHER, run.id)
    assert await home.states(run.id) == {"failed": 1}


async def test_a_row_with_parts_already_read_is_not_begun_again_elsewhere(database: Database) -> None:
    home = await scene(database)
    await home.member("an", at=((ACCOUNT, "a"), (OTHER, "b")))
    run = await home.run()
    (row,) = await home.queue(run.id)
    await home.claim([row])
    await home.settle(row, parts=2)
    assert not await close_and_reroute(home, ACCOUNT, run.id)
    assert await home.states(run.id) == {"failed": 1}


async def test_who_left_meanwhile_is_not_sought_elsewhere(database: Database) -> None:
    home = await scene(database)
    member_id = await home.member("an", at=((ACCOUNT, "a"), (OTHER, "b")))
    run = await home.run()
    (row,) = await home.queue(run.id)
    await home.claim([row])
    async with database.write() as conn:
        await erasing.leave(conn, member_id)
        assert not await rerouting.reroute(conn, row, 1)
    await home.settle(row, Unreachable("blocked"))
    assert await home.states(run.id) == {"failed": 1}


async def test_a_chat_with_a_new_id_takes_what_waits_along(database: Database) -> None:
    home = await scene(database)
    member_id = await home.member("an")
    run = await home.run()
    said = await home.say("an")
    async with database.write() as conn:
        await endpoints.move(conn, ACCOUNT, "an", "-100an", NOW)
    assert await states(home, member_id) == [(ACCOUNT, "-100an", "open")]
    assert [row.chat_id for row in await home.queue(run.id)] == ["-100an"]
    assert [(row.id, row.chat_id) for row in await home.queue()] == [(said, "-100an")]


async def test_after_a_move_an_erasure_finds_what_came_from_the_old_chat(database: Database) -> None:
    home = await scene(database)
    member_id = await home.member("an")
    chat = {"account": ACCOUNT, "chat_id": "an"}
    handled = {**chat, "update_key": "1", "state": "done", "attempts": 1, "received_at": NOW}
    async with database.write() as conn:
        await conn.execute(insert(inbox).values(**handled))
        await conn.execute(insert(conversation).values(**chat, form="gopy", state="{}", updated_at=NOW))
        await endpoints.move(conn, ACCOUNT, "an", "-100an", NOW)
        await erasing.erase(conn, member_id)
        assert (await conn.execute(select(inbox.c.chat_id))).scalars().all() == [""]
        assert (await conn.execute(select(conversation))).all() == []


async def test_moving_to_a_chat_that_is_known_makes_no_second_address(database: Database) -> None:
    home = await scene(database)
    member_id = await home.member("an", at=((ACCOUNT, "a"), (ACCOUNT, "-100a")))
    run = await home.run()
    async with database.write() as conn:
        await endpoints.move(conn, ACCOUNT, "a", "-100a", NOW)
    assert len(await states(home, member_id)) == 2
    assert [row.chat_id for row in await home.queue(run.id)] == ["-100a"]


async def test_alarms_go_to_the_top_of_the_tree_over_an_account_that_works(database: Database) -> None:
    home = await scene(database)
    boss = (Role.ADMINISTRATOR,)
    await home.member("low", "24169", roles=boss, at=((OTHER, "low"),))
    await home.member("high", "66", roles=boss, at=((ACCOUNT, "h1"), (OTHER, "h2"), (OTHER, "h3")))
    await home.member("deaf", "66", roles=boss)
    await home.member("plain", "66", at=((OTHER, "p"),))
    async with database.write() as conn:
        found = await endpoints.holding(conn, Role.ADMINISTRATOR, ACCOUNT, 10)
        assert [(one.chat_id, language) for one, language in found] == [("h2", "vi"), ("low", "vi")]
        await accounts.stop(conn, OTHER, "token refused")
        assert await endpoints.holding(conn, Role.ADMINISTRATOR, ACCOUNT, 10) == []
