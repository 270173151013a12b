"""A form in a chat: by numbers or by words, over restarts and other commands, and never stuck."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.core.kernel.formats import number
from bot.core.people.members import Role
from bot.core.ports import Shared
from bot.core.talk.form import Form
from bot.storage.database import Database
from bot.storage.tables import file
from bot.storage.talk import conversations
from tests.handlers.reporting import CODE, TEXT, half_filled, kept, to_summary, to_text
from tests.handlers.sending import demote
from tests.handlers.village import ACCOUNT, EA_KAO, Village


@pytest.fixture
async def town(home: Village) -> Village:
    await home.member("rep", "Rép", EA_KAO, Role.REPORTER)
    return home


async def test_numbers_alone_will_do(town: Village) -> None:
    await town.say("rep", "/baocao")
    for words in ("8", "1", "7", "4", "2"):  # more topics, the first of them, then a choice each
        (screen,) = await town.say("rep", words)
    assert "Người dân nói gì?" in screen.text
    await town.say("rep", TEXT)
    (screen,) = await town.say("rep", "1")  # skip
    assert "xem ngay" in screen.text
    (summary,) = await town.say("rep", "2")
    assert "Mức khẩn: Cần xem sớm" in summary.text
    (menu,) = await town.say("rep", "2")
    assert "sửa dòng nào" in menu.text
    (screen,) = await town.say("rep", "7")
    (summary,) = await town.say("rep", "3")
    assert "Mức khẩn: Khẩn" in summary.text
    (receipt,) = await town.say("rep", "1")
    assert CODE.search(receipt.text)
    (row,) = await kept(town)
    assert (row["topic"], row["people"], row["tendency"]) == ("thi-dua-khen-thuong", "KHAC", "CHUA_RO")


async def test_words_alone_will_do(town: Village) -> None:
    await town.say("rep", "/baocao")
    for words in (
        "doi ngoai",
        "nong dan",
        "bỏ qua",
        "đồng tình",
        "quay lại",
        "đồng tình",
        "đa số",
        TEXT,
        "Bỏ qua",
    ):
        await town.say("rep", words)
    for words in ("khẩn", "GỬI"):
        (reply,) = await town.say("rep", words)
    assert CODE.search(reply.text)
    (row,) = await kept(town)
    assert (row["topic"], row["tendency"], row["scale"], row["urgency"]) == (
        "doi-ngoai",
        "DONG_TINH",
        "DA_SO",
        "KHAN",
    )


@pytest.mark.parametrize("words", ["abc", "0", "99", "-1", "1.5", "²", "a" * 4000, "🙂"])
async def test_what_is_no_answer_repeats_the_question(town: Village, words: str) -> None:
    await town.say("rep", "/baocao")
    (screen,) = await town.say("rep", words)
    assert "chọn một mục" in screen.text
    assert "Bước 1/7" in screen.text


async def test_too_long_and_empty_texts_are_refused_with_the_reason(town: Village) -> None:
    await to_text(town)
    (screen,) = await town.say("rep", "x" * 1001)
    assert "dài 1.001 ký tự, tối đa là 1.000" in screen.text
    (screen,) = await town.say("rep", " \n ")
    assert "còn trống" in screen.text
    (screen,) = await town.say("rep", "x" * 1000)
    assert "kiến nghị" in screen.text


async def test_a_text_that_the_app_cut_in_pieces_is_one_answer(town: Village) -> None:
    """The app sends the rest right after the first piece: it is no answer by itself."""
    await to_text(town)
    for piece, length in (("x" * 4096, 4096), ("y" * 536, 4632), ("z", 4633)):
        (screen,) = await town.say("rep", piece)
        assert f"dài {number(length)} ký tự, tối đa là 1.000" in screen.text
        assert "Người dân nói gì?" in screen.text
    town.now += 15_000
    (screen,) = await town.say("rep", TEXT)
    assert "kiến nghị" in screen.text


async def test_a_text_that_zalo_cut_at_two_thousand_is_one_answer(town: Village) -> None:
    """What is to be masked may lie across the cut; a number on a screen is still its button."""
    form = town.house.forms["opinion"]
    fields = [one.model_copy(update={"max_length": 3000}) if one.mask else one for one in form.fields]
    town.house.forms = {**town.house.forms, "opinion": form.model_copy(update={"fields": tuple(fields)})}
    await to_text(town)
    (screen,) = await town.say("rep", ("Đường xuống cấp. " * 130)[:1993] + " 0912 3")
    assert "kiến nghị" in screen.text
    (screen,) = await town.say("rep", "45 678 thì gọi. Hết.")
    assert "Phần vừa gửi được ghi tiếp vào" in screen.text or "đã che" in screen.text
    assert "kiến nghị" in screen.text
    await town.tap("rep", "Bỏ qua")
    await town.tap("rep", "Bình thường")
    await town.tap("rep", "✅ Gửi")
    (report,) = await kept(town)
    assert str(report["content"]).endswith("[số điện thoại] thì gọi. Hết.")
    assert "proposal" not in report


async def test_a_file_is_refused_and_not_kept(town: Village) -> None:
    await to_text(town)
    for caption in ("", "Ảnh này"):
        shared = Shared("h", "a.jpg", "image/jpeg", "photo", 10, caption)
        (screen,) = await town.share("rep", shared)
        assert "không được giữ" in screen.text
        assert "Người dân nói gì?" in screen.text
    async with town.database.read() as conn:
        assert list(await conn.execute(select(file.c.id))) == []


async def test_a_report_goes_on_after_a_restart_and_a_week(town: Village) -> None:
    await to_text(town)
    again = Village(Database(f"sqlite:///{town.database.path}"), town.house, town.now + 7 * 86_400_000)
    (screen,) = await again.say("rep", TEXT)
    assert "Bước 6/7" in screen.text
    (offer,) = await again.say("rep", "/baocao")
    assert offer.labels == ["Điền tiếp", "Điền lại từ đầu", "❌ Hủy"]
    (screen, _) = await again.tap("rep", "Điền tiếp")
    assert "Bước 6/7" in screen.text
    await again.tap("rep", "Bỏ qua")
    await again.tap("rep", "Bình thường")
    await again.tap("rep", "✅ Gửi")
    assert (await kept(again))[0]["content"] == TEXT
    await again.database.close()


async def test_numbers_answer_the_offer_and_not_the_question_behind_it(town: Village) -> None:
    await to_text(town)
    await town.say("rep", "/baocao")
    (offer,) = await town.say("rep", "xin chào")
    assert offer.labels[0] == "Điền tiếp"
    (screen,) = await town.say("rep", "1")
    assert "Bước 5/7" in screen.text
    await town.say("rep", "/baocao")
    (screen,) = await town.say("rep", "2")
    assert "Bước 1/7" in screen.text
    assert "Đã trả lời" not in screen.text
    await town.say("rep", "1")
    await town.say("rep", "/baocao")
    (screen,) = await town.say("rep", "3")
    assert "Bỏ những gì đã nhập?" in screen.text
    (reply,) = await town.say("rep", "1")
    assert "Đã hủy" in reply.text


async def test_other_commands_do_not_disturb_a_report(town: Village) -> None:
    await to_text(town)
    await town.say("rep", "/moinhat")
    await town.say("rep", "/chude")
    await town.tap("rep", "Bản tin mới nhất")
    (screen,) = await town.say("rep", TEXT)
    assert "Bước 6/7" in screen.text


@pytest.mark.parametrize("words", ["quay lại", "bỏ qua", "ko"])
async def test_a_form_out_of_sight_is_shown_before_it_moves(town: Village, words: str) -> None:
    await to_text(town)
    await town.say("rep", "/moinhat")
    (shown,) = await town.say("rep", words)
    assert shown.text.startswith("Đồng chí còn một phiếu điền dở. Chưa có gì thay đổi")
    assert "Bước 5/7" in shown.text
    assert "Bước 4/7" in (await town.say("rep", "quay lại"))[0].text


async def test_a_report_out_of_sight_is_not_sent_by_a_word(town: Village) -> None:
    await to_summary(town)
    await town.say("rep", "/moinhat")
    (shown,) = await town.say("rep", "gửi")
    assert "Đồng chí còn một phiếu điền dở" in shown.text
    assert TEXT in shown.text
    assert await kept(town) == []
    await town.say("rep", "gửi")
    assert len(await kept(town)) == 1


async def test_a_form_that_was_left_is_offered_when_another_ends(town: Village) -> None:
    await town.member("both", "Hai vai", EA_KAO, Role.REPORTER, Role.EDITOR)
    await town.say("both", "/baocao")
    await town.tap("both", "Kinh tế - xã hội")
    await town.say("both", "/phat")
    replies = await town.tap("both", "❌ Hủy")
    assert "Phản ánh dư luận" in replies[1].text
    (screen,) = await town.say("both", "1")
    assert "Bước 2/7" in screen.text


async def test_a_lost_role_ends_the_report(town: Village) -> None:
    await to_text(town)
    await demote(town, 1)
    (reply,) = await town.say("rep", TEXT)
    assert "không còn vai trò" in reply.text
    assert (await kept(town), await half_filled(town)) == ([], 0)


async def test_a_form_that_changed_meanwhile_asks_what_it_asks_now(town: Village) -> None:
    await to_text(town)
    form = town.house.forms["opinion"]
    fields = tuple(item for item in form.fields if item.key not in ("content", "people"))
    town.house = replace(town.house, forms={**town.house.forms, "opinion": _form(form, fields)})
    (screen,) = await town.say("rep", "bỏ qua")
    assert "Bước 4/5" in screen.text  # what is asked now was not seen yet
    (screen,) = await town.say("rep", "bỏ qua")
    assert "Bước 5/5" in screen.text
    town.house = replace(town.house, forms={**town.house.forms, "opinion": form})
    (summary,) = await town.say("rep", "khẩn")
    (screen,) = await town.say("rep", "gửi")
    assert "Ý kiến của nhóm nào" in screen.text
    await town.say("rep", "1")
    (summary,) = await town.say("rep", TEXT)
    assert TEXT in summary.text
    (receipt,) = await town.say("rep", "gửi")
    assert CODE.search(receipt.text)


def _form(form: Form, fields: tuple[object, ...]) -> Form:
    return form.model_copy(update={"fields": fields})


@pytest.mark.parametrize(
    "data",
    ["f:{n}:{s}:send:", "f:{n}:{s}:line:content", "f:{n}:{s}:pick:99", "f:{n}:{s}:skip:", "f:{n}:{s}:x:y"],
)
async def test_forged_buttons_of_the_present_screen_change_nothing(town: Village, data: str) -> None:
    await town.say("rep", "/baocao")
    async with town.database.read() as conn:
        state = await conversations.current(conn, ACCOUNT, "rep")
    assert state is not None
    replies = await town.press("rep", data.format(n=state.nonce, s=state.step))
    assert "Bước 1/7" in replies[0].text
    assert await kept(town) == []
