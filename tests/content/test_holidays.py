"""Public holidays: the library's, and the file for what it lacks."""

from datetime import date
from pathlib import Path

import pytest

from bot.config import CONTENT
from bot.content.files import Folder
from bot.content.holidays import read_holidays
from bot.core.kernel.errors import ContentError


def test_swapped_days_count_before_the_library() -> None:
    known = read_holidays(Folder(CONTENT))
    off = [date(2026, 1, 1), date(2026, 1, 2), date(2026, 2, 17), date(2026, 8, 31), date(2026, 11, 24)]
    assert all(found is not None and found.off for found in map(known, off))
    for worked in (date(2026, 1, 10), date(2026, 8, 22)):
        found = known(worked)
        assert found is not None
        assert not found.off
    assert known(date(2026, 11, 26)) is None
    tet = known(date(2030, 2, 2))  # in China a day later
    assert tet is not None
    assert "Tết" in tet.name


def test_a_day_that_stands_twice_is_refused_by_its_place(tmp_path: Path) -> None:
    one = "[[days]]\nday = 2026-01-02\noff = true\n"
    (tmp_path / "holidays.toml").write_text(one * 2, encoding="utf-8")
    with pytest.raises(ContentError, match=r"days\.1\.day"):
        read_holidays(Folder(tmp_path))
    assert read_holidays(Folder(CONTENT / "words"))(date(2026, 1, 10)) is None
