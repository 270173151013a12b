"""Typed words confirm, open and answer only what stands in front of who writes."""

import pytest
from sqlalchemy import update

from bot.core.people.members import Role
from bot.core.talk.message import Button, Message
from bot.core.talk.reply import SendReply
from bot.core.talk.taps.reading import Noted
from bot.storage.delivery import offers
from bot.storage.tables import delivery
from tests.handlers.issuing import delivery_of, issue, read_at
from tests.handlers.sending import SLUG
from tests.handlers.village import ACCOUNT, EA_KAO, PROVINCE, Village

QUIZ = "tet-giap-thin-2024"


@pytest.fixture
async def town(home: Village) -> Village:
    await home.member("rep", "Rép", EA_KAO, Role.REPORTER)
    await home.member("admin", "Quản trị", PROVINCE, Role.ADMINISTRATOR)
    return home


async def test_a_number_below_a_list_opens_what_it_names_and_confirms_nothing(town: Village) -> None:
    await issue(town, SLUG)
    await town.say("admin", "/tiendo")
    (screen,) = await town.say("admin", "1")
    assert any(button.data.startswith("run:show:") for button in screen.buttons)
    await town.say("rep", "/moinhat")
    (screen,) = await town.say("rep", "1")
    assert town.house.briefings[SLUG].bodies["vi"].title in screen.text
    assert await read_at(town) == []


async def test_a_number_after_a_newer_screen_is_that_screens_and_confirms_nothing(town: Village) -> None:
    await issue(town, SLUG)
    (thanked,) = await town.say("rep", "Cảm ơn")
    assert thanked.labels[0] == "Bản tin mới nhất"
    (listed,) = await town.say("rep", "1")
    assert town.house.briefings[SLUG].bodies["vi"].title in "".join((listed.text, *listed.labels))
    assert await read_at(town) == []


async def test_below_its_last_file_a_briefings_own_choices_stand_again(town: Village) -> None:
    _, run = await issue(town, SLUG, PROVINCE, ("photo", False))
    (last, _) = await town.press("rep", f"files:{await delivery_of(town, run, 'rep')}")
    assert last.labels[0] == "✅ Đã đọc"
    await town.say("rep", "1")
    assert len(await read_at(town)) == 1


async def test_what_was_offered_long_ago_is_offered_no_more(town: Village) -> None:
    await issue(town, SLUG)
    town.now += offers.KEPT_MS
    await town.say("rep", "1")
    assert await read_at(town) == []


async def test_a_label_typed_with_or_without_its_sign_is_its_button(town: Village) -> None:
    await issue(town, SLUG)
    (shown,) = await town.say("rep", "/moinhat")
    label = shown.labels[0]
    (screen,) = await town.say("rep", label)
    assert label.rstrip("…") in screen.text
    assert "Đã ghi nhận" in (await town.say("rep", "✅ Đã đọc"))[0].text


async def test_a_number_means_the_list_that_came_after_a_forms_question(town: Village) -> None:
    await issue(town, SLUG)
    await town.say("rep", "/baocao")
    await town.say("rep", "/moinhat")
    (screen,) = await town.say("rep", "1")
    assert town.house.briefings[SLUG].bodies["vi"].title in screen.text


async def test_a_number_below_a_newer_screen_is_no_answer_to_a_form_that_waits_for_words(
    town: Village,
) -> None:
    await town.say("admin", "/hoinghi")
    (question,) = await town.say("admin", "1")
    assert "Hội nghị tên là gì" in question.text
    await town.say("admin", "/buoi")
    (screen,) = await town.say("admin", "2")
    assert "Tuyên truyền miệng" in screen.text  # the figures of the unit, and no conference called "2"
    (asked,) = await town.say("admin", "99")
    assert "Hội nghị tên là gì" in asked.text
    assert "Số đó không thuộc" in asked.text
    (following,) = await town.say("admin", "12")
    assert "Bước 2/" in following.text  # below its own question a number is the answer


async def test_a_remark_below_a_screen_leaves_its_numbers_in_force(town: Village) -> None:
    await issue(town, SLUG)
    await town.say("admin", "/tiendo")
    (screen,) = await town.say("admin", "1")
    by_itself = next(n for n, label in enumerate(screen.labels, 1) if "Tự nhắc" in label)
    changed, remark = await town.say("admin", str(by_itself))
    assert "Hệ thống tự nhắc" in changed.text
    assert not remark.buttons
    back = changed.labels.index("↩️ Quay lại") + 1
    (screen,) = await town.say("admin", str(back))
    assert "Tiến độ các đợt phát" in screen.text


async def test_a_number_below_a_briefing_in_doubt_presses_nothing_of_an_older_screen(town: Village) -> None:
    async def doubt() -> None:
        async with town.database.write() as conn:
            mine = update(delivery).where(delivery.c.run_id.is_not(None), delivery.c.state == "sent")
            await conn.execute(mine.values(state="uncertain", sent_at=None))

    await town.say("rep", "/baocao")
    town.now += 1000
    await issue(town, SLUG)
    await doubt()
    (asked,) = await town.say("rep", "1")
    assert "Số đó không thuộc câu hỏi này" in asked.text
    assert "Bước 2/7" in (await town.say("rep", "1"))[0].text, (
        "once it was asked again, the number is its own"
    )

    await town.say("rep", "/huy")
    await town.say("rep", "1")
    town.now += 1000
    await issue(town, QUIZ)
    await doubt()
    (told,) = await town.say("rep", "1")
    assert "chưa được xác nhận" in told.text
    assert await read_at(town) == []
    assert "✅ Đã đọc" in (await town.say("rep", "1"))[0].labels
    assert "Đã ghi nhận" in (await town.say("rep", "1"))[0].text


async def test_a_briefing_that_came_in_between_is_not_confirmed_by_a_forms_number(town: Village) -> None:
    await town.say("rep", "/baocao")
    await issue(town, SLUG)
    (screen,) = await town.say("rep", "1")
    assert "Số đó không thuộc câu hỏi này" in screen.text
    assert "Bước 1/7" in screen.text
    assert await read_at(town) == []
    assert "Bước 2/7" in (await town.say("rep", "1"))[0].text


async def test_who_leaves_leaves_no_offer_behind(town: Village) -> None:
    await town.say("rep", "/toi")
    async with town.database.read() as conn:
        assert await offers.at(conn, ACCOUNT, "rep") is not None
    await town.press("rep", "me:erase!")
    async with town.database.read() as conn:
        assert await offers.at(conn, ACCOUNT, "rep") is None


OTHER = (
    "/moinhat)",
    "/moinhat\u200b",
    "/ moinhat",
    "/moinhat@nhip_bot.",
    "/moinhat…",
    "/Mới nhất",
    "/moinhat: ",
)


@pytest.mark.parametrize(
    "words", ["/moinhat\n", "/moinhat.", "/moinhat\u00a0", "/MOINHAT!", "/moinhat\tx", *OTHER]
)
async def test_any_white_space_and_a_full_stop_end_a_command(town: Village, words: str) -> None:
    await issue(town, SLUG)
    assert town.house.briefings[SLUG].bodies["vi"].title in (await town.say("rep", words))[0].text


async def test_what_a_command_is_about_may_stand_on_the_next_line(town: Village) -> None:
    await issue(town, SLUG)
    for words in ("/tim\ncăn cước", "/tim:căn cước", "/tim, căn cước", "/tim\u00a0căn cước"):
        assert "căn cước" in (await town.say("rep", words))[0].text.lower()


async def test_a_number_that_was_not_offered_does_nothing_and_leaves_the_others_in_force(
    town: Village,
) -> None:
    await town.say("admin", "/hoinghi")
    (told,) = await town.say("admin", "7")
    assert "Không có số 7" in told.text
    assert "gõ một trong các số: 1, 2." in told.text
    (question,) = await town.say("admin", "một")
    assert "Hội nghị tên là gì" in question.text


async def test_a_number_in_a_word_is_an_answer_where_words_are_waited_for(town: Village) -> None:
    await town.say("admin", "/hoinghi")
    await town.say("admin", "1")
    (following,) = await town.say("admin", "Hai")
    assert "Bước 2/" in following.text


async def test_a_number_in_a_word_confirms_no_briefing_that_came_beside_a_form(town: Village) -> None:
    await town.say("rep", "/baocao")
    await issue(town, SLUG)
    (screen,) = await town.say("rep", "một")
    assert "Số đó không thuộc câu hỏi này" in screen.text
    assert await read_at(town) == []


async def test_where_a_choice_is_out_of_date_the_numbers_that_may_be_typed_are_said(town: Village) -> None:
    await issue(town, QUIZ)
    _, question = await town.say("rep", "1")
    await town.press("rep", question.buttons[0].data)  # elsewhere, by the same person
    async with town.database.write() as conn:
        await offers.keep(conn, [offers.row(ACCOUNT, "rep", SendReply(message=question.message), town.now)])
    (told,) = await town.say("rep", "2")
    assert "đã trả lời rồi" in told.text
    assert "Các số gõ được: 1, 2, 3, 4" in told.text


async def test_below_the_only_choice_its_number_is_not_offered_again(town: Village) -> None:
    only = SendReply(message=Message(text=(), buttons=((Button.of("Đã nắm", Noted(1)),),)))
    async with town.database.write() as conn:
        await offers.keep(conn, [offers.row(ACCOUNT, "rep", only, town.now)])
    (told,) = await town.say("rep", "da nam")
    assert "Các số gõ được" not in told.text
    assert "Muốn làm việc khác, đồng chí gõ: tro giup" in told.text


async def test_below_a_confirmation_stand_the_numbers_of_the_question_alone(town: Village) -> None:
    await issue(town, QUIZ)
    confirmed, question = await town.say("rep", "1")
    assert "Đã ghi nhận" in confirmed.text
    assert not confirmed.buttons
    assert len(question.buttons) == 4


async def test_a_command_written_in_parts_is_that_command(town: Village) -> None:
    for words in ("/hoi nghi", "/Hội nghị", "/hoi Nghị"):
        assert "hội nghị nào" in (await town.say("admin", words))[0].text


async def test_a_briefing_is_confirmed_by_its_words_beside_a_form_that_waits(town: Village) -> None:
    await town.member("an", "An", EA_KAO, Role.COMMUNICATOR, Role.EDITOR)
    await town.say("an", "/hoinghi")
    await town.say("an", "1")
    await issue(town, SLUG)
    assert "Đã ghi nhận" in (await town.say("an", "da doc"))[0].text
    assert "Bước 2/" in (await town.say("an", "Hội nghị tháng 11"))[0].text


async def test_below_a_file_the_numbers_of_its_screen_stay_in_force(town: Village) -> None:
    (year,) = await town.say("admin", "/tongket")
    for name in ("Word · Thể thức của Đảng", "📎 Excel"):
        (file,) = await town.say("admin", str(year.labels.index(name) + 1))
        assert file.message.attachment is not None
    await town.member("an", "An", EA_KAO, Role.COMMUNICATOR)
    await issue(town, SLUG)
    await town.say("an", "/moinhat")
    (read,) = await town.say("an", "1")
    (asked,) = await town.say("an", str(read.labels.index("📎 Đề cương để nói") + 1))
    for name in ("PDF", "↩️ Quay lại"):
        (shown,) = await town.say("an", str(asked.labels.index(name) + 1))
        assert (shown.message.attachment is not None) is (name == "PDF")
    assert "Đã ghi nhận" in (await town.say("an", "1"))[0].text
