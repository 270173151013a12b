"""`broadcast` from a shell: one rule with the chat, errors as JSON, a brake that needs the database alone."""

import json
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from typer.testing import CliRunner

from bot.cli import app
from tests.patience import SLOW

CONTENT = Path(__file__).parents[2] / "content"
SLUG = "ky-hop-thu-6-quoc-hoi-khoa-xv"
# A process that writes in short transactions, one after the other without a pause.
WRITER = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=60)
db.execute("CREATE TABLE noise (id INTEGER)")
print("writing", flush=True)
while True:
    db.execute("BEGIN IMMEDIATE")
    db.executemany("INSERT INTO noise VALUES (?)", [(n,) for n in range(20000)])
    db.execute("COMMIT")
"""


class Shell:
    """A deployment with three members and one broadcast a day ahead."""

    def __init__(self, folder: Path) -> None:
        self.config, self.db = folder / "config.toml", folder / "x.db"
        self.settings = f'[app]\ndatabase = "sqlite:///{self.db}"\ncontent = "%s"\n'
        self.config.write_text(self.settings % CONTENT, encoding="utf-8")

    def run(self, *words: str, typed: str = "") -> tuple[int, Any]:
        """Run a command with --json; its exit code and its value."""
        given = ["broadcast", *words, "--json", "--config", str(self.config)]
        done = CliRunner().invoke(app, given, input=typed)
        return done.exit_code, json.loads(done.stdout) if done.stdout.startswith(("{", "[")) else done.stdout

    def addendum(self, *words: str) -> tuple[int, Any]:
        """The same of `briefing addendum`."""
        done = CliRunner().invoke(
            app, ["briefing", "addendum", *words, "--json", "--config", str(self.config)]
        )
        return done.exit_code, json.loads(done.stdout)

    def put(self, *statements: str) -> None:
        """Write into the database from beside."""
        with sqlite3.connect(self.db) as db:
            for one in statements:
                db.execute(one)
        db.close()


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    one = Shell(tmp_path_factory.mktemp("deployment"))
    code, found = one.run("create", SLUG, "--unit", "66", "--now")
    assert (code, found["error"]["key"]) == (1, "compose.nobody")
    for number in (1, 2, 3):
        one.put(
            "INSERT INTO member (id, name, unit, language, state, consent_version, consent_at, "
            f"consent_method, created_at) VALUES ({number}, 'A', '66', 'vi', 'active', '1', 0, 'x', 0)",
            f"INSERT INTO member_role VALUES ({number}, 'communicator')",
        )
    return one


def test_a_shell_is_refused_what_the_chat_refuses_and_told_so_as_json(shell: Shell) -> None:
    for words, key in (
        (("--now", "--roles", ""), "compose.no_roles"),
        (("--now", "--roles", "approver"), "compose.nobody"),
        (("--at", "2023-01-01T08:00"), "compose.past"),
    ):
        code, found = shell.run("create", SLUG, "--unit", "66", *words)
        assert (code, found["error"]["key"]) == (1, key)
        assert found["error"]["message"]
    assert shell.run("status", "999")[1]["error"]["message"] == "there is no broadcast 999"


def test_times_are_taken_in_peoples_words(shell: Shell) -> None:
    code, found = shell.run("create", SLUG, "--unit", "66", "--at", "23 tháng Chạp 8h", "--dry-run")
    assert code == 0, found
    assert found["at"].endswith("T08:00:00+07:00")
    for words, key in (
        (("--at", "14h sáng"), "when.not_sang"),
        (("--at", "mai"), "when.no_hour"),
        (("--at", "thứ Hai hằng tuần 8h"), "when.one_time"),
        (("--at", "8h mai", "--now"), "refused"),
        (("--schedule", "hằng quý 8h"), "when.not_kept"),
    ):
        code, found = shell.run("create", SLUG, "--unit", "66", *words)
        assert (code, found["error"]["key"]) == (1, key)
    code, found = shell.run("create", SLUG, "--unit", "66", "--schedule", "thứ Hai hằng tuần 7h30", "--yes")
    assert code == 0, found
    code, planned = shell.run("calendar", "--from", "2026-12-01", "--to", "2027-12-01")
    mine = [one for one in planned if one["id"] == found["id"]]
    assert code == 0
    assert len(mine) > 40
    assert all(one["at"].endswith("T07:30:00+07:00") and "năm" in one["lunar"] for one in mine)
    assert shell.run("calendar", "--from", "2026-12-02", "--to", "2026-12-01")[1]["error"]["key"] == (
        "plan.ends_before"
    )
    listed = {one["id"]: one for one in shell.run("list")[1]}
    assert (listed[found["id"]]["schedule"], listed[found["id"]]["monthly"]) == ("weekly", False)


def test_a_dry_run_shows_and_writes_nothing(shell: Shell) -> None:
    before = shell.run("list")[1]
    code, found = shell.run("create", SLUG, "--unit", "66", "--now", "--dry-run")
    assert (code, found["id"], found["audience"], found["no_address"]) == (0, None, 3, 3)
    assert shell.run("list")[1] == before


def test_whom_it_is_for_is_said_by_options(shell: Shell) -> None:
    def dry(*words: str) -> Any:
        return shell.run("create", SLUG, "--now", "--dry-run", *words)[1]

    assert dry("--unit", "66", "--exclude-member", "1")["left_out"] == {"excluded": 1}
    assert dry("--member", "1", "--member", "2")["audience"] == 2
    assert dry("--unit", "24169", "--unit", "24133", "--member", "3")["audience"] == 1
    assert dry("--unit", "66", "--level", "XA")["left_out"] == {"level": 3}
    assert dry("--unit", "66", "--everybody", "--exclude-unit", "66")["audience"] == 0
    assert dry("--member", "99")["error"]["key"] == "compose.no_member"
    assert dry("--unit", "66", "--exclude-unit", "nowhere")["error"]["key"] == "compose.no_unit"
    assert dry("--unit", "66")["unreached"] == {"no_address": 3}


def test_a_commune_adds_by_the_shell_and_takes_it_back(shell: Shell) -> None:
    number = str(
        shell.run("create", SLUG, "--unit", "66", "--at", "8h sáng mốt", "--addenda-hours", "5")[1]["id"]
    )
    code, made = shell.addendum("add", number, "--unit", "24169", "--text", "Họp lúc 14 giờ, hỏi 0905123456.")
    assert (code, made["state"], made["personal"]) == (0, "standing", ["0905123456"])
    assert made["until"].split("T")[1][:5] in (
        "03:00",
        "01:00",
    )  # a weekend defers it, and the cut-off with it
    code, listed = shell.addendum("list", number)
    assert [(one["unit"], one["signed"]) for one in listed] == [("24169", "Phường Ea Kao")]
    for words, key in (
        (("add", number, "--unit", "66", "--text", "x"), "addendum.not_between"),
        (("add", number, "--unit", "nowhere", "--text", "x"), "addendum.no_unit"),
        (("add", number, "--unit", "24169", "--text", "TỐI MẬT"), "compose.secret"),
        (("withdraw", "999"), "addendum.unknown"),
        (("approve", str(made["id"])), "addendum.over"),
    ):
        code, found = shell.addendum(*words)
        assert (code, found["error"]["key"]) == (1, key)
    assert shell.addendum("withdraw", str(made["id"])) == (0, {"id": made["id"], "changed": True})
    assert shell.addendum("list", number) == (0, [])
    closed = shell.run("create", SLUG, "--unit", "66", "--at", "8h sáng mốt", "--no-addenda")[1]["id"]
    code, found = shell.addendum("add", str(closed), "--unit", "24169", "--text", "x")
    assert (code, found["error"]["key"]) == (1, "addendum.closed")


def test_a_plan_is_changed_by_the_shell(shell: Shell) -> None:
    number = shell.run("create", SLUG, "--unit", "66", "--at", "8h sáng mốt")[1]["id"]
    code, found = shell.run("change", str(number), "--at", "10h 20/12/2030")
    assert (code, found["error"]["key"]) == (1, "compose.too_far")
    assert shell.run("change", str(number))[1]["error"]["key"] == "change.nothing"
    code, found = shell.run("change", str(number), "--schedule", "thứ Tư hằng tuần 7h30")
    assert (code, found["id"], found["changed"], found["audience"]) == (0, number, ["time"], 3)
    assert found["at"].split("T")[1].startswith("07:30")
    assert shell.run("change", str(number), "--text", "x")[1]["error"]["key"] == "change.in_content"
    assert shell.run("change", str(number), "--unit", "24169")[1]["error"]["key"] == "compose.nobody"
    code, found = shell.run("change", str(number), "--exclude-member", "1", "--roles", "communicator")
    assert (code, found["changed"], found["audience"]) == (0, ["unit"], 2)
    assert shell.run("change", "999", "--at", "8h sáng mai")[1]["error"]["key"] == "tap.stale"


def test_the_list_names_the_kind_of_schedule(shell: Shell) -> None:
    assert shell.run("create", SLUG, "--unit", "66", "--now")[0] == 0
    at = '{"kind":"monthly","day":31,"hour":8,"minute":0,"timezone":"Asia/Ho_Chi_Minh"}'
    for schedule, kind in ((None, "once"), (at, "monthly")):
        if schedule:
            shell.put(
                f"UPDATE broadcast SET schedule = '{schedule}' WHERE id = (SELECT max(id) FROM broadcast)"
            )
        (found, *_) = shell.run("list")[1]
        assert (found["schedule"], found["monthly"]) == (kind, kind == "monthly")


def test_recipients_by_unit_and_by_name_and_as_a_sheet(shell: Shell, tmp_path: Path) -> None:
    number = shell.run("create", SLUG, "--unit", "66", "--now")[1]["id"]
    assert shell.run("recipients", str(number))[1]["error"]["message"].endswith("has no run yet")
    shell.put(
        "INSERT INTO run (id, broadcast_id, at, state, audience, planned_from, expires_at, priority, "
        f"created_at, place, place_name) VALUES "
        f"(70, {number}, 0, 'running', 3, 3, 9, 2, 0, '/TW/66/', 'Tỉnh Đắk Lắk')"
    )
    for member, state, reason, read in (
        (1, "sent", "", 5),
        (2, "sent", "", None),
        (3, "failed", "blocked", None),
    ):
        shell.put(
            "INSERT INTO delivery (run_id, member_id, priority, state, reason, not_before, attempts, part, "
            "resent, created_at, acknowledged_at, place) VALUES "
            f"(70, {member}, 2, '{state}', '{reason}', 0, 0, 0, 0, 0, {read or 'NULL'}, '/TW/66/')"
        )
    code, found = shell.run("recipients", str(number))
    small = {"audience": 3, "acknowledged": 1, "uncertain": 0, "failed": 1}
    assert (code, found["units"], found["small_groups"]) == (0, [], small)
    sheet = tmp_path / "out.xlsx"
    drawn = tmp_path / "out.png"
    assert shell.run("figures", str(number))[0] == 2
    assert shell.run("figures", str(number), "--sheet", str(sheet), "--picture", str(drawn))[0] == 0
    assert drawn.read_bytes().startswith(b"\x89PNG")
    with ZipFile(sheet) as book:
        assert "Các nhóm nhỏ" in book.read("xl/sharedStrings.xml").decode()
    wanted = ("--unit", "66", "--state", "unread", "--state", "unreached", "--sheet")
    assert shell.run("recipients", str(number), *wanted, str(sheet))[0] == 2  # nothing is written over
    named = tmp_path / "named.xlsx"
    code, found = shell.run("recipients", str(number), *wanted, str(named))
    told = [(one["id"], one["state"], one["reason"]) for one in found["recipients"]]
    assert (code, found["count"], told) == (0, 2, [(2, "unread", None), (3, "unreached", "blocked")])
    assert named.read_bytes().startswith(b"PK")
    assert len(shell.run("recipients", str(number), "--unit", "66", "--limit", "1")[1]["recipients"]) == 1
    shell.put("UPDATE run SET state = 'finished' WHERE id = 70")
    code, found = shell.run("remind", str(number))
    assert (code, found["run"], len(found["reminders"]), found["most"]) == (0, 70, 1, 3)
    for again in ((), ("--unit", "24169")):  # the province's reminder is one of the commune's too
        why = shell.run("remind", str(number), *again)[1]["error"]
        assert (why["key"], "from 0" in why["message"]) == ("reminders.too_soon", True)  # there is no screen
    for word, changed in (("--auto", True), ("--auto", False), ("--off", True)):
        assert shell.run("remind", str(number), word)[1]["changed"] is changed
    assert shell.run("remind", str(number), "--auto", "--unit", "66")[0] == 2
    assert shell.run("correct", str(number), "--old", "x")[0] == 2
    assert shell.run("correct", str(number), "--old", "x", "--new", "y")[1]["error"]["key"] == (
        "correct.in_content"
    )
    assert shell.run("correct", str(number))[1]["error"]["key"] == "correct.nothing_new"
    _a_correction_waits(shell, number)
    code, found = shell.run("recall", str(number))
    assert (code, found["recalled"], found["left"]) == (0, True, [{"unit": "", "count": 2}])
    assert shell.run("recall", str(number))[1]["error"]["key"] == "correct.recalled"
    shell.put("DELETE FROM correction", "DELETE FROM run WHERE about = 70")
    for wrong in (("--unit", "66", "--state", "lost"), ("--state", "unread")):
        assert shell.run("recipients", str(number), *wrong)[0] == 2
    assert shell.run("recipients", str(number - 1), "--run", "70")[0] == 1
    words = {}
    for content in (CONTENT, tmp_path / "no-content"):
        shell.config.write_text(shell.settings % content, encoding="utf-8")
        code, found = shell.run("recipients", str(number), "--unit", "nope")
        assert (code, found["error"]["key"]) == (1, "tap.stale")
        words[content] = found["error"]["message"]
    shell.config.write_text(shell.settings % CONTENT, encoding="utf-8")
    assert words.pop(CONTENT).startswith("There is nothing with this number or code")
    assert "content/texts cannot be read" in "".join(words.values())
    shell.put("DELETE FROM delivery WHERE run_id = 70", "DELETE FROM run WHERE id = 70")


def _a_correction_waits(shell: Shell, number: int) -> None:
    row = "INSERT INTO mend (id, broadcast_id, run_id, old_words, new_words, by, at)"
    for mend in (5, 6):
        shell.put(f"{row} VALUES ({mend}, {number}, 70, 'Quốc hội', 'QUỐC HỘI', 'member:0', {mend})")
    found = shell.run("correction", "list")[1]
    assert [(one["id"], one["run"], one["old"]) for one in found] == [
        (5, 70, "Quốc hội"),
        (6, 70, "Quốc hội"),
    ]
    assert shell.run("correction", "return", "5", "--reason", " ")[1]["error"]["key"] == "approve.no_reason"
    assert shell.run("correction", "return", "5", "--reason", "x")[1] == {"id": 5, "state": "returned"}
    assert shell.run("correction", "approve", "5")[1]["error"]["key"] == "mend.over"
    assert shell.run("correction", "approve", "6")[1] == {"id": 6, "state": "corrected"}
    assert shell.run("correction", "list")[1] == []


def test_what_was_understood_is_shown_in_groups_and_never_by_person(shell: Shell) -> None:
    number = shell.run("create", SLUG, "--unit", "66", "--now")[1]["id"]
    shell.put(
        "UPDATE broadcast SET briefing_id = (SELECT max(id) FROM briefing WHERE slug = 'tet-giap-thin-2024') "
        f"WHERE id = {number}",
        "INSERT INTO run (id, broadcast_id, at, state, audience, planned_from, expires_at, priority, "
        f"created_at, place, place_name) VALUES "
        f"(71, {number}, 0, 'running', 3, 3, 9, 2, 0, '/TW/66/', 'Tỉnh Đắk Lắk')",
    )
    for choice, people in ((0, 6), (1, 11), (2, 4)):
        shell.put(
            "INSERT INTO understanding SELECT 71, briefing_id, 0, '66', "
            f"{choice}, '/TW/66/', {people}, 2 FROM broadcast WHERE id = {number}"
        )
    code, found = shell.run("figures", str(number), "--understood")
    first, second = found["understood"]
    assert (code, found["files"]) == (0, [])
    assert (first["answered"], first["right_percent"], first["not_understood"]) == (20, 50, True)
    assert [(one["right"], one["people"]) for one in first["choices"]] == [
        (False, 5),
        (True, 10),
        (False, None),
    ]
    assert first["units"] == [{"unit": "66", "answered": 20, "right": 10}]
    assert (second["answered"], second["right_percent"], second["not_understood"]) == (0, None, None)


def test_a_code_that_nobody_issued_is_said_so(shell: Shell) -> None:
    assert shell.run("verify", "23456-ABCDE") == (0, {"code": "23456-ABCDE", "issued": False})
    shell.put(
        "INSERT INTO edition (id, briefing_id, language, addenda, text, digest, created_at, code) "
        "SELECT 900, id, 'vi', '', '{}', 'x', 0, '23456ABCDE' FROM briefing LIMIT 1"
    )
    code, found = shell.run("verify", "23456-ABCDE")
    assert (code, found["issued"], found["state"], found["whole"]) == (0, True, "current", None)
    assert found["issuer"]
    shell.put("DELETE FROM edition WHERE id = 900")


def test_above_the_threshold_the_count_is_typed_unless_yes_is_said(shell: Shell) -> None:
    asking = shell.settings % CONTENT + "[delivery]\nconfirm_above = 2\n"
    shell.config.write_text(asking, encoding="utf-8")
    before = len(shell.run("list")[1])
    words = ("create", SLUG, "--unit", "66", "--now")
    assert shell.run(*words, typed="4\n")[0] == 1
    assert shell.run(*words)[0] == 1
    assert len(shell.run("list")[1]) == before
    assert shell.run(*words, typed="3\n")[0] == 0
    assert shell.run(*words, "--yes")[0] == 0
    assert len(shell.run("list")[1]) == before + 2


def _brake(shell: Shell) -> None:
    number = str(shell.run("list")[1][0]["id"])
    for word, state in (("pause", "paused"), ("resume", "scheduled")):
        assert shell.run(word, number) == (0, {"id": int(number), "changed": True})
        assert shell.run("status", number)[1]["state"] == state
        assert shell.run("list")[1][0]["state"] == state


def test_the_brake_works_with_wrong_content_and_with_a_newer_schema(shell: Shell, tmp_path: Path) -> None:
    shell.config.write_text(shell.settings % CONTENT, encoding="utf-8")
    assert shell.run("create", SLUG, "--unit", "66", "--at", "2099-01-01")[1]["error"]["key"] == (
        "compose.too_far"
    )
    assert shell.run("create", SLUG, "--unit", "66", "--now")[0] == 0
    shell.config.write_text(shell.settings % (tmp_path / "no-content"), encoding="utf-8")
    assert shell.run("create", SLUG, "--unit", "66", "--now")[1]["error"]["key"] == "content"
    _brake(shell)
    assert shell.run("status", str(shell.run("list")[1][0]["id"]))[1]["promised"] == 3
    shell.put("ALTER TABLE run DROP COLUMN promised")  # as a store that is older than promises
    _brake(shell)
    shell.put("UPDATE alembic_version SET version_num = '9999'")
    _brake(shell)


def test_the_brake_takes_its_turn_while_a_process_writes_without_a_pause(shell: Shell) -> None:
    number = str(shell.run("list")[1][0]["id"])
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(shell.db)], stdout=subprocess.PIPE, text=True
    ) as writer:
        try:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "writing\n"
            took = []
            for word in ("pause", "resume") * 3:
                began = time.monotonic()
                assert shell.run(word, number)[0] == 0
                took.append(time.monotonic() - began)
        finally:
            writer.kill()
    assert sorted(took)[len(took) // 2] < SLOW * 1.0
