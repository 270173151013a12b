"""What a page may post: file names, kinds of files, pace. And what a test does without a browser."""

import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.incoming import NAME_LIMIT, Pace, upload_of
from tests.browser import chromium


@given(st.text(), st.text(), st.binary(min_size=1, max_size=20))
def test_a_file_always_has_a_harmless_name_and_type(name: str, declared: str, data: bytes) -> None:
    upload = upload_of(name, declared, data)
    assert 0 < len(upload.name) <= NAME_LIMIT
    assert upload.name.isprintable()
    assert not set(upload.name) & set("/\\")
    assert upload.name.encode().decode() == upload.name
    assert upload.media_type.isascii()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\Báo cáo.docx", "Báo cáo.docx"),
        ("ảnh\u202egnp.exe", "ảnhgnp.exe"),
        ("...", "tep"),
        ("", "tep"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_names_lose_folders_and_tricks(name: str, kept: str) -> None:
    assert upload_of(name, "application/pdf", b"x").name == kept


@pytest.mark.parametrize(
    ("declared", "data", "media_type", "kind"),
    [
        ("application/pdf", b"%PDF", "application/pdf", "document"),
        ("application/pdf; x=y", b"%PDF", "application/pdf", "document"),
        ("text/plain", b"\xff\xd8\xff\xe0", "image/jpeg", "photo"),
        ("x", b"RIFF1234WEBP", "image/webp", "photo"),
        ("image/svg+xml", b"<svg>", "application/octet-stream", "document"),
        ("audio/ogg", b"OggS", "audio/ogg", "audio"),
    ],
)
def test_the_kind_is_what_the_bytes_bear_out(declared: str, data: bytes, media_type: str, kind: str) -> None:
    upload = upload_of("a", declared, data)
    assert (upload.media_type, upload.kind) == (media_type, kind)


def test_posts_of_a_chat_are_paced() -> None:
    now = 0.0
    pace = Pace(lambda: now, count=3, seconds=10)
    for _ in range(3):
        pace.check("a")
    with pytest.raises(Exception, match="too_fast"):
        pace.check("a")
    pace.check("b")
    now = 10.0
    pace.check("a")


@pytest.mark.parametrize(("required", "outcome"), [("1", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_a_missing_browser_skips_or_fails(
    monkeypatch: pytest.MonkeyPatch, required: str, outcome: type[BaseException]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setenv("NHIPCAU_REQUIRE_BROWSER", required)
    with pytest.raises(outcome, match="no Chromium"):
        chromium()
