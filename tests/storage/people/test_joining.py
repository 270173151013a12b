"""Invitations and requests: each is used or decided once, whoever hurries."""

import asyncio

from sqlalchemy import select

from bot.core.people.members import Role
from bot.storage.accounts import accounts
from bot.storage.database import Database
from bot.storage.people import invitations, requests
from bot.storage.tables import invite
from tests.storage.scene import ACCOUNT, HOUR, NOW, OTHER, scene


async def made(database: Database, uses: int = 1, account: str | None = None) -> invitations.Invite:
    async with database.write() as conn:
        return await invitations.make_invite(
            conn,
            "66",
            (Role.REPORTER, Role.COMMUNICATOR),
            expires_at=NOW + HOUR,
            uses=uses,
            created_by="cli",
            now=NOW,
            account=account,
        )


async def use(database: Database, code: str, now: int = NOW) -> bool:
    async with database.write() as conn:
        return await invitations.use_invite(conn, invitations.fingerprint(conn, code), now)


async def test_an_invitation_used_by_many_at_once_admits_as_many_as_it_says(database: Database) -> None:
    await scene(database)
    one = await made(database, uses=2)
    used = await asyncio.gather(*(use(database, one.code) for _ in range(6)))
    assert sum(used) == 2


async def test_an_invitation_ends_at_its_hour(database: Database) -> None:
    await scene(database)
    one = await made(database)
    assert not await use(database, one.code, NOW + HOUR)
    assert await use(database, one.code, NOW + HOUR - 1)
    assert not await use(database, "AAAA-AAAA")


async def test_a_use_that_is_rolled_back_is_not_spent(database: Database) -> None:
    await scene(database)
    one = await made(database)
    try:
        async with database.write() as conn:
            assert await invitations.use_invite(conn, invitations.fingerprint(conn, one.code), NOW)
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass
    assert await use(database, one.code)


async def test_a_code_is_read_however_it_is_typed_and_stored_nowhere(database: Database) -> None:
    await scene(database)
    one = await made(database)
    typed = f" {one.code[:4].lower()}-{one.code[4:]} "
    async with database.read() as conn:
        found = await invitations.find_invite(conn, invitations.fingerprint(conn, typed))
        stored = (await conn.execute(select(invite))).one()
    assert found is not None
    assert found.roles == {Role.REPORTER, Role.COMMUNICATOR}
    assert one.code not in str(tuple(stored))


async def test_a_link_is_of_the_account_asked_for_where_it_has_one(database: Database) -> None:
    await scene(database)
    assert (await made(database)).link is None
    async with database.write() as conn:
        await accounts.set_link(conn, ACCOUNT, "https://a/{code}")
        await accounts.set_link(conn, OTHER, "https://b/{code}")
    one = await made(database, account=OTHER)
    assert one.link == f"https://b/{one.code}"
    async with database.write() as conn:
        await accounts.stop(conn, OTHER, "token refused")
    one = await made(database, account=OTHER)
    assert one.link == f"https://a/{one.code}"


async def ask(database: Database, chat_id: str = "an") -> int:
    async with database.write() as conn:
        return await requests.add(conn, ACCOUNT, chat_id, "An", "vi", "66", "1", NOW)


async def test_a_chat_has_one_request_waiting(database: Database) -> None:
    home = await scene(database)
    boss = await home.member("boss")
    first, second = await ask(database), await ask(database)
    async with database.write() as conn:
        found = [await requests.get(conn, one) for one in (first, second)]
        assert [one.state for one in found if one] == ["declined", "waiting"]
        assert not await requests.decide(conn, first, "accepted", boss, NOW)


async def test_of_two_who_decide_the_first_does(database: Database) -> None:
    home = await scene(database)
    boss, other = await home.member("boss"), await home.member("other")
    asked = await ask(database)

    async def decide(by: int, state: str) -> bool:
        async with database.write() as conn:
            return await requests.decide(conn, asked, state, by, NOW)

    assert sorted(await asyncio.gather(decide(boss, "accepted"), decide(other, "declined"))) == [False, True]
