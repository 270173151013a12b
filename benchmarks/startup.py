"""The program as people start it: how long until it answers, and how soon it replies at rest."""

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.server import ASKER
from benchmarks.serving import ROOT, TOKEN, Server, percentile, serving
from benchmarks.table import Row, at_most, shown

CONFIG = """
[app]
database = "sqlite:///{folder}/nhipcau.db"

[[accounts]]
name = "bench"
kind = "telegram"
rate = {rate}
base_url = "{url}"
token = "{token}"
"""


def started(folder: Path, server: Server, rate: float = 30) -> "subprocess.Popen[bytes]":
    """`run`, as a process of its own, on the store in this folder; its log is beside it."""
    config = folder / "config.toml"
    config.write_text(CONFIG.format(folder=folder, url=server.base_url, token=TOKEN, rate=rate))
    with (folder / "log").open("ab") as log:
        command = [sys.executable, "-m", "bot", "run", "--config", str(config)]
        return subprocess.Popen(
            command, cwd=ROOT, stderr=log, stdout=log, env={**os.environ, "NO_COLOR": "1"}
        )


def stopped(process: "subprocess.Popen[bytes]") -> None:
    """Stop it as a person would."""
    process.terminate()
    process.wait(20)


def _first_reply(folder: Path, start: int) -> float:
    """Seconds from process start to the first reply, to somebody who wrote before it was up."""
    with serving(latency_ms=50, ask_count=1, number_from=start) as server:
        began = time.monotonic()
        process = started(folder, server)
        time.sleep(6)
        stopped(process)
    return min(server.result["accepted"], default=float("inf")) - began


def join(store: Path, count: int) -> None:
    """Let those who ask be members: who is not in shares an allowance with all others who are not."""
    with sqlite3.connect(store) as db:
        db.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count) "
            "INSERT INTO member (id, name, unit, language, state, consent_version, consent_at, "
            "consent_method, created_at) SELECT i, 'Người ' || i, (SELECT min(code) FROM unit), 'vi', "
            "'active', '1', 0, 'import', 0 FROM n",
            {"count": count},
        )
        db.execute("INSERT INTO member_role SELECT id, 'communicator' FROM member")
        db.execute(
            "INSERT INTO endpoint (id, member_id, account, chat_id, state, changed_at) "
            "SELECT id, id, 'bench', CAST(? + id AS TEXT), 'open', 0 FROM member",
            (ASKER,),
        )
    db.close()


def measure(quick: bool) -> list[Row]:
    """Start-up with a new store, then with one that is there; then replies, one at a time."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        new = _first_reply(folder, 0)
        again = [_first_reply(folder, start) for start in range(1000, 2000 if quick else 4000, 1000)]
        count = 20 if quick else 100
        join(folder / "nhipcau.db", count)
        with serving(latency_ms=50, ask_count=count, ask_every=0.25, ask_after=4, number_from=9000) as server:
            process = started(folder, server)
            time.sleep(4 + 0.25 * count + 2)
            stopped(process)
        replies = server.result["replies"]
        asked = server.result["asked"]
    return [
        shown("start of `run` to its first reply: new store", f"{new:.2f} s"),
        shown("start of `run` to its first reply: store in place", f"{percentile(again, 0.5):.2f} s"),
        at_most("replies that did not come", asked - len(replies), 0, "", 0),
        at_most("reply at rest: p50 above the server's latency", percentile(replies, 0.5) * 1e3,
                60, " ms", 0),
        at_most("reply at rest: p99", percentile(replies, 0.99) * 1e3, 250, " ms", 0),
    ]  # fmt: skip
