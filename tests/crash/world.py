"""One deployment to be killed: settings, content, members, a platform in a process of its own."""

import csv
import http.client
import json
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.contents import REPORT
from tests.crash import copies
from tests.patience import PATIENCE_S
from tests.stable import Command, Stable, until

CONTENT = Path(__file__).parents[2] / "content"
TOKEN = "4242:fake-token"
FIRST_CHAT = 1001
UNIT = "24490"
UNITS = f"""code,parent,name,level,effective_from,source
TW,,Trung ương,TW,,
66,TW,Tỉnh Đắk Lắk,TINH,2025-07-01,202/2025/QH15
{UNIT},66,Xã thử,XA,2025-07-01,1660/NQ-UBTVQH15
"""
SHEET = """topic = "du-luan"
issuer = "Nhóm thử"
number = "Mẫu"
issued_on = 2026-01-01
source = "Mẫu thử"
sample = true
"""


def slug(number: int) -> str:
    """The briefing of a number; its texts carry the marker `K-number-K`."""
    return f"ban-tin-{number:04d}"


class Platform:
    """The fault server as a process, steered over HTTP. Its record survives everything."""

    def __init__(self, folder: Path, plan: dict[str, Any]) -> None:
        self.record = folder / "accepted.jsonl"
        arguments = ["--record", str(self.record), "--plan", json.dumps(plan)]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.fakes.faultapi", *arguments], stdout=subprocess.PIPE
        )
        assert self._process.stdout is not None
        self.base_url: str = json.loads(self._process.stdout.readline())["base_url"]

    def close(self) -> None:
        """Stop the server."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(PATIENCE_S)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def steer(self, act: str, **given: Any) -> dict[str, Any]:
        """Ask something of the server, out of band; waits while it refuses connections."""
        status, body = until(lambda: self._asked(act, given), "the platform does not listen")
        assert status == 200, body
        found: dict[str, Any] = json.loads(body)
        return found

    def _asked(self, act: str, given: dict[str, Any]) -> tuple[int, bytes] | None:
        host = self.base_url.removeprefix("http://").removesuffix("/bot")
        with closing(http.client.HTTPConnection(host, timeout=PATIENCE_S)) as connection:
            try:
                connection.request("POST", f"/_test/{act}", json.dumps(given))
                answer = connection.getresponse()
                return answer.status, answer.read()
            except ConnectionError:
                return None

    def accepted(self) -> list[dict[str, Any]]:
        """Everything the platform accepted, from its record."""
        if not self.record.exists():
            return []
        lines = self.record.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def count(self) -> int:
        """How much it accepted so far (no line is longer than needed to count it)."""
        return self.record.read_bytes().count(b"\n") if self.record.exists() else 0


class World:
    """A folder with everything in it; where `server` names a PostgreSQL database, the store is there."""

    def __init__(self, folder: Path, stable: Stable, platform: Platform, server: str = "") -> None:
        self.folder = folder
        self.server = server
        self.stable = stable
        self.platform = platform
        self.config = folder / "config.toml"
        self.database = folder / "store.db"

    def run(self, mischief: dict[str, Any] | None = None) -> Command:
        """Start `run`."""
        return self.stable.start(self.folder, ["run", "--config", str(self.config)], mischief)

    def command(self, *argv: str) -> Any:
        """A command to its end; what it printed as JSON."""
        command = self.stable.start(self.folder, [*argv, "--config", str(self.config), "--json"])
        assert command.wait() == 0, command.said
        return json.loads(command.told)

    def broadcast(self, number: int, *options: str) -> int:
        """Write a briefing and schedule it for everybody, now; the broadcast's id."""
        _briefing(self.folder / "content" / "briefings", number)
        shutil.rmtree(self.folder / "content" / "briefings" / slug(number - 2), ignore_errors=True)
        made = ("broadcast", "create", slug(number), "--unit", UNIT, "--now", "--yes")
        return int(self.command(*made, *options)["id"])

    @contextmanager
    def store(self) -> Iterator[sqlite3.Connection]:
        """The store as it stands, in SQLite's shape whatever it is; nothing is touched."""
        of_file = copies.of_file(self.database, self.folder)
        with copies.of_server(self.server) if self.server else of_file as copy:
            yield copy

    def rest(self) -> None:
        """After a death: wait until the server, too, knows of it; what it was about to commit then stands."""
        if self.server:
            until(lambda: not copies.others(self.server), "the server still serves who has died")


@contextmanager
def world(
    folder: Path,
    stable: Stable,
    *,
    members: int,
    window: int = 16,
    plan: dict[str, Any] | None = None,
    role: str = "communicator",
    server: str = "",
    through: str = "",
) -> Iterator[World]:
    """A deployment with its members, ready to `run`; `through`: the way its commands take to the server."""
    platform = Platform(folder, {"latency": 0.005, **(plan or {})})
    try:
        made = World(folder, stable, platform, server)
        _settings(made, window, through or server)
        _content(folder / "content")
        people = folder / "members.csv"
        _members(people, members, role)
        assert made.command("member", "import", str(people))["added"] == members
        yield made
    finally:
        platform.close()


def _settings(made: World, window: int, server: str) -> None:
    made.config.write_text(
        f"""[app]
database = "{server or "sqlite:///store.db"}"
content = "content"
[delivery]
window = {window}
[reporting]
prompt_day = ""
[[accounts]]
name = "tg"
kind = "telegram"
token = "{TOKEN}"
rate = 400
base_url = "{made.platform.base_url}"
""",
        encoding="utf-8",
    )


def _content(folder: Path) -> None:
    for name in ("forms", "texts"):
        shutil.copytree(CONTENT / name, folder / name)
    shutil.copyfile(REPORT, folder / "forms" / "opinion.toml")
    shutil.copyfile(CONTENT / "topics.toml", folder / "topics.toml")
    (folder / "units").mkdir()
    (folder / "units" / "units.csv").write_text(UNITS, encoding="utf-8")
    (folder / "briefings").mkdir()


def _briefing(folder: Path, number: int) -> None:
    home = folder / slug(number)
    home.mkdir()
    (home / "briefing.toml").write_text(SHEET, encoding="utf-8")
    # Every third briefing is longer than one message: parts keep their order, and none comes twice.
    lines = [f"Đoạn {place} của bản tin K-{number}-K. " + "Lời bàn. " * 30 for place in range(25)]
    brief = "\n\n".join(lines if number % 3 == 2 else lines[:1])
    text = f"# Bản tin K-{number}-K\n\n{brief}\n\n---\n\nToàn văn.\n"
    (home / "vi.md").write_text(text, encoding="utf-8")


def _members(file: Path, count: int, role: str) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["name", "unit", "roles", "language", "account", "chat_id", "consent"])
        for chat in range(FIRST_CHAT, FIRST_CHAT + count):
            writer.writerow([f"Người {chat}", UNIT, role, "vi", "tg", chat, "giấy 2026-01-01"])
