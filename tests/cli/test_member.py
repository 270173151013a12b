"""`member`, `request` and `invite` from a shell: the same acts, errors as JSON, little is needed for them."""

import json
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.core.talk.reply import MenuReply, ReplyAdapter, SendReply
from tests.patience import SLOW

CONTENT = Path(__file__).parents[2] / "content"
CHI = "Chi Xóa Tên"
PEOPLE = (
    (1, "An", "66", "administrator"),
    (2, "Bình", "24169", "administrator"),
    (3, CHI, "24169", "reporter"),
)


class Shell:
    """A deployment with an administrator of the province, one of a commune, and a reporter there."""

    def __init__(self, folder: Path) -> None:
        self.config, self.db = folder / "config.toml", folder / "x.db"
        self.content(CONTENT)
        assert self.run("invite", "list") == (0, [])
        with self.connect() as db:
            db.execute("INSERT INTO account (name, kind, state) VALUES ('a', 'webchat', 'open')")
            for number, name, unit, role in PEOPLE:
                db.execute(
                    "INSERT INTO member (id, name, unit, language, state, consent_version, consent_at, "
                    "consent_method, created_at) VALUES (?, ?, ?, 'vi', 'active', '1', 0, 'x', 0)",
                    (number, name, unit),
                )
                db.execute("INSERT INTO member_role VALUES (?, ?)", (number, role))
                db.execute(
                    "INSERT INTO endpoint (member_id, account, chat_id, state, changed_at) "
                    "VALUES (?, 'a', ?, 'open', 0)",
                    (number, f"chat-{number}"),
                )

    def content(self, folder: Path) -> None:
        """Where the content is said to be."""
        settings = f'[app]\ndatabase = "sqlite:///{self.db}"\ncontent = "{folder}"\n'
        self.config.write_text(settings, encoding="utf-8")

    def connect(self) -> sqlite3.Connection:
        """The database from beside."""
        return sqlite3.connect(self.db)

    def run(self, *words: str, typed: str = "") -> tuple[int, Any]:
        """Run a command with --json; its exit code and its value."""
        done = CliRunner().invoke(app, [*words, "--json", "--config", str(self.config)], input=typed)
        found = done.stdout[done.stdout.find("{") if "{" in done.stdout else 0 :]
        return done.exit_code, json.loads(done.stdout) if done.stdout.startswith(("{", "[")) else found

    def said(self, chat_id: str) -> list[SendReply | MenuReply]:
        """What waits for a chat."""
        query = (
            "SELECT act FROM delivery WHERE run_id IS NULL AND state = 'pending' AND chat_id = ? ORDER BY id"
        )
        with self.connect() as db:
            return [ReplyAdapter.validate_json(row[0]) for row in db.execute(query, (chat_id,))]  # type: ignore[misc]


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def states(found: list[dict[str, Any]]) -> dict[int, str]:
    return {one["id"]: one["state"] for one in found}


def test_members_are_listed_with_state_by_unit(shell: Shell) -> None:
    code, found = shell.run("member", "list")
    assert (code, states(found)) == (0, {1: "active", 2: "active", 3: "active"})
    assert found[2] == {
        "id": 3,
        "name": CHI,
        "unit": "24169",
        "roles": ["reporter"],
        "language": "vi",
        "state": "active",
        "since": "1970-01-01T08:00:00+08:00",
        "endpoints": [{"account": "a", "chat_id": "chat-3", "state": "open", "unreachable": None}],
    }
    assert shell.run("member", "suspend", "3", "--yes")[0] == 0
    assert states(shell.run("member", "list", "--unit", "24169")[1]) == {2: "active", 3: "suspended"}
    assert states(shell.run("member", "list", "--state", "suspended")[1]) == {3: "suspended"}
    assert shell.run("member", "list", "--unit", "nowhere")[1]["error"]["message"].startswith(
        "unit 'nowhere'"
    )
    assert shell.run("member", "list", "--state", "left")[0] == 2


def test_each_change_is_made_told_and_noted(shell: Shell) -> None:
    running = shell.connect()  # while somebody has the database open, its log stays
    assert running.execute("SELECT count(*) FROM member").fetchall() == [(3,)]
    for words, key, expected in (
        (("suspend", "3", "--yes"), "state", "suspended"),
        (("reinstate", "3"), "state", "active"),
        (("roles", "3", "communicator;editor", "--yes"), "roles", ["communicator", "editor"]),
        (("move", "3", "24133", "--yes"), "unit", "24133"),
        (("remove", "3", "--yes"), "state", "left"),
    ):
        code, found = shell.run("member", *words)
        assert (code, found[key], found["told"]) == (0, expected, True)
        message, menu = shell.said("chat-3")[-2:]
        assert isinstance(message, SendReply)
        assert isinstance(menu, MenuReply)
    with shell.connect() as db:
        rows = list(db.execute("SELECT actor, act, subject FROM audit ORDER BY id"))
    assert rows == [
        ("cli", f"members.{act}", "member:3")
        for act in ("suspend", "reinstate", "change_roles", "move", "remove")
    ]
    assert CHI.encode() not in b"".join(path.read_bytes() for path in shell.db.parent.glob("x.db*"))
    running.close()


def test_a_second_chat_is_taken_away_and_the_only_one_never(shell: Shell) -> None:
    only = shell.run("member", "unlink", "3", "--account", "a")
    assert (only[0], only[1]["error"]["key"]) == (1, "link.only_chat")
    with shell.connect() as db:
        db.execute(
            "INSERT INTO endpoint (member_id, account, chat_id, state, changed_at) "
            "SELECT member_id, account, 'hai', state, changed_at FROM endpoint WHERE member_id = 3"
        )
    code, found = shell.run("member", "unlink", "3", "--account", "a", "--chat", "hai")
    assert (code, found["chat_id"]) == (0, "hai")
    assert any("không còn nối" in str(one) for one in shell.said("hai"))
    _, people = shell.run("member", "list")
    assert len(people[2]["endpoints"]) == 1


def test_refusals_are_json_with_the_key_of_the_act(shell: Shell) -> None:
    for words, key in (
        (("suspend", "9", "--yes"), "tap.stale"),
        (("reinstate", "3"), "member.unchanged"),
        (("roles", "3", "", "--yes"), "member.no_roles"),
        (("move", "3", "nowhere", "--yes"), "refused"),
        (("move", "3", "24169", "--yes"), "member.unchanged"),
    ):
        code, found = shell.run("member", *words)
        assert (code, found["error"]["key"]) == (1, key)
        assert found["error"]["message"]
    assert shell.run("member", "roles", "3", "boss", "--yes")[0] == 2


def test_without_yes_it_asks_and_no_answer_is_no(shell: Shell) -> None:
    for typed in ("", "n\n"):
        assert shell.run("member", "suspend", "3", typed=typed)[0] == 1
    assert states(shell.run("member", "list")[1])[3] == "active"
    assert shell.run("member", "suspend", "3", typed="y\n")[0] == 0
    done = CliRunner().invoke(app, ["member", "suspend", "1", "--config", str(shell.config)], input="n\n")
    assert "no other administrator" in done.output


def test_yes_alone_does_not_leave_a_unit_without_an_administrator(shell: Shell) -> None:
    for words in (("suspend", "1"), ("remove", "1"), ("roles", "1", "editor"), ("move", "1", "24169")):
        code, found = shell.run("member", *words, "--yes")
        assert (code, found["error"]["key"]) == (1, "member.last_administrator")
        assert "--last" in found["error"]["message"]
        code, found = shell.run("member", *words, "--last")  # it still asks, and nobody answers
        assert (code, states(shell.run("member", "list")[1])[1]) == (1, "active")
    assert shell.run("member", "suspend", "2", "--yes")[0] == 0  # there is one above
    assert shell.run("member", "remove", "1", "--yes", "--last")[1]["state"] == "left"


def test_an_emergency_needs_no_content_and_no_patience(shell: Shell, tmp_path: Path) -> None:
    shell.content(tmp_path / "nowhere")
    with shell.connect() as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
    began = time.monotonic()
    code, found = shell.run("member", "suspend", "1", "--yes", "--last")
    assert (code, found["state"], found["told"]) == (0, "suspended", False)
    assert time.monotonic() - began < SLOW * 0.5  # without the start of the program
    assert shell.run("member", "suspend", "1", "--yes")[1]["error"]["key"] == "member.unchanged"
    assert states(shell.run("member", "list")[1])[1] == "suspended"


def _ask(shell: Shell, number: int) -> None:
    with shell.connect() as db:
        db.execute(
            "INSERT INTO join_request (id, account, chat_id, name, language, unit, consent_version, state, "
            "created_at) VALUES (?, 'a', ?, 'Dũng', 'vi', '24169', '1', 'waiting', 0)",
            (number, f"new-{number}"),
        )


def test_requests_are_listed_approved_and_declined(shell: Shell, tmp_path: Path) -> None:
    _ask(shell, 1)
    _ask(shell, 2)
    code, found = shell.run("request", "list")
    assert (code, [(one["id"], one["name"], one["unit"]) for one in found]) == (
        0,
        [(1, "Dũng", "24169"), (2, "Dũng", "24169")],
    )
    assert found[0]["hours"] > 24
    assert shell.run("request", "approve", "1")[1]["state"] == "accepted"
    assert "đã tham gia" in str(shell.said("new-1")[0])
    assert shell.run("request", "decline", "2", "--reason", "unknown")[1]["state"] == "declined"
    assert "chưa được chấp nhận" in str(shell.said("new-2")[0])
    assert shell.run("request", "list") == (0, [])
    assert shell.run("request", "approve", "2")[1]["error"]["key"] == "admit.decided_already"
    assert shell.run("member", "list", "--unit", "24169")[1][-1]["name"] == "Dũng"
    _ask(shell, 3)
    shell.content(tmp_path / "nowhere")
    code, found = shell.run("request", "approve", "3")
    assert (code, "content/texts" in found["error"]["message"]) == (1, True)


def test_invitations_are_listed_and_withdrawn(shell: Shell) -> None:
    made = shell.run("invite", "create", "--unit", "24169", "--roles", "editor", "--uses", "3")[1]
    code, (held,) = shell.run("invite", "list")
    assert (code, held["unit"], held["roles"], held["uses_left"], held["made_by"]) == (
        0,
        "24169",
        ["editor"],
        3,
        "cli",
    )
    assert made["code"] not in json.dumps(held)
    number = str(held["id"])
    assert shell.run("invite", "withdraw", number)[1] == {
        "id": held["id"],
        "unit": "24169",
        "withdrawn": True,
    }
    assert shell.run("invite", "list") == (0, [])
    assert shell.run("invite", "withdraw", number)[1]["error"]["key"] == "invite.withdrawn_already"
    assert shell.run("invite", "withdraw", "99")[1]["error"]["key"] == "tap.stale"


def test_personal_codes_are_their_owners_alone_where_the_files_stood_open(
    shell: Shell, tmp_path: Path
) -> None:
    cards = tmp_path / "cards"
    cards.mkdir()
    files = [cards / name for name in ("giay-moi.html", "giay-moi.csv")]
    for file in files:
        file.touch()
        file.chmod(0o644)
    people = tmp_path / "people.csv"
    people.write_text("name,unit,roles,consent\nHoa,24169,communicator,1/11/2026\n", encoding="utf-8")
    code, found = shell.run("member", "import", str(people), "--invitations", str(cards))
    assert (code, found["invited"]) == (0, 1)
    assert "Hoa" in files[1].read_text(encoding="utf-8")
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600, 0o600]


def test_a_list_brought_again_makes_no_second_cards_and_loses_none(shell: Shell, tmp_path: Path) -> None:
    cards, people = tmp_path / "new" / "cards", tmp_path / "people.csv"
    lines = [
        "name,unit,roles,consent",
        "Hoa,24169,communicator,1/11/2026",
        "Hoa,24169,communicator,1/11/2026",
    ]

    def bring(*more: str) -> tuple[int, int]:
        people.write_text("\n".join([*lines, *more]), encoding="utf-8")
        code, found = shell.run("member", "import", str(people), "--invitations", str(cards))
        assert code == 0
        return found["invited"], found["has_card"]

    def kept() -> list[str]:
        return (cards / "giay-moi.csv").read_text(encoding="utf-8-sig").splitlines()[1:]

    assert bring() == (2, 0)
    assert cards.stat().st_mode & 0o777 == 0o700
    first = kept()
    assert bring() == (0, 2)
    assert kept() == first
    assert bring("Lan,24169,reporter,1/11/2026") == (1, 2)
    assert (kept()[:2], len(kept())) == (first, 3)
    assert len(shell.run("invite", "list")[1]) == 3
    (cards / "giay-moi.csv").write_text("name;unit;roles;code\nHoa;x;y;ABC", encoding="utf-8")
    code, found = shell.run("member", "import", str(people), "--invitations", str(cards))
    assert (code, found["error"]["key"]) == (1, "refused")
    assert "ABC" in (cards / "giay-moi.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "words",
    ["member suspend", "broadcast pause", "broadcast status", "request approve", "invite withdraw"],
)
def test_a_number_that_no_store_has_ends_in_words(shell: Shell, words: str) -> None:
    for number in ("9" * 18, "9" * 20, "9" * 400):
        done = CliRunner().invoke(app, [*words.split(), number, "--config", str(shell.config)], input="y\n")
        assert done.exit_code in (1, 2)
        assert isinstance(done.exception, SystemExit)
        assert done.stderr
