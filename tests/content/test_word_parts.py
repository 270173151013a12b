"""What a Word document has beside plain paragraphs: tables, numbers, fields, boxes; nothing vanishes."""

import time
from datetime import date
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from bot.content import letterhead
from bot.content.markdown import read_document
from bot.content.markdown_out import as_markdown
from bot.content.word import LOST, read_word
from bot.content.wordtable import Cell, Table, lines
from bot.core.kernel.richtext import Span


def _as_it_reads(made: Document, folder: Path) -> list[str]:
    """The document brought in and written as the content folder has it: what people read."""
    made.save(str(folder / "b.docx"))
    read = read_document(as_markdown(read_word(folder / "b.docx", folder)), "vi.md")
    return [block.plain() for block in read.full or read.brief]


def _table(made: Document, rows: list[list[str]]) -> Any:
    table = made.add_table(len(rows), len(rows[0]))
    for at, row in enumerate(rows):
        for column, words in enumerate(row):
            table.cell(at, column).text = words
    return table


def test_of_a_table_nothing_vanishes_or_changes_its_column(tmp_path: Path) -> None:
    made = docx.Document()
    made.add_heading("Bảng biểu", 0)
    _table(made, [["Thời gian", "8h ngày 1/12"], ["Địa điểm", "Hội trường"], ["Chủ trì", ""]])
    wide = _table(
        made, [["TT", "Xã", "Người nghe", ""], ["", "", "Nam", "Nữ"], ["1", "xã Ea Kao", "10", "12"]]
    )
    for first, last in (((0, 0), (1, 0)), ((0, 1), (1, 1)), ((0, 2), (0, 3))):
        wide.cell(*first).merge(wide.cell(*last))
    tall = _table(made, [["Nhóm", "Chỉ tiêu", "Số"], ["Kinh tế", "Thu", "5"], ["", "Chi", "6"]])
    tall.cell(1, 0).merge(tall.cell(2, 0))
    full = _table(made, [["Việc", "Gồm:"], ["Trồng cây", "Trước"]])
    for words in ("quét", "hốt"):
        full.cell(0, 1).add_paragraph(words, style="List Number")
    _table(full.cell(1, 1), [["a", "b"]])
    made.add_paragraph("Tiếp", style="List Number")
    assert _as_it_reads(made, tmp_path) == [
        *("• Thời gian · 8h ngày 1/12", "• Địa điểm · Hội trường", "• Chủ trì"),
        "• 1 · xã Ea Kao · Người nghe Nam: 10 · Người nghe Nữ: 12",
        *("• Nhóm: Kinh tế · Chỉ tiêu: Thu · Số: 5", "• Nhóm: Kinh tế · Chỉ tiêu: Chi · Số: 6"),
        *("• Việc · Gồm: 1. quét 2. hốt", "• Trồng cây · Trước a · b", "3. Tiếp"),
    ]


def _numbered(made: Document, *words: tuple[str, int, str]) -> None:
    """Paragraphs of one list with a Roman number, a number and a letter; of a style, where it is named."""
    numbering = made.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{at}"><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for at, (form, text) in enumerate((("upperRoman", "%1."), ("decimal", "%2."), ("lowerLetter", "%3)")))
    )
    own = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>'
    numbering.find(qn("w:num")).addprevious(parse_xml(own))
    again = '<w:lvlOverride w:ilvl="1"><w:startOverride w:val="5"/></w:lvlOverride>'
    for number, more in (("77", ""), ("78", again)):
        one = f'<w:abstractNumId w:val="77"/>{more}'
        numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="{number}">{one}</w:num>'))
    for text, level, style in words:
        number = "78" if text == "Lại" else "77"
        inner = f'<w:ilvl w:val="{level}"/><w:numId w:val="{number}"/>'
        properties = made.add_paragraph(text, style=style or None)._p.get_or_add_pPr()
        properties.append(parse_xml(f"<w:numPr {nsdecls('w')}>{inner}</w:numPr>"))


def test_numbers_are_those_that_word_shows(tmp_path: Path) -> None:
    made = docx.Document()
    made.add_heading("Đánh số", 0)
    _numbered(
        made,
        *(("Tình hình", 0, "Heading 1"), ("Trong nước", 1, ""), ("Kinh tế", 2, ""), ("", 2, "")),
        *(("Y tế", 2, ""), ("Ngoài nước", 1, ""), ("Lại", 1, ""), ("Nhiệm vụ", 0, "Heading 1")),
    )
    for words in ("1. gõ", "4. gõ", "Số: 7"):
        made.add_paragraph(words)
    for style in ("List Number", "List Bullet", "List Number", "List Number 2"):
        made.add_paragraph(style, style=style)
    assert _as_it_reads(made, tmp_path) == [
        *("I. Tình hình", "1. Trong nước", "a) Kinh tế", "c) Y tế", "2. Ngoài nước", "5. Lại"),
        *("II. Nhiệm vụ", "1. gõ", "4. gõ", "Số: 7"),
        *("1. List Number", "• List Bullet", "2. List Number", "1. List Number 2"),
    ]


_ODD = {
    "trường": '<w:fldSimple w:instr="x"><w:r><w:t>1/1/2026</w:t></w:r></w:fldSimple>',
    "dời": '<w:moveFrom w:id="1"><w:r><w:t>đi</w:t></w:r></w:moveFrom>'
    '<w:moveTo w:id="2"><w:r><w:t>đến</w:t></w:r></w:moveTo>',
    "ẩn": "<w:r><w:rPr><w:vanish/></w:rPr><w:t>giấu</w:t></w:r>",
    "gạch": "<w:r><w:rPr><w:strike/></w:rPr><w:t>bỏ</w:t></w:r>",
    "m": '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>2</w:t></w:r>',
    "dấu": '<w:r><w:sym w:font="Lạ" w:char="F123"/></w:r>',
    "hàng": "<w:r><w:t>a</w:t><w:cr/><w:t>b</w:t></w:r>",
    "hộp": "<w:r><mc:AlternateContent><mc:Choice><w:drawing><w:txbxContent><w:p><w:r>"
    "<w:t>trong hộp</w:t></w:r></w:p></w:txbxContent></w:drawing></mc:Choice></mc:AlternateContent></w:r>",
}
_MIXED = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def test_words_in_unusual_places_come_along_or_are_named(tmp_path: Path) -> None:
    made = docx.Document()
    made.add_heading("Chỗ lạ", 0)
    for words, xml in _ODD.items():
        body = parse_xml(f"<w:body {nsdecls('w')} {_MIXED}>{xml}</w:body>")
        made.add_paragraph(f"{words} ")._p.extend(list(body))
    link = made.part.relate_to("mailto:ban@x.vn", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    inner = "<w:r><w:t>thư</w:t></w:r>"
    made.add_paragraph()._p.append(
        parse_xml(f'<w:hyperlink {nsdecls("w", "r")} r:id="{link}">{inner}</w:hyperlink>')
    )
    assert _as_it_reads(made, tmp_path) == [
        *("trường 1/1/2026", "dời đến", "ẩn", "gạch bỏ", "m ²", "dấu", "hàng a\nb", "hộp", "trong hộp"),
        "thư (ban@x.vn)",
    ]
    lost = read_word(tmp_path / "b.docx", tmp_path).lost
    assert set(lost) == {"changes", "hidden", "struck", "symbols", "text_box"}
    assert set(lost) <= set(LOST)


def test_the_title_of_an_official_document_is_its_kind_and_what_it_is_about(tmp_path: Path) -> None:
    made = docx.Document()
    _table(
        made, [["TỈNH ỦY ĐẮK LẮK", "ĐẢNG CỘNG SẢN VIỆT NAM"], ["Số 12-HD/BTG", "ngày 01 tháng 11 năm 2026"]]
    )
    for words in ("HƯỚNG DẪN", "tuyên truyền phòng cháy rừng"):
        made.add_paragraph().add_run(words).bold = True
    made.add_paragraph("Nội dung.")
    made.save(str(tmp_path / "a.docx"))
    word = read_word(tmp_path / "a.docx", tmp_path)
    assert word.title == "Hướng dẫn tuyên truyền phòng cháy rừng"
    assert word.brief[-1].plain() == "Nội dung."
    assert (letterhead.number(word.text), letterhead.day(word.text, date(2026, 11, 2))) == (
        "12-HD/BTG",
        date(2026, 11, 1),
    )


def test_a_table_of_very_many_cells_takes_no_longer_than_its_letters() -> None:
    row = [Cell((Span(text="a"),), columns=10**9, rows=10**9) for _ in range(40_000)]
    began = time.monotonic()
    (line,) = lines(Table(rows=[row]))
    assert line.plain().count("a") == 40_000
    assert time.monotonic() - began < 5
