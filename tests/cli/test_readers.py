"""What only reads waits for nobody: an import, or a program that writes, may take as long as it likes."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.cli.test_member import CONTENT, Shell

SLUG = "tet-giap-thin-2024"
PERIOD = "--from 1/11/2026 --to 20/11/2026"
READERS = (
    *(
        "member list",
        "request list",
        "invite list",
        "audit list",
        "quota plan ky-hop-thu-6-quoc-hoi-khoa-xv --unit 66",
    ),
    *("briefing list", f"briefing show {SLUG}", f"briefing kit list {SLUG}"),
    *("broadcast list", "broadcast waiting", "broadcast correction list"),
    *("broadcast calendar", "broadcast verify ABCD", "store status", "store retention"),
    *("opinion desk --unit 66", "opinion topic-answers --unit 66", f"meeting list --unit 66 {PERIOD}"),
    *(f"meeting totals --unit 66 {PERIOD}", "question list --unit 66", "conference list --unit 66"),
    *("digest list --unit 66", f"digest --unit 66 {PERIOD}", "review --unit 66 --year 2025"),
    *("unit approval 66", "unit quiet 66", "unit training 66"),
)
NUMBERED = (
    *("question show 1", "conference show 1", "conference points 1", "conference proposals 1"),
    *("broadcast status 1", "broadcast recipients 1", "digest show 1", "briefing addendum list 1"),
)


def test_whatever_is_only_read_is_read_while_another_writes(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    with closing(sqlite3.connect(shell.db, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO setting (key, value) VALUES ('noise', '')")
        for words in READERS:
            code, found = shell.run(*words.split())
            assert code == 0, (words, found)
        for words in NUMBERED:
            code, found = shell.run(*words.split())
            assert (code, found["error"]["key"]) in ((1, "tap.stale"), (1, "addendum.unknown")), (
                words,
                found,
            )


def test_who_reads_after_the_content_changed_sees_it(tmp_path: Path) -> None:
    shell, content = Shell(tmp_path), tmp_path / "content"
    shutil.copytree(CONTENT, content)
    shell.content(content)
    before = shell.run("briefing", "list")[1]
    new = content / "briefings" / "moi-co"
    shutil.copytree(content / "briefings" / SLUG, new)
    assert len(shell.run("briefing", "list")[1]) == len(before) + 1
    assert shell.run("briefing", "kit", "list", "moi-co")[1] != []
    with shell.connect() as db:
        versions = db.execute("SELECT count(*) FROM briefing").fetchone()[0]
    assert shell.run("briefing", "list")[0] == 0
    with shell.connect() as db:
        assert db.execute("SELECT count(*) FROM briefing").fetchone()[0] == versions
