"""Many people at once, beside `run` as people start it: reports, confirmations, one button, strangers."""

import asyncio
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.house import copied, new_store, settle_in
from benchmarks.people import CROWD, REPORT
from benchmarks.serving import ROOT, Server, percentile, serving
from benchmarks.startup import started, stopped
from benchmarks.table import Row, at_least, at_most, shown

COMMUNE, SLUG = "24490", "ky-hop-thu-6-quoc-hoi-khoa-xv"
FAST = 100_000.0
UP_S = 30.0


@contextmanager
def _running(
    folder: Path, template: Path, rate: float, kind: str, count: int, seconds: float, latency_ms: float = 50
) -> Iterator[Server]:
    """`run` on a copy of a store, polling a server whose people come when they are let in."""
    copied(template, folder).rename(folder / "nhipcau.db")
    options = {"latency_ms": latency_ms, "people": kind, "crowd": count, "crowd_over": seconds}
    with serving(**options) as server:
        process = started(folder, server, rate)
        try:
            _until(server, "polling", 1, UP_S)
            yield server
        finally:
            stopped(process)
            for file in folder.glob("nhipcau.db*"):
                file.unlink()


def _until(server: Server, what: str, count: int, patience: float) -> None:
    until = time.monotonic() + patience
    while server.call("getSeen")[what] < count and time.monotonic() < until:
        time.sleep(0.05)


def _command(folder: Path, *words: str) -> None:
    command = [sys.executable, "-m", "bot", *words, "--config", str(folder / "config.toml")]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


def _rows(folder: Path, query: str) -> int:
    with sqlite3.connect(folder / "nhipcau.db") as db:
        found = int(db.execute(query).fetchone()[0])
    db.close()
    return found


def _reports(folder: Path, template: Path, people: int) -> list[Row]:
    """Everybody fills in a report, three seconds between two steps."""
    steps = people * len(REPORT)
    with _running(folder, template, FAST, "reporters", people, 3) as server:
        began = time.monotonic()
        server.call("letCrowdIn")
        _until(server, "seen", steps, 180)
        took = time.monotonic() - began
        kept = _rows(folder, "SELECT count(*) FROM submission")
    waits = server.result["waits"]
    what = f"{people:,} fill in a report, {len(REPORT)} steps in {3 * len(REPORT)} s"
    return [
        shown(f"{what}: steps/s, p50", f"{len(waits) / took:,.0f}, {percentile(waits, 0.5) * 1e3:.0f} ms"),
        at_most(f"{what}: a step's p99", percentile(waits, 0.99) * 1e3, 500, " ms", 0),
        at_most("… reports that were not kept", people - kept, 0, "", 0),
    ]


def _confirmations(folder: Path, template: Path, people: int) -> list[Row]:
    """A run at 30/s, whose people confirm within a second: the notices come between, and cost it nothing."""
    with _running(folder, template, 30, "readers", people, 1) as server:
        words = ("broadcast", "create", SLUG, "--unit", COMMUNE, "--now", "--yes")
        _command(folder, *words)
        _until(server, "noticed", people, people / 30 + 20)
    seen = server.result
    took = max(seen["accepted"]) - min(seen["accepted"])
    noticed = [one for one in seen["notices"] if one != float("inf")]
    what = f"a run to {people} at 30/s, all confirm as it comes"
    return [
        at_most(f"{what}: the last arrives", took, people / 30 * 1.1, " s", 1),
        at_most("… confirmations without a notice", people - len(noticed), 0, "", 0),
        at_most("… notice p99", percentile(noticed, 0.99), 1, " s"),
    ]


def _presses(folder: Path, template: Path) -> list[Row]:
    with _running(folder, template, 30, "presser", 100, 0) as server:
        server.call("letCrowdIn")
        _until(server, "seen", 1, 30)
    longest = max(server.result["waits"], default=99)
    return [at_most("100 presses of one button, then another screen: it comes", longest, 2, " s")]


def _strangers(folder: Path, template: Path, people: int) -> list[Row]:
    with _running(folder, template, 30, "strangers", 40, 1) as server:
        server.call("letCrowdIn")
        _command(folder, "broadcast", "create", SLUG, "--unit", COMMUNE, "--now", "--urgent", "--yes")
        until = time.monotonic() + people / 30 + 15
        while _rows(folder, "SELECT count(*) FROM delivery WHERE run_id AND state = 'sent'") < people:
            if time.monotonic() > until:
                break
            time.sleep(0.1)
    seen = server.result
    pairs = zip(seen["chats"], seen["accepted"], strict=True)
    went = sorted(at for chat, at in pairs if CROWD < chat <= CROWD + people)
    rate = len(went) / (went[-1] - went[0]) if len(went) == people else 0.0
    return [
        at_least(f"40 strangers chatter: an urgent run to {people} at 30/s", rate, 27, "/s", 1),
        at_most("… a member's reply: longest", max(seen["waits"], default=99), 1, " s"),
    ]


async def _template(path: Path, people: int) -> None:
    database = await new_store(path)
    settle_in(path, people)
    async with database.write() as conn:
        await conn.exec_driver_sql(
            f"INSERT INTO unit (code, name, level, path) VALUES ('{COMMUNE}', 'Xã', 'commune', '{COMMUNE}/')"
        )
        await conn.exec_driver_sql(f"UPDATE member SET unit = '{COMMUNE}' WHERE id <= {people // 100 * 100}")
        await conn.exec_driver_sql("INSERT INTO member_role SELECT id, 'reporter' FROM member")
    await database.close()


def measure(quick: bool) -> list[Row]:
    """One storm after another, each on a store of its own."""
    many, run = (1_000, 200) if quick else (3_000, 900)  # whole hundreds: so many are in the commune
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        asyncio.run(_template(folder / "many.db", many))
        asyncio.run(_template(folder / "run.db", run))
        asyncio.run(_template(folder / "urgent.db", 301))
        return [
            *_reports(folder, folder / "many.db", many),
            *_confirmations(folder, folder / "run.db", run),
            *_presses(folder, folder / "urgent.db"),
            *_strangers(folder, folder / "urgent.db", 300),
        ]
