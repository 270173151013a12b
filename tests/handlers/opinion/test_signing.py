"""A digest's way up in the chat: drawn up, worded, endorsed by another, forwarded, read above, as a file."""

import pytest

from bot.core.people.members import Role
from tests.handlers.opinion.test_digest import OVER, heard
from tests.handlers.sending import people, words
from tests.handlers.village import BUON_MA_THUOT, EA_KAO, Reply, Village


@pytest.fixture
async def town(home: Village) -> Village:
    await people(home)
    await home.member("head-a", "Lãnh đạo Ea Kao", EA_KAO, Role.APPROVER)
    await home.member("quiet", "Người chưa gửi", BUON_MA_THUOT, Role.REPORTER)
    await heard(home, EA_KAO, 25, "Đồng tình", day=OVER)
    await heard(home, EA_KAO, 6, "Chưa được", day=OVER, topic="kinh-te-xa-hoi", tendency="KHONG_DONG_TINH")
    return home


def labels(replies: list[Reply]) -> list[str]:
    return [label for one in replies for label in one.labels]


async def written(town: Village, chat: str, label: str, text: str) -> list[Reply]:
    """A part is typed, and sent."""
    await town.tap(chat, label)
    await town.say(chat, text)
    return await town.tap(chat, "✅ Gửi")


async def test_a_digest_goes_its_way_up(town: Village) -> None:
    await town.press("editor-a", "dig:last_month")
    screen = words(await town.tap("editor-a", "✏️ Lập báo cáo kỳ này"))
    assert "Phường Ea Kao\nTừ 01/10/2026 đến 31/10/2026\nTrạng thái: dự thảo" in screen
    assert "Trong kỳ có 31 phản ánh." in screen
    assert "Ý kiến thiểu số" in screen
    assert "Vấn đề nổi lên" not in screen  # suggested, and confirmed by nobody
    await town.tap("editor-a", "✏️ Sửa lời báo cáo")
    done = await written(town, "editor-a", "✏️ Nhận định, đánh giá", "Bà con yên tâm. Gọi 0905123456.")
    assert "Đã ghi vào báo cáo" in words(done)
    await town.tap("editor-a", "✏️ Sửa lời báo cáo")
    await town.tap("editor-a", "Chọn vấn đề nổi lên")
    chosen = await town.tap("editor-a", "Quốc hội")
    assert "✅ Quốc hội" in labels(chosen)
    screen = words(await town.tap("editor-a", "Xem báo cáo"))
    assert "Bà con yên tâm" in screen
    assert "0905123456" not in screen
    assert "Vấn đề nổi lên\n• Quốc hội: 25" in screen
    presented = await town.tap("editor-a", "🔔 Trình duyệt")
    assert "Đã báo người duyệt" in words(presented)
    assert "Trạng thái: đang chờ duyệt" in words(presented)
    assert "🔔 Trình duyệt" not in labels(presented)

    assert "chờ đồng chí duyệt" in town.screens["head-a"][-1].text
    read = await town.tap("head-a", "Xem báo cáo")
    assert "đang chờ duyệt" in words(read)
    assert {"✅ Duyệt", "↩️ Trả lại để sửa"} <= set(labels(read))
    await town.tap("head-a", "✅ Duyệt")
    assert "Trạng thái: đã duyệt" in words(await town.tap("head-a", "✅ Duyệt báo cáo"))
    assert "đã được duyệt" in town.screens["editor-a"][-1].text
    await town.tap("editor-a", "Xem báo cáo")
    await town.tap("editor-a", "Gửi lên cấp trên")
    assert "Trạng thái: đã gửi lên cấp trên" in words(await town.tap("editor-a", "✅ Gửi lên cấp trên"))

    assert "Phường Ea Kao đã gửi báo cáo tổng hợp" in town.screens["admin"][-1].text
    await town.press("admin", "dig:last_month")
    above = words(await town.tap("admin", "✏️ Lập báo cáo kỳ này"))
    assert "Cấp dưới có 1/2 đơn vị đã gửi báo cáo, gồm 31 phản ánh." in above
    assert "Chưa duyệt báo cáo (1): Phường Buôn Ma Thuột." in above
    below = await town.tap("admin", "📊 Báo cáo cấp dưới")
    assert "• Phường Ea Kao: đã gửi lên cấp trên" in words(below)
    assert "• Phường Buôn Ma Thuột: chưa lập báo cáo" in words(below)
    await town.tap("admin", "Phường Ea Kao")
    await town.tap("admin", "↩️ Trả lại để sửa")
    await town.tap("admin", "Thiếu kiến nghị")
    assert "Đã trả lại" in words(await town.tap("admin", "✅ Gửi"))
    assert "Thiếu kiến nghị" in town.screens["editor-a"][-1].text


async def test_whoever_is_to_endorse_it_returns_it_and_it_is_presented_again(town: Village) -> None:
    await town.press("editor-a", "dig:last_month")
    await town.tap("editor-a", "✏️ Lập báo cáo kỳ này")
    await town.tap("editor-a", "🔔 Trình duyệt")
    await town.tap("head-a", "Xem báo cáo")
    await town.tap("head-a", "↩️ Trả lại để sửa")
    await town.tap("head-a", "Nhận định cần rõ hơn")
    assert "Đã trả lại" in words(await town.tap("head-a", "✅ Gửi"))
    told = town.screens["editor-a"][-1].text
    assert "được trả lại để sửa" in told
    assert "Nhận định cần rõ hơn" in told
    assert "Cấp trên" not in told
    back = await town.tap("editor-a", "Xem báo cáo")
    assert "Trạng thái: dự thảo\n↩️ Trả lại để sửa: Nhận định cần rõ hơn" in words(back)
    await town.tap("editor-a", "🔔 Trình duyệt")
    listed = await town.tap("editor-a", "📎 Báo cáo của đơn vị")
    assert "01/10/2026 – 31/10/2026 · đang chờ duyệt" in labels(listed)
    await town.tap("editor-a", "01/10/2026 – 31/10/2026 · đang chờ duyệt")
    await town.tap("editor-a", "✏️ Sửa lời báo cáo")
    await written(town, "editor-a", "✏️ Nhận định, đánh giá", "Bà con yên tâm.")
    edited = await town.tap("editor-a", "Xem báo cáo")
    assert "Trạng thái: dự thảo" in words(edited)  # what was presented is not what it says now
    assert "🔔 Trình duyệt" in labels(edited)


async def test_a_view_of_few_is_left_out_with_a_reason_and_brought_back(town: Village) -> None:
    await town.press("editor-a", "dig:last_month")
    await town.tap("editor-a", "✏️ Lập báo cáo kỳ này")
    await town.tap("editor-a", "✏️ Sửa lời báo cáo")
    await town.tap("editor-a", "Ý kiến khác")
    await town.tap("editor-a", "Lược: Kinh tế - xã hội · Không đồng tình")
    await town.tap("editor-a", "Đã giải quyết ở cơ sở")
    await town.tap("editor-a", "✅ Gửi")
    screen = words(await town.tap("editor-a", "Xem báo cáo"))
    assert "Lược 1 ý kiến khác: Đã giải quyết ở cơ sở" in screen
    assert "Chưa được 0" not in screen
    await town.tap("editor-a", "✏️ Sửa lời báo cáo")
    await town.tap("editor-a", "Ý kiến khác")
    back = await town.tap("editor-a", "↩️ Lấy lại: Kinh tế - xã hội · Không đồng tình")
    assert "Lược: Kinh tế - xã hội · Không đồng tình" in labels(back)


async def test_a_file_of_it_is_for_who_asked(town: Village) -> None:
    await town.press("editor-a", "dig:last_month")
    await town.tap("editor-a", "✏️ Lập báo cáo kỳ này")
    asked = await town.tap("editor-a", "📎 Lấy tệp")
    assert "CSV" in labels(asked)
    sent = await town.tap("editor-a", "Word · Thể thức của Đảng")
    assert any(one.message.attachment is not None for one in sent)
    assert "Số và chữ ký để trống" in words(sent)


async def test_who_endorses_alone_finds_what_waits(town: Village) -> None:
    empty = await town.say("head-a", "/tonghop")
    assert "chưa lập báo cáo" in words(empty)
    await town.press("editor-a", "dig:last_month")
    await town.tap("editor-a", "✏️ Lập báo cáo kỳ này")
    await town.say("head-a", "/tonghop")
    assert "Trạng thái: dự thảo" in words(await town.tap("head-a", "01/10/2026 – 31/10/2026 · dự thảo"))


async def test_somebody_elses_buttons_and_old_ones_do_nothing(town: Village) -> None:
    await town.press("editor-a", "dig:last_month")
    await town.tap("editor-a", "✏️ Lập báo cáo kỳ này")
    for chat in ("editor-b", "an"):
        for step in ("open", "edit", "endorse!", "forward!", "files", "part", "theme"):
            said = words(await town.press(chat, f"dgs:{step}:1:0:0"))
            assert "Đồng tình" not in said
    await town.press("editor-a", "dgs:theme:1:0:0")
    old = await town.press("editor-a", "dgs:theme:1:0:1")
    assert any("vừa được sửa" in one.toast for one in old)
