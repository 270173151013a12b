"""What a server's files hold: no words of an update, and nothing of who left once tables are written anew."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.core.ports import RawUpdate
from bot.storage import residue, sealed
from bot.storage.accounts.tables import setting
from bot.storage.database import Database
from bot.storage.keys import KEYRING, Keyring
from bot.storage.people import erasing
from bot.storage.tables import inbox as inbox_table
from bot.storage.talk import inbox
from tests.files import holding
from tests.patience import PATIENCE_S
from tests.storage.scene import ACCOUNT, NOW, scene
from tests.stores import store

NAME, CHAT, WORDS = "Người-sẽ-bị-xóa-4721", "chat-4722", "Điều-đã-viết-4723"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Database]:
    """A migrated, empty store on PostgreSQL."""
    async with store("postgres", tmp_path) as found:
        yield found


class _Server:
    """As much of a connection to a server as sealing looks at."""

    def __init__(self, folder: Path) -> None:
        self.dialect = type("Dialect", (), {"name": "postgresql"})
        self.info = {KEYRING: Keyring(lambda name: folder / name)}


@given(words=st.text(), other=st.text(min_size=8))
def test_what_is_sealed_comes_back_and_shows_nothing(
    tmp_path_factory: pytest.TempPathFactory, words: str, other: str
) -> None:
    conn: object = _Server(tmp_path_factory.getbasetemp())
    kept = sealed.seal(conn, words)  # type: ignore[arg-type]
    assert sealed.unseal(conn, kept) == words  # type: ignore[arg-type]
    assert sealed.seal(conn, words) != kept  # type: ignore[arg-type]
    assert other not in sealed.seal(conn, other)  # type: ignore[arg-type]


def test_what_another_key_sealed_is_not_guessed_at(tmp_path: Path) -> None:
    one, other = (_Server(tmp_path / name) for name in ("one", "other"))
    for folder in ("one", "other"):
        (tmp_path / folder).mkdir()
    assert sealed.unseal(other, sealed.seal(one, WORDS)) is None  # type: ignore[arg-type]
    assert sealed.unseal(one, sealed.seal(one, WORDS)) == WORDS  # type: ignore[arg-type]


async def test_an_update_waits_sealed_and_is_read_as_it_came(server: Database) -> None:
    await scene(server)
    async with server.write() as conn:
        await inbox.keep(conn, ACCOUNT, [RawUpdate("1", CHAT, f'{{"text": "{WORDS}"}}')], NOW)
        before = {"account": ACCOUNT, "update_key": "0", "chat_id": CHAT, "state": "new", "attempts": 0}
        await conn.execute(insert(inbox_table).values(**before, payload="kept earlier", received_at=NOW))
    async with server.read() as conn:
        waiting = await inbox.waiting(conn, 5)
    assert [row.payload for row in waiting] == [f'{{"text": "{WORDS}"}}', "kept earlier"]
    assert await holding(server, [WORDS]) == []
    assert await holding(server, [CHAT])


async def test_nothing_of_who_was_erased_is_left_in_any_file(server: Database) -> None:
    home = await scene(server)
    member_id = await home.member(NAME, at=((ACCOUNT, CHAT),))
    async with server.write() as conn:
        await erasing.erase(conn, member_id)
    assert await holding(server, [NAME, CHAT])
    await cleared(server)
    assert await holding(server, [NAME, CHAT]) == []


@pytest.mark.parametrize("everybody", [False, True])
async def test_nor_in_what_the_server_samples_to_plan_by(server: Database, everybody: bool) -> None:
    home = await scene(server)
    goes = [await home.member(NAME, at=((ACCOUNT, CHAT),))]
    stay = [await home.member(f"Người khác {one}", at=((ACCOUNT, f"other-{one}"),)) for one in range(3)]
    async with server.alone() as conn:
        await conn.exec_driver_sql("ANALYZE")
    assert any("pg_statistic" in one for one in await holding(server, [CHAT]))
    async with server.write() as conn:
        for member_id in [*goes, *stay] if everybody else goes:
            await erasing.erase(conn, member_id)
    await cleared(server)
    assert await holding(server, [NAME, CHAT]) == []


async def test_nor_where_somebody_reads_while_it_is_sampled_anew(server: Database) -> None:
    home = await scene(server)
    member_id = await home.member(NAME, at=((ACCOUNT, CHAT),))
    for one in range(3):
        await home.member(f"Người khác {one}", at=((ACCOUNT, f"other-{one}"),))
    async with server.alone() as conn:
        await conn.exec_driver_sql("ANALYZE")
    async with server.write() as conn:
        await erasing.erase(conn, member_id)
    async with asyncio.timeout(PATIENCE_S):
        while await residue.past(server, residue.OWED) is None:
            pass
    async with server.read() as conn:  # it sees no more who was erased, and still what was sampled
        await conn.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        await conn.execute(text("SELECT 1"))
        await residue.clear(server)
    await cleared(server)
    assert await holding(server, [NAME, CHAT]) == []


async def test_whoever_is_just_connecting_is_waited_for(server: Database) -> None:
    home = await scene(server)
    member_id = await home.member(NAME, at=((ACCOUNT, CHAT),))
    slow = {"server_settings": {"post_auth_delay": "2"}}  # seconds in which the server tells nobody of it
    engine = create_async_engine(server.url, connect_args=slow)
    comes = asyncio.create_task(engine.connect().start())
    unheard_of = text("""
        SELECT pid FROM pg_locks WHERE locktype = 'virtualxid'
        AND pid NOT IN (SELECT pid FROM pg_stat_activity)
    """)
    async with server.read() as conn, asyncio.timeout(PATIENCE_S):
        while not (await conn.execute(unheard_of)).all():
            await conn.execute(text("SELECT pg_stat_clear_snapshot()"))  # or it is shown as it was
    async with server.write() as conn:
        await erasing.erase(conn, member_id)
    await cleared(server)
    assert await holding(server, [NAME, CHAT]) == []
    await (await comes).close()
    await engine.dispose()


async def test_what_is_locked_or_rolled_back_is_tried_again(server: Database) -> None:
    home = await scene(server)
    member_id = await home.member(NAME, at=((ACCOUNT, CHAT),))
    async with server.write() as conn:
        await erasing.leave(conn, member_id)
    async with server.write() as conn:
        await conn.execute(text("LOCK TABLE member IN SHARE MODE"))
        await residue.clear(server)
    assert await owed(server)
    assert await holding(server, [NAME])
    await cleared(server)
    assert await holding(server, [NAME, CHAT]) == []


async def test_a_large_table_is_written_anew_in_a_quiet_hour(
    server: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(residue, "LITTLE", 0)
    home = await scene(server)
    member_id = await home.member(NAME, at=((ACCOUNT, CHAT),))
    async with server.write() as conn:
        await erasing.leave(conn, member_id)
    await cleared(server)
    assert await holding(server, [NAME])
    assert await owed(server, residue.OWED_LARGE)
    await cleared(server, residue.OWED_LARGE)
    assert await holding(server, [NAME, CHAT]) == []


async def test_a_table_that_is_too_large_at_any_hour_is_not_locked_but_told_of(
    server: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("LITTLE", "MUCH"):
        monkeypatch.setattr(residue, name, 0)
    home = await scene(server)
    member_id = await home.member(NAME, at=((ACCOUNT, CHAT),))
    async with server.write() as conn:
        await erasing.leave(conn, member_id)
    await cleared(server)
    await cleared(server, residue.OWED_LARGE)
    said = capsys.readouterr()
    assert "too large to be written anew" in said.out + said.err  # wherever logs go by now
    async with server.read() as conn:
        found = await residue.owed(conn)
    assert found is not None
    assert "member" in found.tables
    await residue.clear(server)  # and not forgotten by the next round
    assert await owed(server, residue.LEFT)
    async with server.alone() as conn:  # as an operator does
        for table in found.tables:
            await conn.exec_driver_sql(f'VACUUM (FULL) "{table}"')
    await residue.clear(server)
    async with server.read() as conn:
        assert await residue.owed(conn) is None
    assert await holding(server, [NAME]) == []


async def test_since_when_an_erasure_is_owed_is_known_until_it_is_done(server: Database) -> None:
    home, found = await scene(server), []
    for number in range(2):
        member_id = await home.member(f"{NAME}{number}")
        async with server.write() as conn:
            await erasing.erase(conn, member_id)
            found.append(await residue.owed(conn))
    assert found[0] is not None
    assert found[1] == found[0]  # the first that is not done
    await cleared(server)
    await residue.clear(server)
    async with server.read() as conn:
        assert await residue.owed(conn) is None


async def owed(database: Database, what: str = residue.OWED) -> bool:
    async with database.read() as conn:
        query = select(setting.c.value).where(setting.c.key == what)
        return (await conn.execute(query)).first() is not None


async def cleared(database: Database, what: str = residue.OWED) -> None:
    """Clear until it is done: other databases of the server have transactions under way too."""
    async with asyncio.timeout(PATIENCE_S):
        while await owed(database, what) or await owed(database, residue.SAMPLES):
            await residue.clear(database, quiet=what == residue.OWED_LARGE)
