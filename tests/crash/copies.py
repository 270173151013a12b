"""A store as it stands, for a test to read: a copy in SQLite's shape, wherever the original lies."""

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool, StaticPool

from bot.storage.addresses import parse_url
from bot.storage.tables import metadata


@contextmanager
def of_file(database: Path, folder: Path) -> Iterator[sqlite3.Connection]:
    """A SQLite file as it lies on disk, journal included; the original is not touched."""
    copy = folder / "copy.db"
    for suffix in ("", "-wal"):
        source, target = Path(f"{database}{suffix}"), Path(f"{copy}{suffix}")
        target.unlink(missing_ok=True)
        if source.exists():
            shutil.copyfile(source, target)
    with closing(sqlite3.connect(copy)) as connection:
        connection.row_factory = sqlite3.Row
        yield connection
    for suffix in ("-wal", "-shm"):
        Path(f"{copy}{suffix}").unlink(missing_ok=True)


@contextmanager
def of_server(url: str) -> Iterator[sqlite3.Connection]:
    """One snapshot of a PostgreSQL database, every table of it."""
    tables = asyncio.run(_tables(url))
    engine = create_engine("sqlite://", poolclass=StaticPool)
    metadata.create_all(engine)
    with engine.begin() as conn:
        for table in metadata.sorted_tables:
            if tables[table.name]:
                conn.execute(table.insert(), tables[table.name])
    with closing(engine.raw_connection()) as raw:
        connection = raw.driver_connection
        assert isinstance(connection, sqlite3.Connection)
        connection.row_factory = sqlite3.Row
        yield connection
    engine.dispose()


async def _tables(url: str) -> dict[str, list[dict[str, Any]]]:
    engine = create_async_engine(parse_url(url), poolclass=NullPool, isolation_level="REPEATABLE READ")
    async with engine.connect() as conn:
        return {
            table.name: [dict(row) for row in (await conn.execute(table.select())).mappings()]
            for table in metadata.sorted_tables
        }


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
