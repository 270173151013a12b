"""What a correction changes besides the text, and how the change is said."""

from datetime import date

from bot.core.guidance.briefing import Body, Briefing, Check
from bot.core.guidance.correcting import change, replaced
from bot.core.kernel.richtext import paragraph


def test_questions_of_understanding_say_what_the_corrected_text_says() -> None:
    choices = tuple({"vi": one} for one in ("8 giờ", "14 giờ", "15 giờ 30"))
    question, sentence = {"vi": "Họp lúc mấy giờ?"}, {"vi": "Thôn họp lúc 14 giờ."}
    check = Check(question=question, choices=choices, right=1, sentence=sentence)
    body = Body(title="Họp", brief=(paragraph("Thôn họp lúc 14 giờ. Xe đi từ 14 giờ."),))
    one = Briefing(
        **{"slug": "a", "topic": "tet", "issuer": "B", "number": "", "source": "", "checks": (check,)},
        issued_on=date(2026, 11, 28),
        bodies={"vi": body},
    )
    new = replaced(one, "14 giờ", "16 giờ")
    assert new is not None
    assert [choice["vi"] for choice in new.checks[0].choices] == ["8 giờ", "16 giờ", "15 giờ 30"]
    assert (new.checks[0].right, new.checks[0].sentence) == (1, {"vi": "Thôn họp lúc 16 giờ."})
    moved = replaced(one, "14 giờ", "15 giờ 30")  # which was a choice already
    assert moved is not None
    assert ([*moved.checks[0].choices], moved.checks[0].right) == ([*choices], 2)
    beside = replaced(one, "Xe đi", "Xe chạy")
    assert beside is not None
    assert beside.checks == one.checks


def test_a_short_change_is_said_with_the_words_beside_it() -> None:
    said = [paragraph(f"Thôn họp lúc {hour} giờ chiều.") for hour in (14, 15)]
    bodies = [{"vi": Body(title="Họp", brief=(one,))} for one in said]
    before, after = (
        Briefing(
            **{"slug": "a", "topic": "tet", "issuer": "B", "number": "", "source": "", "bodies": one},
            issued_on=date(2026, 11, 28),
        )
        for one in bodies
    )
    assert change(before, after) == ("lúc 14 giờ", "lúc 15 giờ")
