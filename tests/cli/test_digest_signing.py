"""`digest draw|edit|endorse|forward|…` from a shell: the same acts as the chat's, and their refusals."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_member import Shell

PATH = "(SELECT path FROM unit WHERE code = '24169')"
MONTH = ("--from", "1/10/2025", "--to", "31/10/2025")


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A deployment whose commune has twelve reports of a month that is over, by two people."""
    made = Shell(tmp_path)
    with made.connect() as db:
        for number in range(1, 13):
            db.execute(
                "INSERT INTO submission (id, code, form, form_version, unit, unit_path, sample, day, desk, "
                f"topic) VALUES (?, ?, 'opinion', '1', '24169', {PATH}, 0, '2025-10-15', '24169', 'tet')",
                (number, f"DL-{number:06}"),
            )
            said = {"topic": "tet", "tendency": "DONG_TINH", "content": f"Ý kiến {number}"}
            db.executemany("INSERT INTO answer VALUES (?, ?, ?)", [(number, *one) for one in said.items()])
            author = (number, 1 + 2 * (number % 2))
            db.execute("INSERT INTO submission_author VALUES (?, ?, '2099-01-01')", author)
    return made


def test_a_digest_goes_its_way_up_from_a_shell(shell: Shell, tmp_path: Path) -> None:
    code, drawn = shell.run("digest", "draw", "--unit", "24169", *MONTH)
    assert (code, drawn["state"], drawn["digest"]["total"]) == (0, "draft", 12)
    number = str(drawn["id"])
    words = ("--assessment", "Bà con yên tâm, gọi 0912 345 678", "--theme", "tet")
    edited = shell.run("digest", "edit", number, *words)[1]
    assert edited["assessment"] == "Bà con yên tâm, gọi [số điện thoại]"
    assert (edited["themes"], edited["masked"], edited["revision"]) == (["tet"], ["số điện thoại"], 1)
    assert shell.run("digest", "endorse", number, "--revision", "0")[1]["error"]["key"] == "signing.edited"
    assert shell.run("digest", "endorse", number)[1]["state"] == "endorsed"
    assert shell.run("digest", "forward", number)[1]["state"] == "forwarded"
    out = tmp_path / "bao-cao.docx"
    made = shell.run("digest", "show", number, "--format", "docx", "--out", str(out))[1]
    assert (made["format"], made["bytes"]) == ("docx", out.stat().st_size)
    shell.run("digest", "draw", "--unit", "66", *MONTH)
    listed = shell.run("digest", "list", "--unit", "66", *MONTH)[1]
    assert [(one["unit"], one["state"]) for one in listed["below"]] == [("24169", "forwarded")]
    back = shell.run("digest", "return", number, "--reason", "Thiếu kiến nghị")[1]
    assert (back["state"], back["returned_for"]) == ("draft", "Thiếu kiến nghị")


@pytest.mark.parametrize(
    ("words", "code", "key"),
    [
        (("show", "99"), 1, "tap.stale"),
        (("edit", "99"), 2, "refused"),
        (("draw", "--unit", "nowhere", *MONTH), 1, "tap.stale"),
        (("--unit", "24169"), 2, "usage"),
        (("--unit", "24169", *MONTH, "--format", "docx"), 2, "refused"),
        (("--unit", "24169", *MONTH, "--out", "bao-cao.docx"), 2, "refused"),  # it was JSON by that name
        (("--unit", "24169", "--from", "1/1/2090", "--to", "31/1/2090"), 1, "digest.to_come"),
        (("--unit", "24169", "--from", "31/10/2025", "--to", "1/10/2025"), 2, "refused"),
    ],
)
def test_what_cannot_be_done_is_said(shell: Shell, words: Any, code: int, key: str) -> None:
    found, refused = shell.run("digest", *words)
    assert (found, refused["error"]["key"]) == (code, key)
