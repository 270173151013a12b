"""An update is kept once, handled once, and given up after three tries."""

import asyncio

from sqlalchemy import select

from bot.core.ports import RawUpdate
from bot.storage.accounts import accounts
from bot.storage.database import Database
from bot.storage.tables import inbox as table
from bot.storage.talk import inbox
from tests.storage.scene import ACCOUNT, NOW, OTHER, scene


async def kept(database: Database, *updates: tuple[int, str], account: str = ACCOUNT) -> None:
    async with database.write() as conn:
        raw = [RawUpdate(str(number), chat, f'{{"update_id":{number}}}') for number, chat in updates]
        await inbox.keep(conn, account, raw, NOW)


async def waiting(database: Database, limit: int = 10, after: int = 0) -> list[tuple[str, str]]:
    async with database.read() as conn:
        return [(row.account, row.payload) for row in await inbox.waiting(conn, limit, after)]


async def test_an_update_that_comes_twice_is_kept_once(database: Database) -> None:
    await scene(database)
    await kept(database, (7, "an"), (8, "an"))
    await kept(database, (8, "an"), (7, "an"), (9, "an"))
    await kept(database, (7, "an"), account=OTHER)
    assert [payload for _, payload in await waiting(database)] == [
        '{"update_id":7}',
        '{"update_id":8}',
        '{"update_id":9}',
        '{"update_id":7}',
    ]


async def test_an_update_that_comes_again_after_it_was_handled_stays_handled(database: Database) -> None:
    await scene(database)
    await kept(database, (7, "an"))
    async with database.write() as conn:
        (row,) = await inbox.waiting(conn, 10)
        assert await inbox.close(conn, row.id, NOW)
        assert not await inbox.close(conn, row.id, NOW)
    await kept(database, (7, "an"))
    assert await waiting(database) == []


async def test_of_two_who_handle_the_same_update_one_does(database: Database) -> None:
    await scene(database)
    await kept(database, (7, "an"))
    async with database.read() as conn:
        (row,) = await inbox.waiting(conn, 10)

    async def handle() -> bool:
        async with database.write() as conn:
            return await inbox.close(conn, row.id, NOW)

    assert sorted(await asyncio.gather(handle(), handle(), handle())) == [False, False, True]


async def test_a_handled_update_keeps_its_number_and_nothing_of_who_wrote(database: Database) -> None:
    await scene(database)
    await kept(database, (7, "an"))
    async with database.write() as conn:
        (row,) = await inbox.waiting(conn, 10)
        await inbox.close(conn, row.id, NOW + 1)
        found = (await conn.execute(select(table))).one()
    assert (found.update_key, found.chat_id, found.state, found.payload) == ("7", "", "done", None)
    assert found.done_at == NOW + 1


async def test_what_waits_comes_in_order_and_from_a_place_on(database: Database) -> None:
    await scene(database)
    await kept(database, (1, "an"), (2, "an"), (3, "binh"))
    await kept(database, (1, "an"), account=OTHER)
    async with database.write() as conn:
        rows = await inbox.waiting(conn, 10)
        assert [row.id for row in rows] == sorted(row.id for row in rows)
        await inbox.close(conn, rows[0].id, NOW)
    assert await waiting(database, 2) == [(ACCOUNT, '{"update_id":2}'), (ACCOUNT, '{"update_id":3}')]
    assert await waiting(database, 10, rows[1].id) == [
        (ACCOUNT, '{"update_id":3}'),
        (OTHER, '{"update_id":1}'),
    ]


async def test_updates_are_closed_together_or_it_is_told_that_one_was_closed(database: Database) -> None:
    await scene(database)
    await kept(database, (1, "an"), (2, "an"), (3, "binh"))
    async with database.write() as conn:
        ids = [row.id for row in await inbox.waiting(conn, 10)]
        assert await inbox.close_all(conn, ids[:2], NOW)
        assert not await inbox.close_all(conn, ids[1:], NOW)


async def test_an_update_that_fails_three_times_is_set_aside_with_its_words(database: Database) -> None:
    await scene(database)
    await kept(database, (7, "an"))
    async with database.write() as conn:
        (row,) = await inbox.waiting(conn, 10)
        assert [await inbox.failed(conn, row.id, "KeyError", 3, NOW) for _ in range(4)] == [
            False,
            False,
            True,
            False,
        ]
        found = (await conn.execute(select(table))).one()
        assert await inbox.counts(conn) == {"quarantined": 1}
        assert await inbox.given_up(conn) == (1, NOW)
    assert (found.attempts, found.error, found.payload) == (3, "KeyError", '{"update_id":7}')
    assert await waiting(database) == []


async def test_of_an_update_given_up_the_words_go_after_days_and_its_number_later(database: Database) -> None:
    await scene(database)
    await kept(database, (7, "an"), (8, "an"))
    async with database.write() as conn:
        row, _ = await inbox.waiting(conn, 10)
        for _ in range(3):
            await inbox.failed(conn, row.id, "KeyError", 3, NOW)
        assert await inbox.empty_given_up(conn, NOW) == 0
        assert [await inbox.empty_given_up(conn, NOW + 1) for _ in range(2)] == [1, 0]
        given_up, waits = (await conn.execute(select(table).order_by(table.c.id))).all()
        assert (given_up.update_key, given_up.chat_id, given_up.payload, given_up.error) == (
            "7",
            "",
            None,
            None,
        )
        assert (waits.chat_id, waits.state) == ("an", "new")


async def test_only_updates_that_wait_no_more_are_forgotten(database: Database) -> None:
    await scene(database)
    await kept(database, (1, "an"), (2, "an"), (3, "an"))
    async with database.write() as conn:
        first, second, _ = await inbox.waiting(conn, 10)
        await inbox.close(conn, first.id, NOW)
        for _ in range(3):
            await inbox.failed(conn, second.id, "KeyError", 3, NOW)
        assert await inbox.forget(conn, NOW, 10) == 0
        assert await inbox.forget(conn, NOW + 1, 1) == 1
        assert await inbox.forget(conn, NOW + 1, 10) == 1
        assert await inbox.counts(conn) == {"new": 1}


async def test_how_far_an_account_has_read_is_kept_with_what_it_read(database: Database) -> None:
    await scene(database)
    try:
        async with database.write() as conn:
            await inbox.keep(conn, ACCOUNT, [RawUpdate("5", "an", "{}")], NOW)
            await accounts.advance(conn, ACCOUNT, "6")
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass
    async with database.read() as conn:
        assert [row.cursor for row in await accounts.every(conn)] == [None, None]
    assert await waiting(database) == []
