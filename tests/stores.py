"""Databases for tests: SQLite in a folder of the test's own, and PostgreSQL where a server is named."""

import asyncio
import atexit
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.storage import schema
from bot.storage.addresses import parse_url
from bot.storage.database import Database
from bot.storage.tables import metadata

SERVER = os.environ.get("NHIPCAU_TEST_POSTGRES", "")
REQUIRED = os.environ.get("NHIPCAU_REQUIRE_POSTGRES") == "1"
# Quicker than TRUNCATE, which makes every file anew.
WIPE = f"""DO $$ BEGIN
    ALTER TABLE audit DISABLE TRIGGER USER;
    {" ".join(f"DELETE FROM {table.name};" for table in reversed(metadata.sorted_tables))}
    ALTER TABLE audit ENABLE TRIGGER USER;
    PERFORM setval(oid, 1, false) FROM pg_class WHERE relkind = 'S';
END $$"""
_spare: list[str] = []  # names of databases at rest, as the last test left them


@cache
def _template() -> Path:
    """A migrated, empty SQLite file, made once a process: the migrations take longer than most tests."""
    folder = Path(tempfile.mkdtemp(prefix="nhipcau-"))
    atexit.register(shutil.rmtree, folder)

    async def make() -> None:
        database = Database(f"sqlite:///{folder}/template.db")
        await schema.migrate(database)
        await database.close()

    asyncio.run(make())
    return folder / "template.db"


def migrated(file: Path) -> Path:
    """A migrated store at `file`: a copy of an empty one, where there is none yet. Outside any loop."""
    if not file.exists():
        shutil.copyfile(_template(), file)
        file.chmod(0o600)
    return file


@asynccontextmanager
async def sqlite_url(folder: Path) -> AsyncIterator[str]:
    """A new SQLite file."""
    yield f"sqlite:///{folder}/store.db"


async def _administer(statement: str) -> None:
    engine = create_async_engine(parse_url(SERVER), isolation_level="AUTOCOMMIT")
    async with engine.connect() as conn:
        await conn.execute(text(statement))
    await engine.dispose()


async def _create() -> str:
    if not SERVER:
        if REQUIRED:
            pytest.fail("NHIPCAU_TEST_POSTGRES must name a PostgreSQL server here")
        pytest.skip("NHIPCAU_TEST_POSTGRES names no PostgreSQL server")
    name = f"nhipcau_{uuid4().hex}"
    await _administer(f"CREATE DATABASE {name}")
    await _administer(f"ALTER DATABASE {name} SET synchronous_commit TO off")  # nobody pulls the plug here
    return name


def _url(name: str) -> str:
    url = parse_url(SERVER).set(database=name, drivername="postgresql")
    return url.render_as_string(hide_password=False)


@asynccontextmanager
async def postgres_url() -> AsyncIterator[str]:
    """A new database on the server that NHIPCAU_TEST_POSTGRES names; dropped afterwards."""
    name = await _create()
    try:
        yield _url(name)
    finally:
        await _administer(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def postgres_server() -> Iterator[str]:
    """As `postgres_url`, for tests whose processes do the work."""
    name = asyncio.run(_create())
    try:
        yield _url(name)
    finally:
        asyncio.run(_administer(f"DROP DATABASE {name} WITH (FORCE)"))


@asynccontextmanager
async def another(database: Database) -> AsyncIterator[Database]:
    """The same store, as another process sees it."""
    url = database.url.set(drivername=database.dialect)
    other = Database(url.render_as_string(hide_password=False))
    try:
        yield other
    finally:
        await other.close()


@asynccontextmanager
async def _migrated(folder: Path) -> AsyncIterator[Database]:
    """A migrated, empty database, used again by the next test: making one takes seconds."""
    name = _spare.pop() if _spare else await _create()
    database = Database(_url(name), folder)
    whole = False
    try:
        await schema.migrate(database)
        async with database.write() as conn:
            await conn.execute(text(WIPE))
        yield database
        async with database.read() as conn:
            whole = await conn.run_sync(schema.current) == schema.head()
    finally:
        await database.close()
        if whole:
            _spare.append(name)
        else:
            await _administer(f"DROP DATABASE {name} WITH (FORCE)")


@atexit.register
def _drop_spare() -> None:
    for name in _spare:
        asyncio.run(_administer(f"DROP DATABASE {name} WITH (FORCE)"))


@asynccontextmanager
async def url_of(kind: str, folder: Path) -> AsyncIterator[str]:
    """A new, empty database of a kind: sqlite or postgres."""
    async with sqlite_url(folder) if kind == "sqlite" else postgres_url() as url:
        yield url


@asynccontextmanager
async def store(kind: str, folder: Path) -> AsyncIterator[Database]:
    """A migrated database of a kind: empty, but for SQLite's in a folder that has one already."""
    if kind != "sqlite":
        async with _migrated(folder) as database:
            yield database
        return
    file = await asyncio.to_thread(migrated, folder / "store.db")
    database = Database(f"sqlite:///{file}")
    try:
        yield database
    finally:
        await database.close()
