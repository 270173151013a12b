"""/phat: what is previewed is what is sent, to whom it says, and only by who may."""

import asyncio
import re
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from bot.content import load
from bot.core.kernel.capabilities import Capabilities
from bot.core.kernel.filetypes import LARGEST_FILE, LARGEST_FILE_MB
from bot.core.people.members import Role
from bot.core.ports import Shared, Tapped
from bot.core.schedule.occurrences import Monthly, Once
from bot.storage.guidance import briefings
from bot.storage.people import units
from bot.storage.talk import conversations
from tests import contents
from tests.handlers.sending import (
    audited,
    crowd,
    demote,
    fill,
    people,
    plan,
    publish,
    scheduled,
    words,
)
from tests.handlers.village import ACCOUNT, BUON_MA_THUOT, EA_KAO, PROVINCE, ZONE, Village

OWN = ("/phat", "[Tự soạn]", "Phòng chống cháy rừng", "Mùa khô đã đến.\n\nKhông *đốt* rẫy <b>.", "[Bỏ qua]")
TO_ALL = (*OWN, "[Quốc hội]", "[Cả tỉnh Đắk Lắk]", "[Bình thường]")
ZALO = Capabilities(
    text_limit=2000, caption_limit=2000, markup="html", buttons=False, edit=False, documents=False
)


@pytest.fixture
async def town(home: Village) -> Village:
    await people(home)
    await publish(home)
    return home


async def test_own_text_is_previewed_counted_and_scheduled(town: Village) -> None:
    replies = await fill(town, "admin", *TO_ALL, "[Gửi ngay]")
    preview, summary = replies[0], replies[1]
    assert "Phòng chống cháy rừng" in preview.text
    assert "Không *đốt* rẫy <b>." in preview.text
    assert "Tỉnh Đắk Lắk soạn" in preview.text
    assert {button.data for button in preview.buttons} == {"preview"}
    assert "Gửi: ngay" in summary.text
    assert "Người nhận: 3" in summary.text
    assert "Phường Ea Kao: 2" in summary.text
    assert "Phường Buôn Ma Thuột: 1" in summary.text
    replies = await town.tap("admin", "✅ Gửi")
    assert "đợt phát số 1" in words(replies)
    (row,) = await scheduled(town)
    assert isinstance(row.schedule, Once)
    assert (row.unit, row.topic, row.urgent) == (PROVINCE, "quoc-hoi", False)
    assert await audited(town) == ["broadcasts.schedule"]
    assert "Phòng chống cháy rừng" in words(await town.tap("admin", "📊 Xem tiến độ"))


async def test_two_texts_of_one_instant_are_no_versions_of_one_another(town: Village) -> None:
    other = ("/phat", "[Tự soạn]", "Lịch trực", "Các xã cử người trực.", *TO_ALL[4:])
    for text in (TO_ALL, other):
        await fill(town, "admin", *text, "[Gửi ngay]", "[✅ Gửi]")
    async with town.database.read() as conn:
        slugs = {(await briefings.get(conn, row.briefing_id)).briefing.slug for row in await scheduled(town)}
    assert len(slugs) == 2


async def test_it_is_seen_as_on_zalo_where_there_is_zalo(town: Village) -> None:
    steps = ("/phat", "[Bản tin có sẵn]", "kỳ họp thứ 6", "ea kao", "[Bình thường]", "[Gửi ngay]")
    replies = await fill(town, "admin", *steps)
    assert "Xem như trên Zalo" not in str([reply.labels for reply in replies])
    town.house.bare, town.house.public_url = ZALO, "https://nhipcau.example"
    await fill(town, "admin", "/phat", "[Điền tiếp]")
    shown = await town.tap("admin", "Xem như trên Zalo")
    first = shown[0]
    assert first.text.startswith("Trên Zalo, tin 1/")
    assert first.buttons == []
    assert "1. ✅ Đã đọc" in words(shown[:-1])
    assert "https://nhipcau.example/f/…" in words(shown[:-1])
    assert "Trả lời bằng số" in words(shown[:-1])
    assert all(len(reply.text.encode("utf-16-le")) // 2 < 2100 for reply in shown[:-1])
    assert any("✅ Gửi" in reply.labels for reply in shown[1:]), "the summary stands below it"
    assert not await scheduled(town)


async def test_a_preview_button_does_nothing(town: Village) -> None:
    await fill(town, "admin", *TO_ALL, "[Gửi ngay]")
    assert "xem trước" in words(await town.press("admin", "preview"))
    assert not await scheduled(town)


async def test_the_time_is_read_back_in_full(town: Village) -> None:
    replies = await fill(town, "admin", *TO_ALL, "[Hẹn giờ]", "8:15 ngày 12/12")
    assert "Gửi: 08:15 thứ Bảy 12/12/2026" in words(replies)


async def test_nobody_to_send_to_keeps_the_form(town: Village) -> None:
    steps = (*OWN, "thi đua", "[Cả tỉnh Đắk Lắk]", "[Bình thường]", "[Gửi ngay]")
    assert "Chưa có ai" in words(await fill(town, "admin", *steps))
    assert "Chưa có ai" in words(await town.tap("admin", "✅ Gửi"))
    (typed,) = await town.say("admin", "1")
    assert typed.text.startswith("Chưa có ai"), "who types sees no notice: the same screen alone told nothing"
    assert not await scheduled(town)
    replies = await fill(town, "admin", "[✏️ Sửa]", "[Chuyên đề]", "[Quốc hội]")
    assert "Người nhận: 3" in words(replies)


async def test_a_prepared_briefing_is_sent_in_its_stored_version(town: Village) -> None:
    steps = ("/phat", "[Bản tin có sẵn]", "kỳ họp thứ 6", "ea kao", "[❗ Khẩn]", "[Hẹn giờ]", "mai 7h")
    await fill(town, "admin", *steps, "[✅ Gửi]")
    (row,) = await scheduled(town)
    async with town.database.read() as conn:
        kept = await briefings.latest(conn, "ky-hop-thu-6-quoc-hoi-khoa-xv")
    assert kept is not None
    assert (row.briefing_id, row.unit, row.urgent) == (kept.id, EA_KAO, True)
    due = datetime(2026, 11, 3, 7, 0, tzinfo=ZONE)
    assert row.schedule == Once(at=int(due.timestamp() * 1000))


async def test_urgent_looks_urgent_in_the_preview_in_lists_and_when_it_is_opened_again(town: Village) -> None:
    steps = (*OWN, "[Quốc hội]", "[Cả tỉnh Đắk Lắk]", "[❗ Khẩn]", "[Gửi ngay]")
    replies = await fill(town, "admin", *steps)
    assert replies[0].text.startswith("❗ Phòng chống cháy rừng")
    assert "📌" not in replies[0].text
    await town.tap("admin", "✅ Gửi")
    await plan(town)
    listed = await town.say("admin", "/tiendo")
    assert "❗ Phòng chống cháy rừng" in words(listed)
    assert any(label.startswith("❗ 1. Phòng") for label in listed[0].labels)
    (found,) = await town.say("an", "/moinhat")
    assert "❗ Phòng chống cháy rừng" in found.text
    assert found.labels == ["❗ Phòng chống cháy rừng"]
    opened = await town.tap("an", "❗ Phòng")
    assert opened[0].text.startswith("❗ Phòng chống cháy rừng")


async def test_the_longest_text_leaves_room_for_the_count_in_one_message(town: Village) -> None:
    steps = ("/phat", "[Tự soạn]", "T" * 120, "chữ " * 870, "[Bỏ qua]", "[Quốc hội]", "[Cả tỉnh Đắk Lắk]")
    replies = await fill(town, "admin", *steps, "[Bình thường]", "[Gửi ngay]")
    assert all(len(reply.text) < 4000 for reply in replies[:2])
    assert "Người nhận: 3" in replies[1].text


async def test_a_text_that_the_app_cut_in_two_is_one_answer(town: Village) -> None:
    await fill(town, "admin", "/phat", "[Tự soạn]", "Cháy rừng", "chữ " * 1024)
    (screen,) = await town.say("admin", "đuôi " * 290)
    assert "dài 5.544 ký tự, tối đa là 3.500" in screen.text
    assert "Đồng chí viết nội dung cần phát." in screen.text


async def test_monthly_says_what_short_months_do(town: Village) -> None:
    replies = await fill(town, "admin", *TO_ALL, "[Hẹn giờ]", "ngày 31 hằng tháng 8h")
    assert "08:00 ngày 31 hằng tháng (tháng ngắn thì gửi ngày cuối tháng), lần đầu" in words(replies)
    await town.tap("admin", "✅ Gửi")
    (row,) = await scheduled(town)
    assert isinstance(row.schedule, Monthly)
    assert (row.schedule.day, row.schedule.hour, row.schedule.timezone) == (31, 8, "Asia/Ho_Chi_Minh")


async def test_a_usual_time_is_picked_with_one_tap_or_its_number(town: Village) -> None:
    screen = (await fill(town, "admin", *TO_ALL, "[Hẹn giờ]"))[0]
    first = screen.labels[0]
    assert first == "14:00 thứ Hai 02/11/2026"  # it is 08:00; quiet hours are not offered
    assert "08:00 thứ Hai 09/11/2026" in screen.labels
    replies = await town.say("admin", "2")  # as on a channel without buttons
    assert "Gửi: 08:00 thứ Ba 03/11/2026" in words(replies)
    await town.tap("admin", "✅ Gửi")
    (row,) = await scheduled(town)
    assert row.schedule == Once(at=int(datetime(2026, 11, 3, 8, tzinfo=ZONE).timestamp() * 1000))


async def test_a_day_without_an_hour_is_asked_for_it_and_read_back_in_full(town: Village) -> None:
    (asked,) = await fill(town, "admin", *TO_ALL, "[Hẹn giờ]", "23 tháng chạp")
    assert "Thứ Bảy 30/01/2027 lúc mấy giờ?" in asked.text
    lunar = "08:00 thứ Bảy 30/01/2027, tức 23 tháng Chạp năm Bính Ngọ"
    assert asked.labels[:3] == [lunar.replace("08", one, 1) for one in ("07", "08", "14")]
    replies = await town.say("admin", "8h sáng")
    assert f"🗓 {lunar}. Đúng chưa?" in words(replies)
    assert "Gửi: " + lunar in words(replies)
    assert "ngày cuối tuần, nên sẽ gửi lúc 08:00 thứ Hai 01/02/2027" in words(replies)
    assert "08:00 thứ Hai 01/02/2027" in words(await town.tap("admin", "✅ Gửi"))
    (row,) = await scheduled(town)
    assert row.schedule.kind == "lunar"
    assert row.next_at == int(datetime(2027, 2, 1, 8, tzinfo=ZONE).timestamp() * 1000)


async def test_what_has_two_readings_is_asked_and_the_way_back_stays(town: Village) -> None:
    await fill(town, "admin", *TO_ALL, "[Hẹn giờ]")
    for text, why in (
        ("14h sáng", "14h không phải buổi sáng"),
        ("12h", "trưa hay nửa đêm"),
        ("thứ hai 12/12", "không phải thứ Hai"),
        ("hôm nay 7h", "đã qua"),
        ("<b>8h</b>", "chưa hiểu"),
    ):
        (screen,) = await town.say("admin", text)
        assert why in screen.text, text
        assert screen.labels[-2:] == ["↩️ Quay lại", "❌ Hủy"]
    await town.say("admin", "mai")
    (other,) = await town.say("admin", "thứ tư")  # another day than the one said before
    assert "Thứ Tư 04/11/2026 lúc mấy giờ?" in other.text
    assert "Gửi: 08:00 thứ Tư 04/11/2026" in words(await town.say("admin", "8h"))


async def test_urgent_news_says_that_it_goes_in_quiet_hours(town: Village) -> None:
    steps = (*OWN, "[Quốc hội]", "[Cả tỉnh Đắk Lắk]", "[❗ Khẩn]", "[Hẹn giờ]", "22h tối nay")
    assert "Tin khẩn vẫn gửi đúng giờ" in words(await fill(town, "admin", *steps))
    await town.tap("admin", "✅ Gửi")
    (row,) = await scheduled(town)
    assert row.next_at == int(datetime(2026, 11, 2, 22, tzinfo=ZONE).timestamp() * 1000)


async def test_who_cancels_what_is_repeated_is_told_that_the_later_ones_go_too(town: Village) -> None:
    for timing, later in ((("[Hẹn giờ]", "ngày 31 hằng tháng 8h"), True), (("[Hẹn giờ]", "mai 7h"), False)):
        await fill(town, "admin", *TO_ALL, *timing, "[✅ Gửi]", "/tiendo", "[🗓]")
        asked = words(await town.tap("admin", "❌ Hủy đợt phát"))
        assert ("Các lần sau cũng không gửi nữa" in asked) == later
        await town.tap("admin", "❌ Hủy đợt phát")


async def test_a_photo_with_a_caption_answers_text_and_file(town: Village) -> None:
    await fill(town, "admin", "/phat", "[Tự soạn]", "Ảnh đẹp")
    photo = Shared("handle-1", "anh.jpg", "image/jpeg", "photo", 1000, caption="Lời kèm ảnh")
    await town.share("admin", photo)
    replies = await fill(town, "admin", "[Quốc hội]", "[Cả tỉnh Đắk Lắk]", "[Bình thường]", "[Gửi ngay]")
    preview = replies[0].message
    assert preview.attachment is not None
    assert preview.attachment.kind == "photo"
    await town.tap("admin", "✅ Gửi")
    (row,) = await scheduled(town)
    async with town.database.read() as conn:
        (file,) = await briefings.files(conn, row.briefing_id)
    assert (file.name, file.kind, file.inline) == ("anh.jpg", "photo", True)


async def test_a_file_above_the_limit_is_not_taken_and_told_the_limit(town: Village) -> None:
    await fill(town, "admin", *OWN[:4])
    large = Shared("handle-1", "phim.mp4", "video/mp4", "document", LARGEST_FILE + 1)
    told = words(await town.share("admin", large))
    assert f"lớn hơn {LARGEST_FILE_MB} MB" in told
    assert "gửi kèm ảnh hoặc tệp" in told  # the question stands
    await town.share("admin", replace(large, size=LARGEST_FILE))
    replies = await fill(town, "admin", *TO_ALL[5:], "[Gửi ngay]")
    assert replies[0].message.attachment is not None


async def test_above_the_threshold_the_count_is_typed_back(town: Village) -> None:
    await crowd(town, EA_KAO, 58, "đông")  # 58 + 3 = 61
    assert "gõ lại số người nhận" in words(await fill(town, "admin", *TO_ALL, "[Gửi ngay]"))
    assert "tới 61 người" in words(await town.tap("admin", "✅ Gửi"))
    assert not await scheduled(town)
    assert "chưa đúng" in words(await town.say("admin", "60"))
    await town.say("admin", "sáu mốt")
    assert not await scheduled(town)
    assert "đợt phát số 1" in words(await town.say("admin", "61"))
    assert len(await scheduled(town)) == 1


async def test_back_from_the_count_leads_to_the_summary_without_sending(town: Village) -> None:
    await crowd(town, EA_KAO, 58, "đông")
    await fill(town, "admin", *TO_ALL, "[Gửi ngay]", "[✅ Gửi]")
    replies = await town.tap("admin", "↩️ Quay lại")
    assert "Người nhận: 61" in words(replies)
    assert not await scheduled(town)


async def test_an_audience_changed_since_the_preview_is_told_and_asked_again(town: Village) -> None:
    await fill(town, "admin", *TO_ALL, "[Gửi ngay]")
    await crowd(town, EA_KAO, 1, "mới")
    replies = await town.tap("admin", "✅ Gửi")
    assert "từ 3 thành 4" in words(replies)
    assert not await scheduled(town)
    await town.tap("admin", "✅ Gửi")
    assert len(await scheduled(town)) == 1


async def test_an_audience_changed_while_the_count_is_typed_is_told(town: Village) -> None:
    await crowd(town, EA_KAO, 58, "đông")
    await fill(town, "admin", *TO_ALL, "[Gửi ngay]", "[✅ Gửi]")
    await crowd(town, EA_KAO, 1, "mới")
    assert "từ 61 thành 62" in words(await town.say("admin", "61"))
    assert not await scheduled(town)


@pytest.mark.parametrize("marked", ["Tài liệu MẬT không phát", "TỐI MẬT"])
async def test_a_secrecy_marking_is_refused(town: Village, marked: str) -> None:
    steps = ("/phat", "[Tự soạn]", "Tiêu đề", marked, "[Bỏ qua]", "[Quốc hội]", "[Cả tỉnh Đắk Lắk]")
    replies = await fill(town, "admin", *steps, "[Bình thường]", "[Gửi ngay]")
    assert "mang dấu" in words(replies)
    assert "MẬT" in words(await town.tap("admin", "✅ Gửi"))
    assert not await scheduled(town)
    replies = await fill(town, "admin", "[✏️ Sửa]", "[Lời văn]", "Giá mật ong tăng")
    assert "Người nhận: 3" in words(replies)


async def test_validity_bounds_are_explained(town: Village) -> None:
    prepared = town.house.briefings["khen-thuong-12-2023"]
    late = prepared.model_copy(update={"topic": "quoc-hoi", "not_before": date(2026, 12, 1)})
    over = late.model_copy(update={"not_before": None, "valid_until": date(2026, 11, 20)})
    town.house.briefings[late.slug] = late
    await publish(town)
    steps = ("/phat", "[Bản tin có sẵn]", "khen thưởng", "[Cả tỉnh Đắk Lắk]", "[Bình thường]")
    assert "chỉ được phát từ ngày 01/12/2026" in words(await fill(town, "admin", *steps, "[Gửi ngay]"))
    assert "01/12/2026" in words(await town.tap("admin", "✅ Gửi"))
    town.house.briefings[late.slug] = over
    await publish(town)
    replies = await fill(town, "admin", "[✏️ Sửa]", "[Lịch gửi]", "[Hẹn giờ]", "8h ngày 21/11/2026")
    assert "chỉ có hiệu lực đến ngày 20/11/2026" in words(replies)
    replies = await fill(town, "admin", "[✏️ Sửa]", "[Giờ gửi]", "8h ngày 20/11/2026")
    assert "Người nhận: 3" in words(replies)


async def test_a_time_that_passed_meanwhile_is_refused(town: Village) -> None:
    await fill(town, "admin", *TO_ALL, "[Hẹn giờ]", "sau 2 phút")
    town.now += 10 * 60_000
    assert "Giờ gửi đã qua" in words(await town.tap("admin", "✅ Gửi"))
    assert "năm" in words(await fill(town, "admin", "[✏️ Sửa]", "[Giờ gửi]", "8h ngày 12/12/9999"))
    assert not await scheduled(town)


async def test_missing_languages_are_named(town: Village) -> None:
    await town.member("en", "John", EA_KAO, Role.COMMUNICATOR, language="en")
    replies = await fill(town, "admin", *TO_ALL, "[Gửi ngay]")
    assert "Có 1 người dùng tiếng Anh. Nội dung này có tiếng Việt." in words(replies)


async def test_a_language_that_has_no_name_here_is_called_as_it_calls_itself(
    town: Village, tmp_path: Path
) -> None:
    at = contents.folder(tmp_path / "content")
    vietnamese = (at / "texts/vi.po").read_text(encoding="utf-8")
    ede = vietnamese.replace('"me.own_language"\nmsgstr "Tiếng Việt"', '"me.own_language"\nmsgstr "klei Êđê"')
    assert ede != vietnamese
    (at / "texts/xal.po").write_text(ede, encoding="utf-8")
    town.house = replace(town.house, texts=load(at).texts)
    await town.member("xal", "Y Bhun", EA_KAO, Role.COMMUNICATOR, language="xal")
    replies = await fill(town, "admin", *TO_ALL, "[Gửi ngay]")
    assert "Có 1 người dùng klei Êđê. Nội dung này có tiếng Việt." in words(replies)


@pytest.mark.parametrize(("people", "said"), [(1, "1 person uses"), (2, "2 people use")])
async def test_one_person_is_one_in_english_too(town: Village, people: int, said: str) -> None:
    await town.member("boss", "Boss", PROVINCE, Role.EDITOR, language="en")
    for number in range(people):
        await town.member(f"en{number}", "John", EA_KAO, Role.COMMUNICATOR, language="en")
    await town.say("boss", "/phat")
    for words_ in ("my own text", "Title", "Text", "skip", "National Assembly", "1", "ordinary", "now"):
        replies = await town.say("boss", words_)
    assert f"{said} English" in words(replies)


async def test_many_units_are_summed_up(town: Village) -> None:
    async with town.database.read() as conn:
        rows = [row for row in await units.below(conn, "/TW/66/") if row.level == "XA"]
    others = [row for row in rows if row.code not in (EA_KAO, BUON_MA_THUOT)][:9]
    for row in others:
        await town.member(row.code, row.name, row.code, Role.COMMUNICATOR)
    text = words(await fill(town, "admin", *TO_ALL, "[Gửi ngay]"))
    assert "Phường Ea Kao: 2" in text
    assert sum(line.endswith(": 1") for line in text.splitlines()) == 6
    assert "và 4 đơn vị khác: 4" in text


async def test_an_editor_sees_and_reaches_only_their_own_unit(town: Village) -> None:
    steps = (*OWN, "[Quốc hội]")
    replies = await fill(town, "editor-a", *steps)
    labels = [label for reply in replies for label in reply.labels]
    assert any("phường Ea Kao" in label for label in labels)
    assert not any("Buôn Ma Thuột" in label or "Đắk Lắk" in label for label in labels)
    await town.say("editor-a", "Buôn Ma Thuột")
    await fill(town, "editor-a", "[Cả phường Ea Kao]", "[Bình thường]", "[Gửi ngay]")
    await _forge_unit(town, "editor-a", "24133")
    assert "không phụ trách" in words(await town.tap("editor-a", "✅ Gửi"))
    assert not await scheduled(town)


async def _forge_unit(town: Village, chat_id: str, unit: str) -> None:
    async with town.database.write() as conn:
        state = await conversations.get(conn, ACCOUNT, chat_id, "compose")
        assert state is not None
        answers = dict(state.answers)
        answers["unit"] = answers["unit"].model_copy(update={"value": unit})
        forged = state.model_copy(update={"answers": answers})
        await conversations.keep(conn, ACCOUNT, chat_id, forged, town.now)


async def test_a_role_lost_in_mid_form_ends_it(town: Village) -> None:
    boss = await town.member("boss", "Biên tập tỉnh", PROVINCE, Role.EDITOR)
    await fill(town, "boss", *TO_ALL, "[Gửi ngay]")
    await demote(town, boss)
    await town.tap("boss", "✅ Gửi")
    assert not await scheduled(town)
    async with town.database.read() as conn:
        assert await conversations.get(conn, ACCOUNT, "boss", "compose") is None


async def test_who_may_not_compose_is_told_so(town: Village) -> None:
    await town.say("an", "/phat")
    async with town.database.read() as conn:
        assert await conversations.get(conn, ACCOUNT, "an", "compose") is None


async def test_two_presses_at_once_schedule_one_broadcast(town: Village) -> None:
    replies = await fill(town, "admin", *TO_ALL, "[Gửi ngay]")
    send = next(button for button in replies[1].buttons if button.label.startswith("✅"))
    await asyncio.gather(*(town.update("admin", Tapped(send.data, "1", "callback")) for _ in range(5)))
    assert len(await scheduled(town)) == 1


async def test_it_goes_out_to_those_it_said(town: Village) -> None:
    await fill(town, "admin", *OWN, "[Quốc hội]", "ea kao", "[Bình thường]", "[Gửi ngay]", "[✅ Gửi]")
    await plan(town)
    text = words(await town.say("admin", "/tiendo"))
    assert "(0/2)" in text


async def test_a_form_left_half_way_can_be_taken_up(town: Village) -> None:
    await fill(town, "admin", *TO_ALL, "[Gửi ngay]")
    offered = await town.say("admin", "/phat")
    going_on = offered[-1].buttons[0]
    replies = await town.press("admin", going_on.data)
    assert "Người nhận: 3" in words(replies)


async def test_chosen_with_care_it_goes_to_those_alone_and_says_who_is_left_out(town: Village) -> None:
    own = (*OWN, "thi đua", "[Chọn kỹ người nhận]", "[Cả tỉnh Đắk Lắk]", "[Bỏ qua]")
    where = ("buôn ma thuột", "[Mọi cấp]", "[Báo cáo viên và cộng tác viên]")
    replies = await fill(town, "admin", *own, *where, "[Tất cả (thông báo chung)]", "[Bình thường]")
    replies = await fill(town, "admin", "[Gửi ngay]")
    text = words(replies)
    assert "Người nhận: 2" in text
    assert "Không nhận: 4 người (2 được trừ ra, 2 giữ vai trò khác)" in text
    replies = await fill(town, "admin", "[✏️ Sửa]", "[Trừ đơn vị]", "ea kao, nơi nào đó")
    assert "Chưa rõ đơn vị “nơi nào đó”" in words(replies)
    assert "Chưa rõ" in words(await town.tap("admin", "✅ Gửi"))
    many = ", ".join(["Ea Kao"] * 20 + ["Buôn Ma Thuột"])  # none is dropped in silence, to get it after all
    assert "tối đa 20" in words(await fill(town, "admin", "[✏️ Sửa]", "[Trừ đơn vị]", many))
    await fill(town, "admin", "[✏️ Sửa]", "[Trừ đơn vị]", "Ea Kao,")
    await town.tap("admin", "✅ Gửi")
    (row,) = await scheduled(town)
    assert row.audience is not None
    assert (row.unit, row.promised) == (PROVINCE, 1)
    assert row.audience.scope.without_units == (EA_KAO,)
    assert row.audience.scope.everybody


async def test_questions_of_understanding_are_written_below_ones_own_text(town: Village) -> None:
    question = "1. Họp lúc nào?\na) 8 giờ\nb) 14 giờ{right}\nCăn cứ: Họp lúc 14 giờ."
    asked = f"Họp lúc 14 giờ.\n\nCâu hỏi nhanh\n{question}"
    await fill(town, "admin", "/phat", "[Tự soạn]", "Họp thôn", asked.format(right=""), "[Bỏ qua]")
    refused = words(
        await fill(town, "admin", "[Quốc hội", "[Cả tỉnh Đắk Lắk]", "[Bình thường]", "[Gửi ngay]")
    )
    assert "Câu hỏi nhanh số 1 cần đúng một đáp án đúng" in refused
    await town.tap("admin", "✏️ Sửa")
    await town.tap("admin", "Lời văn")
    shown = words(await town.say("admin", asked.format(right=" (đúng)")))
    assert "Câu hỏi nhanh: 1" in shown
    assert "8 giờ" not in shown.split("Lời văn")[0]
    await town.tap("admin", "✅ Gửi")
    (row,) = await scheduled(town)
    async with town.database.read() as conn:
        kept = await briefings.get(conn, row.briefing_id)
    assert kept is not None
    assert [one.right for one in kept.briefing.checks] == [1]
    assert "Câu hỏi" not in kept.briefing.body("vi").brief[0].plain()


async def test_people_are_ticked_by_name_and_nobody_else_gets_it(town: Village) -> None:
    await fill(town, "admin", *OWN, "[Quốc hội]", "[Chọn từng người]")
    offered = (await fill(town, "admin", "[Cả tỉnh Đắk Lắk]"))[0].labels
    assert [one for one in offered if "An · Phường Ea Kao" in one]
    await fill(town, "admin", "[An · Phường Ea Kao]", "[Chi]", "[✅ Xong]", "[Bình thường]")
    summary = words(await fill(town, "admin", "[Gửi ngay]"))
    assert "Người nhận: 2" in summary
    await town.tap("admin", "✅ Gửi")
    (row,) = await scheduled(town)
    assert row.audience is not None
    assert row.audience.named_only
    assert len(row.audience.scope.members) == 2


async def test_where_more_people_are_than_can_be_ticked_it_is_said(
    town: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.guidance.whom.PEOPLE", 3)
    await fill(town, "admin", *OWN, "[Quốc hội]", "[Chọn từng người]")
    asked = await fill(town, "admin", "[Cả tỉnh Đắk Lắk]")
    assert re.search(r"Danh sách này mới có 3 trong \d+ người.*chọn đơn vị nhỏ hơn", words(asked))
    await town.tap("admin", "↩️ Quay lại")
    fewer = await fill(town, "admin", "[Phường Ea Kao]")
    assert "Danh sách này mới có" not in words(fewer)


async def test_who_may_not_see_the_list_is_offered_no_names(town: Village) -> None:
    await town.member("bt", "Biên tập", PROVINCE, Role.EDITOR)
    await fill(town, "bt", *OWN)
    asked = (await fill(town, "bt", "[Quốc hội]"))[0]
    assert "Chọn kỹ người nhận" in str(asked.labels)
    assert "Chọn từng người" not in str(asked.labels)
