"""`schedule explain`: what words mean, from a shell, without a store."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app

NOW = "2026-11-26T09:00:00+07:00"


def run(*words: str, folder: Path) -> tuple[int, Any]:
    given = ["schedule", "explain", *words, "--json", "--config", str(folder / "none.toml")]
    done = CliRunner().invoke(app, given)
    return done.exit_code, json.loads(done.stdout)


def test_words_are_explained_without_settings_or_store(tmp_path: Path) -> None:
    code, found = run("thứ Hai hằng tuần 7h30", "--now", NOW, "--count", "2", folder=tmp_path)
    assert code == 0
    assert found == {
        "kind": "weekly",
        "text": "07:30 thứ Hai hằng tuần, lần đầu thứ Hai 30/11/2026",
        "at": ["2026-11-30T07:30:00+07:00", "2026-12-07T07:30:00+07:00"],
    }
    _, lunar = run("23 tháng Chạp 8h", "--now", "2026-11-26T09:00", "--count", "9", folder=tmp_path)
    assert lunar == {
        "kind": "lunar",
        "text": "08:00 thứ Bảy 30/01/2027, tức 23 tháng Chạp năm Bính Ngọ",
        "at": ["2027-01-30T08:00:00+07:00"],
    }
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "key", "way_out"),
    [
        ("14h sáng", "when.not_sang", "8h sáng"),
        ("10 ngày trước Tết", "when.no_hour", "mấy giờ"),
        ("12h", "when.noon", "12h trưa"),
        ("31/2 8h", "when.no_day", "28/2"),
        ("hôm nay 8h", "when.past", "8h sáng mai"),
        ("chào", "when.unknown", "8h sáng mai"),
        ("", "when.unknown", "8h sáng mai"),
    ],
)
def test_what_is_no_time_is_refused_with_the_way_out(
    tmp_path: Path, text: str, key: str, way_out: str
) -> None:
    code, found = run(text, "--now", NOW, folder=tmp_path)
    assert code == 2
    assert found["error"]["key"] == key
    assert way_out in found["error"]["message"]


def test_a_now_that_is_none_is_refused(tmp_path: Path) -> None:
    for now in ("yesterday", "0001-01-01T00:00", "9999-12-31T23:59"):
        code, found = run("8h mai", "--now", now, folder=tmp_path)
        assert (code, found["error"]["key"]) == (2, "refused")
