"""That what a test reads of a store in use is what stood in it at one moment."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.crash.copies import of_file

ROWS = 500


def _write(store: sqlite3.Connection, turn: int, *, first: int = 0) -> None:
    """One transaction; `first`: the rows from this one on."""
    with store:
        store.execute("DELETE FROM word WHERE number >= ?", (first,))
        store.executemany(
            "INSERT INTO word VALUES (?, ?, ?)",
            ((one, turn, f"{(one * turn) % 97:03}" * 20) for one in range(first, ROWS)),
        )


def test_a_copy_is_taken_again_where_the_journal_was_begun_anew_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = tmp_path / "store.db"
    turns = iter((2, 3))
    copy_one = shutil.copyfile
    with closing(sqlite3.connect(database)) as store:
        store.execute("PRAGMA journal_mode = WAL")
        store.execute("CREATE TABLE word (number INTEGER PRIMARY KEY, turn INTEGER, words TEXT)")
        store.execute("CREATE INDEX by_words ON word (words)")
        _write(store, 1)

        def and_then_written(source: Path, target: Path) -> None:
            """Between the file and its journal: all rows, the journal emptied, some rows."""
            copy_one(source, target)
            turn = next(turns, 0) if source == database else 0
            if turn:
                _write(store, turn)
                store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                _write(store, turn, first=ROWS - 50)

        monkeypatch.setattr(shutil, "copyfile", and_then_written)
        with of_file(database, tmp_path) as copy:
            assert [row[0] for row in copy.execute("PRAGMA integrity_check")] == ["ok"]
            assert [row[0] for row in copy.execute("SELECT DISTINCT turn FROM word")] == [3]
        assert next(turns, None) is None
