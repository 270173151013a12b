"""What people send beside commands and answers: small talk, questions, labels, and what is no text at all."""

from dataclasses import replace

import pytest

from bot.core.people.members import Role
from bot.core.ports import Shared, Unusable
from bot.storage.talk import conversations
from handlers.access import COMMANDS
from tests.handlers.issuing import issue
from tests.handlers.reporting import TEXT, kept, to_summary, to_text
from tests.handlers.sending import SLUG
from tests.handlers.village import ACCOUNT, EA_KAO, PROVINCE, Village

SENT = {
    "a sticker": "nhãn dán",
    "a video": "video",
    "a video_note": "video tròn",
    "an animation": "loại tin này",
    "a animation": "ảnh động",
    "a location": "vị trí",
    "a contact": "danh bạ",
    "a poll": "bình chọn",
    "a voice": "tin thoại",
    "an empty text": "loại tin này",
}


@pytest.fixture
async def town(home: Village) -> Village:
    await home.member("rep", "Rép", EA_KAO, Role.REPORTER)
    await home.member("admin", "Quản trị", PROVINCE, Role.ADMINISTRATOR)
    return home


@pytest.mark.parametrize(
    "words",
    [
        "cảm ơn",
        "Cám ơn nhiều ạ!",
        "cam on ad",
        "Xin cảm ơn các đồng chí 🙏",
        "ok cảm ơn bạn nhé",
        "Thank you",
        "tks ad",
    ],
)
async def test_thanks_are_answered_in_kind(town: Village, words: str) -> None:
    (reply,) = await town.say("rep", words)
    assert reply.text.startswith("Cảm ơn đồng chí")
    assert len(reply.buttons) == 2


@pytest.mark.parametrize(
    "words",
    [
        "chào bạn",
        "xin chào ad",
        "Xin chao",
        "Em chào anh chị ạ",
        "chao buoi sang ca nha",
        "alo ad ơi",
        "Hello",
        "hi bot",
    ],
)
async def test_greetings_are_answered_in_kind(town: Village, words: str) -> None:
    for who, labels in (("rep", ["Bản tin mới nhất", "Gửi phản ánh"]), ("la", ["Tham gia", "Trợ giúp"])):
        (reply,) = await town.say(who, words)
        assert reply.text.startswith("Chào đồng chí")
        assert reply.labels == labels


@pytest.mark.parametrize("words", ["ok", "Vâng ạ", "da vang", "👍", "🙏🙏", "...", "ừ"])
async def test_a_nod_is_taken_as_one_and_names_what_waits_to_be_read(town: Village, words: str) -> None:
    (reply,) = await town.say("rep", words)
    assert reply.text.startswith("Hệ thống đã nhận tin của đồng chí.")
    assert len(reply.buttons) == 2
    await issue(town, SLUG, EA_KAO)
    (reply,) = await town.say("rep", words)
    assert "chưa được xác nhận" in reply.text, "no word but that of reading confirms"
    assert reply.labels[0] == "Mở bản tin"


@pytest.mark.parametrize(
    "words",
    [
        "tôi không biết dùng",
        "khong biet bam vao dau",
        "bấm vào đâu ạ",
        "làm thế nào",
        "chỉ tôi với",
        "toi khong biet lam the nao",
        "Tôi già rồi mắt kém ko biết bấm chỗ nào",
        "bam mai khong duoc chau oi",
    ],
)
async def test_who_does_not_know_how_is_shown_help(town: Village, words: str) -> None:
    (reply,) = await town.say("rep", words)
    assert reply.labels[0] == "Mở: Trợ giúp, việc có thể làm"


@pytest.mark.parametrize("words", ["không", "khong", "ko"])
async def test_no_in_answer_to_a_question_changes_nothing_and_says_so(town: Village, words: str) -> None:
    assert "rời khỏi" in (await town.say("rep", "dừng tin"))[0].text
    (reply,) = await town.say("rep", words)
    assert "không có gì thay đổi" in reply.text


@pytest.mark.parametrize("words", ["đã đọc rồi", "da doc r", "Đọc xong rồi", "tôi đã đọc rồi"])
async def test_to_have_read_it_is_said_in_many_ways(town: Village, words: str) -> None:
    await issue(town, SLUG, EA_KAO)
    (reply,) = await town.say("rep", words)
    assert "Đã ghi nhận đồng chí đọc bản tin" in reply.text


async def test_what_is_said_back_is_cut_between_words_and_says_so(town: Village) -> None:
    (reply,) = await town.say("rep", "ba con keu gia phan bon cao qua, hop tac xa noi het hang tu thang mot")
    assert "“ba con keu gia phan bon cao qua, hop tac xa noi het hang tu…”" in reply.text


@pytest.mark.parametrize("words", ["chào mừng ngày hội", "ngày hội cảm tạ", "ơn"])
async def test_other_words_are_no_small_talk(town: Village, words: str) -> None:
    (reply,) = await town.say("rep", words)
    assert "chưa hiểu" in reply.text


@pytest.mark.parametrize(
    "words",
    [
        "tìm căn cước",
        "Tìm kiếm: căn cước",
        "tim can cuoc",
        "tìm\u00a0căn cước",
        "tra cứu căn cước",
        "search căn cước",
    ],
)
async def test_to_say_find_finds(town: Village, words: str) -> None:
    await issue(town, SLUG)
    (reply,) = await town.say("rep", words)
    assert "Kết quả tìm" in reply.text
    assert town.house.briefings[SLUG].bodies["vi"].title in reply.text


@pytest.mark.parametrize(
    ("words", "sought"),
    [
        ("Luật căn cước ở đâu?", "luật căn cước"),
        ("tôi muốn hỏi luật căn cước", "luật căn cước"),
        ("cho em hỏi về luật căn cước ạ", "luật căn cước"),
        ("luat can cuoc la gi", "luat can cuoc"),
        ("luật căn cước?", "luật căn cước"),
        ("Chào ad, luật căn cước có hiệu lực khi nào vậy ạ?", "luật căn cước hiệu lực"),
        ("What is căn cước?", "căn cước"),
        ("luật căn cước có ở đâu vậy ạ?", "luật căn cước"),
    ],
)
async def test_a_question_is_offered_a_search_for_its_words(town: Village, words: str, sought: str) -> None:
    await issue(town, SLUG)
    (reply,) = await town.say("rep", words)
    assert "tìm trong các bản tin" in reply.text
    assert reply.labels[0] == f"Tìm: {sought}"
    (found, _) = await town.tap("rep", "Tìm: ")
    assert f"“{sought}”" in found.text
    if sought in ("luật căn cước", "căn cước"):
        assert town.house.briefings[SLUG].bodies["vi"].title in found.text


async def test_what_a_button_holds_is_searched_when_its_screen_is_gone(town: Village) -> None:
    await issue(town, SLUG)
    (found, _) = await town.press("rep", "seek:luat_can_cuoc")
    assert "“luat can cuoc”" in found.text
    assert town.house.briefings[SLUG].bodies["vi"].title in found.text


@pytest.mark.parametrize("words", ["Đọc toàn văn", "tài liệu", "xem toan van"])
async def test_what_is_below_a_briefing_leads_to_the_briefings(town: Village, words: str) -> None:
    (reply,) = await town.say("rep", words)
    assert reply.labels[0] == "Mở: Bản tin mới nhất"


async def test_a_stranger_is_told_how_to_join_and_finds_nothing(town: Village) -> None:
    for words in ("tìm căn cước", "luật căn cước ở đâu?"):
        (reply,) = await town.say("la", words)
        assert reply.labels == ["Tham gia", "Trợ giúp"]
    (answer,) = await town.press("la", "seek:can_cuoc")
    assert "không còn hiệu lực" in answer.toast


@pytest.mark.parametrize("number", ["1", "1.", "một", "số 1 ạ"])
async def test_a_stranger_without_buttons_comes_in_by_number(town: Village, number: str) -> None:
    (hello,) = await town.say("la", "chào")
    assert hello.labels == ["Tham gia", "Trợ giúp"]
    assert "đồng ý tham gia không" in (await town.say("la", number))[-1].text
    assert "ở đơn vị nào" in (await town.say("la", number))[-1].text, "a form's own screen hears for itself"


async def test_a_stranger_finds_the_way_in_below_any_number(town: Village) -> None:
    assert (await town.say("la", "chào"))[0].labels == ["Tham gia", "Trợ giúp"]
    assert "/start" in (await town.say("la", "2"))[0].text
    assert (await town.say("la", "9"))[0].labels == ["Tham gia", "Trợ giúp"]


async def test_words_that_are_not_understood_can_be_searched_by_a_button(town: Village) -> None:
    await issue(town, SLUG)
    (reply,) = await town.say("rep", "luật căn cước")
    assert "chưa hiểu" in reply.text
    assert (
        town.house.briefings[SLUG].bodies["vi"].title in (await town.tap("rep", "Tìm: luật căn cước"))[0].text
    )


async def test_a_label_opens_what_it_names_from_any_screen(town: Village) -> None:
    await issue(town, SLUG)
    title = town.house.briefings[SLUG].bodies["vi"].title
    for words in ("Bản tin mới nhất", "ban tin moi nhat", "📌 Bản tin mới nhất"):
        await town.say("rep", "/toi")
        assert title in (await town.say("rep", words))[0].text
    assert "Bước 1/7" in (await town.say("rep", "Gửi phản ánh"))[0].text
    (welcome, *_) = await town.say("la", "tham gia")
    assert "Đơn vị vận hành" in welcome.text


@pytest.mark.parametrize(
    "words",
    [
        *("stop", "Dừng", "hủy đăng ký", "thoi nhan tin", "rời khỏi", "/stop", "/dung", "unsubscribe"),
        *("Xin hủy nhận tin ạ", "tôi không muốn nhận tin nhắn nữa", "ngưng gửi tin", "cho tôi ra khỏi nhóm"),
        *("xoá dữ liệu của tôi", "Rút khỏi danh sách", "dung nhan nua", "bỏ theo dõi", "/hủy đăng ký"),
        *("tôi xin nghỉ nhận bản tin", "không cần gửi nữa", "stop sending me messages", "/huydangky"),
        *(
            "ko nhận nữa",
            "k nhận tin nữa",
            "Hủy đk",
            "Dừng lại đi 🙏",
            "DỪNG!!!",
            "duwngf",
            "thooi nhaanj tin",
        ),
        *(
            "thoi6 nhan65 tin",
            "dừngf",
            "xóa tôi ra khỏi danh sách",
            "gỡ tên tôi",
            "tôi rút lại đồng ý",
            "Out nhóm",
        ),
        *(
            "không đồng ý nữa",
            "làm sao để thôi nhận tin?",
            "cách hủy đăng ký",
            "Từ chối nhận tin",
            "không cần nữa",
        ),
        *("Tôi nghỉ hưu rồi, đừng gửi nữa", "xoá hết dữ liệu của tôi", "tôi không làm báo cáo viên nữa"),
        *("phiền quá đừng nhắn nữa", "Dừng nhận tin từ hệ thống", "/hủy_đăng_ký", "Xoá tôi khỏi danh sách"),
    ],
)
async def test_the_way_out_is_found_by_who_looks_for_it(town: Village, words: str) -> None:
    (reply,) = await town.say("rep", words)
    assert "muốn rời khỏi?" in reply.text
    assert reply.labels == ["Đồng ý rời khỏi", "Xóa dữ liệu", "↩️ Quay lại"]


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("bao cao ạ", "Mở: Gửi phản ánh dư luận"),
        ("baso caso", "Mở: Gửi phản ánh dư luận"),
        ("Bản tin mới nhất 👍", None),
        ("cho tôi xin bản tin mới với", "Mở: Bản tin mới nhất"),
        ("moi7 nhat61", "Mở: Bản tin mới nhất"),
        ("menu", "Mở: Trợ giúp, việc có thể làm"),
        ("cách dùng", "Mở: Trợ giúp, việc có thể làm"),
        ("Giúp tôi với ạ", "Mở: Trợ giúp, việc có thể làm"),
    ],
)
async def test_a_command_is_found_in_the_words_of_who_types_it(
    town: Village, words: str, label: str | None
) -> None:
    await issue(town, SLUG)
    await town.say("rep", "/toi")
    (reply, *_) = await town.say("rep", words)
    assert label is None or reply.labels[0] == label
    assert label is not None or town.house.briefings[SLUG].bodies["vi"].title in reply.text


@pytest.mark.parametrize(
    "words",
    [
        *(
            "không làm được",
            "xóa bản tin này",
            "từ chối",
            "không đồng ý",
            "nghỉ lễ thế nào",
            "tôi",
            "hết rồi",
        ),
        *("tin", "bản tin này", "nhóm", "hủy", "thôi", "dự án bị dừng", "rời khỏi nơi ở cũ thì báo ai?"),
        *(
            "đường xuống cấp, xin đừng gửi trả hồ sơ",
            "xóa đói giảm nghèo",
            "rút kinh nghiệm",
            "tạm dừng thi công",
        ),
    ],
)
async def test_what_is_about_something_else_leads_nowhere(town: Village, words: str) -> None:
    assert not any("muốn rời khỏi?" in reply.text for reply in await town.say("rep", words))


def test_the_words_name_commands_and_buttons_that_there_are(home: Village) -> None:
    known, texts = home.house.words, home.house.texts
    assert set(known.commands) <= set(COMMANDS)
    for button in set(known.buttons) - {"read", "full", "files", "ask"}:
        assert texts.line("vi", f"form.{button}")
    taken = [word for ways in known.commands.values() for word in ways]
    assert len(taken) == len(set(taken))


@pytest.mark.parametrize(("why", "named"), SENT.items())
async def test_what_is_no_answer_is_named_and_the_question_asked_again(
    town: Village, why: str, named: str
) -> None:
    (first,) = await town.say("rep", "/baocao")
    (screen,) = await town.update("rep", Unusable(why, answer=True))
    assert f"không nhận {named}," in screen.text
    assert "chọn một mục" in screen.text
    assert "Bước 1/7" in screen.text
    assert [button.label for button in screen.buttons] == first.labels
    assert "Bước 2/7" in (await town.tap("rep", first.labels[0]))[0].text


async def test_a_picture_and_a_file_are_named_where_words_are_asked_for(town: Village) -> None:
    await to_text(town)
    for kind, named in (("photo", "ảnh"), ("document", "tệp")):
        (screen,) = await town.share("rep", Shared("h", "voice.ogg", "audio/ogg", kind, 10))  # type: ignore[arg-type]
        assert f"không nhận {named}," in screen.text
        assert "gõ câu trả lời" in screen.text
        assert "Người dân nói gì?" in screen.text


async def test_a_report_takes_no_voice_and_says_what_to_do_instead(town: Village) -> None:
    await to_text(town)
    voices = Shared("v", "voice.ogg", "audio/ogg", "audio", 10), Unusable("a voice", answer=True)
    for voice in voices:  # as Telegram has it, and as Zalo
        (screen,) = await town.update("rep", voice)
        assert "không nhận tin thoại, vì giọng nói để lộ người nói" in screen.text
        assert "bấm micro trên bàn phím" in screen.text
        assert "Người dân nói gì?" in screen.text
    assert await kept(town) == []


async def test_an_edited_message_is_told_how_to_mend_its_answer(town: Village) -> None:
    edited = Unusable("an edited message", answer=True)
    await to_text(town)
    (screen,) = await town.update("rep", edited)
    assert "chọn Quay lại" in screen.text
    assert "Người dân nói gì?" in screen.text
    await town.say("rep", TEXT)
    await town.tap("rep", "Bỏ qua")
    await town.tap("rep", "Bình thường")
    (screen,) = await town.update("rep", edited)
    assert "chọn Sửa" in screen.text
    assert screen.labels == ["✅ Gửi", "✏️ Sửa", "❌ Hủy"]
    (reply,) = await town.update("admin", edited)
    assert "gửi lại thành tin mới" in reply.text.lower()
    assert len(reply.buttons) == 2


async def test_outside_a_form_what_came_is_named_too(town: Village) -> None:
    for who in ("rep", "la"):
        (reply,) = await town.update(who, Unusable("a sticker", answer=True))
        assert "không đọc được nhãn dán" in reply.text
        assert len(reply.buttons) == 2


async def test_cancel_asks_before_answers_are_lost(town: Village) -> None:
    await town.say("rep", "/baocao")
    assert "Đã hủy" in (await town.tap("rep", "❌ Hủy"))[0].text
    await to_text(town)
    (screen, _) = await town.tap("rep", "❌ Hủy")
    assert screen.kind == "edit"
    assert screen.text == "Bỏ những gì đã nhập?"
    assert screen.labels == ["Có, bỏ", "Không, điền tiếp"]
    (back, _) = await town.tap("rep", "Không, điền tiếp")
    assert "Bước 5/7" in back.text
    await town.tap("rep", "❌ Hủy")
    assert "Bước 5/7" in (await town.say("rep", "ko"))[0].text
    assert "Bỏ những gì" in (await town.say("rep", "/huy"))[0].text
    (done,) = await town.say("rep", "có")
    assert "Đã hủy phản ánh" in done.text
    assert await kept(town) == []
    async with town.database.read() as conn:
        assert await conversations.current(conn, ACCOUNT, "rep") is None


@pytest.mark.parametrize("words", ["❌ Hủy", "hủy bỏ", "↩️ Quay lại", "✏️ sửa", "✅ Gửi"])
async def test_the_buttons_of_a_form_say_so_where_none_is_open(town: Village, words: str) -> None:
    (reply,) = await town.say("rep", words)
    assert "không làm dở việc nào" in reply.text
    assert reply.labels[0] == "Bản tin mới nhất"


@pytest.mark.parametrize("words", ["✅ Gửi", "✅ gui", "Gửi.", "gửi đi", "1"])
async def test_send_typed_as_it_stands_sends(town: Village, words: str) -> None:
    await to_summary(town)
    (receipt,) = await town.say("rep", words)
    assert "Đã ghi nhận phản ánh" in receipt.text
    assert len(await kept(town)) == 1


async def test_a_house_without_typed_words_still_knows_labels_and_numbers(town: Village) -> None:
    town.house = replace(town.house, words=type(town.house.words)())
    await to_summary(town)
    await town.say("rep", "✏️ sửa")
    (screen,) = await town.say("rep", "Mức khẩn")
    assert "xem ngay" in screen.text
    await town.say("rep", "3")
    assert "Đã ghi nhận" in (await town.say("rep", "✅ Gửi"))[0].text


@pytest.mark.parametrize(
    ("words", "opens"),
    [
        ("tin nay co dung khong", "Mở: Xác minh một bản tin"),
        ("Bác ơi, ai gửi tin này?", "Mở: Xác minh một bản tin"),
        ("khong co gi", "Mở: Không có vấn đề phát sinh"),
        ("tiếng Việt", "Mở: Thông tin và quyền của tôi"),
        ("tôi cần báo cáo ạ", "Mở: Gửi phản ánh dư luận"),
    ],
)
async def test_what_people_say_opens_what_they_mean(town: Village, words: str, opens: str) -> None:
    (reply,) = await town.say("rep", words)
    assert reply.labels[0] == opens


async def test_who_may_report_is_offered_to_report_what_was_not_understood(town: Village) -> None:
    search = "Tìm: ba con noi gia ca phe thap"
    for who, labels in (("rep", ["Gửi phản ánh", search]), ("admin", [search, "Bản tin mới nhất"])):
        (reply,) = await town.say(who, "ba con noi gia ca phe thap")
        assert reply.labels == labels


async def test_small_letters_are_the_phones(town: Village) -> None:
    (reply,) = await town.say("rep", "chu nho qua")
    assert "tìm mục Cỡ chữ" in reply.text


async def test_whoever_asks_who_sends_is_told(town: Village) -> None:
    (reply,) = await town.say("rep", "/xacminh")
    assert f"do {town.house.owner} và các đơn vị bên dưới phát" in reply.text
