"""Lists of people as Excel in Vietnam writes them."""

from pathlib import Path

import pytest

from bot.content.sheets import read
from bot.core.kernel.errors import ContentError
from tests.content.books import workbook

HEADINGS = {"name": ("họ và tên", "họ tên"), "unit": ("đơn vị",), "chat_id": ("mã chat",)}
NEEDED = ("name", "unit")
TEXT = "name,unit\nHoa,66\nY Bình,24169\n"
BOTH = [{"name": "Hoa", "unit": "66"}, {"name": "Y Bình", "unit": "24169"}]


def cells(path: Path) -> list[dict[str, str]]:
    return [row.cells for row in read(path, HEADINGS, NEEDED)]


def semicolons(text: str) -> str:
    return text.replace(",", ";")


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (TEXT, "utf-8"),
        (TEXT, "utf-8-sig"),
        (semicolons(TEXT), "utf-8"),
        (TEXT.replace(",", "\t"), "utf-16"),
        (TEXT.replace("\n", "\r\n"), "utf-8"),
        (TEXT.replace("\n", "\r"), "utf-8"),
        ("sep=;\n" + semicolons(TEXT), "utf-8"),
        ("SEP=;\r\n" + semicolons(TEXT), "utf-16-le"),
        (TEXT.replace("name,unit", "NAME , Unit"), "utf-8"),
        (TEXT.replace("name,unit", "Họ và tên,Đơn vị"), "utf-8"),
        (TEXT.replace("name,unit", "ho ten,DON VI"), "utf-8"),
        (TEXT + ",,,,\n,\n\n", "utf-8"),
        (TEXT.replace("Hoa", "\ufeffHoa\u200b"), "utf-8"),
        (TEXT.replace("Y Bình", "Y\u00a0 Bình "), "utf-8"),
        (TEXT.replace(",", "|"), "utf-8"),
        (TEXT, "utf-32"),
        (TEXT.replace("name,unit", '"Họ và\ntên (*)",Đơn vị:'), "utf-8"),
        (semicolons(TEXT.replace("name,unit", '"1. Họ và\ntên (*)",2. Đơn vị')), "utf-8"),
        ("DANH SÁCH CỘNG TÁC VIÊN, NĂM 2026, XÃ EA KAO\n" + semicolons(TEXT), "utf-8"),
        (TEXT.replace("unit\n", "unit,\n") + "name,unit\n", "utf-8"),
        (TEXT.replace("name,unit", "name,unit,roles\n(1),(2),(3)"), "utf-8"),
        (TEXT.replace("66", '"=""66"""').replace("24169", "'24169"), "utf-8"),
        (TEXT.replace("name,unit", "name,unit,Unit (cũ)"), "utf-8"),
    ],
)
def test_harmless_forms_of_one_list_are_one_list(tmp_path: Path, text: str, codec: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(text.encode(codec))
    assert cells(path) == BOTH


TITLES = [["DANH SÁCH CỘNG TÁC VIÊN, NĂM 2026"], [], ["", "(kèm theo Công văn số 12)"]]


def test_titles_above_the_headings_are_passed_over_and_lines_keep_their_numbers(tmp_path: Path) -> None:
    book = workbook(tmp_path / "a.xlsx", [*TITLES, ["STT", "Họ tên", "Đơn vị"], [1, "Hoa", "66"]])
    text = tmp_path / "a.csv"
    text.write_text(
        "DANH SÁCH, NĂM 2026;;\n;;\n;(kèm theo);\nSTT;Họ tên;Đơn vị\n1;Hoa;66\n", encoding="utf-8"
    )
    for path in (book, text):
        assert [(row.line, row.cells) for row in read(path, HEADINGS, NEEDED)] == [
            (5, {"name": "Hoa", "unit": "66"})
        ]


def test_where_no_line_is_one_of_headings_the_first_is_told(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [*TITLES, ["STT", "Họ tên"], [1, "Hoa"]])
    with pytest.raises(ContentError, match="line 1"):
        read(path, HEADINGS, NEEDED)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"PK\x03\x04", "ends in .xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ends in .xls"),
        (b"<html><table><tr><td>name</td></tr></table>", "Save as"),
        (b"%PDF-1.7", "the list itself"),
    ],
)
def test_what_is_no_list_is_told_with_what_to_do(tmp_path: Path, data: bytes, says: str) -> None:
    (tmp_path / "list.csv").write_bytes(data)
    with pytest.raises(ContentError, match=says):
        cells(tmp_path / "list.csv")


def test_an_old_code_page_is_read(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"name,unit\nHoa,66\nNguy\xea\xden \xd0\xeate,66\n")
    assert cells(path)[1]["name"] == "Nguyễn Đête"


def test_a_workbook_is_read_with_numbers_and_dates_as_people_see_them(tmp_path: Path) -> None:
    path = workbook(tmp_path / "list.xlsx", [["Họ tên", "Đơn vị", "Mã chat"], ["Hoa", 66.0, 123456789.0]])
    assert cells(path) == [{"name": "Hoa", "unit": "66", "chat_id": "123456789"}]


def test_a_number_that_excel_has_spoilt_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "list.xlsx", [["name", "unit", "mã chat"], ["Hoa", "66", 1.23457e18]])
    with pytest.raises(ContentError, match="formatted as Text"):
        cells(path)


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        ("a.csv", b"", "a line of headings"),
        ("a.csv", b"name\nHoa\n", "unit"),
        ("a.csv", "name,tên gọi,họ tên,unit\n".encode(), "one column name"),
        ("a.csv", b'name,unit\n"Hoa,66\n' + b"x" * 200_000, "quotes"),
        ("a.csv", b"PK\x03\x04" + bytes(50), r"ends in \.xlsx"),
        ("a.xlsx", b"no workbook", "no workbook"),
        ("a.csv", b"name,unit\n" + b"x" * 3000 + b",66\n", "too long"),
        ("a.csv", b"name,unit" + b",x" * 100 + b"\n", "cells"),
    ],
)
def test_what_cannot_be_taken_is_told_in_words(tmp_path: Path, name: str, raw: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(raw)
    with pytest.raises(ContentError, match=said):
        cells(path)


def test_a_folder_or_nothing_is_told_in_words(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.csv"):
        with pytest.raises(ContentError, match="file"):
            cells(path)
