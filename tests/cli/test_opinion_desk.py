"""`opinion desk|show|answer|…` from a shell: the desk's own acts, and the guard before anything is kept."""

from pathlib import Path
from typing import Any

import pytest

from bot.core.kernel.richtext import plain_text
from bot.core.talk.reply import SendReply
from tests.cli.test_member import Shell

PATH = "(SELECT path FROM unit WHERE code = '24169')"
REPORTS = (("DL-AAAAAA", "THUONG", "Giá cà phê tăng"), ("DL-BBBBBB", "KHAN", "Đường thôn hỏng"))


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A deployment with two reports of the commune's reporter."""
    made = Shell(tmp_path)
    with made.connect() as db:
        for number, (code, urgency, words) in enumerate(REPORTS, 1):
            db.execute(
                "INSERT INTO submission (id, code, form, form_version, unit, unit_path, sample, day, desk, "
                f"urgency, topic, search) VALUES (?, ?, 'opinion', '1', '24169', {PATH}, 0, "
                "'2026-11-02', '24169', ?, 'tet', ?)",
                (number, code, 2 if urgency == "KHAN" else 0, "gia ca phe" if number == 1 else "duong"),
            )
            db.execute("INSERT INTO answer VALUES (?, 'content', ?)", (number, words))
            db.execute("INSERT INTO submission_author VALUES (?, 3, '2099-01-01')", (number,))
    return made


def test_reports_are_listed_opened_and_answered(shell: Shell) -> None:
    code, listed = shell.run("opinion", "desk", "--unit", "24169")
    assert code == 0
    assert [one["code"] for one in listed["reports"]] == ["DL-BBBBBB", "DL-AAAAAA"]
    assert listed["counts"] == {"received": 2}
    assert shell.run("opinion", "desk", "--unit", "24169", "--find", "cà phê")[1]["total"] == 1
    assert shell.run("opinion", "desk", "--unit", "66")[1]["reports"] == []
    shown = shell.run("opinion", "show", "dl-aaaaaa")[1]
    assert (shown["answers"], shown["state"]) == ({"content": "Giá cà phê tăng"}, "opened")
    done = shell.run("opinion", "answer", "DL-AAAAAA", "--text", "Đã ghi nhận, gọi 0912 345 678")[1]
    assert (done["state"], done["masked"]) == ("answered", ["số điện thoại"])
    (heard,) = (plain_text(one.message.text) for one in shell.said("chat-3") if isinstance(one, SendReply))
    assert "Đã ghi nhận, gọi [số điện thoại]" in heard
    assert _rows(shell, "SELECT act FROM audit ORDER BY id") == ["desk.look", "desk.answer"]


def test_whoever_reads_all_reports_stands_in_the_log(shell: Shell) -> None:
    code, listed = shell.run("opinion", "list")
    assert (code, [one["answers"]["content"] for one in listed]) == (0, [words for *_, words in REPORTS])
    found = _rows(shell, "SELECT actor || ' ' || act || ' ' || subject || ' ' || detail FROM audit")
    assert found == ["cli opinions.every reports 2"]


def test_reports_are_returned_merged_passed_on_and_closed(shell: Shell) -> None:
    assert shell.run("opinion", "return", "DL-AAAAAA", "--reason", "Chưa rõ ở đâu")[1]["state"] == "returned"
    assert shell.run("opinion", "verify", "DL-BBBBBB")[1]["state"] == "verified"
    passed = shell.run("opinion", "forward", "DL-BBBBBB")[1]
    assert (passed["state"], passed["desk"]) == ("received", "66")
    assert "khẩn" in str(shell.said("chat-1")[-1])
    assert shell.run("opinion", "desk", "--unit", "24169", "--show", "passed")[1]["total"] == 1
    assert shell.run("opinion", "merge", "DL-AAAAAA", "DL-BBBBBB")[0] == 1  # at another desk by now
    assert shell.run("opinion", "close", "DL-AAAAAA")[1]["state"] == "closed"


@pytest.mark.parametrize(
    ("words", "key"),
    [
        (("show", "DL-ZZZZZZ"), "tap.stale"),
        (("answer", "DL-AAAAAA", "--text", " "), "form.empty"),
        (("answer", "DL-AAAAAA", "--text", "x" * 1001), "desk.too_long"),
        (("merge", "DL-AAAAAA", "DL-AAAAAA"), "desk.not_with"),
        (("desk", "--unit", "nowhere"), "tap.stale"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(shell: Shell, words: Any, key: str) -> None:
    code, refused = shell.run("opinion", *words)
    assert (code, refused["error"]["key"]) == (1, key)
    assert set(_rows(shell, "SELECT state FROM submission")) == {"received"}
    assert shell.said("chat-3") == []


def test_a_topic_is_answered_where_enough_was_said_on_it(shell: Shell) -> None:
    answer = ("answer-topic", "tet", "--unit", "66", "--from", "1/11/2026", "--to", "03/11/2026", "--text")
    refused = shell.run("opinion", *answer, "Đã rõ")[1]
    assert refused["error"]["key"] == "said.too_few"
    with shell.connect() as db:
        for number in range(3, 7):
            db.execute(
                "INSERT INTO submission (id, code, form, form_version, unit, unit_path, sample, day, desk, "
                f"topic) VALUES (?, ?, 'opinion', '1', '24169', {PATH}, 0, '2026-11-02', '66', 'tet')",
                (number, f"DL-CCCCC{number}"),
            )
    given = shell.run("opinion", *answer, "Đã rõ, gọi 0912 345 678")[1]
    assert (given["text"], given["masked"]) == ("Đã rõ, gọi [số điện thoại]", ["số điện thoại"])
    assert "Đã rõ" in str(shell.said("chat-3")[-1])
    (listed,) = shell.run("opinion", "topic-answers", "--unit", "66")[1]
    assert (listed["id"], listed["units"]["silent"]) == (given["id"], None)  # one unit is no figure
    assert shell.run("opinion", *answer[:-2], "2026-13-01", "--text", "x")[0] == 2


def _rows(shell: Shell, query: str) -> list[Any]:
    with shell.connect() as db:
        return [row[0] for row in db.execute(query)]
