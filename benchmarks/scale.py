"""A million recipients: memory, planning, replies meanwhile, an urgent broadcast, a start after a kill."""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.crowd import Crowd, arrivals
from benchmarks.house import FIRST_CHAT, Sending, copied, new_store, planned, planner, schedule, settle_in
from benchmarks.serving import ROOT, in_background, percentile, serving
from benchmarks.startup import started
from benchmarks.table import Row, at_most, shown
from bot.core.people.members import Role
from bot.storage.database import Database

RATE = 30.0
URGENT = 100
MANY, FEW = 1_000_000, 1_000


async def _people(path: Path, count: int) -> None:
    database = await new_store(path)
    settle_in(path, count)
    async with database.write() as conn:  # the last hundred are who the urgent broadcast means
        await conn.exec_driver_sql(
            f"INSERT INTO member_role SELECT id, 'editor' FROM member WHERE id > {count - URGENT}"
        )
    await database.close()


def _memory(folder: Path, many: Path, sends: int) -> list[Row]:
    few = folder / "few.db"
    asyncio.run(_people(few, FEW))
    peaks = []
    for store, number in ((few, FEW), (copied(many, folder), sends)):
        with serving(latency_ms=50) as server:
            command = [sys.executable, "-m", "benchmarks.sender_alone", "--store", str(store)]
            command += ["--url", server.base_url, "--sends", str(number)]
            done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
        peaks.append(float(json.loads(done.stdout.splitlines()[-1])["peak_mib"]))
    few.unlink()
    text = f"{peaks[0]:.0f} and {peaks[1]:.0f} MiB"
    return [
        shown(f"peak memory, {FEW:,} recipients and {sends:,} sends to more", text),
        at_most("peak memory, the difference", peaks[1] - peaks[0], 10, " MiB", 1),
    ]


async def _planning(path: Path, count: int) -> list[Row]:
    """Plan a run for everybody while people ask."""
    database = Database(f"sqlite:///{path}")
    with serving(latency_ms=50) as server:
        sending = Sending(database, server.base_url, RATE)
        crowd = Crowd(sending, 0.1)
        async with in_background(sending.run()), in_background(crowd.run()):
            await asyncio.sleep(1)
            began = time.monotonic()
            await planned(database)
            ended = time.monotonic()
            await asyncio.sleep(1)
    await database.close()
    waits = crowd.waits(server.result, ended)
    return [
        at_most(f"planning {count:,} deliveries", ended - began, 10, " s", 1),
        at_most("reply meanwhile: p99", percentile(waits, 0.99) * 1e3, 250, " ms", 0),
        shown("reply meanwhile: p50, number", f"{percentile(waits, 0.5) * 1e3:.0f} ms, {len(waits)}"),
    ]


async def _urgent(path: Path, count: int, seconds: float) -> list[Row]:
    """A run under way at 30/s; people ask, and an urgent broadcast comes in between."""
    database = Database(f"sqlite:///{path}")
    await planned(database)
    known: list[float] = []
    with serving(latency_ms=50) as server:
        sending = Sending(database, server.base_url, RATE)
        crowd = Crowd(sending, 0.25)

        def tell() -> None:
            known.append(time.monotonic())
            sending.bell.ring()

        plan = planner(database, tell)
        async with in_background(sending.run()), in_background(plan.run()), in_background(crowd.run()):
            await asyncio.sleep(seconds)
            await schedule(database, urgent=True, roles=frozenset({Role.EDITOR}))
            plan.wake()
            until = time.monotonic()
            await asyncio.sleep(8)
    await database.close()
    last = FIRST_CHAT + count
    came = arrivals(server.result, last - URGENT + 1, last, known[-1])
    waits = crowd.waits(server.result, until)
    return [
        at_most("urgent during a run of 300,000: first message", came[0] if came else 99, 0.25, " s"),
        at_most(f"urgent: all {URGENT}", came[-1] if len(came) == URGENT else 99, 5, " s", 1),
        at_most("reply during a run at 30/s: p50 above the server's latency", percentile(waits, 0.5) * 1e3,
                60, " ms", 0),
        at_most("reply during a run at 30/s: p99", percentile(waits, 0.99) * 1e3, 250, " ms", 0),
    ]  # fmt: skip


def _after_kill(folder: Path, store: Path, count: int, rounds: int) -> list[Row]:
    """Kill `run` in the middle of a run, start it again, see when the first message comes."""
    store.rename(folder / "nhipcau.db")
    with serving(latency_ms=50) as server:
        process = started(folder, server)
        time.sleep(6)
        process.kill()
        process.wait()
    began_with = len(server.result["accepted"])
    waits = []
    for _ in range(rounds):
        with serving(latency_ms=50) as server:
            began = time.monotonic()
            process = started(folder, server)
            time.sleep(5)
            process.kill()
            process.wait()
        waits.append(min(server.result["accepted"], default=began + 99) - began)
    return [
        at_most(f"start after SIGKILL, {count:,} open: first message", percentile(waits, 0.5), 1.5, " s"),
        shown("sent before the kill", str(began_with)),
    ]


def measure(quick: bool) -> list[Row]:
    """Everything that depends on how many there are."""
    many, run, sends = (100_000, 30_000, 5_000) if quick else (MANY, 300_000, 50_000)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        template = folder / "many.db"
        asyncio.run(_people(template, many))
        rows = _memory(folder, template, sends)
        for file in folder.glob("store.db*"):
            file.unlink()
        rows += asyncio.run(_planning(template, many))
        rows += _after_kill(folder, template, many, 1 if quick else 3)
        asyncio.run(_people(folder / "run.db", run))
        rows += asyncio.run(_urgent(folder / "run.db", run, 8 if quick else 30))
    return rows
