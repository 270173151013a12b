"""Help by role, and a short answer to whatever else somebody writes."""

import pytest
from sqlalchemy import select

from bot.core.people.members import Role
from bot.core.ports import Shared, Unusable
from bot.storage.tables import delivery
from handlers.access import COMMANDS, opened
from tests.handlers.issuing import delivery_of, issue, read_at
from tests.handlers.sending import SLUG, a_run, put
from tests.handlers.village import EA_KAO, PROVINCE, Reply, Village

ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})


@pytest.fixture
async def town(home: Village) -> Village:
    await home.member("an", "An", EA_KAO, Role.COMMUNICATOR)
    await home.member("rep", "Rép", EA_KAO, Role.REPORTER)
    await home.member("admin", "Quản trị", PROVINCE, Role.ADMINISTRATOR)
    return home


@pytest.mark.parametrize(
    ("who", "can", "cannot"),
    [
        ("an", ("/moinhat", "/toi"), ("/baocao", "/phat", "/moi:", "/start")),
        ("rep", ("/moinhat", "/baocao"), ("/phat", "/tonghop")),
        ("admin", ("/phat", "/tiendo", "/tonghop", "/moi:"), ("/baocao",)),
        ("stranger", ("/start", "/trogiup"), ("/moinhat", "/toi")),
    ],
)
async def test_help_names_what_a_role_can_do(town: Village, who: str, can: str, cannot: str) -> None:
    (reply,) = await town.say(who, "/trogiup")
    assert 1 <= len(reply.buttons) <= 7
    said = reply.text
    for button in reply.buttons:
        pressed = (await town.press(who, button.data))[0]
        assert pressed.text
        said += f"\n{pressed.text}" if button.data.startswith("help:") else ""
    assert all(f"• {word}" in said for word in can)
    assert not any(f"• {word}" in said for word in cannot)


async def test_a_long_list_begins_with_what_is_used_most_and_has_the_rest_by_parts(town: Village) -> None:
    """An officer has some twenty commands: a screen of a phone, and a press for the rest."""
    (first,) = await town.say("admin", "/trogiup")
    assert [line.split(":")[0] for line in first.text.split("\n") if line.startswith("• ")] == [
        *("• /phat", "• /banxuly", "• /tiendo", "• /duyet", "• /xinvao", "• /toi")
    ]
    assert len(first.text.split("\n")) <= 10
    assert first.labels == [
        *("Soạn và hẹn giờ đợt phát", "Bàn xử lý phản ánh", "Bản tin", "Dư luận và câu hỏi"),
        *("Phát bản tin", "Đơn vị và thành viên", "Của riêng đồng chí"),
    ]
    named: list[str] = []
    for part in first.labels[2:]:
        await town.say("admin", "/trogiup")
        screen = (await town.tap("admin", part))[0]
        assert screen.text.startswith(part)
        assert screen.labels[-1] == "↩️ Quay lại"
        named += [line.split(":")[0] for line in screen.text.split("\n") if line.startswith("• ")]
        assert len(screen.buttons) - 1 == screen.text.count("• "), "each has its button"
    commands = [name for name, one in COMMANDS.items() if one.listed and name != "start"]
    assert sorted(named) == sorted(f"• /{name}" for name in commands if name in opened(ADMINISTRATOR))
    back = (await town.tap("admin", "↩️ Quay lại"))[0]
    assert (back.kind, back.text) == ("edit", first.text)
    assert "Dư luận" not in (await town.say("stranger", "/trogiup"))[0].text


async def test_no_part_of_the_help_names_what_one_may_not_do(town: Village) -> None:
    (answer,) = await town.press("an", "help:sending")
    assert "không còn hiệu lực" in answer.toast
    assert "/phat" not in (await town.press("rep", "help:opinions"))[0].text
    for forged in ("help:nothing", "help:"):
        (answer,) = await town.press("admin", forged)
        assert "không còn hiệu lực" in answer.toast


@pytest.mark.parametrize("words", ["bao cao", "Báo cáo", "phản ánh", "/BAOCAO", "baocao", "Bao cao!"])
async def test_a_commands_name_does_it_and_other_words_for_it_offer_it(town: Village, words: str) -> None:
    replies = await town.say("rep", words)
    if words != "phản ánh":
        assert "Bước 1/7" in replies[0].text
    else:
        assert replies[0].labels[0] == "Mở: Gửi phản ánh dư luận"
        assert len({button.data for button in replies[0].buttons}) == 2
        assert "Bước 1/7" in (await town.tap("rep", "Mở:"))[0].text


async def test_a_command_somebody_may_not_use_is_refused_plainly(town: Village) -> None:
    for words in ("/phat", "phát", "/tonghop"):
        (reply,) = await town.say("an", words)
        assert "vai trò" in reply.text
        assert len(reply.buttons) == 2
    for words in ("/toi", "bản tin", "xin chào"):
        (reply,) = await town.say("stranger", words)
        assert reply.labels == ["Tham gia", "Trợ giúp"]


@pytest.mark.parametrize(
    "words", ["xin chào", "giá cà phê **tăng** {x}", "/khongco", "/", "0", "99", "👍", "x" * 4000]
)
async def test_anything_else_gets_two_next_steps(town: Village, words: str) -> None:
    for who in ("an", "rep", "admin", "stranger"):
        (reply,) = await town.say(who, words)
        assert reply.text
        assert len(reply.buttons) == 2
        assert all(len(button.data.encode()) <= 64 for button in reply.buttons)


async def test_search_is_suggested_for_the_very_words(town: Village) -> None:
    (reply,) = await town.say("an", "luật  nhà ở")
    assert "“luật nhà ở”" in reply.text
    assert any("luật nhà ở" in label for label in reply.labels)


async def test_files_and_strange_kinds_are_answered(town: Village) -> None:
    (reply,) = await town.share("an", Shared("h", "a.jpg", "image/jpeg", "photo", 10))
    assert "không được lưu" in reply.text
    assert len(reply.buttons) == 2
    (reply,) = await town.update("an", Unusable("a sticker", answer=True))
    assert "không được lưu" in reply.text
    assert await town.update("an", Unusable("a group")) == []


@pytest.mark.parametrize("words", ["đã đọc", "Da doc", "ĐÃ ĐỌC.", "1", "đã xem"])
async def test_reading_is_confirmed_by_words_and_by_number(town: Village, words: str) -> None:
    _, run = await issue(town, SLUG)
    (reply,) = await town.say("an", words)
    assert "đã" in reply.text.lower()
    assert town.house.briefings[SLUG].bodies["vi"].title in reply.text
    assert len(await read_at(town)) == 1
    assert await read_at(town) == [town.now]
    (reply,) = await town.say("an", "đã đọc")
    assert "Không có bản tin nào chờ" in reply.text
    assert run == 1


async def test_words_confirm_the_briefing_in_front_and_show_the_way_to_the_other(town: Village) -> None:
    _, first = await issue(town, SLUG)
    _, second = await issue(town, "tet-giap-thin-2024")
    reply, asked = await town.say("an", "đã đọc")
    assert town.house.briefings["tet-giap-thin-2024"].bodies["vi"].title in reply.text
    assert "Hỏi nhanh 1/" in asked.text
    (reply,) = await town.say("an", "đã đọc")
    assert town.house.briefings[SLUG].bodies["vi"].title in reply.text
    assert (await state(town, first), await state(town, second)) == ([False], [True])
    await town.say("an", "1")  # open it
    assert "Đã ghi nhận" in (await town.say("an", "đã đọc"))[0].text
    assert await state(town, first) == await state(town, second) == [True]


async def state(town: Village, run: int) -> list[bool]:
    query = select(delivery.c.acknowledged_at).where(delivery.c.run_id == run, delivery.c.chat_id == "an")
    async with town.database.read() as conn:
        return [row[0] is not None for row in await conn.execute(query)]


async def test_one_in_doubt_is_not_what_stands_in_front(town: Village) -> None:
    _, first = await issue(town, SLUG)
    _, second = await issue(town, "tet-giap-thin-2024")
    async with town.database.write() as conn:
        doubtful = delivery.update().where(delivery.c.run_id == second)
        await conn.execute(doubtful.values(state="uncertain"))
    await town.say("an", "đã đọc")
    assert (await state(town, first), await state(town, second)) == ([True], [False])


async def test_other_numbers_press_the_other_buttons_of_the_latest_briefing(town: Village) -> None:
    _, run = await issue(town, SLUG, PROVINCE, ("photo", False))
    row = await delivery_of(town, run, "an")
    (reply,) = await town.say("an", "5")
    assert "Không có số 5" in reply.text
    assert "1, 2, 3, 4" in reply.text
    await issue(town, SLUG, PROVINCE, ("photo", False))
    assert "Luật Căn cước" in (await town.say("an", "2."))[0].text
    await issue(town, SLUG, PROVINCE, ("photo", False))
    assert (await town.say("an", "3"))[0].message.attachment is not None
    await issue(town, SLUG, PROVINCE, ("photo", False))
    assert (await town.say("an", "4"))[0].text.startswith("Hỏi về: ")
    assert await read_at(town) == []
    assert row


async def test_nothing_that_was_not_sent_is_confirmed(town: Village) -> None:
    run = await a_run(town, PROVINCE)
    await put(town, run, "skipped", 10)
    (reply,) = await town.say("an", "đã đọc")
    assert "Không có bản tin nào chờ" in reply.text
    assert len(reply.buttons) == 2
    assert await read_at(town) == []


async def test_unknown_buttons_are_answered(town: Village) -> None:
    replies: list[Reply] = []
    for data in ("x", "go", "go:", "go:khong", "f", "f:1", "f:a:1:pick:0", ":", "go:toi:1", "ack:1:2:3"):
        replies = await town.press("an", data)
        assert replies[-1].kind == "answer"
        assert any(reply.text or reply.toast for reply in replies), data
