"""Whatever is said, its parts fit, stand on their own and lose nothing."""

import unicodedata
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.acts.first_screen import inert
from bot.core.kernel.capabilities import Capabilities
from bot.core.kernel.richtext import Block, Span, Text, paragraph
from bot.core.talk.message import Attachment, Button, Message
from bot.core.talk.render import PartPlan, fit, parts_of, sanitise, utf16_len
from bot.core.talk.taps.screens import Press


def html(limit: int = 4096, **changes: object) -> Capabilities:
    values = {"caption_limit": 1024, "markup": "html", "buttons": True, "edit": True, "documents": True}
    return Capabilities(text_limit=limit, **{**values, **changes})  # type: ignore[arg-type]


def plain(limit: int = 4096, **changes: object) -> Capabilities:
    return html(limit, **{"markup": "none", **changes})


def item(text: str, marker: str = "•") -> Block:
    return Block(spans=(Span(text=text),), kind="item", marker=marker)


class Seen(HTMLParser):
    """What a reader sees; fails on what Telegram would refuse."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in {"b", "i", "code", "a", "blockquote"}
        assert tag not in self.open
        assert "code" not in self.open
        assert [name for name, _ in attrs] == (["href"] if tag == "a" else [])
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def seen(part: str) -> str:
    reader = Seen()
    reader.feed(part)
    reader.close()
    assert reader.open == []
    return reader.text


def test_a_briefing_looks_as_drawn() -> None:
    text: Text = (
        Block(spans=(Span(text="📌 Kỳ họp thứ 6"),), kind="heading"),
        paragraph("Chuyên đề: Quốc hội"),
        Block(spans=(Span(text="Ý chính"),), kind="heading"),
        item("R&D < 5 %"),
        item("hai"),
        Block(spans=(Span(text="Trích "), Span(text="dẫn", italic=True)), kind="quote"),
        Block(spans=(Span(text="Nguồn", href="https://example.org/?a=1&b=2"),)),
    )
    assert fit(text, html()) == [
        "<b>📌 Kỳ họp thứ 6</b>\nChuyên đề: Quốc hội\n\n<b>Ý chính</b>\n• R&amp;D &lt; 5 %\n• hai\n\n"
        '<blockquote>Trích <i>dẫn</i></blockquote>\n\n<a href="https://example.org/?a=1&amp;b=2">Nguồn</a>'
    ]
    assert fit(text, plain()) == [
        "📌 Kỳ họp thứ 6\nChuyên đề: Quốc hội\n\nÝ chính\n• R&D < 5 %\n• hai\n\nTrích dẫn\n\n"
        "Nguồn (https://example.org/?a=1&b=2)"
    ]


def test_cuts_at_blocks_then_sentences_then_words() -> None:
    text = (paragraph("Một hai. Ba bốn."), paragraph("Năm sáu."))
    assert fit(text, plain(26)) == ["Một hai. Ba bốn.\n\nNăm sáu."]
    assert fit(text, plain(25)) == ["Một hai. Ba bốn.", "Năm sáu."]
    assert fit(text, plain(15)) == ["Một hai.", "Ba bốn.", "Năm sáu."]
    assert fit(text, plain(7)) == ["Một", "hai.", "Ba bốn.", "Năm", "sáu."]
    assert fit((paragraph("Dòng một\nDòng. Hai"),), plain(15)) == ["Dòng một", "Dòng. Hai"]


def test_only_an_overlong_word_is_cut() -> None:
    assert fit((paragraph("ab " + "c" * 10 + " de"),), plain(4)) == ["ab", "cccc", "cccc", "cc", "de"]


def test_a_heading_and_a_marker_stay_with_what_follows() -> None:
    heading = Block(spans=(Span(text="Đầu đề"),), kind="heading")
    assert fit((paragraph("a" * 20), heading, paragraph("b" * 20)), plain(30)) == [
        "a" * 20,
        "Đầu đề\n" + "b" * 20,
    ]
    assert fit((item("một hai ba", marker="1."),), plain(8)) == ["1. một", "hai ba"]


@pytest.mark.parametrize("limit", [4096, 4097])
def test_the_limit_counts_utf16_units_without_entities(limit: int) -> None:
    word = "😀" * 100 + "&<" * 50  # 300 units
    text = (paragraph(" ".join([word] * 14)),)
    parts = fit(text, html(limit))
    assert [utf16_len(seen(part)) for part in parts] == [301 * 13 - 1, 300]
    assert fit((paragraph("&" * 4097),), html()) == ["&amp;" * 4096, "&amp;"]


@pytest.mark.parametrize("cluster", ["👨‍👩‍👧‍👦", "🇻🇳", "👍🏽", "e\u0323\u0302", "❤\ufe0f"])
def test_no_cut_within_what_people_see_as_one(cluster: str) -> None:
    parts = fit((paragraph(cluster * 40),), plain(23))
    assert len(parts) > 1
    assert all(set(part.split(cluster)) == {""} for part in parts)


def test_nothing_to_show_is_no_part() -> None:
    blank = (paragraph(""), paragraph(" \n "), Block(spans=(), kind="heading"), paragraph("\u200b\u200d"))
    assert fit(blank, html()) == []
    assert fit((), html()) == []
    assert parts_of(Message(text=blank, buttons=((Button(label="x", data="x"),),)), html()) == []


def test_styles_survive_a_cut_and_never_cross() -> None:
    spans = (Span(text="đậm nghiêng ", bold=True, italic=True), Span(text="mã <x>", code=True, bold=True))
    parts = fit((Block(spans=spans, kind="quote"),), html(8))
    assert parts == [
        "<blockquote><b><i>đậm</i></b></blockquote>",
        "<blockquote><b><i>nghiêng</i></b></blockquote>",
        "<blockquote><code>mã &lt;x&gt;</code></blockquote>",
    ]


def test_only_addresses_that_lead_out_are_links() -> None:
    for href in ("javascript:alert(1)", "", "https://a b", "data:text/html,x"):
        assert fit((Block(spans=(Span(text="x", href=href),)),), html()) == ["x"]
    assert fit((Block(spans=(Span(text="x", href='https://a/"><b>'),)),), html()) == [
        '<a href="https://a/&quot;&gt;&lt;b&gt;">x</a>'
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\x00b\x07c\x7fd\x9be", "abcde"),
        ("a\ud800b\udfffc", "abc"),
        ("a\u202eb\u2066c\u2069", "abc"),
        ("a\r\nb\rc\td\u2028e", "a\nb\nc d\ne"),
        ("a" + "\u0301" * 9 + "b", "a" + "\u0301" * 4 + "b"),
        ("Nguyễn Thị Ế 👨‍👩‍👧", "Nguyễn Thị Ế 👨‍👩‍👧"),
    ],
)
def test_sanitise(text: str, expected: str) -> None:
    assert sanitise(text) == expected


PHOTO = Attachment(file_id=7, kind="photo")
ROWS = (
    (Button(label="Đã đọc", data="r"), Button(label="Toàn văn", data="f")),
    (Button(label="Tệp", data="t"),),
)


def test_an_attachment_takes_a_short_text_as_its_caption() -> None:
    short = Message(text=(paragraph("ngắn"),), buttons=ROWS, attachment=PHOTO)
    assert parts_of(short, html()) == [PartPlan("ngắn", ROWS, PHOTO)]
    alone = Message(attachment=PHOTO, buttons=ROWS)
    assert parts_of(alone, html()) == [PartPlan("", ROWS, PHOTO)]


def test_an_attachment_goes_before_a_long_text() -> None:
    long = Message(text=(paragraph("a" * 1025), paragraph("b" * 4000)), buttons=ROWS, attachment=PHOTO)
    assert parts_of(long, html()) == [
        PartPlan("", (), PHOTO),
        PartPlan("a" * 1025),
        PartPlan("b" * 4000, ROWS),
    ]
    assert parts_of(long, html(documents=False))[0] == PartPlan("a" * 1025)


def test_without_buttons_the_choices_are_numbered() -> None:
    message = Message(
        text=(paragraph("Chọn:"),), buttons=(*ROWS, (Button(label="Trang", url="https://a.vn"),))
    )
    assert parts_of(message, plain(buttons=False)) == [
        PartPlan("Chọn:\n\n1. Đã đọc\n2. Toàn văn\n3. Tệp\n4. Trang (https://a.vn)")
    ]


def test_where_there_are_no_buttons_one_sentence_says_how_to_answer() -> None:
    link = (Button(label="Trang", url="https://a.vn"),)

    def said(*rows: tuple[Button, ...]) -> str:
        (plan,) = parts_of(
            Message(text=(paragraph("Chọn:"),), buttons=rows), plain(buttons=False), "Số {}".format
        )
        return plan.text

    assert said(*ROWS, link).endswith("4. Trang (https://a.vn)\n\nSố 2")
    assert said(link, (Button(label="Một", data="a"),)).endswith("2. Một\n\nSố 2")
    assert said((Button(label="Một", data="a"),)).endswith("1. Một\n\nSố 1")
    assert said(link).endswith("(https://a.vn)")
    assert said() == "Chọn:"
    message = Message(text=(paragraph("Chọn:"),), buttons=ROWS)
    assert parts_of(message, plain(), "Số {}".format)[0].text == "Chọn:"


def test_a_previews_choices_have_no_numbers_that_the_screen_below_would_take() -> None:
    message = inert(Message(text=(paragraph("Chọn:"),), buttons=ROWS))
    (part,) = parts_of(message, plain(buttons=False), "Số {}".format)
    assert part.text == "Chọn:\n\n• Đã đọc\n• Toàn văn\n• Tệp"


characters = st.sampled_from([*"abĐặ .!?\n\t&<>\"'\x00\u0301\u200d\ufe0f\u202e\u00a0😀🇻👩", "\ud800"])
texts = st.text(characters, max_size=60) | st.text(max_size=30)
spans = st.builds(
    Span,
    text=texts,
    bold=st.booleans(),
    italic=st.booleans(),
    code=st.booleans(),
    href=st.none() | st.just("https://a.vn/?q=<1>&x='"),
)
blocks = st.builds(
    Block,
    spans=st.lists(spans, max_size=4).map(tuple),
    kind=st.sampled_from(["paragraph", "heading", "item", "quote"]),
    marker=st.sampled_from(["", "•", "12."]),
)


def shown(text: str) -> str:
    """Without the format characters that show nothing by themselves: a part of nothing else is dropped."""
    return "".join(c for c in text if unicodedata.category(c) != "Cf")


def source_words(text: Text) -> list[str]:
    lines = []
    for block in text:
        words = "".join(sanitise(span.text) for span in block.spans)
        lines.append(f"{block.marker} {words}" if block.marker else words)
    return "\n".join(lines).split()


@given(st.lists(blocks, max_size=6).map(tuple), st.integers(2, 70))
@settings(max_examples=200)
def test_parts_fit_parse_and_lose_nothing(text: Text, limit: int) -> None:
    parts = [seen(part) for part in fit(text, html(limit))]
    assert all(part.strip() and utf16_len(part) <= limit for part in parts)
    pieces = shown("\n".join(parts)).split()
    for word in source_words(text):
        found = "" if not shown(word) else pieces.pop(0)
        while found != shown(word):
            assert utf16_len(word) > limit, "a word that fits was cut"
            found += pieces.pop(0)
    assert pieces == []


@given(st.lists(blocks, max_size=4).map(tuple), st.integers(2, 4200))
@settings(max_examples=100)
def test_plain_parts_fit_too(text: Text, limit: int) -> None:
    for part in fit(text, plain(limit)):
        assert part == part.strip()
        assert 0 < utf16_len(part) <= limit
        part.encode("utf-8")


@given(texts)
@settings(max_examples=200)
def test_sanitise_is_settled(text: str) -> None:
    assert sanitise(sanitise(text)) == sanitise(text)


def test_no_way_out_of_a_form_is_the_example_of_a_number() -> None:
    def said(*commands: str) -> str:
        rows = tuple((Button.of(one, Press("a1", 1, one)),) for one in commands)
        (plan,) = parts_of(Message(buttons=rows), plain(buttons=False), "Số {}".format)
        return plan.text.rpartition("\n")[2]

    assert said("pick", "send", "back", "cancel") == "Số 2"
    assert said("skip", "back", "cancel") == "Số 1"
    assert said("go_on", "start_over", "cancel") == "Số 1"
    assert said("back", "cancel") == "Số 0"  # words are waited for
