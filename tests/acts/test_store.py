"""The store held, copied and put back: nobody gets anything twice without an operator's word."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.acts import store as acts
from bot.core.kernel.errors import StorageError
from bot.core.meetings.conference import Notice
from bot.core.schedule.instants import milliseconds
from bot.core.schedule.occurrences import Once
from bot.core.talk.reply import SendReply
from bot.storage import backup, epoch, hold
from bot.storage.accounts import usage
from bot.storage.database import Database
from bot.storage.delivery import followed, replies
from bot.storage.leases import exclusive
from bot.storage.meetings import conferences
from bot.storage.meetings.conferences import ConferenceRow
from bot.storage.opinion import owing
from bot.storage.tables import broadcast, delivery, run
from tests.engine.script import said
from tests.handlers.village import ZONE
from tests.storage.scene import ACCOUNT, HOUR, NOW, OTHER, Scene, scene
from tests.stores import store


@pytest.fixture(params=["sqlite", "postgres"])
async def home(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Scene]:
    async with store(request.param, tmp_path) as database:
        yield await scene(database)


async def states(home: Scene) -> dict[str, int]:
    found: dict[str, int] = {}
    async with home.database.read() as conn:
        for (state,) in await conn.execute(select(delivery.c.state)):
            found[state] = found.get(state, 0) + 1
    return found


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def there(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@asynccontextmanager
async def linked(link: Path) -> AsyncIterator[Database]:
    """The store that a link leads to."""
    database = Database(f"sqlite:///{link}")
    try:
        yield database
    finally:
        await database.close()


def in_place_of(path: Path | None, copy: Path) -> None:
    """Put a file in the place of a store, as an operator does by hand."""
    for name in ("-wal", "-shm", ""):
        Path(f"{path}{name}").unlink(missing_ok=True)
    copy.rename(str(path))


async def in_mid_run(home: Scene) -> int:
    """Two of three members have it, one waits, and a reply waits too; the run's number."""
    for name in ("an", "binh", "chi"):
        await home.member(name)
    one = await home.run()
    async with home.database.write() as conn:
        first = select(delivery.c.id).where(delivery.c.run_id == one.id).order_by(delivery.c.id).limit(2)
        ids = [row[0] for row in await conn.execute(first)]
        await conn.execute(update(delivery).where(delivery.c.id.in_(ids)).values(state="sent", sent_at=NOW))
        await replies.say(conn, ACCOUNT, "an", SendReply(message=said("xin chào")), NOW)
    return one.id


async def test_a_store_put_back_sends_nothing_by_itself(home: Scene, tmp_path: Path) -> None:
    run_id = await in_mid_run(home)
    due_later = await home.broadcast("hai")
    copy = tmp_path / "copy"
    async with home.database.write() as conn:  # it would remind by itself, and call whose people are late
        mine = update(run).where(run.c.id == run_id)
        await conn.execute(mine.values(remind_at=NOW + HOUR, deadline_at=NOW + 2 * HOUR))
    await asyncio.to_thread(backup.copy, home.database, copy)
    assert mode(copy) == 0o600
    async with home.database.write() as conn:  # it went on after the copy was made
        await conn.execute(update(delivery).where(delivery.c.run_id == run_id).values(state="sent"))
        await conn.execute(update(broadcast).where(broadcast.c.id == due_later).values(state="finished"))
    done = await acts.restore(home.database, copy, NOW + HOUR, ZONE)
    assert (done.uncertain, done.replies, done.paused) == (1, 1, 1)
    assert await states(home) == {"sent": 2, "uncertain": 1, "cancelled": 1}
    async with home.database.read() as conn:
        found = await acts.status(conn, NOW + HOUR)
        assert found.held is not None
        assert found.held.why == "restored"
        assert [(one.run, one.waiting, one.uncertain) for one in found.runs] == [(run_id, 0, 1)]
        assert [(one.broadcast, one.state) for one in found.broadcasts] == [(due_later, "paused")]
        assert (await conn.execute(select(run.c.state).where(run.c.id == run_id))).scalar_one() == "paused"
    async with home.database.write() as conn:
        assert await acts.release(conn, NOW + HOUR)
        assert not await acts.release(conn, NOW + HOUR)
    assert await home.queue(run_id) == []
    async with home.database.read() as conn:
        assert await followed.due(conn, NOW + 3 * HOUR) == []


async def test_what_a_month_has_used_up_since_the_copy_stays_used(home: Scene, tmp_path: Path) -> None:
    async with home.database.write() as conn:
        await usage.add(conn, ACCOUNT, "2027-01", 10)
    await asyncio.to_thread(backup.copy, home.database, tmp_path / "copy")
    async with home.database.write() as conn:
        await usage.add(conn, ACCOUNT, "2027-01", 7)
        await usage.add(conn, OTHER, "2027-01", 3)
    await acts.restore(home.database, tmp_path / "copy", NOW + HOUR, ZONE)
    async with home.database.read() as conn:
        assert await usage.every(conn, "2027-01") == {ACCOUNT: 17, OTHER: 3}


@pytest.mark.parametrize("told", [True, False])
async def test_what_was_cancelled_or_changed_since_the_copy_does_not_go_by_itself(
    told: bool, home: Scene, tmp_path: Path
) -> None:
    at = NOW + 24 * HOUR
    later = [await Scene(home.database, at).broadcast(name) for name in ("mot", "hai", "ba")]
    await asyncio.to_thread(backup.copy, home.database, tmp_path / "copy")
    async with home.database.write() as conn:
        plan = update(broadcast)
        await conn.execute(plan.where(broadcast.c.id == later[0]).values(state="cancelled"))
        moved = Once(at=at + HOUR).model_dump_json()
        await conn.execute(plan.where(broadcast.c.id == later[1]).values(schedule=moved))
        if not told:  # another store lies there by now
            await conn.execute(plan.values(created_at=1))
    done = await acts.restore(home.database, tmp_path / "copy", NOW + HOUR, ZONE)
    async with home.database.read() as conn:
        found = {row[0]: row[1] for row in await conn.execute(select(broadcast.c.id, broadcast.c.state))}
    assert found == dict(zip(later, ("paused", "paused", "scheduled" if told else "paused"), strict=True))
    assert done.paused == (2 if told else 3)


@pytest.mark.parametrize("told", [True, False])
async def test_what_was_approved_since_the_copy_is_not_approved_again(
    told: bool, home: Scene, tmp_path: Path
) -> None:
    waiting = [await home.broadcast(name) for name in ("mot", "hai")]
    plan = update(broadcast)
    async with home.database.write() as conn:
        await conn.execute(plan.values(state="submitted", next_at=None))
    await asyncio.to_thread(backup.copy, home.database, tmp_path / "copy")
    async with home.database.write() as conn:
        await conn.execute(plan.where(broadcast.c.id == waiting[0]).values(state="finished"))
        if not told:  # another store lies there by now
            await conn.execute(plan.values(created_at=1))
    done = await acts.restore(home.database, tmp_path / "copy", NOW + HOUR, ZONE)
    async with home.database.read() as conn:
        found = {row[0]: row[1] for row in await conn.execute(select(broadcast.c.id, broadcast.c.state))}
    assert found == dict(zip(waiting, ("returned", "submitted" if told else "returned"), strict=True))
    assert done.returned == (1 if told else 2)


async def test_what_a_copy_was_to_say_by_now_it_says_to_nobody_by_itself(home: Scene, tmp_path: Path) -> None:
    at = NOW + 30 * HOUR
    async with home.database.write() as conn:
        row = ConferenceRow(0, "66", "/TW/66/", "Họp", at, "x", "x", "x", at - HOUR, "announced")
        heard = {Notice.ANNOUNCED: NOW, Notice.CHASE: NOW + HOUR, Notice.BEGUN: NOW + HOUR}
        number = await conferences.add(conn, row, {**heard, Notice.AFTER: at}, NOW)
    await asyncio.to_thread(backup.copy, home.database, tmp_path / "copy")
    async with home.database.read() as conn:
        assert (await acts.status(conn, NOW + 2 * HOUR)).notices == 3
    await acts.restore(home.database, tmp_path / "copy", NOW + 2 * HOUR, ZONE)
    async with home.database.read() as conn:
        assert (await acts.status(conn, NOW + 2 * HOUR)).notices == 1  # that it has begun: nobody hears it
        owed = await conferences.due(conn, at)
        assert owed is not None
        assert (owed.conference, owed.kind) == (number, Notice.BEGUN)
        week = await owing.asked(conn)
        assert week is not None
        assert week.done
    async with home.database.write() as conn:
        await conferences.said(conn, owed, "", True)
        later = await conferences.due(conn, at)
    assert later is not None
    assert later.kind is Notice.AFTER


async def test_numbers_given_after_the_copy_are_not_given_again(home: Scene, tmp_path: Path) -> None:
    before = await home.member("an")
    await asyncio.to_thread(backup.copy, home.database, tmp_path / "copy")
    lost = await home.member("binh")
    await acts.restore(home.database, tmp_path / "copy", NOW, ZONE)
    after = await home.member("chi")
    assert before < lost < after


async def test_a_copy_put_back_twice_gives_no_number_twice(home: Scene, tmp_path: Path) -> None:
    await asyncio.to_thread(backup.copy, home.database, tmp_path / "copy")
    given = []
    for name in ("an", "binh", "chi"):
        await acts.restore(home.database, tmp_path / "copy", NOW + len(given) * HOUR, ZONE)
        given.append(await home.member(name))
    assert len(set(given)) == 3


async def test_the_store_as_it_was_is_kept(home: Scene, tmp_path: Path) -> None:
    await asyncio.to_thread(backup.copy, home.database, tmp_path / "copy")
    await home.member("an")
    done = await acts.restore(home.database, tmp_path / "copy", NOW, ZONE)
    assert done.kept is not None
    assert mode(done.kept) == 0o600


async def test_behind_a_link_it_is_the_file_itself_that_a_copy_takes_the_place_of(tmp_path: Path) -> None:
    (tmp_path / "large").mkdir()
    (tmp_path / "link.db").symlink_to("large/store.db")
    async with store("sqlite", tmp_path / "large") as database:
        await (await scene(database)).member("an")
        backup.copy(database, tmp_path / "copy")
        async with linked(tmp_path / "link.db") as other:
            await acts.restore(other, tmp_path / "copy", NOW, ZONE)
        assert (tmp_path / "link.db").is_symlink()
        async with database.read() as conn:
            assert await hold.held(conn) is not None
    assert set(contents(tmp_path)) == {"link.db", "copy"}  # nothing of the store lies beside the link


async def test_a_copy_is_never_written_over_another_and_never_half(home: Scene, tmp_path: Path) -> None:
    there(tmp_path / "copy", b"precious")
    with pytest.raises(StorageError, match="never overwritten"):
        backup.copy(home.database, tmp_path / "copy")
    with pytest.raises(StorageError, match="no folder"):
        backup.copy(home.database, tmp_path / "nowhere" / "copy")
    assert contents(tmp_path)["copy"] == b"precious"
    assert [name for name in contents(tmp_path) if name.startswith(".copy")] == []


@pytest.mark.parametrize("content", [b"", b"not a database at all", b"SQLite format 3\x00" + bytes(200)])
async def test_what_is_no_backup_is_refused_and_changes_nothing(tmp_path: Path, content: bytes) -> None:
    async with store("sqlite", tmp_path) as database:
        home = await scene(database)
        await home.member("an")
        there(tmp_path / "bad", content)
        with pytest.raises(StorageError):
            await acts.restore(database, tmp_path / "bad", NOW, ZONE)
        with pytest.raises(StorageError, match="no backup"):
            await acts.restore(database, tmp_path / "missing", NOW, ZONE)
        async with database.read() as conn:
            assert await hold.held(conn) is None
        assert await database.check() == []


async def test_a_store_of_a_newer_program_is_not_put_back(tmp_path: Path) -> None:
    async with store("sqlite", tmp_path) as database:
        backup.copy(database, tmp_path / "copy")
        newer = sqlite3.connect(tmp_path / "copy")
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
        newer.commit()
        newer.close()
        with pytest.raises(StorageError, match="newer program"):
            await acts.restore(database, tmp_path / "copy", NOW, ZONE)


async def test_nothing_is_put_back_under_a_run(home: Scene, tmp_path: Path) -> None:
    await asyncio.to_thread(backup.copy, home.database, tmp_path / "copy")
    async with exclusive(home.database):
        with pytest.raises(StorageError, match="already runs"):
            await acts.restore(home.database, tmp_path / "copy", NOW, ZONE)


async def test_a_copy_made_by_hand_is_known_to_be_older(tmp_path: Path) -> None:
    async with store("sqlite", tmp_path) as database:
        home = await scene(database)
        count = epoch.Epoch(database, ACCOUNT)
        async with database.write() as conn:
            await count.advance(conn)
        count.mark()
        await in_mid_run(home)
        assert await acts.doubt_if_older(database, [ACCOUNT], NOW, ZONE) is None
        backup.copy(database, tmp_path / "copy")
        async with database.write() as conn:
            await count.advance(conn)
        count.mark()
        count.close()
        assert await acts.doubt_if_older(database, [ACCOUNT], NOW, ZONE) is None
        await database.close()
        in_place_of(database.path, tmp_path / "copy")
        found = await acts.doubt_if_older(database, [ACCOUNT], NOW, ZONE)
        assert found is not None
        assert found.why == "older"
        assert await states(home) == {"sent": 2, "uncertain": 1, "cancelled": 1}
        async with database.write() as conn:
            await acts.release(conn, NOW)
        assert await acts.doubt_if_older(database, [ACCOUNT], NOW, ZONE) is None


async def test_a_hold_is_put_once_and_keeps_its_first_reason(home: Scene) -> None:
    async with home.database.write() as conn:
        assert await acts.hold(conn, NOW)
        assert not await acts.hold(conn, NOW + 1)
        found = await hold.held(conn)
    assert found == hold.Hold(since=NOW, why="operator")


@pytest.mark.parametrize(("beside", "held"), [("", False), ("rác", True), ("9" * 400, True), ("-5", True)])
async def test_a_count_beside_the_store_that_cannot_be_read_holds_it_once(
    home: Scene, beside: str, held: bool
) -> None:
    home.database.beside(f"epoch-{ACCOUNT}").write_text(beside, encoding="utf-8")
    found = await acts.doubt_if_older(home.database, [ACCOUNT], home.now, ZONE)
    assert (found is not None) is held
    async with home.database.write() as conn:
        await acts.release(conn, home.now)
    assert await acts.doubt_if_older(home.database, [ACCOUNT], home.now, ZONE) is None


async def test_a_copy_put_back_by_hand_gives_no_number_again(tmp_path: Path) -> None:
    async with store("sqlite", tmp_path) as database:
        home = await scene(database)
        await home.member("an")
        copy = tmp_path / "copy"
        await asyncio.to_thread(backup.copy, database, copy)
        later = await home.member("binh")
        count = epoch.Epoch(database, ACCOUNT)
        async with database.write() as conn:
            await count.advance(conn)  # they are welcomed
        count.mark()
        count.close()
        await database.close()
        in_place_of(database.path, copy)
        assert await acts.doubt_if_older(database, [ACCOUNT], home.now, ZONE) is not None
        assert await home.member("chi") > later
        await database.close()


async def test_a_week_begins_on_the_deployments_own_monday(home: Scene, tmp_path: Path) -> None:
    await asyncio.to_thread(backup.copy, home.database, tmp_path / "copy")
    monday = datetime(2027, 1, 18, 2, tzinfo=ZONE)  # a Sunday evening still, at Greenwich
    await acts.restore(home.database, tmp_path / "copy", milliseconds(monday), ZONE)
    async with home.database.read() as conn:
        week = await owing.asked(conn)
    assert week is not None
    assert week.first == "2027-01-18"
