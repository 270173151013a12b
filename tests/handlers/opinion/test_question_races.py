"""Two who answer the same question, or one while it goes elsewhere: whoever asked hears one answer."""

import pytest

from bot.core.talk.taps.questions import OnQuestion
from tests.handlers.opinion.test_questions import SAYS, asked, heard, stands, town
from tests.handlers.village import PROVINCE, Village
from tests.storage.conftest import database

__all__ = ["database", "town"]


@pytest.mark.parametrize("step", ["forward!", "close!", "answer"])
async def test_an_answer_that_comes_second_ends_with_a_way_back(town: Village, step: str) -> None:
    number = await asked(town)
    for who in ("bt", "qt"):
        await town.press(who, OnQuestion("answer", number).encode())
        await town.say(who, f"{SAYS} {who}")
    if step == "answer":
        await town.tap("qt", "✅ Gửi")
    else:
        await town.press("qt", OnQuestion(step, number).encode())
    before = heard(town, "an")
    (late,) = [one for one in await town.tap("bt", "✅ Gửi") if one.text]
    assert "đã được người khác xử lý" in late.text
    assert late.labels == ["↩️ Câu hỏi chờ trả lời"]
    assert heard(town, "an") == before
    assert "không làm dở việc nào" in (await town.say("bt", "Gửi"))[0].text, "no form is left open"


async def test_an_answer_is_mended_by_whoever_looks_at_it(town: Village) -> None:
    number = await asked(town)
    for who in ("bt", "qt"):
        await town.press(who, OnQuestion("answer", number).encode())
        await town.say(who, f"{SAYS} {who}")
        await town.tap(who, "✅ Gửi")
    assert f"{SAYS} qt" in heard(town, "an")
    assert await stands(town, number) == ("answered", PROVINCE)
