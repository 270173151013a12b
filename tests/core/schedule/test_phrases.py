"""People's words for time: none is misread, however it is typed; what is in doubt is asked."""

import unicodedata
from datetime import datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.content.catalogues import read_texts
from bot.content.files import Folder
from bot.core.schedule.occurrences import occurrences
from bot.core.schedule.parse import Unclear, understand
from bot.core.talk.when import read_back, unclear_in_words

ROOT = Path(__file__).parents[3]
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=ZONE)
NOW_MS = int(NOW.timestamp() * 1000)
LINES = (ROOT / "tests/core/schedule/phrases.tsv").read_text("utf-8").splitlines()
PHRASES = [tuple(line.split("\t")) for line in LINES if line and not line.startswith("#")]
# Without diacritics two words may look alike: then it is asked, which is no misreading.
ALIKE = {"?evening_or_next", "?month_or_next", "?now_or_seven", "?unknown", "?two_days", "?two_parts"}


def read(text: str) -> str:
    found = understand(text, NOW)
    if isinstance(found, Unclear):
        return f"?{found.key}"
    if found.past:
        return "?past"
    times = islice(occurrences(found.schedule, NOW_MS - 1), 2)
    written = (f"{datetime.fromtimestamp(at / 1000, ZONE):%Y-%m-%dT%H:%M}" for at in times)
    return " ".join((found.schedule.kind, *written))


def bare(text: str) -> str:
    apart = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in apart if not unicodedata.combining(c))


def test_the_table_is_as_large_as_it_was_promised() -> None:
    assert len(PHRASES) >= 300
    assert len({text for text, _ in PHRASES}) == len(PHRASES)


@pytest.mark.parametrize(("text", "meant"), PHRASES)
def test_none_is_misread(text: str, meant: str) -> None:
    assert read(text) == meant
    for same in (
        unicodedata.normalize("NFD", text),
        text.upper(),
        f"  {text.replace(' ', '   ')} .",
        f"gửi lúc {text} nhé",
        f"{text} ạ",
    ):
        assert read(same) == meant, same


@pytest.mark.parametrize(("text", "meant"), PHRASES)
def test_without_diacritics_it_is_the_same_or_asked(text: str, meant: str) -> None:
    if "kìa" in text:
        return  # "kia" is the day before it; it is read back
    found = read(bare(text))
    assert found == meant or found in ALIKE or (found[0] == meant[0] == "?"), found


def test_nearly_all_is_understood_without_diacritics_too() -> None:
    understood = [(text, meant) for text, meant in PHRASES if meant[0] != "?"]
    asked = [text for text, meant in understood if read(bare(text)) != meant]
    assert len(asked) <= len(understood) * 0.05, asked


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("toi muon gui luc 8h mai", "once 2026-11-27T08:00"),
        ("cho toi gui 8h mai", "once 2026-11-27T08:00"),
        ("cho toi 8h mai", "?evening_or_next"),
        ("hen cho toi mai 8h", "once 2026-11-27T20:00"),
        ("8h toi gui nhe", "once 2026-11-26T20:00"),
        ("9h toi muon mai", "once 2026-11-27T21:00"),
    ],
)
def test_the_writer_without_diacritics_is_not_the_evening(text: str, meant: str) -> None:
    assert read(text) == meant


def test_each_answer_has_its_words() -> None:
    texts = read_texts(Folder(ROOT / "content"))
    for text, _ in PHRASES:
        found = understand(text, NOW)
        for language in ("vi", "en"):
            if isinstance(found, Unclear):
                said = unclear_in_words(texts, language, found)
            else:
                said = read_back(texts, language, found.schedule, ZONE, NOW_MS - 1)
            assert said, text
            assert "{" not in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("23 tháng Chạp 8h", "08:00 thứ Bảy 30/01/2027, tức 23 tháng Chạp năm Bính Ngọ"),
        ("mùng 1 Tết 8h", "08:00 thứ Bảy 06/02/2027, tức mùng 1 tháng Giêng năm Đinh Mùi"),
        ("tối 30 Tết 8h", "20:00 thứ Sáu 05/02/2027, tức 29 tháng Chạp năm Bính Ngọ"),
        ("10 ngày trước Tết 8h", "08:00 thứ Tư 27/01/2027, tức 20 tháng Chạp năm Bính Ngọ"),
        ("8h sáng mai", "08:00 thứ Sáu 27/11/2026"),
        ("thứ hai đầu tiên hằng tháng 8h", "08:00 thứ Hai đầu tiên hằng tháng, lần đầu thứ Hai 07/12/2026"),
        ("thứ Hai hằng tuần 7h30", "07:30 thứ Hai hằng tuần, lần đầu thứ Hai 30/11/2026"),
        (
            "thứ 2, 4 hằng tuần 8h đến 31/12, 5 lần",
            "08:00 thứ Hai và thứ Tư hằng tuần, lần đầu thứ Hai 30/11/2026, đến hết 31/12/2026, 5 lần",
        ),
        (
            "thứ hai hằng tuần 8h trong 3 tháng",
            "08:00 thứ Hai hằng tuần, lần đầu thứ Hai 30/11/2026, đến hết 28/02/2027",
        ),
        (
            "hằng ngày 8h trong một tháng từ 31/1/2027",
            "08:00 hằng ngày, lần đầu Chủ nhật 31/01/2027, đến hết 28/02/2027",
        ),
        (
            "mùng 1 và rằm hằng tháng 8h",
            "08:00 mùng 1 và rằm hằng tháng âm lịch, lần đầu thứ Tư 09/12/2026",
        ),
        ("15 tháng 6 nhuận 8h", "08:00 thứ Tư 06/08/2036, tức rằm tháng Sáu nhuận năm Bính Thìn"),
    ],
)
def test_it_is_read_back_in_full(text: str, said: str) -> None:
    texts = read_texts(Folder(ROOT / "content"))
    found = understand(text, NOW)
    assert not isinstance(found, Unclear)
    assert read_back(texts, "vi", found.schedule, ZONE, NOW_MS - 1) == said
    if not found.schedule.repeats:
        for again in (said, said.partition(",")[0]):  # what was read back may be written as it stands
            assert read(again).split()[1:] == read(text).split()[1:]
