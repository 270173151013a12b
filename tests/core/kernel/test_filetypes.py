"""Files are named safely, and shown as a platform can show them."""

import pytest

from bot.channels.registry import platforms
from bot.core.kernel.filetypes import picture_size, safe_name, shown_as

MEBIBYTE = 1024 * 1024


def png(width: int, height: int, size: int = 64) -> bytes:
    head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + width.to_bytes(4) + height.to_bytes(4)
    return head.ljust(size, b"\0")


@pytest.mark.parametrize(
    ("title", "media_type", "name"),
    [
        ("Đề cương quý I/2026", "application/pdf", "Đề cương quý I-2026.pdf"),
        ("bai.pdf", "application/pdf", "bai.pdf"),
        ("anh.JPEG", "image/jpeg", "anh.JPEG"),
        ("bai.exe", "application/pdf", "bai.exe.pdf"),
        ("a\x00b\n‮c", "text/plain", "a b c.txt"),
        ("../../etc", "text/plain", "-..-etc.txt"),
        ("CON", "text/plain", "_CON.txt"),
        ("", "audio/mpeg", "tep.mp3"),
        ("du-lieu.csv", "text/csv", "du-lieu.csv"),
        ("x" * 300, "application/pdf", "x" * 80 + ".pdf"),
    ],
)
def test_a_title_becomes_a_safe_file_name_of_its_type(title: str, media_type: str, name: str) -> None:
    assert safe_name(title, media_type) == name


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (png(4960, 7016), (4960, 7016)),
        (b"GIF89a" + bytes([3, 0, 2, 1]), (3, 258)),
        (b"\xff\xd8\xff\xe0\0\4ab\xff\xc0\0\x11\x08\0\x10\0\x20\3", (32, 16)),
        (b"RIFF\0\0\0\0WEBPVP8X" + bytes(8) + bytes([9, 0, 0, 19, 0, 0]), (10, 20)),
        (b"%PDF-1.7", None),
        (b"\xff\xd8\xff", None),
        (b"", None),
    ],
)
def test_a_pictures_size_is_read_from_its_header(data: bytes, size: tuple[int, int] | None) -> None:
    assert picture_size(data) == size


TAKING = sorted(kind for kind, one in platforms().items() if one.capabilities.documents)


@pytest.mark.parametrize("kind", TAKING)
@pytest.mark.parametrize(
    ("data", "taken"),
    [
        (png(1200, 800), "photo"),
        (png(4960, 7016), "document"),
        (png(3000, 100), "document"),
        (png(1200, 800, 12 * MEBIBYTE), "document"),
        (b"%PDF-1.7", "document"),
        (b"", None),
        (bytes(51 * MEBIBYTE), None),
    ],
    ids=["photo", "sides", "ratio", "12 MB", "a PDF", "empty", "51 MB"],
)
def test_what_is_no_photo_for_a_platform_goes_as_a_document(
    kind: str, data: bytes, taken: str | None
) -> None:
    limits = platforms()[kind].limits
    assert shown_as("photo", data, limits) == (taken if len(data) <= limits.document_bytes else None)


def test_a_platform_without_files_takes_none() -> None:
    without = [one for one in platforms().values() if not one.capabilities.documents]
    assert without
    for one in without:
        assert shown_as("document", b"%PDF-1.7", one.limits) is None
