"""A copy of the store while it is used, and a copy put in the store's place. These functions block.

SQLite: the online backup API (<https://www.sqlite.org/backup.html>), consistent whoever writes meanwhile.
PostgreSQL: `pg_dump` in its own format, and `pg_restore` in one transaction.
"""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path

from bot.core.kernel.errors import StorageError
from bot.storage import addresses, schema
from bot.storage.database import Database


def copy(database: Database, target: Path) -> None:
    """Write a backup: whole or not there, and readable by its owner alone. Raises StorageError."""
    if target.exists():
        raise StorageError(f"{target} exists: choose another name, a backup is never overwritten")
    if not target.parent.is_dir():
        raise StorageError(f"there is no folder {target.parent}")
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)  # 0600
    os.close(handle)
    partial = Path(name)
    try:
        if database.path is not None:
            _copy_sqlite(database.path, partial)
        else:
            _run(database, "pg_dump", "--format=custom", "--no-owner", f"--file={partial}")
        _to_disk(partial)
        partial.rename(target)
        _to_disk(target.parent)
    finally:
        partial.unlink(missing_ok=True)


def _copy_sqlite(source: Path, target: Path) -> None:
    if not source.exists():
        raise StorageError(f"there is no database {source}")
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new, pages=2048, sleep=0.01)
        new.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
        wrong = new.execute("PRAGMA integrity_check").fetchone()[0]
    if wrong != "ok":
        raise StorageError(
            f"the copy is damaged ({wrong}): check the disk; the database itself was only read"
        )


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def put_back(database: Database, source: Path, stamp: str) -> Path | None:
    """Put a backup in the store's place; returns where the store as it was is kept now.

    Nobody else may use the store meanwhile. Raises StorageError before anything changed where the file is no
    backup of ours, damaged, or of a newer program.
    """
    if not source.is_file():
        raise StorageError(f"there is no backup {source}")
    if database.path is None:
        _run(database, "pg_restore", "--list", str(source))
        kept = database.beside(f"before-restore-{stamp}")
        copy(database, kept)
        options = ("--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error")
        _run(database, "pg_restore", *options, f"--dbname={database.url.database}", str(source))
        return kept
    return _put_back_sqlite(database.path, source, stamp)


def _put_back_sqlite(path: Path, source: Path, stamp: str) -> Path | None:
    _look_at(source)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    fresh = Path(name)
    kept = None
    try:
        shutil.copyfile(source, fresh)
        _to_disk(fresh)
        if path.exists():
            with closing(sqlite3.connect(path)) as old:  # nothing of it stays in the log beside it
                old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            kept = path.with_name(f"{path.name}.before-restore-{stamp}")
            path.chmod(0o600)
            path.rename(kept)
        for beside in ("-wal", "-shm"):
            path.with_name(path.name + beside).unlink(missing_ok=True)
        fresh.rename(path)
        _to_disk(path.parent)
    finally:
        fresh.unlink(missing_ok=True)
    return kept


def _look_at(source: Path) -> None:
    try:
        with closing(sqlite3.connect(f"file:{source}?mode=ro&immutable=1", uri=True)) as found:
            wrong = found.execute("PRAGMA integrity_check").fetchone()[0]
            revision = found.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise StorageError(f"{source} is no backup of this program: {error}") from error
    if wrong != "ok":
        raise StorageError(f"{source} is damaged: {wrong}")
    if revision is None or revision[0] not in schema.revisions():
        raise StorageError(f"{source} was made by a newer program: use that, or an older backup")


def _run(database: Database, program: str, *arguments: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise StorageError(f"{program} is not installed: it comes with PostgreSQL's client programs")
    where = {**os.environ, **addresses.environment(database.url)}
    done = subprocess.run(  # noqa: S603
        [found, *arguments], capture_output=True, text=True, check=False, env=where
    )
    if done.returncode:
        last = done.stderr.strip().splitlines()
        told = addresses.hidden(database.url, last[-1]) if last else done.returncode
        raise StorageError(f"{program}: {told}")
