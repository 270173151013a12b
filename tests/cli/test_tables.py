"""Tables on the terminal show what people wrote, as they wrote it."""

from typing import Any

import pytest

from bot.cli import member, opinion
from bot.cli.common import show_table

WRITTEN = ("[tháng 11]", "[số điện thoại]", "[/thôn 5]", "[red]đỏ[/red]", "[/]", ":fire:", "\\[x]")


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal on which nothing is folded."""
    monkeypatch.setenv("COLUMNS", "300")


@pytest.mark.parametrize("words", WRITTEN)
def test_a_table_shows_headings_and_cells_as_written(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    show_table((f"cột {words}",), [(f"ô {words}",)])
    shown = capsys.readouterr().out
    assert f"cột {words}" in shown
    assert f"ô {words}" in shown


@pytest.mark.parametrize("words", WRITTEN)
def test_a_report_and_a_name_are_listed_as_written(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    report: dict[str, Any] = {"code": "DL-1", "day": "2026-11-26", "unit": "66", "answers": {"said": words}}
    opinion._table([report])
    person: dict[str, Any] = {"id": 1, "name": words, "unit": "66", "roles": [], "language": "vi"}
    member._table([{**person, "state": "active", "endpoints": []}])
    assert capsys.readouterr().out.count(words) == 2


def test_nothing_is_cut_off_on_a_narrow_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    slug, at = "chuyen-doi-so-tuyen-truyen-mieng", "2026-11-28T10:02"
    show_table(("slug", "at", "about"), [(slug, at, "x" * 40)])
    shown = capsys.readouterr().out
    assert slug in shown
    assert shown.count("x") == 40
    assert "…" not in shown
