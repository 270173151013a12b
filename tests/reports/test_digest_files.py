"""Digests as files: in their layouts, with every letter, and nothing in them that points at a person."""

import csv
import json
import re
import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO, StringIO

import pytest
from docx import Document
from docx.shared import Mm, Pt
from python_calamine import CalamineWorkbook

from bot.acts.digest_files import as_value, paper
from bot.acts.digests import Summed
from bot.core.opinion.digest import Coverage, Digest, DigestText, Figures, GroupTexts
from bot.reports import chart, sheet, word
from bot.reports.paper import Paper, Row, Section
from bot.reports.run_picture import Bar, picture
from bot.reports.workbook import Sheet, workbook
from tests.handlers.village import house

HERE = "/TW/66/"
NASTY = ("=HYPERLINK(1)", "+84", "-1", "@SUM(A1)", "\t=1", "\r=1", "giá; =1", "giá;-1", "＝1")


def summed(*more: DigestText) -> Summed:
    """A digest with every kind of cell."""
    lean = {"tendency": "KHONG_DONG_TINH"}
    said = (DigestText(words={"content": "Bà con ở buôn Ƀưt, Ê Đê, M’nông lo giá cả"}, beside={}), *more)
    few = (DigestText(words={"content": "Đường hỏng", "proposal": "Sớm sửa"}, beside=lean),)
    made = Digest(
        unit=HERE,
        start=date(2026, 10, 1),
        end=date(2026, 10, 31),
        threshold=5,
        total=1240,
        by={
            "topic": {"tet": 900, "quoc-hoi": None, "": None},
            "tendency": {"DONG_TINH": 1200, "KHONG_DONG_TINH": 40},
        },
        by_unit={f"{HERE}24169/": 1000, HERE: 240},
        coverage=Coverage(due=("a", "b"), reported=("a",), silent=("b",)),
        texts=(GroupTexts(group="tet", texts=said), GroupTexts(group=None, texts=few)),
    )
    return Summed(made, {HERE: "Tỉnh Đắk Lắk", f"{HERE}24169/": "Phường Ea Kao"}, (made.start, made.end))


def written(*more: str) -> Paper:
    return paper(house(), summed(*(DigestText(words={"content": one}, beside={}) for one in more)), "vi", 100)


def words_of(data: bytes) -> str:
    document = Document(BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_no_two_sections_have_one_number_however_many_a_form_makes() -> None:
    made = replace(written(), sections=tuple(Section(f"Mục {place}") for place in range(1, 26)))
    text = words_of(word.docx(made, house().layouts["PARTY_2026"]))
    for heading in ("I- Mục 1", "IX- Mục 9", "XIV- Mục 14", "XVI- Mục 16", "XIX- Mục 19", "XXIV- Mục 24"):
        assert heading in text.splitlines()


@pytest.mark.parametrize(
    ("code", "head", "end", "right"),
    [
        ("PARTY_2026", "ĐẢNG CỘNG SẢN VIỆT NAM", ".", "T/M"),
        ("STATE_ND30", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "./.", "TM."),
    ],
)
def test_a_word_file_in_each_layout_is_a_draft_without_number(
    code: str, head: str, end: str, right: str
) -> None:
    data = word.docx(written(), house().layouts[code])
    text, document = words_of(data), Document(BytesIO(data))
    for part in (
        head,
        "DỰ THẢO",
        "BÁO CÁO",
        "Ê Đê, M’nông",
        "Nơi nhận:",
        right,
        "Ý kiến thiểu số",
        "1.200",
        "không nêu số",
    ):
        assert part in text
    assert ("Độc lập - Tự do - Hạnh phúc" in text) == (code == "STATE_ND30")
    last = [one.text for one in document.paragraphs if one.text][-1]
    assert last.endswith(end)
    assert last.endswith("./.") == (end == "./.")
    assert "w:cantSplit" in document.tables[-1].rows[0]._tr.xml, "who signs stands on one page"
    section = document.sections[0]
    edges = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(edge / Mm(1)) for edge in edges if edge is not None] == [20, 20, 30, 15]
    normal = document.styles["Normal"].font
    assert (normal.name, normal.size) == ("Times New Roman", Pt(14))
    assert section.different_first_page_header_footer
    assert "PAGE" in section.header._element.xml
    assert "PAGE" not in section.first_page_header._element.xml


def test_office_files_name_no_author_no_time_and_no_programme() -> None:
    table = workbook([Sheet("Số liệu", ("Năm",), ("Đơn vị", "Số"), (("Xã A", 1),))])
    for data in (word.docx(written(), house().layouts["PARTY_2026"]), sheet.xlsx(written()), table):
        with zipfile.ZipFile(BytesIO(data)) as package:
            assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            papers = b"".join(
                package.read(name) for name in package.namelist() if name.startswith("docProps/")
            )
        for trace in (b"creator", b"python", b"created", b"modified", b"Application", b"202"):
            assert trace not in papers, trace


def test_the_same_digest_makes_the_same_file() -> None:
    layout = house().layouts["STATE_ND30"]
    assert word.docx(written(), layout) == word.docx(written(), layout)
    assert sheet.xlsx(written()) == sheet.xlsx(written())


def test_a_workbook_has_numbers_and_no_formula() -> None:
    data = sheet.xlsx(written(*NASTY))
    figures, said = (
        CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_name(name).to_python()
        for name in ("Số liệu", "Ý kiến")
    )
    cells = {row[0]: row[1] for row in figures if len(row) > 1}
    assert (cells["Phường Ea Kao"], cells["Đồng tình"], cells["Quốc hội"]) == (1000, 1200, "không nêu số")
    assert said[0] == ["", "Nội dung", "Ý kiến cụ thể"]
    assert {row[2] for row in said} >= {"=HYPERLINK(1)", "+84", "-1", "@SUM(A1)"}
    with zipfile.ZipFile(BytesIO(data)) as package:
        sheets = b"".join(package.read(name) for name in package.namelist() if "worksheets/" in name)
    assert b"<f>" not in sheets


def test_a_long_name_has_a_row_of_two_lines() -> None:
    name = "Xã Ea Kao Hòa Thắng Cư Êbur Krông Ana nhập chung một tên rất dài"
    units = Section("Theo đơn vị", table=(Row(name, 7), Row("Xã A", 7)))
    data = sheet.xlsx(replace(written(), sections=(units,)))
    with zipfile.ZipFile(BytesIO(data)) as package:
        heights = re.findall(r' ht="([\d.]+)"', package.read("xl/worksheets/sheet1.xml").decode())
    assert [round(float(height) / 17) for height in heights[-2:]] == [2, 1]


def test_a_csv_has_nothing_that_a_spreadsheet_runs() -> None:
    data = sheet.as_csv(written(*NASTY))
    rows = list(csv.reader(StringIO(data.decode("utf-8-sig"))))
    assert data.startswith(b"\xef\xbb\xbf")
    assert rows[0] == ["", "Nội dung", "Số phản ánh", "Tỷ lệ", "Ý kiến cụ thể"]
    assert ["Theo đơn vị", "Phường Ea Kao", "1000", "80.6", ""] in rows
    assert ["Tình hình chung", "Trong kỳ có 1.240 phản ánh.", "", "", ""] in rows
    assert "Đơn vị phải báo cáo: 2 · đã phản ánh: 1" in rows[2][1]
    assert {tuple(row[2:4]) for row in rows if row[4]} == {("Số phản ánh", "Tỷ lệ"), ("", "")}
    for cut in (",", ";"):  # as a spreadsheet elsewhere, and in Vietnam, tells cells apart
        cells = [
            cell for row in csv.reader(StringIO(data.decode("utf-8-sig")), delimiter=cut) for cell in row
        ]
        assert not [cell for cell in cells if cell.lstrip().startswith(sheet.FORMULA)]


def test_a_chart_is_a_picture_as_wide_as_a_phone_and_says_nothing_else() -> None:
    data = chart.png(written(), str)
    assert data.startswith(b"\x89PNG")
    assert int.from_bytes(data[16:20], "big") == 1080
    assert b"tEXt" not in data
    assert b"tEXt" not in picture("Bản tin", "3/5", [Bar("Xã A", "60 %", 0.6)])
    empty = replace(written(), sections=written().sections[:1])
    assert chart.png(empty, str).startswith(b"\x89PNG")


def test_on_a_phone_a_charts_letters_are_of_twelve_dots_and_its_names_whole() -> None:
    """What 1080 dots show of 18 points at 150 an inch, a phone of 360 shows at a third."""
    name = "Xã Ea Kao Hòa Thắng Cư Êbur Krông Ana nhập chung một tên rất dài"
    units = (Row(name, 7), Row("Xã Cư Prao", None), *(Row(f"Xã {number}", 5) for number in range(20)))
    paper = replace(written(), sections=(Section("Tình hình chung"), Section("Theo đơn vị", table=units)))
    lines = list(chart._lines(paper, lambda count: f"và {count} mục khác"))
    assert min(one.size for one in lines) * chart.DOTS / 72 / 3 >= 12
    assert name in " ".join(one.words for one in lines)
    assert lines[-1].words == f"và {len(units) - chart.MOST} mục khác"
    told = {one.words: (one.right, one.bar) for one in lines}
    assert told["Xã Cư Prao"] == ("không nêu số", None)
    assert told["Xã 1"] == ("5", 5 / 7)
    assert max(len(one.words) + len(one.right) for one in lines) <= chart._letters(chart.TEXT)


@pytest.mark.parametrize("code", ["PARTY_2026", "STATE_ND30"])
def test_a_paper_that_ends_in_a_table_is_closed_and_signed_on_its_page(code: str) -> None:
    layout = house().layouts[code]
    sections = tuple(one for one in written().sections if not one.quotations)
    document = Document(BytesIO(word.docx(replace(written(), sections=sections), layout)))
    assert document.paragraphs[-1].text == layout.end.replace(".", "", len(layout.end) == 1)
    (*_, last), table = document.tables[-2].rows, document.tables[-2]
    assert all(cell.paragraphs[0].paragraph_format.keep_with_next for cell in last.cells)
    assert document.paragraphs[-1].paragraph_format.keep_with_next
    assert [cell.text for cell in table.rows[0].cells] == ["Nội dung", "Số phản ánh", "Tỷ lệ"]
    assert len(document.tables[1].columns) == 2, "no column of shares where none is told"


def test_what_changed_stands_within_the_sentence() -> None:
    before = Figures(total=1200)
    one = replace(summed(), digest=summed().digest.model_copy(update={"before": before}))
    sentences = paper(house(), one, "vi").sections[0].sentences
    assert sentences[0] == "Trong kỳ có 1.240 phản ánh (tăng 40 so với kỳ trước)."


@pytest.mark.parametrize("words", ["$\\giá$", "a$^$b", "$x_{$", "Vàng $5 và $"])
def test_a_chart_takes_no_words_for_a_formula(words: str) -> None:
    tables = [one for one in written().sections if one.table]
    rows = tuple(replace(one, name=words) for one in tables[0].table)
    bars = replace(tables[0], heading=words, table=rows)
    plain = replace(written(), title=words, draft=words, withheld=words, sections=(bars,))
    assert chart.png(plain, str).startswith(b"\x89PNG")


def test_json_names_units_by_code() -> None:
    value = as_value(summed())
    assert (value["unit"], value["by_unit"]) == ("66", {"24169": 1000, "66": 240})
    assert json.loads(json.dumps(value))["coverage"]["silent"] == ["b"]


def test_on_paper_so_many_texts_are_quoted_and_it_says_how_many_are_not() -> None:
    text = words_of(
        word.docx(written(*(f"ý thứ {one}" for one in range(300))), house().layouts["PARTY_2026"])
    )
    assert text.count("ý thứ") < 101
    assert "ý kiến chưa hiện ở đây" in text


def test_the_librarys_own_preview_is_not_in_it_and_word_still_opens_it() -> None:
    data = word.docx(written(), house().layouts["PARTY_2026"])
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert not [name for name in archive.namelist() if "thumbnail" in name]
        assert b"thumbnail" not in archive.read("_rels/.rels")
    assert Document(BytesIO(data)).paragraphs


@pytest.mark.parametrize(("code", "where"), [("STATE_ND30", 0), ("STATE_ND30", 1), ("PARTY_2026", 1)])
def test_the_rule_of_a_head_is_as_long_as_a_rule_should_be(code: str, where: int) -> None:
    head = Document(BytesIO(word.docx(written(), house().layouts[code]))).tables[0]
    cell = head.rows[0].cells[where]
    (line,) = (one for one in cell.paragraphs if one.paragraph_format.left_indent)
    shape = line.paragraph_format
    room = cell.width - shape.left_indent - shape.right_indent
    assert 1 / 3 < room / cell.width < 1 / 2
