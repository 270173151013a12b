"""Durable messages a second at 50 ms latency, against clients that keep no ledger; interleaved, medians."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.house import FIRST_CHAT, TEXT, copied, new_store, planned, settle_in
from benchmarks.serving import ROOT, repeated, serving
from benchmarks.table import Row, at_least, at_most, shown

LATENCY_MS = 50
WINDOW, WINDOW_HTTPX = 256, 32  # httpx is slower with more in flight: 32 is its best
AIOGRAM = ROOT / os.environ.get("NHIPCAU_BENCH_VENV", ".venv-bench") / "bin" / "python"
RAW = b"POST /bot4242:x/sendMessage HTTP/1.1\r\nHost: x\r\nContent-Length: 15\r\n\r\n" + b'{"chat_id": 12}'


@dataclass(frozen=True, slots=True)
class Taken:
    """One client's run: messages a second as the server saw them, CPU microseconds a message."""

    rate: float
    cpu_us: float


def _command(kind: str, url: str, count: int, store: Path) -> list[str]:
    window = WINDOW_HTTPX if kind == "httpx" else WINDOW
    sizes = ["--url", url, "--count", str(count), "--window", str(window)]
    if kind == "aiogram":
        words = ["--text", TEXT, "--first-chat", str(FIRST_CHAT + 1)]
        return [str(AIOGRAM), str(ROOT / "benchmarks" / "peer_aiogram.py"), *sizes, *words]
    more = ["--store", str(store)] if kind == "ours" else []
    return [sys.executable, "-m", "benchmarks.clients", kind, *sizes, *more]


def _take(kind: str, count: int, template: Path, folder: Path) -> Taken:
    store = copied(template, folder)
    with serving(latency_ms=LATENCY_MS) as server:
        command = _command(kind, server.base_url, count, store)
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
        if done.returncode:
            raise RuntimeError(f"{kind} failed:\n{done.stderr[-2000:]}")
        told = json.loads(done.stdout)
    for file in folder.glob("store.db*"):
        file.unlink()
    times = server.result["accepted"]
    if len(times) != count or repeated(server.result["chats"]):
        raise RuntimeError(
            f"{kind}: {len(times)} of {count} accepted, {repeated(server.result['chats'])} twice"
        )
    return Taken((count - 1) / (max(times) - min(times)), told["cpu_s"] / count * 1e6)


class _Raw(asyncio.Protocol):
    """A client without a library: what is written next waits for nothing but the answer before."""

    def __init__(self) -> None:
        self.answers = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = transport
        transport.write(RAW)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        """Answers are small: one comes in one piece."""
        self.answers += 1
        self.transport.write(RAW)  # type: ignore[attr-defined]


async def _raw(port: int, seconds: float) -> float:
    loop = asyncio.get_running_loop()
    made = [await loop.create_connection(_Raw, "127.0.0.1", port) for _ in range(WINDOW)]
    await asyncio.sleep(0.3)
    before, began = sum(one.answers for _, one in made), time.perf_counter()
    await asyncio.sleep(seconds)
    rate = (sum(one.answers for _, one in made) - before) / (time.perf_counter() - began)
    for transport, _ in made:
        transport.abort()
    return rate


def _server_limits() -> Row:
    figures = []
    for latency in (LATENCY_MS, 0):
        with serving(latency_ms=latency) as server:
            figures.append(asyncio.run(_raw(server.port, 2.0)))
    text = f"{figures[0]:,.0f} msg/s at {LATENCY_MS} ms; {figures[1]:,.0f} with no latency"
    return shown("the server's own limit (raw sockets, 256 in flight)", text)


async def _template(path: Path, count: int) -> None:
    database = await new_store(path)
    settle_in(path, count)
    await planned(database)
    await database.close()


def _rows(taken: dict[str, list[Taken]]) -> list[Row]:
    def ratio(kind: str, figure: str = "rate") -> float:
        """Ours over theirs, within each round: what disturbs one round disturbs both."""
        pairs = zip(taken["ours"], taken[kind], strict=True)
        return median(getattr(mine, figure) / getattr(theirs, figure) for mine, theirs in pairs)

    rows = [
        shown(f"{kind}: msg/s, CPU µs a message (medians of {len(all_of)})",
              f"{median(one.rate for one in all_of):,.0f}, {median(one.cpu_us for one in all_of):,.0f}")
        for kind, all_of in taken.items()
    ]  # fmt: skip
    rows += [
        at_least("durable msg/s", median(one.rate for one in taken["ours"]), 1000, "/s", 0),
        at_least("… against python-telegram-bot, same transport, no ledger", ratio("ptb"), 0.9, "×"),
        at_least("… against python-telegram-bot's default (32 in flight)", ratio("httpx"), 6, "×"),
        at_most("CPU a message against our channel alone, no ledger", ratio("channel", "cpu_us"), 1.25, "×"),
        shown("CPU a message against python-telegram-bot, same transport", f"{ratio('ptb', 'cpu_us'):.2f}×"),
        shown("msg/s against our channel alone, no ledger", f"{ratio('channel'):.2f}×"),
    ]  # fmt: skip
    if "aiogram" in taken:
        rows.append(at_least("… against aiogram, no ledger", ratio("aiogram"), 0.8, "×"))
    else:
        rows.append(Row("… against aiogram, no ledger", "≥ 0.8×", "not installed: make bench does", None))
    return rows


def measure(quick: bool) -> list[Row]:
    """All clients, one after another, several rounds."""
    count, rounds = (5_000, 1) if quick else (20_000, 5)
    kinds = ["ours", "ptb", "channel", "httpx"] + (["aiogram"] if AIOGRAM.exists() else [])
    taken: dict[str, list[Taken]] = {kind: [] for kind in kinds}
    limits = _server_limits()
    with tempfile.TemporaryDirectory() as folder:
        templates = {}
        for size in (count, count // 5):
            templates[size] = Path(folder) / f"template{size}.db"
            asyncio.run(_template(templates[size], size))
        for _ in range(rounds):
            for kind in kinds:
                size = count // 5 if kind == "httpx" else count
                taken[kind].append(_take(kind, size, templates[size], Path(folder)))
    return [limits, *_rows(taken)]
