"""Markdown → Text: what each construct becomes, and that no letter is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content import read_document, read_text
from bot.core.kernel.errors import ContentError
from bot.core.kernel.richtext import Block, Span, Text, paragraph, plain_text

INDENT = "\u2003"


def item(text: str, marker: str = "•") -> Block:
    return Block(spans=(Span(text=text),), kind="item", marker=marker)


def read(source: str) -> Text | None:
    """None: refused."""
    try:
        return read_text(source, "x.md")
    except ContentError:
        return None


def test_a_document_is_title_main_points_and_whole_text() -> None:
    document = read_document("# Tên **đậm**\n\n- ý\n---\n\n## Mục\n\nMột\nđoạn.\n\n***\n\nHai.\n", "vi.md")
    assert document.title == "Tên đậm"
    assert document.brief == (item("ý"),)
    assert document.full == (
        Block(spans=(Span(text="Mục"),), kind="heading"),
        paragraph("Một đoạn."),
        paragraph("Hai."),
    )


def test_a_document_may_have_no_more_than_its_main_points() -> None:
    assert read_document("# Tên\n\ný", "vi.md").full == ()


def test_a_rule_right_under_a_paragraph_is_a_rule() -> None:
    document = read_document("# Tên\n\ný chính\n---\ntoàn văn\n", "vi.md")
    assert (plain_text(document.brief), plain_text(document.full)) == ("ý chính", "toàn văn")


@pytest.mark.parametrize(
    ("source", "spans"),
    [
        ("**a** *b* `c`", ("a|b", " |", "b|i", " |", "c|c")),
        ("***a***b", ("a|bi", "b|")),
        ("**a *b* c**", ("a |b", "b|bi", " c|b")),
        ("a\\<b>c &lt;br> 3 < 5 > 2 <xã>", ("a<b>c <br> 3 < 5 > 2 <xã>|",)),
        ("a\nb  \nc\\\nd", ("a b\nc\nd|",)),
        ("1 &lt; 2 &amp; \\*3\\*", ("1 < 2 & *3*|",)),
        ("    thụt vào", ("thụt vào|",)),
        ("```\nx **y**\n```", ("x **y**|c",)),
    ],
)
def test_inline_styles(source: str, spans: tuple[str, ...]) -> None:
    (block,) = read_text(source, "x.md")
    assert tuple(f"{s.text}|{'b' * s.bold}{'i' * s.italic}{'c' * s.code}" for s in block.spans) == spans


def test_links_keep_their_address() -> None:
    (block,) = read_text("Xem [**văn** bản](https://báo.vn/a?b=1&c) và <http://b.vn>", "x.md")
    assert [(s.text, s.bold, s.href) for s in block.spans] == [
        ("Xem ", False, None),
        ("văn", True, "https://xn--bo-mia.vn/a?b=1&c"),
        (" bản", False, "https://xn--bo-mia.vn/a?b=1&c"),
        (" và ", False, None),
        ("http://b.vn", False, "http://b.vn"),
    ]


def test_lists_are_flattened_with_their_markers() -> None:
    source = "3. ba\n4. bốn\n   - con\n     1. cháu\n\n   sau\n\n- một\n\n  tiếp\n-\n- hai\n"
    assert read_text(source, "x.md") == (
        item("ba", "3."),
        item("bốn", "4."),
        item("con", f"{INDENT}–"),
        item("cháu", f"{INDENT * 2}1."),
        paragraph("sau"),
        Block(spans=(Span(text="một"), Span(text="\n"), Span(text="tiếp")), kind="item", marker="•"),
        item("hai"),
    )


def test_quotes_stay_quotes() -> None:
    assert read_text("> một\n>\n> - hai\n\nba", "x.md") == (
        Block(spans=(Span(text="một"),), kind="quote"),
        item("hai"),
        paragraph("ba"),
    )


@pytest.mark.parametrize(
    "address", ["javascript:x", "data:text/html,x", "mailto:a@b.vn", "//b.vn", "http://", "#a"]
)
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(ContentError) as refusal:
        read_text(f"một\n\n[a]({address})", "x.md")
    assert (refusal.value.file, refusal.value.key) == ("x.md", "line 3")


@pytest.mark.parametrize(
    ("source", "line"),
    [
        *(("một\n\n<!-- chưa duyệt -->\n", 3), ("một\nhai <br> ba", 2), ('<p align="center">một</p>', 1)),
        *(("- một\n- hai  \n  ba <!-- x\n  y --> <b>", 3), ("một\n\n> <?php ?>", 3), ("một ~~bỏ~~", 1)),
        *(
            ("<script>\na\n</script>", 1),
            ("**một <i>hai</i>**", 1),
            ("# Tên <br>", 1),
            ("[a<br>b](http://c.vn)", 1),
        ),
    ],
)
def test_what_a_member_would_read_as_signs_is_refused_by_line(source: str, line: int) -> None:
    with pytest.raises(ContentError) as refusal:
        read_text(source, "x.md")
    assert (refusal.value.file, refusal.value.key) == ("x.md", f"line {line}")


@given(st.text() | st.text(alphabet="aệ \n\t*_`~#>-+1.)[]()!<>&;\\|:/'\""))
def test_any_markdown_is_read_or_refused(source: str) -> None:
    text = read(source)
    assert text is None or all(block.plain().strip() for block in text)


@given(st.text(alphabet="aăâbcdđeêệghiơợuưỨxyY \n*_#>-+1.)&"))
def test_no_letter_is_lost(source: str) -> None:
    text = read(source)
    letters = [c for c in source if c.isalpha()]
    assert text is None or [c for c in plain_text(text) if c.isalpha()] == letters


def test_deep_nesting_is_refused_not_cut_off() -> None:
    for source in (">" * 5000 + "a", "- " * 5000 + "a", "[" * 5000 + "a", "*" * 5000 + "a" + "*" * 5000):
        text = read(source)
        assert text is None or "a" in plain_text(text)


@pytest.mark.parametrize("piece", ["![", "[", "[a](", "*a ", "a**b", "*_`[", "&#", "<a ", "a\n\n", "\\*"])
def test_what_would_keep_the_parser_busy_is_refused_by_its_signs(piece: str) -> None:
    for count in (9_000, 250_000):
        with pytest.raises(ContentError, match=r"signs|length"):
            read_document("# Tên\n\ný\n\n" + piece * count, "vi.md")


def test_a_text_of_fifty_messages_with_links_and_lists_is_read() -> None:
    source = "# Tên\n\n" + "- **ý** và [nơi](https://a.vn)\n\n" * 800 + "chữ " * 40_000
    assert len(read_document(source, "vi.md").brief) == 801
