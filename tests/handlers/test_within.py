"""Commands without their slash: beside any form they are done, and within one they lead on."""

import pytest
from sqlalchemy import select

from bot.core.people.members import Role
from bot.storage.tables import submission
from handlers.access import COMMANDS
from tests.handlers.reporting import TEXT, half_filled, kept, to_summary, to_text
from tests.handlers.village import EA_KAO, PROVINCE, Village

SPACED = {
    "moinhat": "moi nhat",
    "chude": "chủ đề",
    "baocao": "Báo cáo",
    "khongphatsinh": "khong phat sinh",
    "cuatoi": "của tôi",
    "hoinghi": "hoi nghi",
    "tongket": "tổng kết",
    "banxuly": "ban xu ly",
    "giaidap": "giải đáp",
    "cauhoi": "cau hoi",
    "tiendo": "tiến độ",
    "tonghop": "tong hop",
    "thanhvien": "thanh vien",
    "xinvao": "xin vào",
    "nhatky": "nhat ky",
    "xacminh": "xác minh",
    "trogiup": "tro giup",
    "moi": "mã mời",
}


@pytest.fixture
async def town(home: Village) -> Village:
    await home.member("rep", "Rép", EA_KAO, Role.REPORTER)
    await home.member("admin", "Quản trị", PROVINCE, Role.ADMINISTRATOR)
    await home.member("both", "Cả hai", EA_KAO, *Role)
    return home


@pytest.mark.parametrize(
    "name", [name for name, one in COMMANDS.items() if one.listed and name not in ("moi", "lienket")]
)
async def test_every_command_of_the_help_is_understood_without_its_slash(town: Village, name: str) -> None:
    meant = [one.text for one in await town.say("both", f"/{name}")]
    for words in (name, SPACED.get(name, name), name.upper()):
        await town.say("both", "/trogiup")
        if name == "khongphatsinh":
            assert "đã" in (await town.say("both", words))[0].text.lower()
            continue
        assert [one.text for one in await town.say("both", words)] == meant, words
        if await half_filled(town):
            await town.say("both", "hủy")


async def test_what_may_be_another_word_is_asked_back(town: Village) -> None:
    (reply,) = await town.say("admin", "moi")
    assert reply.labels[0] == "Mở: Tạo mã mời"


async def test_what_stands_behind_a_command_is_read_without_the_slash_too(town: Village) -> None:
    for words in ("tong hop thang 9", "tonghop tháng 9"):
        assert (await town.say("admin", words))[0].text == (await town.say("admin", "/tonghop tháng 9"))[
            0
        ].text
    assert "200" in (await town.say("admin", "bàn xử lý 200"))[0].text


@pytest.mark.parametrize("words", ["tro giup", "Trợ giúp", "giúp tôi với", "không biết bấm vào đâu", "menu"])
async def test_help_within_a_form_helps_and_asks_again(town: Village, words: str) -> None:
    await to_text(town)
    await town.say("rep", "quay lại")
    (screen,) = await town.say("rep", words)
    assert "Đồng chí đang điền: Phản ánh dư luận" in screen.text
    assert "quay lại" in screen.text
    assert "Có nhiều người nói như vậy không?" in screen.text
    assert "Chưa rõ" not in screen.text
    assert "Người dân nói gì?" in (await town.say("rep", "1"))[0].text, "its numbers are in force"


async def test_help_is_no_answer_to_a_question_for_words(town: Village) -> None:
    await to_text(town)
    (screen,) = await town.say("rep", "tro giup")
    assert "Đồng chí đang điền" in screen.text
    assert "Người dân nói gì?" in screen.text
    assert "kiến nghị điều gì" in (await town.say("rep", "trợ giúp bà con vay vốn"))[0].text


async def test_help_at_the_summary_shows_it_again(town: Village) -> None:
    await to_summary(town)
    (screen,) = await town.say("rep", "tro giup")
    assert "Đồng chí đang điền" in screen.text
    assert TEXT in screen.text
    assert "✅ Gửi" in screen.labels


@pytest.mark.parametrize("words", ["khong phat sinh", "Không phát sinh", "khongphatsinh"])
async def test_nothing_to_report_at_the_first_question_is_a_zero_report(town: Village, words: str) -> None:
    await town.say("rep", "/baocao")
    replies = await town.say("rep", words)
    assert "không có vấn đề phát sinh trong tuần" in replies[-1].text
    assert await half_filled(town) == 0
    async with town.database.read() as conn:
        assert len(list(await conn.execute(select(submission.c.id)))) == 1


@pytest.mark.parametrize("words", ["khong phat sinh", "không có gì phát sinh"])
async def test_where_something_was_answered_it_is_said_how(town: Village, words: str) -> None:
    await to_text(town)
    (screen,) = await town.say("rep", "không phát sinh")
    assert "gõ: /khongphatsinh" in screen.text
    assert "Người dân nói gì?" in screen.text
    await town.say("rep", "quay lại")
    (screen,) = await town.say("rep", words)
    assert "gõ: /khongphatsinh" in screen.text
    assert "Có nhiều người nói" in screen.text
    assert await kept(town) == []


async def test_a_command_at_a_choice_is_done_and_the_form_waits(town: Village) -> None:
    await to_text(town)
    await town.say("rep", "quay lại")
    (reply,) = await town.say("rep", "cua toi")
    assert "Đồng chí chưa có phản ánh nào" in reply.text
    (offer,) = await town.say("rep", "bao cao")
    assert "đang điền dở" in offer.text


@pytest.mark.parametrize("words", ["dừng lại", "thôi không tham gia", "nghỉ", "thôi đi"])
async def test_who_wants_to_stop_is_asked_whether_to_drop_it(town: Village, words: str) -> None:
    await to_text(town)
    await town.say("rep", "quay lại")
    (screen,) = await town.say("rep", words)
    assert "Bỏ những gì đã nhập?" in screen.text
    assert "Có nhiều người nói" in (await town.say("rep", "không"))[0].text


async def test_that_it_is_right_is_not_taken_for_stop(town: Village) -> None:
    """ "dung roi" is "đúng rồi" as well as "dừng rồi"."""
    await to_text(town)
    await town.say("rep", "quay lại")
    for words in ("dung roi", "dung"):
        assert "Bỏ những gì đã nhập?" not in (await town.say("rep", words))[0].text
    await to_summary_again(town)
    for words in ("dung roi", "Đúng rồi", "dung"):
        (screen,) = await town.say("rep", words)
        assert "Bỏ những gì đã nhập?" not in screen.text
        assert "✅ Gửi" in screen.labels
    assert "Đã ghi nhận phản ánh" in (await town.say("rep", "ok gui"))[0].text


async def to_summary_again(town: Village) -> None:
    """From the question how many say so."""
    await town.tap("rep", "Nhiều ý kiến")
    await town.say("rep", TEXT)
    await town.tap("rep", "Bỏ qua")
    await town.tap("rep", "Bình thường")
