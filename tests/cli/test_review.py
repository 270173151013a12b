"""`review` from a shell: as JSON, and as files that are not written over."""

from datetime import UTC, datetime
from pathlib import Path

from tests.cli.test_member import Shell

YEAR = str(datetime.now(UTC).year)


def test_a_year_is_shown_and_written(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    code, found = shell.run("review", "--unit", "66", "--year", YEAR)
    assert (code, found["unit"], found["this"]["meetings"]) == (0, "66", 0)
    assert found["this"]["listened"] == {"least": 0, "most": 0}
    for form in ("docx", "xlsx"):
        out = tmp_path / f"review.{form}"
        made = shell.run("review", "--unit", "66", "--year", YEAR, "--format", form, "--out", str(out))[1]
        assert (made["format"], made["bytes"]) == (form, out.stat().st_size)
        assert (
            shell.run("review", "--unit", "66", "--year", YEAR, "--format", form, "--out", str(out))[0] == 2
        )
    assert shell.run("review", "--unit", "66", "--year", YEAR, "--format", "docx")[0] == 2
    assert shell.run("review", "--unit", "66", "--year", "1999")[1]["error"]["key"] == "review.no_year"
    assert shell.run("review", "--unit", "nowhere", "--year", YEAR)[1]["error"]["key"] == "tap.stale"
