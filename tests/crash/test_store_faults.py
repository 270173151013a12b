"""A store that cannot go on: `run` stops before the next claim, says what to do, and nothing is lost."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.crash.ledger import Snapshot, assert_honest, assert_settled, snapshot
from tests.crash.world import World, world
from tests.stable import Stable, until

MEMBERS = 40
WINDOW = 16
KEPT = "Nothing that was kept is lost"


@pytest.fixture
def made(tmp_path: Path, stable: Stable) -> Iterator[World]:
    """Two broadcasts that wait to be sent; the second comes in parts."""
    with world(tmp_path, stable, members=MEMBERS, window=WINDOW) as found:
        for number in (0, 2):
            found.broadcast(number)
        yield found


def examined(made: World) -> Snapshot:
    """Sound and honest, whatever happened."""
    now = snapshot(made)
    assert_honest(now, made.platform.accepted(), MEMBERS, WINDOW)
    return now


def finish(made: World, deaths: int) -> None:
    """With a sound store everything goes out; at most a window a death stays in doubt."""
    command = made.run()
    until(lambda: _settled(made), "rows stay open")
    command.stop()
    tally = assert_settled(examined(made), made.platform.accepted())
    assert tally.sent + tally.uncertain == tally.deliveries == 2 * MEMBERS
    assert tally.uncertain <= deaths * WINDOW


def _settled(made: World) -> bool:
    now = snapshot(made)
    states = [state for state, _, _ in now.runs]
    return not now.waiting and states == ["finished", "finished"]


def size_of(file: Path | str) -> int:
    """In bytes; 0 where it is not there."""
    return Path(file).stat().st_size if Path(file).exists() else 0


def test_a_full_database_at_one_write_after_another(made: World) -> None:
    deaths = 0
    with closing(sqlite3.connect(made.database)) as store:
        pages = store.execute("PRAGMA page_count").fetchone()[0]
    for more in range(12):
        command = made.run({"pragmas": [f"PRAGMA max_page_count = {pages + more}"]})
        until(lambda command=command: command.code is not None or _settled(made), "neither full nor done")
        if command.code is None:
            command.stop()
            break
        deaths += 1
        assert command.code == 1, command.said
        assert "the disk is full: make room" in command.said
        assert KEPT in command.said
        assert "Traceback" not in command.said
        examined(made)
    assert deaths >= 2
    finish(made, deaths)


def test_a_file_that_may_not_grow(made: World) -> None:
    deaths = 0
    for share in (0.25, 0.5, 0.75, 2):  # pages that stand beyond the limit cannot be written either
        limit = int(size_of(made.database) * share)
        command = made.run({"file_size": limit})
        until(lambda command=command: command.code is not None or _settled(made), "neither full nor done")
        if command.code is None:
            command.stop()
            break
        deaths += 1
        assert command.code == 1, command.said
        assert "the disk is full: make room" in command.said or "the disk cannot be" in command.said
        assert KEPT in command.said
        examined(made)
    assert deaths >= 2
    finish(made, deaths)


def in_a_disk_of_its_own(made: World, size: int, then: str = "true") -> "subprocess.CompletedProcess[str]":
    """`run` with its database on a small tmpfs, in a mount namespace; what lay there is copied back."""
    disk = made.folder / "disk"
    disk.mkdir()
    text = made.config.read_text(encoding="utf-8")
    config = made.folder / "on-disk.toml"
    config.write_text(text.replace("sqlite:///store.db", f"sqlite:///{disk}/store.db"), encoding="utf-8")
    script = (
        f"mount -t tmpfs -o size={size} tmpfs {disk} || exit 99; "
        f"cp {made.database}* {disk}; {then} || exit 99; "
        f"timeout 60 {sys.executable} -m tests.runner run --config {config}; code=$?; "
        f"cp {disk}/store.db* {made.folder}; exit $code"
    )
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NHIPCAU_MISCHIEF": json.dumps({})},
    )
    if done.returncode == 99 or "unshare" in done.stderr:
        pytest.skip(f"mounting is not allowed here: {done.stderr.strip()[:100]}")
    return done


@pytest.mark.skipif(shutil.which("unshare") is None, reason="there is no unshare here")
def test_a_real_disk_that_is_full(made: World) -> None:
    size = sum(size_of(f"{made.database}{suffix}") for suffix in ("", "-wal", "-shm")) + 160 * 1024
    done = in_a_disk_of_its_own(made, size)
    assert done.returncode == 1, done.stderr
    assert "the disk is full: make room" in done.stderr or "the disk cannot be" in done.stderr
    assert KEPT in done.stderr
    examined(made)
    finish(made, 1)


@pytest.mark.skipif(shutil.which("unshare") is None, reason="there is no unshare here")
def test_a_real_disk_that_is_read_only(made: World) -> None:
    disk = made.folder / "disk"
    done = in_a_disk_of_its_own(made, 16 * 1024 * 1024, f"mount -o remount,ro {disk}")
    assert done.returncode == 1, done.stderr
    assert "check the path and the rights" in done.stderr or "read-only" in done.stderr.lower()
    assert "Traceback" not in done.stderr
    assert made.platform.count() == 0
    finish(made, 0)


def test_a_database_that_becomes_read_only(made: World) -> None:
    command = made.run({"pragmas": ["PRAGMA query_only = ON"]})
    assert command.wait() == 1
    assert "the database is read-only: check the rights on the file and its folder" in command.said
    assert KEPT in command.said
    assert made.platform.count() == 0
    finish(made, 0)


def test_a_damaged_page_stops_it_before_anything_is_sent(made: World) -> None:
    command = made.run({"point": "sender.before_commit", "passage": 1})
    assert command.wait() == -signal.SIGKILL  # planned, and nothing claimed
    with closing(sqlite3.connect(made.database)) as store:
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = store.execute("PRAGMA page_size").fetchone()[0]
        root = store.execute("SELECT rootpage FROM sqlite_master WHERE name = 'delivery'").fetchone()[0]
    whole = made.database.read_bytes()
    broken = bytearray(whole)
    broken[(root - 1) * size : (root - 1) * size + 512] = b"\xa5" * 512
    made.database.write_bytes(broken)
    command = made.run()
    assert command.wait() == 1, command.said
    assert "the database is damaged: restore the last backup" in command.said
    assert made.platform.count() == 0
    for suffix in ("-wal", "-shm"):
        Path(f"{made.database}{suffix}").unlink(missing_ok=True)
    made.database.write_bytes(whole)  # the last backup
    finish(made, 0)


def test_a_second_run_is_refused_and_the_first_goes_on(made: World) -> None:
    first = made.run()
    until(lambda: "event=running" in first.said, "it does not run")
    second = made.run()
    assert second.wait() == 1
    assert "another process already runs on this database" in second.said
    assert made.command("broadcast", "status", "1")["audience"] in (0, MEMBERS)
    until(lambda: _settled(made), "rows stay open")
    first.stop()
    finish(made, 0)


def test_a_lock_held_by_another_is_waited_for(made: World) -> None:
    impatient = {"bot.storage.brisk.PATIENCE_S": 0.05, "bot.engine.sender.IDLE_S": 0.1}
    command = made.run({"pragmas": ["PRAGMA busy_timeout = 50"], "constants": impatient})
    until(lambda: made.platform.count() >= 5, "nothing is sent")
    with closing(sqlite3.connect(made.database, isolation_level=None)) as other:
        other.execute("PRAGMA busy_timeout = 5000")
        other.execute("BEGIN IMMEDIATE")
        until(lambda: command.said.count("did not answer") >= 3, "nobody minds the lock")
        assert command.code is None, command.said
        other.execute("ROLLBACK")
    until(lambda: _settled(made), "it does not go on")
    command.stop()
    assert "Traceback" not in command.said
    finish(made, 0)


def test_a_newer_schema_is_left_alone(made: World) -> None:
    with closing(sqlite3.connect(made.database)) as store, store:
        before = store.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        store.execute("UPDATE alembic_version SET version_num = '9999'")
    command = made.run()
    assert command.wait() == 1
    assert "newer than this program knows" in command.said
    assert made.platform.count() == 0
    with closing(sqlite3.connect(made.database)) as store, store:
        store.execute("UPDATE alembic_version SET version_num = ?", (before,))
    finish(made, 0)
