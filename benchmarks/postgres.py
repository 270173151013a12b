"""The same on PostgreSQL: updates handled and messages sent a second, each durable.

Measured on a database of its own, on the server that NHIPCAU_TEST_POSTGRES names.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks.house import ACCOUNT, FIRST_CHAT, briefing, planned
from benchmarks.idle import cpu
from benchmarks.serving import ROOT, TOKEN, Server, serving
from benchmarks.startup import CONFIG, stopped
from benchmarks.table import Row, at_least, shown
from bot.storage import schema
from bot.storage.accounts import accounts
from bot.storage.database import Database, parse_url
from bot.storage.guidance import briefings

SERVER = os.environ.get("NHIPCAU_TEST_POSTGRES", "")
FAST = 100_000.0
_PEOPLE = (
    "INSERT INTO unit (code, name, level, path) VALUES ('x', 'Xã', 'commune', 'x/')",
    "INSERT INTO member"
    " (id, name, unit, language, state, consent_version, consent_at, consent_method, created_at)"
    " SELECT i, 'Người ' || i, 'x', 'vi', 'active', '1', 0, 'import', 0 FROM generate_series(1, {count}) i",
    "INSERT INTO member_role (member_id, role) SELECT id, 'communicator' FROM member",
    "INSERT INTO endpoint (id, member_id, account, chat_id, state, changed_at)"
    " SELECT id, id, '{account}', CAST({first} + id AS TEXT), 'open', 0 FROM member",
    "SELECT setval(pg_get_serial_sequence('member', 'id'), {count})",
    "SELECT setval(pg_get_serial_sequence('endpoint', 'id'), {count})",
)


async def _administer(statement: str) -> None:
    engine = create_async_engine(parse_url(SERVER), isolation_level="AUTOCOMMIT")
    async with engine.connect() as conn:
        await conn.execute(text(statement))
    await engine.dispose()


async def settled(database: Database, table: str) -> None:
    """A table as the server's own upkeep leaves it within a minute: its rows counted, its pages known."""
    engine = create_async_engine(database.url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as conn:
        await conn.execute(text(f"VACUUM (ANALYZE) {table}"))
    await engine.dispose()


@asynccontextmanager
async def fresh(folder: Path) -> AsyncIterator[Database]:
    """A migrated database of its own on that server, for as long as the block lasts."""
    name = f"nhipcau_bench_{uuid4().hex}"
    await _administer(f"CREATE DATABASE {name}")
    url = parse_url(SERVER).set(database=name, drivername="postgresql")
    database = Database(url.render_as_string(hide_password=False), folder)
    try:
        await schema.migrate(database)
        yield database
    finally:
        await database.close()
        await _administer(f"DROP DATABASE {name} WITH (FORCE)")


@asynccontextmanager
async def store(folder: Path, people: int, first: int = FIRST_CHAT) -> AsyncIterator[Database]:
    """One full of people, whose chats follow a number."""
    async with fresh(folder) as database:
        async with database.write() as conn:
            await accounts.register(conn, ACCOUNT, "telegram")
            for statement in _PEOPLE:
                await conn.exec_driver_sql(statement.format(count=people, account=ACCOUNT, first=first))
            await briefings.keep(conn, briefing(), [], 0)
        yield database


def started(folder: Path, server: Server, database: Database) -> "subprocess.Popen[bytes]":
    """`run`, as a process of its own, on this database."""
    config = folder / "config.toml"
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    written = CONFIG.format(folder=folder, url=server.base_url, token=TOKEN, rate=FAST)
    config.write_text(written.replace(f"sqlite:///{folder}/nhipcau.db", url))
    with (folder / "log").open("ab") as log:
        command = [sys.executable, "-m", "bot", "run", "--config", str(config)]
        return subprocess.Popen(command, cwd=folder, stderr=log, stdout=log,
                                env={**os.environ, "NO_COLOR": "1", "PYTHONPATH": str(ROOT)})  # fmt: skip


async def _until(server: Server, what: str, count: int, patience: float = 60) -> None:
    until = time.monotonic() + patience
    while (seen := server.call("getSeen"))[what] < count:
        if time.monotonic() > until:
            raise RuntimeError(f"{seen} of {count} after {patience:.0f} s")
        await asyncio.sleep(0.02)


async def _measured(folder: Path, people: int) -> tuple[float, float, float]:
    """Updates a second, their CPU in microseconds, messages of a run a second."""
    async with store(folder, people) as database:
        with serving(latency_ms=0, crowd=people) as server:
            process = started(folder, server, database)
            try:
                await _until(server, "polling", 1)
                await asyncio.sleep(2)
                began, spent = time.monotonic(), cpu(process.pid)
                server.call("letCrowdIn")
                await _until(server, "accepted", people)
                took, used = time.monotonic() - began, cpu(process.pid) - spent
                await planned(database)
                began = time.monotonic()
                await _until(server, "accepted", 2 * people)
                sent = time.monotonic() - began
            finally:
                stopped(process)
    return people / took, used / people * 1e6, people / sent


def measure(quick: bool) -> list[Row]:
    """One crowd that asks, then one run for all of it."""
    if not SERVER:
        return [Row("PostgreSQL", "", "not measured: NHIPCAU_TEST_POSTGRES names no server", None)]
    people = 2_000 if quick else 10_000
    with tempfile.TemporaryDirectory() as name:
        handled, cpu_us, sent = asyncio.run(_measured(Path(name), people))
    return [
        at_least("PostgreSQL: updates handled a second, durable", handled, 800, "/s", 0),
        shown("PostgreSQL: CPU an update, reply included", f"{cpu_us:,.0f} µs"),
        shown("PostgreSQL: messages of a run a second", f"{sent:,.0f}"),
    ]
