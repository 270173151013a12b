"""Updates handled a second, each answered and durable; taps and questions of a whole province at once.

`run` as people start it, beside other libraries' own loops, which keep nothing.
"""

import asyncio
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.house import FIRST_CHAT, copied, new_store, planned, settle_in
from benchmarks.idle import cpu
from benchmarks.serving import ROOT, Server, percentile, serving
from benchmarks.startup import started, stopped
from benchmarks.table import Row, at_least, at_most, shown
from benchmarks.throughput import AIOGRAM

NO_LIMIT = 100_000.0
OVER_S, OTHERS = 20.0, 20
STALLED_S = 20.0  # without a reply for so long none comes any more
WAITING = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
INSERT INTO inbox (account, update_key, chat_id, state, attempts, payload, received_at)
SELECT 'bench', i, CAST(1000000 + i AS TEXT), 'new', 0,
'{"update_id": ' || i || ', "message": {"message_id": ' || i || ', "date": 1767225600, "text": "/trogiup",
"chat": {"id": ' || (1000000 + i) || ', "type": "private"},
"from": {"id": ' || (1000000 + i) || ', "first_name": "An", "is_bot": false}}}', 0 FROM n
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """Updates a second, and CPU microseconds an update, its reply included."""

    rate: float
    cpu_us: float


def _until(server: Server, what: str, count: int, patience: float = 600) -> None:
    until = time.monotonic() + patience
    while server.call("getSeen")[what] < count:
        if time.monotonic() > until:
            raise RuntimeError(f"{server.call('getSeen')} of {count} after {patience:.0f} s")
        time.sleep(0.05)


def _came(server: Server, before: int, count: int) -> tuple[int, float]:
    """How many replies came, and when the last did: all of them, or none any more for a while.

    A library that keeps nothing loses a reply whose request times out, and nobody would ever see it.
    """
    came, at = 0, time.monotonic()
    while came < count and time.monotonic() - at < STALLED_S:
        time.sleep(0.05)
        if (now := server.call("getSeen")["accepted"] - before) > came:
            came, at = now, time.monotonic()
    return came, at


@contextmanager
def _client(kind: str, folder: Path, server: Server) -> Iterator["subprocess.Popen[bytes]"]:
    """One client, up and polling, for as long as the block lasts."""
    if kind in ("ours", "queue"):
        process = started(folder, server, NO_LIMIT)
    else:
        python = str(AIOGRAM) if kind == "aiogram" else sys.executable
        command = [python, "benchmarks/answering.py", kind, "--url", server.base_url]
        place = {**os.environ, "PYTHONPATH": str(ROOT)}
        process = subprocess.Popen(command, cwd=ROOT, env=place, stderr=subprocess.DEVNULL)
    try:
        if kind != "queue":
            time.sleep(5)
        yield process
    finally:
        stopped(process)


def _crowd(kind: str, count: int, template: Path, folder: Path) -> Taken:
    """So many people write at once."""
    copied(template, folder).rename(folder / "nhipcau.db")
    with serving(latency_ms=0, crowd=count) as server, _client(kind, folder, server) as process:
        before, spent = server.call("getSeen")["accepted"], cpu(process.pid)
        began = time.monotonic()
        server.call("letCrowdIn")
        came, last = _came(server, before, count)
        took, used = last - began, cpu(process.pid) - spent
    for file in folder.glob("nhipcau.db*"):
        file.unlink()
    if not came or (kind == "ours" and came < count):
        raise RuntimeError(f"{kind}: {came} of {count} replies came")
    return Taken(came / took, used / came * 1e6)


def _queue(waiting: int, count: int, template: Path, folder: Path) -> Taken:
    """So many updates wait in the inbox at the start; measured over some of them, not the first."""
    path = copied(template, folder)
    path.rename(folder / "nhipcau.db")
    with sqlite3.connect(folder / "nhipcau.db") as store:
        store.execute(WAITING, {"count": waiting})
    store.close()
    with serving(latency_ms=0) as server, _client("queue", folder, server) as process:
        _until(server, "accepted", count // 4)
        before, spent, began = server.call("getSeen")["accepted"], cpu(process.pid), time.monotonic()
        _until(server, "accepted", before + count // 2)
        handled = server.call("getSeen")["accepted"] - before
        took, used = time.monotonic() - began, cpu(process.pid) - spent
    for file in folder.glob("nhipcau.db*"):
        file.unlink()
    return Taken(handled / took, used / handled * 1e6)


def _storm(people: int, template: Path, folder: Path, seconds: float = OVER_S) -> list[Row]:
    """Everybody confirms within some seconds, others ask, a run goes on: one account at 30/s."""
    copied(template, folder).rename(folder / "nhipcau.db")
    with sqlite3.connect(folder / "nhipcau.db") as store:
        store.execute(
            "UPDATE delivery SET state = 'sent', message_id = id, sent_at = 0 WHERE id <= ?", (people,)
        )
    store.close()
    with serving(latency_ms=50, crowd=people, crowd_over=seconds, crowd_data="ack:%d",
                 ask_count=OTHERS, ask_every=seconds / OTHERS, ask_after=8) as server:  # fmt: skip
        process = started(folder, server, 30)
        time.sleep(7.5)
        server.call("letCrowdIn")
        began = time.monotonic()
        time.sleep(seconds + 10)
        stopped(process)
    seen = server.result
    notices, replies = seen["notices"], seen["replies"]
    went = zip(seen["chats"], seen["accepted"], strict=True)
    run = sum(chat > FIRST_CHAT + people and at < FIRST_CHAT * 9 and began <= at < began + seconds
              for chat, at in went if chat < 9_000_000_000)  # fmt: skip
    for file in folder.glob("nhipcau.db*"):
        file.unlink()
    what = f"{people:,} taps in {seconds:.0f} s at 30/s"
    return [
        at_most(f"{what}: notice p99", percentile(notices, 0.99), 1, " s"),
        shown(f"{what}: notice p50, later than 15 s",
              f"{percentile(notices, 0.5):.2f} s, {sum(one > 15 for one in notices)}"),
        at_most("meanwhile others' replies: p99", percentile(replies, 0.99), 2, " s"),
        at_most("… that did not come", OTHERS - len(replies), 0, "", 0),
        at_least("… the ordinary run's share of 30/s", run / (30 * seconds) * 100, 50, " %", 0),
    ]  # fmt: skip


async def _template(path: Path, people: int, run: bool) -> None:
    database = await new_store(path)
    settle_in(path, people)
    if run:
        await planned(database)
    await database.close()


def _rows(taken: dict[str, list[Taken]]) -> list[Row]:
    def ratio(kind: str) -> float:
        return median(
            mine.rate / theirs.rate for mine, theirs in zip(taken["ours"], taken[kind], strict=True)
        )

    rows = [
        shown(f"{kind}: updates/s, CPU µs an update (medians of {len(all_of)})",
              f"{median(one.rate for one in all_of):,.0f}, {median(one.cpu_us for one in all_of):,.0f}")
        for kind, all_of in taken.items()
    ]  # fmt: skip
    rows += [
        at_least(
            "updates handled a second, durable", median(one.rate for one in taken["ours"]), 1500, "/s", 0
        ),
        at_most("CPU an update, reply included", median(one.cpu_us for one in taken["ours"]), 600, " µs", 0),
        at_least("… against python-telegram-bot as it comes, no store", ratio("httpx"), 3, "×"),
        at_least("… against python-telegram-bot, our transport, no store", ratio("ptb"), 1, "×"),
    ]
    if "aiogram" in taken:
        rows.append(at_least("… against aiogram, no store", ratio("aiogram"), 0.6, "×"))
    else:
        rows.append(Row("… against aiogram, no store", "≥ 0.6×", "not installed: make bench does", None))
    return rows


def measure(quick: bool) -> list[Row]:
    """Crowds, queues, a storm of taps."""
    count, rounds, taps = (2_000, 1, 1_000) if quick else (10_000, 3, 3_000)
    long = 20_000 if quick else 100_000
    kinds = ["ours", "httpx", "ptb"] + (["aiogram"] if AIOGRAM.exists() else [])
    taken: dict[str, list[Taken]] = {kind: [] for kind in kinds}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        asyncio.run(_template(folder / "people.db", long, False))
        asyncio.run(_template(folder / "run.db", taps + 2_000, True))
        for _ in range(rounds):
            for kind in kinds:
                some = count // 5 if kind == "httpx" else count
                taken[kind].append(_crowd(kind, some, folder / "people.db", folder))
        rows = _rows(taken)
        short, full = (_queue(waiting, 2_000, folder / "people.db", folder) for waiting in (2_100, long))
        rows.append(
            at_most(f"CPU an update, {long:,} waiting against 2,000", full.cpu_us / short.cpu_us, 1.2, "×")
        )
        rows += _storm(taps, folder / "run.db", folder)
    return rows
