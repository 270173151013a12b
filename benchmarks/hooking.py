"""Updates that a platform delivers to `run`: how soon each is acknowledged, and whether all are kept."""

import asyncio
import json
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import aiohttp

from benchmarks.house import FIRST_CHAT, new_store, settle_in
from benchmarks.serving import ROOT, Server, percentile, serving
from benchmarks.startup import stopped
from benchmarks.table import Row, at_most, shown

SECRET = "benchmark-secret"
PEOPLE, A_SECOND = 3_000, 500
CONFIG = """
[app]
database = "sqlite:///{folder}/nhipcau.db"

[web]
port = {port}

[[accounts]]
name = "bench"
kind = "telegram"
rate = 100000.0
base_url = "{url}"
token = "4242:benchmark"
webhook_url = "https://bot.example.vn/hook/bench"
webhook_secret = "{secret}"
"""


def _started(folder: Path, server: Server, port: int) -> "subprocess.Popen[bytes]":
    config = folder / "config.toml"
    config.write_text(CONFIG.format(folder=folder, port=port, url=server.base_url, secret=SECRET))
    with (folder / "log").open("ab") as log:
        command = [sys.executable, "-m", "bot", "run", "--config", str(config)]
        return subprocess.Popen(
            command, cwd=ROOT, stderr=log, stdout=log, env={**os.environ, "NO_COLOR": "1"}
        )


def _update(number: int) -> bytes:
    chat = FIRST_CHAT + 1 + number % PEOPLE
    person = {"id": chat, "first_name": "An", "language_code": "vi"}
    message = {
        "message_id": number,
        "date": 1767225600,
        "text": "/trogiup",
        "chat": {**person, "type": "private"},
        "from": {**person, "is_bot": False},
    }
    return json.dumps({"update_id": number, "message": message}).encode()


async def _deliver(port: int, count: int) -> list[float]:
    """So many updates at an even pace; seconds to each acknowledgement, inf where there was none."""
    url = f"http://127.0.0.1:{port}/hook/bench"
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET, "Content-Type": "application/json"}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=100), headers=headers) as session:

        async def one(number: int) -> float:
            began = time.monotonic()
            async with session.post(url, data=_update(number)) as answer:
                await answer.read()
                return time.monotonic() - began if answer.status == 200 else float("inf")

        until = time.monotonic() + 30
        while True:
            try:
                await one(0)
                break
            except aiohttp.ClientError:
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(0.2)
        began, tasks = time.monotonic(), []
        for number in range(1, count + 1):
            await asyncio.sleep(max(0.0, began + number / A_SECOND - time.monotonic()))
            tasks.append(asyncio.create_task(one(number)))
        return await asyncio.gather(*tasks)


def measure(quick: bool) -> list[Row]:
    """As Telegram delivers, at an even pace; the replies go out meanwhile."""
    seconds = 10 if quick else 50
    with tempfile.TemporaryDirectory() as name, serving(latency_ms=50) as server:
        folder = Path(name)
        path = folder / "nhipcau.db"
        asyncio.run(_settle(path))
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        process = _started(folder, server, port)
        try:
            waits = asyncio.run(_deliver(port, seconds * A_SECOND))
        finally:
            stopped(process)
        with sqlite3.connect(path) as db:
            kept = db.execute("SELECT count(*) FROM inbox WHERE update_key <> '0'").fetchone()[0]
        db.close()
    what = f"{A_SECOND} updates/s delivered for {seconds} s"
    return [
        shown(f"{what}: acknowledged, p50", f"{percentile(waits, 0.5) * 1e3:.1f} ms"),
        at_most(f"{what}: acknowledged, p99", percentile(waits, 0.99) * 1e3, 50, " ms", 1),
        at_most("… that were not kept", seconds * A_SECOND - kept, 0, "", 0),
    ]


async def _settle(path: Path) -> None:
    database = await new_store(path)
    settle_in(path, PEOPLE)
    await database.close()
