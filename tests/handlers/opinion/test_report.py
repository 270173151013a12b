"""/baocao: few taps, nothing lost, nothing personal kept."""

import pytest
from sqlalchemy import select

from bot.core.people.members import Role
from bot.storage.opinion import opinions
from bot.storage.tables import conversation, submission_author
from tests.handlers.reporting import CODE, PRIVATE, TAPS, TEXT, half_filled, kept, to_summary, to_text
from tests.handlers.village import EA_KAO, Reply, Village


@pytest.fixture
async def town(home: Village) -> Village:
    await home.member("rep", "Rép", EA_KAO, Role.REPORTER)
    return home


async def test_a_report_takes_at_most_eight_taps_and_the_text(town: Village) -> None:
    """Of a topic that stands on the second page, too."""
    (first,) = await town.say("rep", "/baocao")
    assert "Không ghi tên" in first.text
    taps = 0
    for label in ("Xem thêm", "Thi đua, khen thưởng", "Nông dân", "Đồng tình", "Đa số"):
        await town.tap("rep", label)
        taps += 1
    await town.say("rep", TEXT)
    for label in ("Bỏ qua", "Khẩn"):
        await town.tap("rep", label)
        taps += 1
    receipt, _ = await town.tap("rep", "✅ Gửi")
    assert taps + 1 <= 8
    (code,) = CODE.findall(receipt.text)
    assert "lúc 08:00 ngày 02/11/2026" in receipt.text
    (row,) = await kept(town)
    assert row["code"] == code
    assert (row["unit"], row["topic"], row["people"]) == (EA_KAO, "thi-dua-khen-thuong", "NONG_DAN")
    assert (row["tendency"], row["scale"], row["urgency"]) == ("DONG_TINH", "DA_SO", "KHAN")
    assert (row["content"], row.get("proposal"), row["day"]) == (TEXT, None, "2026-11-02")
    assert row["form_version"] == town.house.forms["opinion"].version
    async with town.database.read() as conn:
        assert await opinions.by_author(conn, 1) == [code]
        assert (await conn.execute(select(submission_author.c.until))).scalar_one() == "2027-01-31"
    assert await half_filled(town) == 0


async def test_the_screens_follow_the_voice(town: Village) -> None:
    (screen,) = await town.say("rep", "/baocao")
    assert "Bước 1/7" in screen.text
    assert len(screen.buttons) - 3 <= 7
    assert screen.labels[-2:] == ["↩️ Quay lại", "❌ Hủy"]
    summary = await to_summary(town)
    assert summary.labels == ["✅ Gửi", "✏️ Sửa", "❌ Hủy"]
    assert "Kiến nghị: (bỏ trống)" in summary.text
    for reply in town.screens["rep"]:
        assert all(len(button.data.encode()) <= 64 for button in reply.buttons)


async def test_personal_data_is_masked_before_it_is_kept(town: Village) -> None:
    summary = await to_summary(town, f"{TEXT}. {PRIVATE}")
    assert "[số điện thoại]" in summary.text
    assert "đã được che" in summary.text
    async with town.database.read() as conn:
        drafts = (await conn.execute(select(conversation.c.state))).scalar_one()
    await town.tap("rep", "✅ Gửi")
    (row,) = await kept(town)
    assert str(row["content"]) in summary.text
    for secret in ("0912", "066090001234", "vnn.vn"):
        assert secret not in drafts
        assert secret not in str(row)


async def test_the_reporter_is_told_at_once_that_something_was_masked(town: Village) -> None:
    await to_text(town)
    (screen,) = await town.say("rep", PRIVATE)
    assert "đã che thông tin cá nhân" in screen.text
    (screen,) = await town.say("rep", f"Đề nghị {PRIVATE}")
    await town.tap("rep", "Khẩn")
    await town.tap("rep", "✅ Gửi")
    (row,) = await kept(town)
    assert "0912" not in str(row["proposal"])


async def test_back_keeps_what_was_answered(town: Village) -> None:
    await to_text(town)
    await town.say("rep", TEXT)
    (screen, _) = await town.tap("rep", "↩️ Quay lại")
    assert f"Đã trả lời: {TEXT}" in screen.text
    (screen, _) = await town.tap("rep", "↩️ Quay lại")
    assert "Đã trả lời: Nhiều ý kiến" in screen.text
    await town.tap("rep", "Một số ý kiến")
    (screen, _) = await town.tap("rep", "Giữ nguyên")
    assert "kiến nghị" in screen.text
    await town.tap("rep", "Bỏ qua")
    (summary, _) = await town.tap("rep", "Cần xem sớm")
    assert TEXT in summary.text
    assert "Quy mô: Một số ý kiến" in summary.text


async def test_back_at_the_first_question_stays(town: Village) -> None:
    await town.say("rep", "/baocao")
    (screen, _) = await town.tap("rep", "↩️ Quay lại")
    assert "Bước 1/7" in screen.text


async def test_one_line_is_mended(town: Village) -> None:
    await to_summary(town)
    (menu, _) = await town.tap("rep", "✏️ Sửa")
    assert menu.labels[-1] == "↩️ Quay lại"
    assert len(menu.labels) == 8
    await town.tap("rep", "Nội dung")
    (summary,) = await town.say("rep", "Giá cà phê tăng")
    assert "Nội dung: Giá cà phê tăng" in summary.text
    await town.tap("rep", "✏️ Sửa")
    await town.tap("rep", "Chuyên đề")
    (summary, _) = await town.tap("rep", "↩️ Quay lại")
    assert "Chuyên đề: Kinh tế - xã hội" in summary.text
    await town.tap("rep", "✅ Gửi")
    assert (await kept(town))[0]["content"] == "Giá cà phê tăng"


async def test_cancelling_keeps_nothing(town: Village) -> None:
    await to_text(town)
    await town.tap("rep", "❌ Hủy")
    (screen, _) = await town.tap("rep", "Có, bỏ")
    assert "Không có gì được lưu" in screen.text
    assert len(screen.buttons) == 2
    assert (await kept(town), await half_filled(town)) == ([], 0)


async def test_a_stale_button_has_no_effect_and_shows_the_present_screen(town: Village) -> None:
    await town.say("rep", "/baocao")
    old = town.screens["rep"][-1].buttons[0].data
    await town.tap("rep", "Kinh tế - xã hội")
    replies = await town.press("rep", old)
    assert "Bước 2/7" in replies[0].text
    assert "màn hình trước" in replies[1].toast
    summary = await to_summary_from(town)
    assert "Chuyên đề: Kinh tế - xã hội" in summary.text


async def to_summary_from(town: Village) -> Reply:
    for label in TAPS[1:]:
        await town.tap("rep", label)
    await town.say("rep", TEXT)
    await town.tap("rep", "Bỏ qua")
    return (await town.tap("rep", "Bình thường"))[0]


async def test_sending_twice_makes_one_report(town: Village) -> None:
    await to_summary(town)
    send = town.screens["rep"][-2].buttons[0].data
    await town.press("rep", send)
    (answer,) = await town.press("rep", send)
    assert "không còn hiệu lực" in answer.toast
    assert len(await kept(town)) == 1


async def test_others_may_not_report(town: Village) -> None:
    await town.member("an", "An", EA_KAO, Role.COMMUNICATOR)
    (reply,) = await town.say("an", "/baocao")
    assert "vai trò" in reply.text
    await town.say("rep", "/baocao")
    data = town.screens["rep"][-1].buttons[0].data
    for who in ("an", "stranger"):
        (answer,) = await town.press(who, data)
        assert "không còn hiệu lực" in answer.toast


async def test_a_name_is_taken_out_with_one_tap(town: Village) -> None:
    said = "ông Nguyễn Văn Tám và chị H'Mai lo đường hỏng; Chủ tịch UBND xã Lê Văn Bình đã hứa sửa"
    screen = await to_summary(town, said)
    assert "Có thể còn tên người: ông Nguyễn Văn Tám, chị H'Mai." in screen.text
    assert screen.labels[:2] == ["Bỏ tên: ông Nguyễn Văn Tám", "Bỏ tên: chị H'Mai"]
    screen = (await town.tap("rep", "Bỏ tên: ông Nguyễn Văn Tám"))[0]
    assert "[tên] và chị H'Mai lo đường hỏng; Chủ tịch UBND xã Lê Văn Bình" in screen.text
    assert "đã được che" in screen.text
    screen = (await town.say("rep", "1"))[0]  # the number is the button that stands first now
    assert "Bỏ tên" not in " ".join(screen.labels)
    await town.tap("rep", "✅ Gửi")
    (report,) = await kept(town)
    assert report["content"] == "[tên] và [tên] lo đường hỏng; Chủ tịch UBND xã Lê Văn Bình đã hứa sửa"


async def test_a_name_that_is_out_already_is_not_taken_out_again(town: Village) -> None:
    screen = await to_summary(town, "chị Lan và anh Nam lo giá phân")
    old = next(button.data for button in screen.buttons if button.label == "Bỏ tên: anh Nam")
    await town.tap("rep", "Bỏ tên: chị Lan")
    again = await town.press("rep", old)
    assert "[tên] và anh Nam lo giá phân" in again[0].text
    assert "màn hình trước" in again[1].toast


async def test_words_typed_at_the_summary_are_said_to_have_changed_nothing(town: Village) -> None:
    await to_summary(town)
    (screen,) = await town.say("rep", "Bà con mong sửa đường trước Tết")
    assert screen.text.startswith("Chữ vừa gõ chưa được ghi vào phiếu.")
    assert "Đúng rồi thì đồng chí chọn Gửi, muốn đổi một dòng thì chọn Sửa." in screen.text
    assert f"Nội dung: {TEXT}" in screen.text
    await town.tap("rep", "✏️ Sửa")
    (menu,) = await town.say("rep", "Bà con mong sửa đường trước Tết")
    assert menu.text.startswith("Chưa rõ đồng chí chọn mục nào.")


async def test_the_receipt_promises_the_answer_that_a_desk_gives(town: Village) -> None:
    await to_summary(town)
    receipt, _ = await town.tap("rep", "✅ Gửi")
    assert receipt.text.endswith("Đồng chí sẽ nhận được thông báo khi có phản hồi.")


@pytest.mark.parametrize("nothing", ["😀👍🏽", "\u200b\u2060", "…", "\u0301\u0301", "-"])
async def test_a_text_without_a_word_is_asked_again(town: Village, nothing: str) -> None:
    await to_text(town)
    (again,) = await town.say("rep", nothing)
    assert again.text.startswith("Câu vừa gửi không có chữ nào. Đồng chí viết vài chữ.\nBước 5/7")
    (further,) = await town.say("rep", "物価が高い")  # another language is somebody's words
    assert "Bước 6/7" in further.text
