"""`check` looks into the attachments: what a platform would refuse is told before the first briefing goes."""

import json
import shutil
import struct
import unicodedata
import zlib
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app

CONTENT = Path(__file__).parents[2] / "content"
HOME = "briefings/kinh-te-xa-hoi-2023"
PICTURE = f"{HOME}/so-lieu-2023.png"
PDF = "briefings/hoi-nghi-trung-uong-8-khoa-xiii/de-cuong.pdf"
SMALL_PDF = b"%PDF-1.4\n1 0 obj\nendobj\n%%EOF\n"


def _png(width: int, height: int, more: int = 0) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes((width + 1) * height))
    comment = chunk(b"tEXt", bytes(more)) if more else b""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + comment + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _checked(folder: Path) -> dict[str, Any]:
    (folder / "config.toml").write_text(
        '[app]\ndatabase = "sqlite:///x.db"\ncontent = "content"\n[[accounts]]\nname = "tinh"\n'
        'kind = "telegram"\ntoken = "123456:AAtestAAtestAAtestAAtestAAtestAAtes"\n'
    )
    said = CliRunner().invoke(app, ["check", "--json", "--config", str(folder / "config.toml")])
    found: dict[str, Any] = json.loads(said.stdout) if said.stdout else {"refused": said.stderr}
    return found


@pytest.fixture
def content(tmp_path: Path) -> Path:
    shutil.copytree(CONTENT, tmp_path / "content")
    return tmp_path / "content"


@pytest.mark.parametrize(
    ("size", "more"), [((4960, 7016), 0), ((3000, 100), 0), ((100, 3000), 0), ((300, 200), 12_000_000)]
)
def test_a_picture_that_is_no_photo_goes_as_a_document_and_it_is_said(
    content: Path, size: tuple[int, int], more: int
) -> None:
    (content / PICTURE).write_bytes(_png(*size, more))
    found = _checked(content.parent)
    assert found["problems"] == []
    assert f"{PICTURE}: no photo for telegram, goes as a document" in found["notes"]


@pytest.mark.parametrize(
    ("file", "data", "said"),
    [
        (PICTURE, b"", "is empty"),
        (PDF, b"", "is empty"),
        (PICTURE, SMALL_PDF, "no image/png"),
        (PICTURE, b"GIF89a" + bytes(20), "no image/png"),
        (PICTURE, _png(300, 200)[:40], "cut short"),
        (PICTURE, _png(300, 200)[:-6], "cut short"),
        (PDF, _png(300, 200), "no application/pdf"),
        (PDF, b"<html></html>", "no application/pdf"),
        (PDF, SMALL_PDF[:-7], "cut short"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_a_problem(
    content: Path, file: str, data: bytes, said: str
) -> None:
    (content / file).write_bytes(data)
    problems = _checked(content.parent)["problems"]
    assert [file in one and said in one for one in problems] == [True]


@pytest.mark.parametrize(("written", "lying"), [("NFC", "NFD"), ("NFD", "NFC"), ("NFC", "NFC")])
def test_a_file_is_found_however_its_name_is_composed(content: Path, written: str, lying: str) -> None:
    name = "Số liệu kinh tế.png"
    (content / PICTURE).rename(content / HOME / unicodedata.normalize(lying, name))
    sheet = content / HOME / "briefing.toml"
    sheet.write_text(sheet.read_text().replace("so-lieu-2023.png", unicodedata.normalize(written, name)))
    found = _checked(content.parent)
    assert found.get("problems") == [], found


def test_a_name_of_other_letters_is_still_missing(content: Path) -> None:
    (content / PICTURE).rename(content / HOME / "số-liêu-2023.png")
    assert "(missing)" in json.dumps(_checked(content.parent))
