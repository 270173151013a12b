"""The page to speak from in the chat: for whoever may read, bound to them, and verified by its sign."""

import re
from io import BytesIO

import pytest
from docx import Document

from bot.core.talk.taps.reading import Outline
from bot.storage.accounts import accounts, files
from tests.handlers.issuing import delivery_of, issue
from tests.handlers.sending import SLUG, people, words
from tests.handlers.village import ACCOUNT, EA_KAO, PROVINCE, Reply, Village


@pytest.fixture
async def town(home: Village) -> Village:
    await people(home)
    async with home.database.write() as conn:
        await accounts.set_link(conn, ACCOUNT, "https://t.me/nhipcau_bot?start={code}")
    return home


async def file_of(home: Village, replies: list[Reply]) -> tuple[files.FileRow, bytes]:
    attached = next(reply.message.attachment for reply in replies if reply.message.attachment)
    async with home.database.read() as conn:
        row, data = await files.get(conn, attached.file_id), await files.data(conn, attached.file_id)
    assert row is not None
    assert data is not None
    return row, data


def page_words(data: bytes) -> str:
    document = Document(BytesIO(data))
    foot = document.sections[0].footer.paragraphs
    return "\n".join(one.text for one in (*document.paragraphs, *foot))


async def test_it_stands_below_the_whole_text_and_comes_as_word_and_pdf(town: Village) -> None:
    _, run = await issue(town, SLUG, PROVINCE)
    row = await delivery_of(town, run, "an")
    await town.press("an", f"full:{row}")
    asked = await town.tap("an", "📎 Đề cương để nói")
    assert "một trang A4" in words(asked)
    assert asked[0].labels == ["Word", "PDF", "↩️ Quay lại"]
    made, data = await file_of(town, await town.tap("an", "Word"))
    assert made.name == f"de-cuong-{SLUG}.docx"
    assert made.owner is not None
    text = page_words(data)
    assert "Ý chính" in text
    assert "Sáu luật được thông qua" in text
    assert "Ban Tuyên giáo Trung ương" in text
    pdf, drawn = await file_of(town, await town.tap("an", "PDF"))
    assert drawn.startswith(b"%PDF")
    assert pdf.owner == made.owner
    back = await town.tap("an", "↩️ Quay lại")
    assert "📌" in words(back)


async def test_what_its_sign_says_verifies_it_with_any_of_our_accounts(town: Village) -> None:
    _, run = await issue(town, SLUG, PROVINCE)
    row = await delivery_of(town, run, "an")
    _, data = await file_of(town, await town.press("an", Outline("to", row, "docx").encode()))
    code = re.search(r"Mã xác minh: (\S{5}-\S{5})\.", page_words(data))
    assert code is not None
    told = words(await town.say("binh", f"/start {code[1].replace('-', '')}"))
    assert f"✅ Mã {code[1]} là của bản tin đã phát." in told
    stranger = words(await town.say("khách", f"/start {code[1].replace('-', '')}"))
    assert "là của bản tin đã phát" in stranger
    assert "Chưa thấy bản tin nào" in words(await town.say("an", "/start ABCDE23456"))


async def test_a_briefing_from_a_list_has_it_too_and_keeps_it_when_it_is_confirmed(town: Village) -> None:
    await issue(town, SLUG, PROVINCE)
    await town.say("an", "/moinhat")
    opened = await town.tap("an", town.house.briefings[SLUG].bodies["vi"].title[:20])
    assert opened[0].labels[-1] == "📎 Đề cương để nói"
    confirmed = await town.tap("an", "✅ Đã đọc")
    assert confirmed[0].labels[-1] == "📎 Đề cương để nói"
    assert (await file_of(town, await town.press("an", _listed(opened, "pdf"))))[1].startswith(b"%PDF")


def _listed(opened: list[Reply], form: str) -> str:
    return opened[0].buttons[-1].data.replace(":ask", f":{form}")


@pytest.mark.parametrize("who", ["chi", "khách"])
async def test_who_may_not_read_it_gets_none(town: Village, who: str) -> None:
    briefing, run = await issue(town, SLUG, EA_KAO)
    row = await delivery_of(town, run, "an")
    for tap in (Outline("to", row, "pdf"), Outline("of", briefing, "docx")):
        replies = await town.press(who, tap.encode())
        assert [reply.kind for reply in replies] == ["answer"]
        assert "không còn hiệu lực" in replies[0].toast
