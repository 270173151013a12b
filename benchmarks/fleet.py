"""A bot a commune, all in one process: at rest, a broadcast to everybody, what people write meanwhile."""

import asyncio
import json
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

import aiohttp

from benchmarks.house import new_store, schedule, settle_in
from benchmarks.idle import SETTLED, resident, use
from benchmarks.serving import ROOT, percentile
from benchmarks.startup import stopped
from benchmarks.table import Row, at_most, shown
from bot.storage.database import Database

BOTS, EACH, A_SECOND = 200, 50, 200
SECRET = "benchmark-secret"
HEAD = """
[app]
database = "sqlite:///{folder}/nhipcau.db"

[web]
listen = "127.0.0.1:{port}"
public_url = "https://bot.example.vn"
"""
BOT = """
[[accounts]]
name = "bot{number}"
kind = "zalo_bot"
token = "{number}:benchmark"
base_url = "{url}"
hook_secret = "{secret}"
"""
_SPREAD = "UPDATE endpoint SET account = 'bot' || (id / ?), chat_id = printf('%020x', id)"


@dataclass
class Platform:
    """`benchmarks.zalo` in a process of its own. `went`: by bot, once it has stopped."""

    url: str
    went: dict[str, list[float]] = field(default_factory=dict)

    def seen(self, what: str) -> int:
        """How many bots are `hooked`, or messages `sent`."""
        with urlopen(f"{self.url}/seen", timeout=30) as answer:
            return int(json.load(answer)[what])


@contextmanager
def _platform(latency_ms: int) -> Iterator[Platform]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "went.json"
        command = [sys.executable, "-m", "benchmarks.zalo", "--result", str(file)]
        command += ["--latency-ms", str(latency_ms)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        try:
            assert process.stdout is not None
            found = Platform(f"http://127.0.0.1:{int(process.stdout.readline())}")
            yield found
        finally:
            process.terminate()
            process.wait(30)
            if process.stdout is not None:
                process.stdout.close()
        found.went.update(json.loads(file.read_text()))


@contextmanager
def _service(folder: Path, url: str) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """`run` with all the bots, and where its site is."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = folder / "config.toml"
    bots = (BOT.format(number=number, url=url, secret=SECRET) for number in range(BOTS))
    config.write_text(HEAD.format(folder=folder, port=port) + "".join(bots))
    with (folder / "log").open("ab") as log:
        command = [sys.executable, "-m", "bot", "run", "--config", str(config)]
        process = subprocess.Popen(command, cwd=ROOT, stderr=log, stdout=log)
    try:
        yield process, port
    finally:
        stopped(process)


async def _settle(path: Path, people: int) -> None:
    """So many members, fifty a bot; whoever finds no place is on the first."""
    database = await new_store(path)
    await database.close()
    settle_in(path, people)
    with sqlite3.connect(path) as db:
        db.executemany(
            "INSERT INTO account (name, kind, state) VALUES (?, 'zalo_bot', 'open')",
            [(f"bot{number}",) for number in range(BOTS)],
        )
        db.execute(f"{_SPREAD} WHERE id < ?", (EACH, BOTS * EACH))
        db.execute("UPDATE endpoint SET account = 'bot0', chat_id = 'x' || id WHERE id >= ?", (BOTS * EACH,))
    db.close()


def _until(found: Callable[[], bool], process: "subprocess.Popen[bytes]", seconds: float) -> float:
    """Wait for something; how long it took."""
    began = time.monotonic()
    while not found():
        if process.poll() is not None or time.monotonic() > began + seconds:
            raise RuntimeError(f"not within {seconds} s")
        time.sleep(0.1)
    return time.monotonic() - began


def _rows(path: Path, query: str) -> int:
    with sqlite3.connect(path) as db:
        found = int(db.execute(query).fetchone()[0])
    db.close()
    return found


def _event(number: int, text: str, message: str) -> bytes:
    chat = f"{number:020x}"
    said = {
        "from": {"id": chat, "display_name": "An", "is_bot": False},
        "chat": {"id": chat, "chat_type": "PRIVATE"},
        "message_id": message,
        "date": time.time_ns() // 1_000_000,
        "text": text,
    }
    return json.dumps({"event_name": "message.text.received", "message": said}).encode()


async def _deliver(port: int, count: int, a_second: float, text: str, first: int = 1) -> list[float]:
    """So many events of one member each, at an even pace; seconds to each answer, inf where it was no 200."""
    headers = {"X-Bot-Api-Secret-Token": SECRET, "Content-Type": "application/json"}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=200), headers=headers) as session:

        async def one(number: int) -> float:
            who = first + number % (BOTS * EACH - first)
            body, began = _event(who, text, f"{text}-{began_at}-{number}"), time.monotonic()
            async with session.post(f"http://127.0.0.1:{port}/hook/bot{who // EACH}", data=body) as answer:
                await answer.read()
                return time.monotonic() - began if answer.status == 200 else float("inf")

        began_at, tasks = time.monotonic(), []
        for number in range(count):
            await asyncio.sleep(max(0.0, began_at + number / a_second - time.monotonic()))
            tasks.append(asyncio.create_task(one(number)))
        return await asyncio.gather(*tasks)


async def _schedule(path: Path) -> None:
    database = Database(f"sqlite:///{path}")
    await schedule(database)
    await database.close()


def _spread(went: dict[str, list[float]], began: float) -> float:
    """The most that a bot had of what the least had: messages of the run a second, until its last one."""
    own = [sorted(times)[: EACH - (bot == "0")] for bot, times in went.items()]  # nobody has the number 0
    speeds = [len(times) / (times[-1] - began) for times in own]
    return max(speeds) / min(speeds)


def _broadcast(folder: Path, seconds: float) -> list[Row]:
    people, path = BOTS * EACH - 1, folder / "nhipcau.db"
    asyncio.run(_settle(path, people))
    with _platform(50) as platform, _service(folder, platform.url) as (process, port):
        _until(lambda: platform.seen("hooked") == BOTS, process, 120)
        _until(lambda: use(process.pid, 3) <= SETTLED, process, 120)
        idle, memory = use(process.pid, seconds), resident(process.pid)
        began = time.monotonic()
        asyncio.run(_schedule(path))
        took = _until(lambda: platform.seen("sent") >= people, process, 600)
        states = "SELECT count(*) FROM delivery WHERE state = 'sent' AND run_id IS NOT NULL"
        _until(lambda: _rows(path, states) == people, process, 60)
        confirmed = "SELECT count(*) FROM delivery WHERE acknowledged_at IS NOT NULL"
        asyncio.run(_deliver(port, EACH, 1000, "1", first=EACH))
        acknowledged = _until(lambda: _rows(path, confirmed) == EACH, process, 60)
        waits = asyncio.run(_deliver(port, int(seconds) * A_SECOND, A_SECOND, "tro giup"))
    what = f"{BOTS} bots of {EACH}"
    return [
        at_most(f"{what}, at rest: of a core", idle, 1, " %"),
        at_most(f"{what}, at rest: memory", memory, 150, " MiB", 0),
        shown(f"{what}: everybody has it after", f"{took:.1f} s"),
        at_most("… the quickest bot beside the slowest", _spread(platform.went, began), 1.2, " ×"),
        at_most("50 who confirm at once are written down", acknowledged, 2, " s"),
        at_most(f"{A_SECOND} deliveries/s: answered, p99", percentile(waits, 0.99) * 1e3, 50, " ms", 1),
    ]


def _while_planning(folder: Path, people: int, seconds: float) -> list[Row]:
    path = folder / "nhipcau.db"
    asyncio.run(_settle(path, people))
    with _platform(50) as platform, _service(folder, platform.url) as (process, port):
        _until(lambda: platform.seen("hooked") == BOTS, process, 120)
        asyncio.run(_schedule(path))
        planning = "SELECT count(*) FROM run WHERE state = 'planning'"
        _until(lambda: _rows(path, planning) == 1, process, 60)
        waits = asyncio.run(_deliver(port, int(seconds) * A_SECOND, A_SECOND, "tro giup"))
        planned = _rows(path, "SELECT count(*) FROM delivery WHERE run_id IS NOT NULL")
        kept = _rows(path, "SELECT count(*) FROM inbox")
    what = f"… while a run for {people:,} is planned"
    return [
        at_most(f"{what}: answered, p99", percentile(waits, 0.99) * 1e3, 50, " ms", 1),
        at_most(f"{what}: not kept", len(waits) - kept, 0, "", 0),
        shown(f"{what}: rows planned meanwhile", f"{planned:,}"),
    ]


def measure(quick: bool) -> list[Row]:
    """As communes have it: fifty people a bot."""
    with tempfile.TemporaryDirectory() as name:
        found = _broadcast(Path(name), 10.0 if quick else 30.0)
    with tempfile.TemporaryDirectory() as name:
        return found + _while_planning(Path(name), 100_000 if quick else 1_000_000, 5.0 if quick else 20.0)
