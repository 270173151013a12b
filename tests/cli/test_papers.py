"""Files that commands write: never over another, and where they cannot be written it is said as one value."""

import resource
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer

from bot.cli import papers
from tests.cli.test_member import Shell

YEAR = str(datetime.now(UTC).year)
WRITING = (
    ("briefing", "outline", "ky-hop-thu-6-quoc-hoi-khoa-xv", "--format", "pdf"),
    ("form", "export-xlsform", "opinion"),
    ("review", "--unit", "66", "--year", YEAR, "--format", "xlsx"),
)
DIGEST = ("digest", "--unit", "66", "--from", "2024-01-01", "--to", "2024-01-07", "--format", "csv")


def test_nothing_is_written_over_nor_where_no_folder_is(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    there, nowhere = tmp_path / "there", tmp_path / "no" / "where"
    there.write_text("kept")
    for words in (*WRITING, DIGEST):
        code, found = shell.run(*words, "--out", str(there))
        assert (code, found["error"]["message"]) == (2, f"{there} is there already; nothing is written over")
    assert there.read_text() == "kept"
    for words in (*WRITING, DIGEST):
        code, found = shell.run(*words, "--out", str(nowhere))
        assert (code, "cannot be written there" in found["error"]["message"]) == (2, True)
    for words in (*WRITING, DIGEST):
        code, found = shell.run(*words, "--out", str(tmp_path))
        assert (code, found["error"]["message"]) == (2, f"{tmp_path} is a folder; name a file in it")


def test_what_could_not_be_written_whole_leaves_nothing_behind(tmp_path: Path) -> None:
    file, limit = tmp_path / "paper.docx", resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limit[1]))  # as on a disk that is full
    try:
        with pytest.raises(typer.Exit):
            papers.write(file, bytes(5000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert not file.exists()
    papers.write(file, bytes(5000))
    with pytest.raises(typer.Exit):
        papers.write(file, b"other")
    assert file.read_bytes() == bytes(5000)
