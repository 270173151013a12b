"""Questions of understanding below a text, as editors write them in the chat and in Word."""

import pytest

from bot.core.guidance.asking import Lack, asked
from bot.core.kernel.richtext import Block, Span, Text, paragraph, plain_text

SAID = "Họp lúc 14 giờ thứ Sáu. Mang theo sổ tay."
TYPED = """Câu hỏi nhanh
1. Họp lúc nào?
a) 8 giờ
b) 14 giờ (đúng)
Căn cứ: Họp lúc 14 giờ thứ Sáu.
2) Mang theo gì?
a. Không mang gì
b. Sổ tay ✓
c. Điện thoại
Trong bản tin: “Mang theo sổ tay.”"""


def typed(words: str) -> Text:
    return tuple(paragraph(part) for part in (SAID, *words.split("\n\n")))


def test_typed_questions_are_taken_out_of_the_text() -> None:
    found = asked(typed(TYPED))
    assert plain_text(found.text).strip() == SAID
    assert found.wrong is None
    first, second = found.checks
    assert (first.question["vi"], [one["vi"] for one in first.choices]) == (
        "Họp lúc nào?", ["8 giờ", "14 giờ"],
    )  # fmt: skip
    assert (first.right, first.sentence["vi"]) == (1, "Họp lúc 14 giờ thứ Sáu.")
    assert (second.right, len(second.choices), second.sentence["vi"]) == (1, 3, "Mang theo sổ tay.")


def test_of_words_lists_the_bold_choice_is_the_right_one() -> None:
    def item(marker: str, words: str, bold: bool = False) -> Block:
        return Block(spans=(Span(text=words, bold=bold),), kind="item", marker=marker)

    text = (
        paragraph(SAID),
        Block(spans=(Span(text="CÂU HỎI NHANH:"),), kind="heading"),
        item("1.", "Họp lúc nào?"),
        item("a)", "8 giờ"),
        item("b)", "14 giờ", bold=True),
        paragraph("Căn cứ: Họp lúc 14 giờ thứ Sáu."),
    )
    (check,) = asked(text).checks
    assert (check.right, check.question["vi"]) == (1, "Họp lúc nào?")


@pytest.mark.parametrize(
    ("words", "lack"),
    [
        (TYPED.replace(" (đúng)", ""), "right"),
        (TYPED.replace("8 giờ", "8 giờ (đúng)"), "right"),  # two are
        (TYPED.replace("a) 8 giờ\n", ""), "choices"),
        (TYPED.replace("a) 8 giờ", "a) 14 giờ"), "alike"),
        (TYPED.replace("a) 8 giờ", "a) " + "dài " * 20), "long"),
        (TYPED.replace("14 giờ thứ Sáu", "15 giờ"), "sentence"),
        (TYPED.replace("Căn cứ: Họp lúc 14 giờ thứ Sáu.\n", ""), "shown"),
        (TYPED.replace("Họp lúc nào?", "Họp lúc nào? " * 30), "words"),
    ],
)
def test_the_first_question_that_is_not_complete_is_named_and_what_it_lacks(words: str, lack: str) -> None:
    found = asked(typed(words))
    assert (found.wrong, found.lack, found.checks) == (1, lack, ())


def test_six_are_too_many() -> None:
    one = TYPED.split("\n2)")[0].removeprefix("Câu hỏi nhanh\n")
    assert asked(typed("Câu hỏi nhanh\n" + "\n".join([one] * 6))).lack == Lack.MANY


def test_a_text_without_questions_stays_as_it_is() -> None:
    for words in ("Câu hỏi nhanh", "Câu hỏi nhanh\nBà con hỏi gì thì ghi lại.", "Không có gì"):
        text = typed(words)
        assert asked(text).text == text
        assert asked(text).checks == ()
