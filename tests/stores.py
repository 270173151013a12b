"""Databases for tests: SQLite in a folder of the test's own, and PostgreSQL where a server is named."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.storage import schema
from bot.storage.database import Database, parse_url

SERVER = os.environ.get("NHIPCAU_TEST_POSTGRES", "")
REQUIRED = os.environ.get("NHIPCAU_REQUIRE_POSTGRES") == "1"


@asynccontextmanager
async def sqlite_url(folder: Path) -> AsyncIterator[str]:
    """A new SQLite file."""
    yield f"sqlite:///{folder}/store.db"


@asynccontextmanager
async def postgres_url() -> AsyncIterator[str]:
    """A new database on the server that NHIPCAU_TEST_POSTGRES names; dropped afterwards."""
    if not SERVER:
        if REQUIRED:
            pytest.fail("NHIPCAU_TEST_POSTGRES must name a PostgreSQL server here")
        pytest.skip("NHIPCAU_TEST_POSTGRES names no PostgreSQL server")
    name = f"nhipcau_{uuid4().hex}"
    engine = create_async_engine(parse_url(SERVER), isolation_level="AUTOCOMMIT")
    async with engine.connect() as conn:
        await conn.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield (
            parse_url(SERVER)
            .set(database=name, drivername="postgresql")
            .render_as_string(hide_password=False)
        )
    finally:
        async with engine.connect() as conn:
            await conn.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        await engine.dispose()


@asynccontextmanager
async def url_of(kind: str, folder: Path) -> AsyncIterator[str]:
    """A new, empty database of a kind: sqlite or postgres."""
    async with sqlite_url(folder) if kind == "sqlite" else postgres_url() as url:
        yield url


@asynccontextmanager
async def store(kind: str, folder: Path) -> AsyncIterator[Database]:
    """A migrated database of a kind."""
    async with url_of(kind, folder) as url:
        database = Database(url)
        await schema.migrate(database)
        try:
            yield database
        finally:
            await database.close()
