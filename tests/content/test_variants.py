"""Variants beside a briefing's texts: recordings and loudspeaker scripts, and what is wrong with them."""

import shutil
from pathlib import Path

import pytest

from bot.config import CONTENT
from bot.content import load
from bot.core.guidance.correcting import replaced
from bot.core.kernel.errors import ContentError
from bot.core.kernel.languages import NAMES, chain, name
from bot.core.kernel.richtext import plain_text
from tests.contents import known

SLUG = "tet-giap-thin-2024"
MP3 = b"ID3" + bytes(200)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


def test_a_recording_and_a_script_belong_to_the_briefing_by_their_language(content: Path) -> None:
    home = content / "briefings" / SLUG
    (home / "rad.mp3").write_bytes(MP3)
    (home / "jra-VN.md").write_text("# Tết\n\n- Hrơi Tết.\n", encoding="utf-8")
    (home / "jra.loa.md").write_text("Ơ ƀuôn sang!\n\nTết truh.\n", encoding="utf-8")
    one = load(content).briefings[SLUG]
    assert one.languages == {"vi", "en", "jra-VN", "rad"}
    assert one.recordings["rad"].name == "Bản ghi âm tiếng Ê Đê"
    assert plain_text(one.script("jra-VN")) == "Ơ ƀuôn sang!\nTết truh."
    assert plain_text(one.script("rad")).startswith("Kính thưa bà con!")  # in Vietnamese, for want of one
    assert one.body("rad") == one.bodies["vi"]
    assert (one.recorded("rad-VN"), one.recorded("jra"), one.recorded("vi")) == ("rad", None, None)
    assert [one.reaches(code) for code in ("rad", "rad-VN", "vi", "en-GB", "jra", "cmo")] == [
        True,
        True,
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("file", "data", "why"),
    [
        ("ghi-âm.mp3", MP3, "ghi-âm.mp3: language"),
        ("rad.mp3", b"khong phai am thanh", "rad.mp3: file: found 'something else'"),
        ("rad.ogg", b"OggS" + bytes(21 * 1024 * 1024), "rad.ogg: file: found"),
        ("tiếng-ê-đê.loa.md", b"Xin chao", "language"),
        ("rad.loa.md", b"\n\n", "what the loudspeaker is to say"),
        ("rad.loa.md", b"# Tin\n\n<b>x</b>", "rad.loa.md: line 3"),
        ("rad.loa.md", "Độ mật: TUYỆT MẬT".encode(), "rad.loa.md: text: found 'TUYỆT MẬT'"),
        ("rad.loa.md", b"dai " * 1600, "at most 6000"),
    ],
)
def test_what_is_wrong_is_told_by_file(content: Path, file: str, data: bytes, why: str) -> None:
    (content / "briefings" / SLUG / file).write_bytes(data)
    with pytest.raises(ContentError, match=SLUG) as told:
        load(content)
    assert why in str(told.value)


def test_two_recordings_in_one_language_are_one_too_many(content: Path) -> None:
    for ending, data in (("mp3", MP3), ("ogg", b"OggS" + bytes(90))):
        (content / "briefings" / SLUG / f"rad.{ending}").write_bytes(data)
    with pytest.raises(ContentError, match="one recording: there is rad"):
        load(content)


def test_a_briefing_without_variants_is_kept_as_before_there_were_any() -> None:
    one = next(one for one in known().briefings.values() if not one.scripts)
    assert set(one.model_dump(mode="json")) & {"recordings", "scripts"} == set()
    assert type(one).model_validate_json(one.model_dump_json()) == one


def test_a_mistake_is_mended_in_the_script_too() -> None:
    one = known().briefings[SLUG]
    mended = replaced(one, "Tết cần lành mạnh", "Tết phải lành mạnh")
    assert mended is not None
    assert "Tết phải lành mạnh" in plain_text(mended.script("vi"))


def test_languages_are_called_by_their_names_and_what_is_unknown_by_its_code() -> None:
    assert name("rad", "vi") == "tiếng Ê Đê"
    assert name("mng-VN", "vi") == "tiếng M'nông (miền đông)"
    assert (name("vi", "en"), name("xyz", "vi")) == ("Vietnamese", "xyz")
    assert list(chain("rad-Latn-VN")) == ["rad-Latn-VN", "rad-Latn", "rad", "vi"]
    assert list(chain("vi")) == ["vi"]
    assert all(called and english for called, english in NAMES.values())
