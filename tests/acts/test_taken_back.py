"""A copy put back brings back no right that was taken back after it was made."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.acts import store as acts
from bot.core.people.members import Role
from bot.storage import backup, epoch
from bot.storage.people import invitations, members, suspension
from bot.storage.tables import member, member_role
from tests.acts.test_store import in_place_of
from tests.handlers.village import ZONE
from tests.storage.scene import ACCOUNT, HOUR, NOW, Scene, scene
from tests.stores import store

HEAD = (Role.ADMINISTRATOR, Role.EDITOR)


@pytest.fixture(params=["sqlite", "postgres"])
async def home(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Scene]:
    async with store(request.param, tmp_path) as database:
        yield await scene(database)


async def invites(home: Scene, *roles: Role, uses: int = 1) -> str:
    """A code for a unit, which holds for a month; the code."""
    async with home.database.write() as conn:
        made = await invitations.make_invite(
            conn, "66", roles, expires_at=NOW + 720 * HOUR, uses=uses, created_by="cli", now=NOW
        )
    return made.code


async def admits(home: Scene, code: str) -> int:
    async with home.database.read() as conn:
        found = await invitations.find_invite(conn, invitations.fingerprint(conn, code))
    assert found is not None
    return 0 if found.withdrawn_at is not None else found.uses_left


async def rights(home: Scene) -> dict[str, tuple[str, str, set[str]]]:
    """Of each member where they are, how they stand, with which roles."""
    async with home.database.read() as conn:
        held = list(await conn.execute(select(member_role.c.member_id, member_role.c.role)))
        rows = await conn.execute(select(member.c.id, member.c.name, member.c.unit, member.c.state))
        return {
            name: (unit, state, {role for whose, role in held if whose == number})
            for number, name, unit, state in rows
        }


async def test_who_lost_a_right_since_the_copy_has_it_no_more(home: Scene, tmp_path: Path) -> None:
    an, binh, chi, _ = [await home.member(name, roles=HEAD) for name in ("an", "binh", "chi", "dung")]
    await asyncio.to_thread(backup.copy, home.database, tmp_path / "copy")
    async with home.database.write() as conn:
        await suspension.suspend(conn, an)
        await members.set_roles(conn, binh, (Role.EDITOR, Role.REPORTER))
        await members.place(conn, chi, "24169")
    await home.member("em", roles=HEAD)
    done = await acts.restore(home.database, tmp_path / "copy", NOW + HOUR, ZONE)
    assert done.rights == 3
    assert await rights(home) == {
        "an": ("66", "suspended", {*HEAD}),
        "binh": ("66", "active", {"editor"}),  # what was given since is asked for anew
        "chi": ("24169", "active", {*HEAD}),
        "dung": ("66", "active", {*HEAD}),
    }


async def test_a_code_used_or_withdrawn_since_the_copy_admits_nobody(home: Scene, tmp_path: Path) -> None:
    used, withdrawn, whole = [await invites(home, Role.ADMINISTRATOR, uses=2) for _ in range(3)]
    await asyncio.to_thread(backup.copy, home.database, tmp_path / "copy")
    async with home.database.write() as conn:
        for code in (used, used):
            assert await invitations.use_invite(conn, invitations.fingerprint(conn, code), NOW)
        found = await invitations.find_invite(conn, invitations.fingerprint(conn, withdrawn))
        assert found is not None
        await invitations.withdraw_invite(conn, found.id, NOW)
    done = await acts.restore(home.database, tmp_path / "copy", NOW + HOUR, ZONE)
    assert done.codes == 2
    assert [await admits(home, code) for code in (used, withdrawn, whole)] == [0, 0, 2]


async def test_where_nothing_tells_codes_of_authority_are_withdrawn(tmp_path: Path) -> None:
    async with store("sqlite", tmp_path) as database:
        home = await scene(database)
        await home.member("an")
        high, low = await invites(home, *HEAD), await invites(home, Role.COMMUNICATOR, Role.REPORTER)
        backup.copy(database, tmp_path / "copy")
        await database.close()
        for name in ("", "-wal", "-shm"):
            (tmp_path / f"store.db{name}").unlink(missing_ok=True)
        done = await acts.restore(database, tmp_path / "copy", NOW + HOUR, ZONE)
        assert (done.rights, done.codes) == (None, 1)
        assert [await admits(home, code) for code in (high, low)] == [0, 1]


async def test_of_another_store_that_lay_there_nothing_is_believed(tmp_path: Path) -> None:
    async with store("sqlite", tmp_path) as database:
        home = await scene(database)
        await home.member("an", roles=HEAD)
        backup.copy(database, tmp_path / "copy")
    for name in ("", "-wal", "-shm"):
        (tmp_path / f"store.db{name}").unlink(missing_ok=True)
    async with store("sqlite", tmp_path) as database:
        home = await scene(
            database,
        )
        home.now += HOUR
        other = await home.member("binh")
        async with database.write() as conn:
            await suspension.suspend(conn, other)
        done = await acts.restore(database, tmp_path / "copy", NOW + HOUR, ZONE)
        assert done.rights is None
        assert await rights(home) == {"an": ("66", "active", {*HEAD})}


async def test_a_copy_put_back_by_hand_opens_no_office(tmp_path: Path) -> None:
    async with store("sqlite", tmp_path) as database:
        home = await scene(database)
        code = await invites(home, *HEAD)
        counts = epoch.Epoch(database, ACCOUNT)
        backup.copy(database, tmp_path / "copy")
        async with database.write() as conn:
            await counts.advance(conn)
        counts.mark()
        await database.close()
        in_place_of(database.path, tmp_path / "copy")
        hold = await acts.doubt_if_older(database, [ACCOUNT], NOW, ZONE)
        assert hold is not None
        assert await admits(home, code) == 0
