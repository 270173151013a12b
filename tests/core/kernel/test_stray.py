"""Signs that only a program reads are found, and what people write is not taken for one."""

import pytest

from bot.content.markdown import read_document
from bot.core.kernel.errors import ContentError
from bot.core.kernel.stray import stray

SIGNS = (
    *("<!-- chưa duyệt -->", "a<br>b", "<br/>", '<p align="center">', "<u>gạch</u>", "<o:p></o:p>"),
    *(
        "Tết&nbsp;2027",
        "&#160;",
        "**đậm**",
        "**mở",
        "chú thích[^1]",
        "[[trang]]",
        "[đây](https://a.vn)",
        "[TOC]",
    ),
    *(
        "{{ tên }}",
        "{% if %}",
        "${ten}",
        "{.mark}",
        "==tô==",
        "- [ ] việc",
        "[x] xong",
        "<<<<<<< HEAD",
        "::: note",
        "%%ghi chú%%",
    ),
)
WORDS = (
    *(
        "Tỉnh & xã",
        "R&D",
        "a < b > c",
        "<5 người",
        "5*3 = 15",
        "2 ** 3",
        "[tháng 11]",
        "“<Họ và tên>”",
        "A==B",
    ),
    *("Q&A; hỏi đáp", "{name}", "1. Việc", "* Ghi chú", "50 %", "[1] Chỉ thị", "điểm a) [xem mục 2]", "***"),
)


@pytest.mark.parametrize("text", SIGNS)
def test_a_sign_of_a_layout_is_found(text: str) -> None:
    assert stray(f"Lời {text}" if text[0] not in "-[:<%" else text)


@pytest.mark.parametrize("text", WORDS)
def test_what_people_write_is_no_sign_of_a_layout(text: str) -> None:
    assert stray(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        *("**mở", "chú thích[^1]", "[[trang]]", "{{ tên }}", "==tô==", "- [ ] việc", "::: note"),
        *("[đây](a b.md)[toc]", "<o:p></o:p>", "a&amp;nbsp;b", "<<<<<<< HEAD", "[chữ]{.underline}"),
    ],
)
def test_what_this_markdown_lacks_is_refused_by_line(text: str) -> None:
    with pytest.raises(ContentError, match="line 5"):
        read_document(f"# Tên\n\ný\n\n{text}\n", "vi.md")


@pytest.mark.parametrize(
    "text", [r"\*\*sao", r"\[\[a]]", r"a\[^1]", "`{{ tên }}`", "**đậm**", r"\==tô==", "[đây](https://a.vn/x)"]
)
def test_what_stands_behind_a_backslash_is_meant(text: str) -> None:
    read_document(f"# Tên\n\ný\n\n{text}\n", "vi.md")
