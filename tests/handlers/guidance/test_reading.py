"""A briefing that was delivered: its first screen, its whole text and files, its confirmation."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from bot.acts.first_screen import attribution, screen_of
from bot.core.kernel.richtext import plain_text
from bot.core.people.members import Role
from bot.storage.guidance import briefings
from bot.storage.people import members
from bot.storage.tables import broadcast, delivery, member
from tests.handlers.issuing import BARE, delivery_of, issue, read_at, state_of
from tests.handlers.sending import SLUG, a_run, put
from tests.handlers.village import BUON_MA_THUOT, EA_KAO, PROVINCE, Village


@pytest.fixture
async def town(home: Village) -> Village:
    await home.member("an", "An", EA_KAO, Role.COMMUNICATOR)
    await home.member("chi", "Chi", BUON_MA_THUOT, Role.COMMUNICATOR)
    return home


def test_the_first_screen(home: Village) -> None:
    one = home.house.briefings[SLUG]
    attached = [briefings.BriefingFileRow(7, "Sáu luật", "photo", False)]
    screen = screen_of(home.house, one, attached, "vi")
    lines = plain_text(screen.text).split("\n")
    assert lines[0] == f"📌 {one.bodies['vi'].title}"
    assert lines[1] == "Chuyên đề: Quốc hội · Mẫu minh họa"
    assert lines[2] == "Ý chính"
    assert lines[3].startswith("• ")
    assert lines[-2].startswith("Ban Tuyên giáo Trung ương · Mẫu minh họa · 08/12/2023 · Nguồn: ")
    assert lines[-1].startswith("Mã xác minh: ")
    assert screen.text[0].spans[0].bold
    rows = [[(button.label, button.data) for button in row] for row in screen.buttons]
    assert rows == [
        [("✅ Đã đọc", "ack:#"), ("Đọc toàn văn", "full:#")],
        [("📎 Tài liệu (1)", "files:#"), ("Hỏi về nội dung này", "hoi:#")],
    ]
    assert screen.attachment is None


def test_a_first_screen_shows_only_buttons_with_something_behind(home: Village) -> None:
    one = home.house.briefings[SLUG]
    body = one.bodies["vi"].model_copy(update={"full": ()})
    short = one.model_copy(
        update={"bodies": {"vi": body}, "number": "26-CT/TW", "sample": False, "source": ""}
    )
    along = briefings.BriefingFileRow(7, "ảnh", "photo", True)
    screen = screen_of(home.house, short, [along], "vi")
    assert [[button.data for button in row] for row in screen.buttons] == [["ack:#"], ["hoi:#"]]
    assert screen.attachment is not None
    assert (screen.attachment.file_id, screen.attachment.kind) == (7, "photo")
    assert (
        plain_text(attribution(home.house, short, "vi"))
        == "Ban Tuyên giáo Trung ương · Số 26-CT/TW · 08/12/2023"
    )


def test_a_first_screen_in_english_falls_back_for_what_is_not_translated(home: Village) -> None:
    screen = screen_of(home.house, home.house.briefings[BARE], [], "en")
    assert "Topic: " in plain_text(screen.text)
    assert home.house.briefings[BARE].bodies["vi"].title in plain_text(screen.text)


async def test_a_hundred_presses_are_one_acknowledgement(town: Village) -> None:
    _, run = await issue(town, SLUG, PROVINCE, ("photo", False))
    row = await delivery_of(town, run, "an")
    replies = await town.press("an", f"ack:{row}")
    when = "✅ Đồng chí đã xác nhận lúc 08:00 ngày 02/11"
    assert [reply.kind for reply in replies] == ["edit", "answer"]
    assert (replies[0].message.text, replies[0].toast) == ((), when)
    assert replies[1].toast == when
    assert [[button.data for button in line] for line in replies[0].message.buttons] == [
        [f"ack:{row}"],
        [f"full:{row}", f"files:{row}"],
        [f"hoi:{row}"],
    ]
    assert replies[0].labels[0] == when
    first = await read_at(town)
    for _ in range(99):
        replies = await town.press("an", f"ack:{row}")
        assert replies[-1].toast == when
    assert await read_at(town) == first
    assert len(first) == 1


@pytest.mark.parametrize("state", ["pending", "retry", "skipped", "cancelled", "failed"])
async def test_what_was_never_sent_is_not_acknowledged(town: Village, state: str) -> None:
    run = await a_run(town, PROVINCE)
    await put(town, run, state, 10)
    row = await delivery_of(town, run, "an")
    for name in ("ack", "full", "files"):
        replies = await town.press("an", f"{name}:{row}")
        assert [reply.kind for reply in replies] == ["answer"]
        assert "không còn hiệu lực" in replies[0].toast
    assert await read_at(town) == []
    assert await state_of(town, row) == state


@pytest.mark.parametrize("who", ["chi", "stranger"])
@pytest.mark.parametrize("name", ["ack", "full", "files"])
async def test_other_peoples_taps_have_no_effect(town: Village, who: str, name: str) -> None:
    _, run = await issue(town, SLUG, EA_KAO, ("photo", False))
    row = await delivery_of(town, run, "an")
    for data in (
        f"{name}:{row}",
        f"{name}:{'9' * 30}",
        f"{name}:-1",
        f"{name}:",
        f"{name}:x",
        name,
        f"{name}:1:2",
    ):
        replies = await town.press(who, data)
        assert [reply.kind for reply in replies] == ["answer"], data
        assert "không còn hiệu lực" in replies[0].toast
    assert await read_at(town) == []


@pytest.mark.parametrize("name", ["ack", "full", "files"])
async def test_any_tap_proves_arrival(town: Village, name: str) -> None:
    _, run = await issue(town, SLUG, PROVINCE, ("photo", False))
    row = await delivery_of(town, run, "an")
    async with town.database.write() as conn:
        await conn.execute(update(delivery).where(delivery.c.id == row).values(state="uncertain"))
    await town.press("an", f"{name}:{row}")
    assert await state_of(town, row) == "sent"
    assert len(await read_at(town)) == (1 if name == "ack" else 0)


async def test_a_tap_quicker_than_the_record_of_its_sending_counts(town: Village) -> None:
    _, run = await issue(town, SLUG)
    row = await delivery_of(town, run, "an")
    async with town.database.write() as conn:
        await conn.execute(update(delivery).where(delivery.c.id == row).values(state="inflight", token=1))
    first = await town.press("an", f"ack:{row}")
    again = await town.press("an", f"ack:{row}")
    assert first[-1].toast == again[-1].toast == "✅ Đồng chí đã xác nhận lúc 08:00 ngày 02/11"
    assert await state_of(town, row) == "inflight"
    assert len(await read_at(town)) == 1


async def test_the_whole_text_and_the_files_follow_with_their_source(town: Village) -> None:
    _, run = await issue(town, SLUG, PROVINCE, ("photo", False), ("document", False), ("photo", True))
    row = await delivery_of(town, run, "an")
    (text, _) = await town.press("an", f"full:{row}")
    assert "Luật Căn cước" in text.text
    assert text.text.split("\n")[-1].startswith("Ban Tuyên giáo Trung ương · ")
    replies = await town.press("an", f"files:{row}")
    sent = [reply for reply in replies if reply.kind == "send"]
    assert [reply.message.attachment and reply.message.attachment.kind for reply in sent] == [
        "photo",
        "document",
    ]
    assert all("Nguồn: " in reply.text and "📎 tệp" in reply.text for reply in sent)


async def test_the_whole_text_ends_with_the_confirmation(town: Village) -> None:
    row_id, run = await issue(town, SLUG, PROVINCE, ("photo", False))
    row = await delivery_of(town, run, "an")
    for data in (f"full:{row}", f"bfull:{row_id}"):
        (text, _) = await town.press("an", data)
        assert [[button.label for button in line] for line in text.message.buttons] == [
            ["✅ Đã đọc"],
            ["📎 Tài liệu (1)", "Hỏi về nội dung này"],
            ["📎 Đề cương để nói"],
        ]
    shown, answer = await town.tap("an", "✅ Đã đọc")
    assert answer.toast == "✅ Đồng chí đã xác nhận lúc 08:00 ngày 02/11"
    assert shown.labels == [answer.toast, "📎 Tài liệu (1)", "Hỏi về nội dung này", "📎 Đề cương để nói"]
    assert len(await read_at(town)) == 1
    (again, _) = await town.press("an", f"full:{row}")
    assert again.labels[0] == answer.toast


@pytest.mark.parametrize("words", ["1", "Đã đọc", "✅ đã đọc", "da doc"])
async def test_the_whole_text_is_confirmed_by_words_too(town: Village, words: str) -> None:
    _, run = await issue(town, SLUG)
    await town.press("an", f"full:{await delivery_of(town, run, 'an')}")
    (reply,) = await town.say("an", words)
    assert "Đã ghi nhận" in reply.text
    assert len(await read_at(town)) == 1


async def test_what_was_not_delivered_to_the_reader_is_not_theirs_to_confirm(town: Village) -> None:
    row_id, _ = await issue(town, SLUG)
    await town.member("muon", "Đến sau", EA_KAO, Role.COMMUNICATOR)
    (text, _) = await town.press("muon", f"bfull:{row_id}")
    assert "Luật Căn cước" in text.text
    assert text.labels == ["Hỏi về nội dung này", "📎 Đề cương để nói"]


async def test_the_whole_text_of_an_urgent_briefing_looks_urgent_too(
    town: Village,
) -> None:
    row_id, run = await issue(town, SLUG)
    row = await delivery_of(town, run, "an")
    async with town.database.write() as conn:
        await conn.execute(update(broadcast).values(urgent=True))
    for data in (f"full:{row}", f"bfull:{row_id}"):
        text = (await town.press("an", data))[0].text
        assert text.startswith("❗ ")
        assert "📌" not in text


async def test_a_briefing_without_more_says_so_to_a_forged_tap(town: Village) -> None:
    await put_bare(town)
    row_id, run = await issue(town, BARE)
    row = await delivery_of(town, run, "an")
    for data in (f"full:{row}", f"files:{row}", f"bfull:{row_id}", f"bfiles:{row_id}"):
        (answer,) = await town.press("an", data)
        assert "không còn phần nào khác" in answer.toast


async def put_bare(town: Village) -> None:
    """Take the whole text out of one briefing, and have everybody follow its topic."""
    one = town.house.briefings[BARE]
    body = one.bodies["vi"].model_copy(update={"full": ()})
    shorter = one.model_copy(update={"bodies": {"vi": body}})
    town.house = replace(town.house, briefings={**town.house.briefings, one.slug: shorter})
    async with town.database.write() as conn:
        for person in (await conn.execute(select(member.c.id))).scalars().all():
            await members.follow(conn, person, one.topic, True)
