"""One page of a briefing: in order, word for word, and what is left out is named."""

from hypothesis import given
from hypothesis import strategies as st

from bot.core.guidance.outline import fitted
from bot.core.kernel.richtext import Block, Span, Text, paragraph, plain_text

WORDS = st.text("aăâđêô ., ", min_size=1, max_size=60).filter(str.strip)
BLOCKS = st.builds(
    lambda text, kind: Block(spans=(Span(text=text),), kind=kind, marker="•" if kind == "item" else ""),
    WORDS,
    st.sampled_from(["paragraph", "heading", "item"]),
)
TEXTS = st.lists(BLOCKS, max_size=12).map(tuple)


def heading(text: str) -> Block:
    return Block(spans=(Span(text=text),), kind="heading")


def tall(block: Block) -> float:
    """A line for each twenty letters."""
    return 1 + sum(len(span.text) for span in block.spans) // 20


@given(TEXTS, TEXTS, st.integers(1, 40))
def test_it_fits_keeps_the_order_and_says_nothing_of_its_own(brief: Text, full: Text, room: int) -> None:
    found = fitted(brief, full, tall, room, 1)
    shown = (*found.points, *found.rest)
    assert sum(map(tall, shown)) + (0 if found.whole else 1) <= room or not shown
    source = iter((*brief, *full))
    for block in shown:
        words = plain_text((block,)).removesuffix(" …")
        assert any(plain_text((one,)).startswith(words) for one in source)
    assert found.whole or not shown or shown[-1].kind != "heading"


@given(TEXTS, TEXTS)
def test_where_there_is_room_everything_stands_there(brief: Text, full: Text) -> None:
    found = fitted(brief, full, tall, 10_000, 1)
    assert found.points == brief
    assert found.whole
    said = {_bare(block) for block in (*brief, *found.rest)}
    assert said >= {_bare(block) for block in full if block.kind != "heading"}


def _bare(block: Block) -> str:
    return " ".join("".join(span.text for span in block.spans).split())


def test_what_does_not_fit_is_named_by_its_heading() -> None:
    full = (heading("Một"), paragraph("a"), heading("Hai"), paragraph("b"), heading("Ba"), paragraph("c"))
    found = fitted((paragraph("ý"),), full, tall, 5, 1)
    assert plain_text((*found.points, *found.rest)) == "ý\nMột\na"
    assert found.left == ("Hai", "Ba")


def test_a_long_paragraph_ends_with_a_sentence_and_its_part_is_named() -> None:
    full = (heading("Một"), paragraph("Câu đầu tiên ở đây. Câu thứ hai dài hơn. Câu thứ ba, câu cuối."))
    found = fitted((paragraph("ý"),), full, tall, 5, 1)
    assert plain_text(found.rest) == "Một\nCâu đầu tiên ở đây. …"
    assert found.left == ("Một",)


def test_what_the_points_say_word_for_word_is_not_said_again() -> None:
    brief = (paragraph("Tết  vui."),)
    found = fitted(brief, (heading("Tóm tắt"), paragraph("Tết vui."), paragraph("An toàn.")), tall, 50, 1)
    assert plain_text(found.rest) == "Tóm tắt\nAn toàn."
    assert fitted(brief, (heading("Tóm tắt"), paragraph("Tết vui.")), tall, 50, 1).rest == ()
