"""The brake needs the database alone, and is done while whatever else is broken or at work."""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.storage.database import connected
from tests.patience import PATIENCE_S, SLOW
from tests.stores import postgres_server

ROOT = Path(__file__).parents[2]
CONTENT = ROOT / "content"
SLUG, COMMUNE = "ky-hop-thu-6-quoc-hoi-khoa-xv", "24490"
BOUND_S = SLOW * 4.0  # of a whole process
# Writes in one transaction for as long as the first line says; then says that it has ended.
LONG_WRITE = """
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=60)
db.execute("BEGIN IMMEDIATE")
db.execute("INSERT INTO setting (key, value) VALUES ('noise', '')")
print("writing", flush=True)
time.sleep(float(sys.argv[2]))
db.execute("COMMIT")
"""
ENV = {**os.environ, "PYTHONPATH": str(ROOT)}
BRAKES = (
    ("broadcast", "pause", "1"),
    ("broadcast", "status", "1"),
    ("broadcast", "resume", "1"),
    ("store", "hold"),
    ("store", "status"),
    ("store", "clock", "--accept"),
    ("store", "release", "--yes"),
    ("broadcast", "list"),
    ("broadcast", "cancel", "1"),
)
SOON_S = 1.0  # the promise, for half of them at least
# Commands one after another in one process: how long each takes without the program's start, what it says.
SEVERAL = """
import contextlib, io, json, sys, time
from bot.cli import app
found = []
for words in json.loads(sys.argv[1]):
    said, began = io.StringIO(), time.monotonic()
    with contextlib.redirect_stdout(said):
        app([*words, "--json", "--config", sys.argv[2]], standalone_mode=False)
    found.append((time.monotonic() - began, json.loads(said.getvalue())))
print(json.dumps(found))
"""


class Deployment:
    """A settings file and a store, made by a first command; every command is a process of its own."""

    def __init__(self, folder: Path, url: str, told: Callable[[str, object], None]) -> None:
        self.folder, self.config, self.url, self.told = folder, folder / "config.toml", url, told
        self.set(CONTENT)
        self.db = folder / "x.db"
        assert self.run("member", "import", str(self.people(1)), within=PATIENCE_S)["added"] == 1
        words = ("broadcast", "create", SLUG, "--unit", COMMUNE, "--now", "--yes")
        assert self.run(*words, within=PATIENCE_S)["id"] == 1

    def people(self, count: int) -> Path:
        """A list of so many people."""
        file = self.folder / "people.csv"
        head = "name,unit,roles,language,account,chat_id,consent"
        lines = [f"Người {n},{COMMUNE},communicator,vi,tinh,nguoi-{n},1/11/2026" for n in range(count)]
        file.write_text("\n".join([head, *lines]), encoding="utf-8")
        return file

    def set(self, content: Path, account: str = 'kind = "webchat"', more: str = "") -> None:
        """With this content folder and account."""
        account = f'[[accounts]]\nname = "tinh"\n{account}\n{more}'
        text = f'[app]\ndatabase = "{self.url}"\ncontent = "{content}"\ndata = "{self.folder}"\n{account}'
        self.config.write_text(text, encoding="utf-8")

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "bot", *words, "--json", "--config", str(self.config)]

    def run(self, *words: str, stderr: Any = subprocess.PIPE, within: float = BOUND_S) -> Any:
        """What a command says, within so many seconds."""
        done = subprocess.run(
            self.command(*words), stdout=subprocess.PIPE, stderr=stderr, env=ENV, timeout=within, check=True
        )
        return json.loads(done.stdout)

    def brakes(self, stderr: Any = subprocess.PIPE) -> None:
        """Every brake works, and soon."""
        command = [sys.executable, "-c", SEVERAL, json.dumps(BRAKES), str(self.config)]
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=stderr, env=ENV, timeout=BOUND_S, check=True
        )
        found = json.loads(done.stdout)
        paused, status, resumed, held = (said for _, said in found[:4])
        assert (paused["changed"], resumed["changed"], held["changed"]) == (True, True, True)
        assert (status["state"], found[-2][1][0]["state"]) == ("paused", "scheduled")
        assert found[-1][1] == {"id": 1, "changed": True}
        took = sorted(seconds for seconds, _ in found)
        self.told(
            "figures", f"the brake: {took[len(took) // 2]:.2f} s in the middle, {took[-1]:.2f} s at most"
        )
        assert took[len(took) // 2] < SLOW * SOON_S


@pytest.fixture(params=["sqlite", "postgres"])
def deployment(
    request: pytest.FixtureRequest, tmp_path: Path, record_property: Callable[[str, object], None]
) -> Iterator[Deployment]:
    if request.param == "sqlite":
        yield Deployment(tmp_path, f"sqlite:///{tmp_path}/x.db", record_property)
    else:
        with postgres_server() as url:
            yield Deployment(tmp_path, url, record_property)


@contextmanager
def at_work(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ENV) as process:
        try:
            yield process
        finally:
            process.kill()


def test_the_brake_works_with_broken_content_and_a_full_log_disk(deployment: Deployment) -> None:
    deployment.set(deployment.folder / "no-content")
    with Path("/dev/full").open("wb") as full:
        deployment.brakes(stderr=full)


def test_the_brake_works_where_no_token_is_at_hand(deployment: Deployment) -> None:
    site = '[web]\ntoken = "${NHIPCAU_NOWHERE_TO_BE_FOUND}"\n'
    deployment.set(CONTENT, 'kind = "telegram"\ntoken = "${NHIPCAU_NOWHERE_TO_BE_FOUND}"', site)
    deployment.brakes()


def test_the_brake_works_with_a_mistake_in_the_settings(deployment: Deployment) -> None:
    with deployment.config.open("a", encoding="utf-8") as settings:
        settings.write("\n[quiet\n")
    with Path("/dev/full").open("wb") as full:
        deployment.brakes(stderr=full)


def test_the_brake_is_done_while_an_import_runs(deployment: Deployment) -> None:
    people = str(deployment.people(60_000))
    with at_work(deployment.command("member", "import", people)) as importing:
        deployment.brakes()
        assert importing.poll() is None, "the import was done before the brake: make it longer"


@pytest.mark.parametrize("schema", ["0001", "9999"])
def test_the_brake_works_where_a_migration_is_due_or_refused(deployment: Deployment, schema: str) -> None:
    async def stands_at() -> None:
        async with connected(deployment.url, deployment.folder) as database, database.write() as conn:
            await conn.execute(text("UPDATE alembic_version SET version_num = :at"), {"at": schema})

    asyncio.run(stands_at())
    if schema == "9999":
        refused = subprocess.run(
            deployment.command("opinion", "list"), capture_output=True, text=True, env=ENV, check=False
        )
        assert (refused.returncode, "newer than this program" in refused.stdout) == (1, True)
    deployment.brakes()


def test_the_brake_waits_for_a_long_write_and_no_longer(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    deployment = Deployment(tmp_path, f"sqlite:///{tmp_path}/x.db", record_property)
    with at_work([sys.executable, "-c", LONG_WRITE, str(deployment.db), "4"]) as writing:
        assert writing.stdout is not None
        assert writing.stdout.readline() == "writing\n"
        began = time.monotonic()
        assert deployment.run("store", "hold")["changed"]
        assert time.monotonic() - began < BOUND_S
        assert writing.wait(BOUND_S) == 0
    with sqlite3.connect(deployment.db) as db:
        assert db.execute("SELECT count(*) FROM setting WHERE key = 'hold'").fetchone() == (1,)
