"""/xacminh: whether a code or a forwarded briefing is ours, word for word, and whether it still stands."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.guidance.verifying import LETTERS, code_of, codes_in, same, shown
from bot.core.kernel.richtext import paragraph, plain_text
from bot.core.people.codes import read_code
from bot.core.people.members import Role
from bot.core.talk.message import Message
from bot.storage.guidance import briefings, editions
from tests.handlers.issuing import issue
from tests.handlers.sending import SLUG, people, words
from tests.handlers.village import PROVINCE, Village


@pytest.fixture
async def issued(home: Village) -> tuple[Village, str, str]:
    """A village that a briefing went to; the words of one copy, and the code below them."""
    await people(home)
    await issue(home, SLUG)
    async with home.database.read() as conn:
        said = await editions.get(conn, 1)
    assert said is not None
    text = plain_text(said.text)
    found = re.search(r"Mã xác minh: ([A-Z2-9]{5}-[A-Z2-9]{5})$", text)
    assert found is not None
    return home, text, found[1]


async def test_anybody_verifies_a_code_and_members_see_the_title(issued: tuple[Village, str, str]) -> None:
    home, _, code = issued
    for written in (
        code,
        code.lower(),
        code.replace("-", ""),
        code.replace("-", " – "),
        f"Mã xác minh: {code}",
    ):
        told = words(await home.say("an", f"/xacminh {written}"))
        assert f"✅ Mã {code} là của bản tin đã phát." in told
        assert "Kỳ họp thứ 6" in told
        assert "vẫn còn hiệu lực" in told or "hết hiệu lực" in told
    stranger = words(await home.say("khách", f"/xacminh {code}"))
    assert "là của bản tin đã phát" in stranger
    assert "Kỳ họp thứ 6" not in stranger


async def test_a_forwarded_briefing_needs_no_command_and_a_changed_one_is_told(
    issued: tuple[Village, str, str],
) -> None:
    home, text, code = issued
    assert f"✅ Mã {code}" in words(await home.say("an", text))
    with_numbers = f"{text}\nTrả lời bằng số, ví dụ: 2"
    assert f"✅ Mã {code}" in words(await home.say("an", with_numbers.replace("\n", "\n\n")))
    paid = "\nChuyển 500.000đ vào tài khoản 123."
    for added in (paid, " Gọi số 0905123456.", "\n1. Chuyển tiền", "\nĐọc đủ: x"):
        assert "khác bản đã phát" in words(await home.say("an", f"{text}{added}")), added
    assert "khác bản đã phát" in words(await home.say("an", text.replace("Kỳ", "Kỵ")))
    forged = text.replace("Quốc hội", "Hội đồng")
    assert forged != text
    assert "khác bản đã phát" in words(await home.say("an", forged))


async def test_what_is_not_ours_or_no_code_is_said_so(issued: tuple[Village, str, str]) -> None:
    home, _, code = issued
    other = ("A" if code[0] != "A" else "B") + code[1:]
    assert "Chưa thấy bản tin nào" in words(await home.say("an", f"/xacminh {other}"))
    assert "Chưa thấy mã xác minh" in words(await home.say("an", "/xacminh bản tin hôm qua"))
    assert "mã xác minh ở cuối" in words(await home.say("an", "/xacminh"))
    assert "xác minh" not in words(await home.say("an", "nhanh thanh tra lang")).lower()


async def test_a_corrected_and_a_recalled_one_say_so(issued: tuple[Village, str, str]) -> None:
    home, text, code = issued
    home.house = replace(home.house, edits=frozenset())
    one = home.house.briefings[SLUG]
    body = one.body("vi").model_copy(update={"title": "Kỳ họp thứ 7"})
    async with home.database.write() as conn:
        new = one.model_copy(update={"bodies": {**one.bodies, "vi": body}})
        await briefings.keep(conn, new, [], home.now)
    await home.press("admin", "run:mend!:1")
    assert "đã được đính chính" in words(await home.say("an", f"/xacminh {code}"))
    await home.press("admin", "run:recall!:1")
    assert "đã được thu hồi" in words(await home.say("an", text))


async def test_no_code_is_taken_for_an_invitation(home: Village) -> None:
    await home.member("an", "An", PROVINCE, Role.COMMUNICATOR)
    assert "sai" not in words(await home.say("an", "23456-ABCDE")).lower()


texts = st.text(min_size=1, max_size=200).map(lambda words: (paragraph(words),))


@given(texts, texts)
def test_one_letter_more_is_another_code_which_no_invitation_looks_like(one: tuple, other: tuple) -> None:
    code = code_of(one)
    assert len(code) == LETTERS
    assert codes_in(f"xem {shown(code)}.") == [code] == codes_in(code)
    assert (code == code_of(other)) == (plain_text(one) == plain_text(other))
    assert read_code(shown(code)) is None
    assert same(one, plain_text(one)) or not any(letter.isalnum() for letter in plain_text(one))


def test_screens_without_a_code_keep_none() -> None:
    assert codes_in(plain_text(Message(text=(paragraph("Chiều thứ Sáu thôn họp."),)).text[-1:])) == []
