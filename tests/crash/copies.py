"""A store as it stands, for a test to read: a copy in SQLite's shape, wherever the original lies."""

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Table, create_engine, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool, StaticPool

from bot.storage.addresses import parse_url
from bot.storage.tables import metadata

WAL_HEADER = 32  # bytes; it holds salts that are drawn anew as a journal is (SQLite's file format, 4.1)


@contextmanager
def of_file(database: Path, folder: Path) -> Iterator[sqlite3.Connection]:
    """A SQLite file as it lies on disk, journal included; the original is not touched, and may be in use."""
    copy = folder / "copy.db"
    before = None
    while before is None or _generation(database) != before:
        before = _generation(database)
        for suffix in ("", "-wal"):  # a page that is moved from the journal meanwhile is in the copy of it
            source, target = Path(f"{database}{suffix}"), Path(f"{copy}{suffix}")
            target.unlink(missing_ok=True)
            with suppress(FileNotFoundError):  # gone with its last user
                shutil.copyfile(source, target)
    with closing(sqlite3.connect(copy)) as connection:
        connection.row_factory = sqlite3.Row
        yield connection
    for suffix in ("-wal", "-shm"):
        Path(f"{copy}{suffix}").unlink(missing_ok=True)


def _generation(database: Path) -> tuple[bytes, int, int]:
    """What changes as a journal is begun anew: its header; without one, the time and the size of the file."""
    journal = Path(f"{database}-wal")
    header = b""
    with suppress(FileNotFoundError), journal.open("rb") as found:
        header = found.read(WAL_HEADER)
    if header:
        return header, 0, 0
    now = database.stat()
    return header, now.st_mtime_ns, now.st_size


@contextmanager
def of_server(url: str) -> Iterator[sqlite3.Connection]:
    """One snapshot of a PostgreSQL database, every table of it."""
    tables = asyncio.run(_tables(url))
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(_empty())
        for table in metadata.sorted_tables:
            marks = ", ".join("?" for _ in table.columns)
            into = f"INSERT INTO {table.name} ({_columns(table)}) VALUES ({marks})"
            connection.executemany(into, tables[table.name])
        connection.row_factory = sqlite3.Row
        yield connection


@cache
def _empty() -> bytes:
    """A file with all tables, made once a process."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    metadata.create_all(engine)
    with closing(engine.raw_connection()) as raw:
        connection = raw.driver_connection
        assert isinstance(connection, sqlite3.Connection)
        made = connection.serialize()
    engine.dispose()
    return made


def _columns(table: Table) -> str:
    return ", ".join(f'"{column.name}"' for column in table.columns)


async def _tables(url: str) -> dict[str, list[tuple[Any, ...]]]:
    engine = create_async_engine(parse_url(url), poolclass=NullPool, isolation_level="REPEATABLE READ")
    async with engine.connect() as conn:
        found = {}
        for table in metadata.sorted_tables:
            rows = await conn.exec_driver_sql(f"SELECT {_columns(table)} FROM {table.name}")
            found[table.name] = [tuple(row) for row in rows]
        return found


def others(url: str) -> int:
    """How many clients a PostgreSQL database has."""
    return asyncio.run(_others(url))


async def _others(url: str) -> int:
    engine = create_async_engine(parse_url(url), poolclass=NullPool)
    query = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    async with engine.connect() as conn:
        return int((await conn.execute(text(query))).scalar_one())
