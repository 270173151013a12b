"""What `run` costs while nobody writes and nothing is due: CPU and memory, by how many accounts it has."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.serving import ROOT, Server, serving
from benchmarks.startup import stopped
from benchmarks.table import Row, at_most, shown

SETTLED = 5.0  # per cent: menus have been set, and whatever else a start brings
TICKS = os.sysconf("SC_CLK_TCK")
ACCOUNT = """
[[accounts]]
name = "bench{number}"
kind = "telegram"
base_url = "{url}"
token = "{number}:benchmark"
"""


def cpu(pid: int) -> float:
    """CPU seconds of a process so far, all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident(pid: int) -> float:
    """MiB of a process that are in memory."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024


def _started(folder: Path, server: Server, accounts: int) -> "subprocess.Popen[bytes]":
    config = folder / "config.toml"
    head = f'[app]\ndatabase = "sqlite:///{folder}/nhipcau.db"\n'
    each = (ACCOUNT.format(number=number, url=server.base_url) for number in range(1, accounts + 1))
    config.write_text(head + "".join(each))
    with (folder / "log").open("ab") as log:
        command = [sys.executable, "-m", "bot", "run", "--config", str(config)]
        return subprocess.Popen(
            command, cwd=ROOT, stderr=log, stdout=log, env={**os.environ, "NO_COLOR": "1"}
        )


def use(pid: int, seconds: float) -> float:
    """What a process uses of one core for so long, per cent."""
    before, began = cpu(pid), time.monotonic()
    time.sleep(seconds)
    return (cpu(pid) - before) / (time.monotonic() - began) * 100


def _at_rest(accounts: int, seconds: float) -> tuple[float, float]:
    """Of one core, per cent, and MiB, once so many accounts are connected."""
    with tempfile.TemporaryDirectory() as name, serving(latency_ms=0) as server:
        process = _started(Path(name), server, accounts)
        try:
            until = time.monotonic() + 90
            while server.call("getSeen")["polling"] < accounts:
                if process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(f"{server.call('getSeen')} of {accounts} accounts after 90 s")
                time.sleep(0.2)
            while use(process.pid, 3) > SETTLED and time.monotonic() < until:
                pass
            return use(process.pid, seconds), resident(process.pid)
        finally:
            stopped(process)


def measure(quick: bool) -> list[Row]:
    """One account, then very many."""
    many, seconds = (200, 10.0) if quick else (1000, 30.0)
    alone, small = _at_rest(1, seconds)
    used, large = _at_rest(many, seconds)
    return [
        shown("one account at rest: of a core, memory", f"{alone:.1f} %, {small:.0f} MiB"),
        at_most(f"{many:,} accounts at rest: of a core", used, 2 * many / 1000, " %"),
        at_most(f"{many:,} accounts: memory above one", large - small, 150 * many / 1000, " MiB", 0),
    ]
