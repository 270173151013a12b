"""Interface texts: what the catalogue's strings become, and that values stay values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.guidance.secrecy import secrecy_marking
from bot.core.kernel.richtext import Block, Span, paragraph, plain_text
from bot.core.talk.texts import Counted, Texts, placeholders, template


def one(source: str) -> Texts:
    return Texts({"vi": {"key": source}})


def test_every_kind_of_block() -> None:
    source = "**Chào {name}**, mời đọc\ndòng hai\n\n• một\n• **hai**\n> trích\n> tiếp\n\nhết {{x}}"
    assert one(source).text("vi", "key", name="An") == (
        Block(spans=(Span(text="Chào An", bold=True), Span(text=", mời đọc\ndòng hai"))),
        Block(spans=(Span(text="một"),), kind="item", marker="•"),
        Block(spans=(Span(text="hai", bold=True),), kind="item", marker="•"),
        Block(spans=(Span(text="trích\ntiếp"),), kind="quote"),
        paragraph("hết {x}"),
    )


@given(st.text())
def test_a_value_never_becomes_markup(value: str) -> None:
    texts = one("đầu\n\n> {value}\n\n**đậm** {value} cuối")
    found = texts.text("vi", "key", value=value)
    quote = Block(spans=(Span(text=value),), kind="quote")
    middle = (quote,) if value.strip() else ()
    last = Block(spans=(Span(text="đậm", bold=True), Span(text=f" {value} cuối")))
    assert found == (paragraph("đầu"), *middle, last)


@pytest.mark.parametrize(
    "value", ["**đậm**", "{other}", "{{", "\n\n• giả", "\n> giả", "<b>x</b>", "[a](http://x)"]
)
def test_known_attempts_to_inject_stay_letters(value: str) -> None:
    (block,) = one("Tên: {value}.").text("vi", "key", value=value, other="KHÔNG")
    assert block == paragraph(f"Tên: {value}.")


def test_a_line_is_one_plain_line() -> None:
    texts = one("**Đã ghi** {code}\n\n• lúc {when}")
    assert texts.line("vi", "key", code="DL-1\nDL-2", when=" 8 ") == "Đã ghi DL-1 DL-2 • lúc 8"


def test_a_block_its_values_leave_empty_is_left_out() -> None:
    texts = one("Có\n\n{note}\n\n• {item}")
    assert texts.text("vi", "key", note="", item="  ") == (paragraph("Có"),)


def test_languages_fall_back_to_vietnamese() -> None:
    texts = Texts({"en": {"a": "Hello"}, "vi": {"a": "Chào", "b": "Tạm biệt"}})
    assert texts.languages == ("vi", "en")
    assert texts.line("en-GB", "a") == "Hello"
    assert texts.line("en", "b") == "Tạm biệt"
    assert texts.line("rad", "a") == "Chào"
    assert texts.keys("en") == {"a"}


def test_an_unknown_key_or_a_missing_value_is_a_bug() -> None:
    with pytest.raises(KeyError, match="none"):
        one("x").text("vi", "none")
    with pytest.raises(KeyError, match="name"):
        one("{name}").text("vi", "key")


@pytest.mark.parametrize("source", ["**mở", "{Tên}", "{", "a } b", "{a b}", "{0}", "**a\n\nb**"])
def test_a_string_that_is_not_understood_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match=r"placeholder|closed"):
        one(source)


def test_placeholders_are_named() -> None:
    assert placeholders(template("{a} **{b_1}** {{c}}\n• {a}")) == {"a", "b_1"}
    assert one("{a}").placeholders("vi", "key") == {"a"}


@given(st.text(alphabet="ab *{}•>\n"))
def test_parsing_raises_nothing_but_value_error(source: str) -> None:
    try:
        found = one(source).text("vi", "key", **dict.fromkeys(["a", "b", "ab", "ba"], "v"))
    except (ValueError, KeyError):
        return
    assert "a" not in source or "a" in plain_text(found) or "v" in plain_text(found)


@pytest.mark.parametrize(
    ("text", "marking"),
    [
        ("MẬT", "MẬT"),
        ("Độ mật: TỐI  MẬT.", "TỐI MẬT"),
        ("(TUYỆT\nMẬT)", "TUYỆT MẬT"),
        ("TÀI LIỆU MẬT", "MẬT"),
        ("MA\u0323\u0302T", "MẬT"),
        ("giá mật ong tăng", None),
        ("GIÁ MẬT ONG TĂNG", None),
        ("LUẬT BẢO VỆ BÍ MẬT NHÀ NƯỚC", None),
        ("MẬT ĐỘ DÂN SỐ", None),
        ("Mật khẩu", None),
        ("MẬTX", None),
    ],
)
def test_a_secrecy_marking_stands_alone_in_capitals(text: str, marking: str | None) -> None:
    assert secrecy_marking(text) == marking


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (1, "1 person"),
        ("1", "1 person"),
        (0, "0 people"),
        (2, "2 people"),
        ("1.001", "1.001 people"),
        ("x", "x people"),
    ],
)
def test_a_text_that_counts_has_the_form_of_its_number(count: object, shown: str) -> None:
    form = Counted("count", ("{count} **person**", "{count} **people**"))
    texts = Texts({"vi": {"key": "{count} người"}, "en": {"key": form}}, {"en": lambda n: int(n != 1)})
    assert texts.line("en", "key", count=count) == shown
    assert texts.line("vi", "key", count=count) == f"{count} người"
    assert texts.placeholders("en", "key") == {"count"}
    assert (texts.counted("en", "key"), texts.counted("vi", "key")) == ("count", None)
