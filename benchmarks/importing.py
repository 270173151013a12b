"""`member import` of very many while `run` serves: how long it takes, and a member's reply meanwhile."""

import asyncio
import csv
import itertools
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from string import ascii_uppercase

from benchmarks import postgres
from benchmarks.house import ACCOUNT, new_store
from benchmarks.server import ASKER
from benchmarks.serving import ROOT, Server, percentile, serving
from benchmarks.startup import join, started, stopped
from benchmarks.table import Row, at_most

UNIT = "24169"  # of the content
EVERY_S, AFTER_S = 0.25, 6.0  # a member asks so often, once `run` is up
FIRST = 3_000_000  # chats of who is imported


def _file(folder: Path, count: int) -> Path:
    """Who is to come in, as a table program writes it; names are told apart by letters, as people's are."""
    file = folder / "members.csv"
    letters = itertools.product(ascii_uppercase, repeat=4)
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(("name", "unit", "roles", "consent", "account", "chat_id"))
        for number, name in zip(range(count), letters, strict=False):
            chat = FIRST + number
            rows.writerow((f"Nguyễn {''.join(name)}", UNIT, "communicator", "01/11/2026", ACCOUNT, chat))
    return file


def _imported(folder: Path, process: "subprocess.Popen[bytes]", count: int) -> float:
    """Seconds that the command takes, `run` being up."""
    file = _file(folder, count)
    command = [sys.executable, "-m", "bot", "member", "import", str(file), "--json"]
    began = time.monotonic()
    done = subprocess.run(
        [*command, "--config", str(folder / "config.toml")], cwd=ROOT, capture_output=True, text=True
    )
    took = time.monotonic() - began
    if done.returncode or json.loads(done.stdout)["added"] != count or process.poll() is not None:
        raise RuntimeError(
            f"not {count} came in ({done.stdout[:300]}{done.stderr[-300:]}); `run`: {process.poll()}"
        )
    return took


def _rows(kind: str, count: int, took: float, server: Server, target: float) -> list[Row]:
    replies = server.result["replies"]
    what = f"{kind}: import of {count:,} members while `run` serves"
    return [
        at_most(what, took, target * count / 100_000, " s", 1),
        at_most("… a member's reply meanwhile: p99", percentile(replies, 0.99), 1, " s"),
        at_most("… that did not come", server.result["asked"] - len(replies), 0, "", 0),
    ]


def _on_sqlite(folder: Path, count: int, asks: int) -> list[Row]:
    path = folder / "nhipcau.db"

    async def make() -> None:
        await (await new_store(path)).close()

    asyncio.run(make())
    join(path, asks)
    with serving(latency_ms=50, ask_count=asks, ask_every=EVERY_S, ask_after=AFTER_S) as server:
        process = started(folder, server, postgres.FAST)
        time.sleep(AFTER_S)
        took = _imported(folder, process, count)
        time.sleep(max(0.0, asks * EVERY_S - took) + 2)
        stopped(process)
    return _rows("SQLite", count, took, server, 15)


async def _on_postgres(folder: Path, count: int, asks: int) -> list[Row]:
    async with postgres.store(folder, asks, first=ASKER) as database:
        with serving(latency_ms=50, ask_count=asks, ask_every=EVERY_S, ask_after=AFTER_S) as server:
            process = postgres.started(folder, server, database)
            await asyncio.sleep(AFTER_S)
            took = await asyncio.to_thread(_imported, folder, process, count)
            await asyncio.sleep(max(0.0, asks * EVERY_S - took) + 2)
            stopped(process)
    return _rows("PostgreSQL", count, took, server, 30)


def measure(quick: bool) -> list[Row]:
    """The same list into each kind of store."""
    count, asks = (10_000, 30) if quick else (100_000, 80)
    with tempfile.TemporaryDirectory() as name:
        found = _on_sqlite(Path(name), count, asks)
    if not postgres.SERVER:
        return found
    with tempfile.TemporaryDirectory() as name:
        return found + asyncio.run(_on_postgres(Path(name), count, asks))
