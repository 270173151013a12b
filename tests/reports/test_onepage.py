"""A page to speak from: one page whatever the text, in every letter, without a trace of who made it."""

import re
import zipfile
from io import BytesIO

import pytest
from docx import Document
from docx.shared import Length
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.kernel.richtext import Block, Span, Text, paragraph, plain_text
from bot.reports import onepage_pdf, onepage_word
from bot.reports.onepage import BOTTOM, POINT, SIZES, TALL, TOP, Laid, Ruler, Sheet, laid
from tests.handlers.village import house

HOUSE = house()
WRITTEN = [(slug, language) for slug, one in HOUSE.briefings.items() for language in one.bodies]


def sheet(title: str, brief: Text, full: Text) -> Sheet:
    return Sheet(
        language="vi",
        kind="ĐỀ CƯƠNG ĐỂ NÓI",
        title=title,
        about=("Ban Tuyên giáo và Dân vận", "Chuyên đề: Tết"),
        points="Ý chính",
        brief=brief,
        full=full,
        left=lambda named: f"… còn trong toàn văn: {' · '.join(named)}",
        foot=("Ban Tuyên giáo · Số 12 · 08/12/2023 · Nguồn: Báo Đắk Lắk", "Người duyệt: Y Bình"),
        sign="https://t.me/nhipcau_bot?start=7K3M9Q2PAB",
        caption="7K3M9-Q2PAB",
    )


def of_content(slug: str, language: str) -> Sheet:
    body = HOUSE.briefings[slug].bodies[language]
    return sheet(body.title, body.brief, body.full)


def stands(data: bytes) -> tuple[list[float], float]:
    """Where each piece of text of a PDF stands, from above in mm; where the line above the foot is."""
    found = re.findall(rb"BT [\d.]+ ([\d.-]+) Td", data)
    line = re.search(rb"[\d.]+ ([\d.]+) m [\d.]+ [\d.]+ l S", data)
    assert found
    assert line is not None
    return [TALL - float(one) * POINT for one in found], TALL - float(line[1]) * POINT


def drawn(page: Laid, ruler: Ruler) -> bytes:
    ruler.pdf.set_compression(False)
    return onepage_pdf.pdf(page, ruler)


def fits(one: Sheet) -> Laid:
    with Ruler() as ruler:
        page = laid(one, ruler)
        data = drawn(page, ruler)
        below = sum(len(ruler.lines([(words, False)], 9.5, 172)) for words in one.foot)
    assert data.count(b"/Type /Page\n") == 1
    places, line = stands(data)
    assert min(places) >= TOP
    assert max(places) <= TALL - BOTTOM
    assert len({place for place in places if place > line}) == below
    return page


@pytest.mark.parametrize(("slug", "language"), WRITTEN)
def test_every_briefing_of_the_content_is_one_page_whole(slug: str, language: str) -> None:
    one = of_content(slug, language)
    page = fits(one)
    assert page.left == ""
    words = onepage_words(written(page))
    for block in (*one.brief, *one.full):
        assert "".join(span.text for span in block.spans) in words


def written(page: Laid) -> bytes:
    with Ruler() as ruler:
        return onepage_word.docx(page, ruler)


def onepage_words(data: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in Document(BytesIO(data)).paragraphs)


LONG = st.lists(
    st.builds(
        lambda text, times, kind: Block(
            spans=(Span(text=f"{text}. " * times, bold=times % 2 == 0),), kind=kind, marker="•"
        ),
        st.text("ăâđêôơư aưỡễW😀", min_size=1, max_size=90).filter(str.strip),
        st.integers(1, 40),
        st.sampled_from(["paragraph", "heading", "item", "quote"]),
    ),
    min_size=1,
    max_size=25,
).map(tuple)


@given(st.text("Ưễ W", min_size=1, max_size=180).filter(str.strip), LONG, LONG)
@settings(max_examples=15, deadline=None)
def test_any_text_is_one_page_and_what_is_left_out_is_said(title: str, brief: Text, full: Text) -> None:
    page = fits(sheet(title, brief, full))
    if page.left:
        assert page.size == SIZES[-1]
        assert page.left.startswith("… còn trong toàn văn")


def test_a_short_text_is_set_large_and_a_long_one_names_what_is_left() -> None:
    assert fits(sheet("Tết", (paragraph("Chúc mừng năm mới."),), ())).size == SIZES[0]
    parts = [(f"Phần {number}", "Nội dung dài. " * 60) for number in range(9)]
    blocks = [
        block
        for name, text in parts
        for block in (Block(spans=(Span(text=name),), kind="heading"), paragraph(text))
    ]
    page = fits(sheet("Tết", (paragraph("Ý đầu."),), tuple(blocks)))
    assert plain_text(page.body).startswith("Ý đầu.\nPhần 0\nNội dung dài.")
    assert page.left.endswith("Phần 8")


def test_the_word_file_is_a4_has_its_sign_and_names_nobody() -> None:
    data = written(fits(sheet("Tết Ất Tỵ", (paragraph("Ê Đê, M’nông, Ƀưt"),), ())))
    document = Document(BytesIO(data))
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    exact = [one.paragraph_format.line_spacing for one in document.paragraphs if one.runs]
    assert exact
    assert all(isinstance(one, Length) and one.pt > 10 for one in exact)  # whatever font there is
    assert "Người duyệt: Y Bình" in "\n".join(one.text for one in section.footer.paragraphs)
    assert len(document.inline_shapes) == 1
    cells = [cell.text for cell in document.tables[0].rows[0].cells]
    assert cells == ["Ban Tuyên giáo và Dân vận\nChuyên đề: Tết", "\n7K3M9-Q2PAB"]
    with zipfile.ZipFile(BytesIO(data)) as package:
        assert b"python-docx" not in b"".join(package.read(name) for name in package.namelist())


def test_the_pdf_names_neither_programme_nor_time_and_is_the_same_every_time() -> None:
    one = sheet("Tết", (paragraph("Chúc mừng năm mới."),), ())
    with Ruler() as ruler, Ruler() as other:
        first, second = (drawn(laid(one, mine), mine) for mine in (ruler, other))
    assert first == second
    assert b"fpdf" not in first.lower()
    assert b"1980" in first


def test_every_letter_of_the_languages_here_is_in_the_font() -> None:
    letters = "ĂÂĐÊÔƠƯăâđêôơưẮẰẲẴẶẤẦẨẪẬẾỀỂỄỆỐỒỔỖỘỚỜỞỠỢỨỪỬỮỰỳỵỷỹý ƀč ĕĭŏŭñ ê\u0306 “”’…–•·₫"
    with Ruler() as ruler:
        assert ruler.known(letters) == letters
        assert ruler.known("📌 Tết") == " Tết"
