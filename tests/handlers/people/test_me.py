"""/toi: what is stored is shown and exported; leaving and erasing take it away, and say goodbye."""

import json

import pytest
from sqlalchemy import func, select

from bot.acts import invitations
from bot.acts.context import Context, Operator
from bot.acts.mydata import EXPORT
from bot.core.kernel.richtext import paragraph
from bot.core.people.members import Role
from bot.core.ports import Incoming, Tapped
from bot.core.talk.message import Message
from bot.core.talk.reply import SendReply
from bot.storage.accounts import endpoints, files
from bot.storage.delivery import replies as outbox
from bot.storage.opinion import opinions
from bot.storage.people import members, refusals
from bot.storage.tables import (
    audit,
    conversation,
    delivery,
    endpoint,
    file,
    member,
    member_role,
    submission,
    submission_author,
    subscription,
)
from handlers import routes
from tests.handlers.sending import a_run, put
from tests.handlers.village import ACCOUNT, EA_KAO, PROVINCE, Village

REPORT = ("/baocao", "1", "1", "1", "1", "Giá cà phê tăng, nông dân phấn khởi", "1", "1", "1")


@pytest.fixture
async def town(home: Village) -> Village:
    await home.member("an", "Nguyễn Thị An", EA_KAO, Role.COMMUNICATOR, Role.REPORTER)
    for words in REPORT:
        await home.say("an", words)
    run = await a_run(home, PROVINCE)
    await put(home, run, "sent", 10, read=True)
    await home.press("an", "topic:tet")
    await home.say("an", "/baocao")
    await home.say("an", "2")
    return home


async def rows(home: Village, table: object) -> int:
    async with home.database.read() as conn:
        return int((await conn.execute(select(func.count()).select_from(table))).scalar_one())  # type: ignore[arg-type]


async def codes(home: Village) -> list[str]:
    async with home.database.read() as conn:
        return await opinions.by_author(conn, 1)


async def test_everything_kept_is_shown_in_plain_words(town: Village) -> None:
    (reply,) = await town.say("an", "/toi")
    (code,) = await codes(town)
    for words in (
        "Tên hiển thị: Nguyễn Thị An",
        "Đơn vị: Phường Ea Kao",
        "Vai trò: tuyên truyền viên, cộng tác viên dư luận xã hội",
        "Ngôn ngữ: Tiếng Việt",
        "Đồng ý cho lưu: bản 1; lúc 08:00 ngày 02/11/2026",
        "Địa chỉ nhận: Trò chuyện tại chỗ",
        "Bản tin: 1 lượt gửi, 1 lượt đã xác nhận",
        f"Phản ánh còn gắn với đồng chí: {code}",
        town.house.owner,
    ):
        assert words in reply.text, words
    assert "Tết" not in reply.text
    texts = town.house.texts
    speak = [texts.line(one, "me.speak") for one in texts.languages if one != "vi"]
    assert speak[0] == "Use English"
    ways = [*speak, "✏️ Sửa tên", "📎 Tải dữ liệu của tôi", "Rời khỏi", "Xóa dữ liệu"]
    assert reply.labels == ways


async def test_each_right_has_a_command_of_its_own(town: Village) -> None:
    screen, file = await town.say("an", "/dulieucuatoi")
    assert "Tên hiển thị: Nguyễn Thị An" in screen.text
    assert file.message.attachment is not None
    for command, yes in (("/rutdongy", "Đồng ý rời khỏi"), ("/xoa", "Đồng ý xóa hết")):
        (asked,) = await town.say("an", command)
        assert yes in asked.labels
        assert "liên kết giữa đồng chí và phản ánh, câu hỏi, buổi đã ghi" in asked.text
    shown = (await town.say("an", "/trogiup"))[0].text
    assert "/toi" in shown
    assert "/xoa" not in shown
    await town.say("an", "1")
    await town.say("an", "/xoa")
    await town.tap("an", "Đồng ý xóa hết")
    assert await rows(town, member) == 0


async def test_the_language_changes_at_once_with_the_menu(town: Village) -> None:
    await town.say("an", "/toi")
    replies = await town.tap("an", "Use English")
    assert [reply.kind for reply in replies] == ["menu", "edit", "answer"]
    assert "Name shown: Nguyễn Thị An" in replies[1].text
    assert replies[2].toast == "From now on this is in English."
    (reply,) = await town.say("an", "/trogiup")
    assert "What you can do here" in reply.text
    (answer,) = await town.press("an", "me:lang:fr")
    assert "no longer valid" in answer.toast


async def export_of(town: Village) -> dict[str, object]:
    async with town.database.read() as conn:
        (found,) = list(await conn.execute(select(file.c.data).where(file.c.name == EXPORT)))
    read: dict[str, object] = json.loads(found[0].decode("utf-8"))
    return read


async def test_the_export_is_complete_and_readable(town: Village) -> None:
    await town.say("an", "/toi")
    message, answer = await town.tap("an", "📎 Tải dữ liệu của tôi")
    assert message.message.attachment is not None
    assert message.message.attachment.kind == "document"
    assert "đang được gửi" in answer.toast
    data = await export_of(town)
    assert data["Tên hiển thị"] == "Nguyễn Thị An"
    assert data["Địa chỉ nhận"] == [{"Kênh": ACCOUNT, "Mã cuộc trò chuyện": "an"}]
    assert data["Phản ánh còn gắn với đồng chí"] == await codes(town)
    assert data["Biểu mẫu điền dở"] == [{"Biểu mẫu": "Phản ánh dư luận", "Chuyên đề": "Quốc hội"}]
    (sent,) = data["Bản tin"]  # type: ignore[misc]
    assert sent["Bản tin"].startswith("Những kết quả quan trọng")
    assert "Xác nhận lúc" in sent
    async with town.database.read() as conn:
        raw = (await conn.execute(select(file.c.data).where(file.c.name == EXPORT))).scalar_one()
    assert "\n  " in raw.decode()
    assert "\\u" not in raw.decode()


async def test_an_export_goes_with_its_owner_and_after_an_hour(town: Village) -> None:
    await town.press("an", "me:export")
    await town.press("an", "me:export")
    exports = select(file).where(file.c.name == EXPORT).subquery()
    assert await rows(town, exports) == 2
    await town.press("an", "me:leave!")
    assert await rows(town, exports) == 0
    await town.member("bich", "Lê Thị Bích", EA_KAO, Role.COMMUNICATOR)
    await town.press("bich", "me:export")
    async with town.database.write() as conn:
        assert await files.forget(conn, town.now) == 0
        assert await files.forget(conn, town.now + 3_600_001) == 1


async def test_leaving_is_explained_before_it_is_done(town: Village) -> None:
    await town.say("an", "/toi")
    screen, _ = await town.tap("an", "Rời khỏi")
    assert screen.kind == "edit"
    assert "Hệ thống còn giữ" in screen.text
    assert screen.labels == ["Đồng ý rời khỏi", "Xóa dữ liệu", "↩️ Quay lại"]
    screen, _ = await town.tap("an", "↩️ Quay lại")
    assert "Tên hiển thị" in screen.text
    assert await rows(town, endpoint) == 1


async def test_leaving(town: Village) -> None:
    replies = await town.press("an", "me:leave!")
    assert [reply.kind for reply in replies] == ["edit", "send", "menu", "answer"]
    assert "đã rời khỏi" in replies[1].text
    assert replies[1].labels == ["Tham gia", "Trợ giúp"]
    for table in (endpoint, subscription, member_role, submission_author, conversation):
        assert await rows(town, table) == 0
    assert (await rows(town, submission), await rows(town, member)) == (1, 1)
    async with town.database.read() as conn:
        notes = [
            tuple(row)
            for row in await conn.execute(
                select(audit.c.act, audit.c.subject, audit.c.detail).order_by(audit.c.id)
            )
        ]
    assert notes == [("me.leave", f"unit:{EA_KAO}", "")]
    (reply,) = await town.say("an", "/moinhat")
    assert "chưa tham gia" in reply.text


async def test_erasing_leaves_numbers_only(town: Village) -> None:
    await town.say("an", "/toi")
    screen, _ = await town.tap("an", "Xóa dữ liệu")
    assert "không hoàn lại được" in screen.text
    assert "Muốn bỏ cả nội dung phản ánh, đồng chí rút phản ánh ở /cuatoi trước." in screen.text
    replies = await town.tap("an", "Đồng ý xóa hết")
    assert "Những gì còn lại không kèm tên đồng chí" in replies[1].text  # words of reports are no numbers
    assert replies[2].kind == "menu"
    assert await rows(town, member) == 0
    async with town.database.read() as conn:
        kept = list(await conn.execute(select(delivery).where(delivery.c.run_id.is_not(None))))
        told = (await conn.execute(select(func.count()).select_from(submission))).scalar_one()
    assert [(row.member_id, row.chat_id, row.state) for row in kept] == [(None, None, "sent")]
    assert kept[0].acknowledged_at is not None
    assert told == 1
    (answer,) = await town.press("an", "me:erase!")
    assert "không còn hiệu lực" in answer.toast


async def test_the_farewell_goes_out_though_nothing_else_does(home: Village) -> None:
    person = await home.member("an", "An", EA_KAO, Role.COMMUNICATOR)
    await a_run(home, PROVINCE)
    await home.press("an", "me:erase!")
    async with home.database.read() as conn:
        found = [tuple(row) for row in await conn.execute(select(delivery.c.state, delivery.c.reason))]
        assert await members.get(conn, person) is None
    assert ("skipped", "left") in found


async def test_the_only_administrator_may_leave(home: Village) -> None:
    await home.member("admin", "Quản trị", PROVINCE, Role.ADMINISTRATOR)
    replies = await home.press("admin", "me:leave!")
    assert "đã rời khỏi" in replies[1].text


async def test_all_chats_of_a_member_get_a_strangers_menu(home: Village) -> None:
    person = await home.member("an", "An", EA_KAO, Role.COMMUNICATOR)
    async with home.database.write() as conn:
        await endpoints.attach(conn, person, ACCOUNT, "an-2", home.now)
    await home.press("an", "me:leave!")
    assert [reply.kind for reply in home.screens["an-2"]] == ["menu"]


@pytest.mark.parametrize("how", ["me:leave!", "me:erase!"])
async def test_what_waits_in_another_chat_of_whoever_goes_is_said_and_kept_no_more(
    home: Village, how: str
) -> None:
    person = await home.member("an", "Nguyễn An", EA_KAO, Role.COMMUNICATOR)
    async with home.database.write() as conn:
        await endpoints.attach(conn, person, ACCOUNT, "an-2", home.now)
        name = SendReply(message=Message(text=(paragraph("Nguyễn An"),)))
        await outbox.say(conn, ACCOUNT, "an-2", name, home.now)  # its account has stopped, say
        incoming = Incoming("an", Tapped(how, "1", "callback"))
        await routes.handle(home.house, conn, ACCOUNT, incoming, home.now)
        waiting = select(delivery).where(delivery.c.state == "pending", delivery.c.chat_id == "an-2")
        assert [row for row in await conn.execute(waiting) if '"menu"' not in row.act] == []
        assert "Nguyễn An" not in str((await conn.execute(select(delivery))).all())


@pytest.mark.parametrize(
    "data", ["me:leave!", "me:erase!", "me:export", "me:back", "me:lang:en", "me:x", "me", "me:"]
)
async def test_strangers_taps_have_no_effect(home: Village, data: str) -> None:
    await home.member("an", "An", EA_KAO, Role.COMMUNICATOR)
    (answer,) = await home.press("stranger", data)
    assert "không còn hiệu lực" in answer.toast
    assert await rows(home, member) == 1


@pytest.mark.parametrize("data", ["me:x", "me:", "me:lang", "me:lang:", "me:leave!!", "me:lang:en:2"])
async def test_forged_taps_have_no_effect(home: Village, data: str) -> None:
    await home.member("an", "An", EA_KAO, Role.COMMUNICATOR)
    (answer,) = await home.press("an", data)
    assert "không còn hiệu lực" in answer.toast


async def test_imported_consent_is_told_as_it_was_given(home: Village) -> None:
    consent = members.Consent("paper", home.now, "danh sách ký ngày 01/11/2026")
    async with home.database.write() as conn:
        person = await members.add(conn, "Bình", EA_KAO, [Role.EDITOR], "vi", consent, home.now)
        await endpoints.attach(conn, person, ACCOUNT, "binh", home.now)
    (reply,) = await home.say("binh", "/toi")
    assert "bằng văn bản; lúc 08:00 ngày 02/11/2026; cách đồng ý: danh sách ký ngày 01/11/2026" in reply.text


async def test_a_name_can_be_corrected(town: Village) -> None:
    await town.say("an", "/toi")
    await town.tap("an", "✏️ Sửa tên")
    await town.say("an", "Nguyễn An")
    await town.tap("an", "✅ Gửi")
    await town.say("an", "/toi")
    assert "Nguyễn An" in town.screens["an"][-1].text
    assert "Nguyễn Thị An" not in town.screens["an"][-1].text


@pytest.mark.parametrize("how", ["leave", "erase"])
async def test_ones_no_is_remembered_until_one_comes_back(home: Village, how: str) -> None:
    await home.member("an", "An", EA_KAO, Role.COMMUNICATOR)
    await home.press("an", f"me:{how}!")
    async with home.database.read() as conn:
        assert await refusals.left_at(conn, ACCOUNT, "an") == home.now
    async with home.database.write() as conn:
        operator = Context(conn, home.house, Operator(), home.now)
        made = await invitations.create(operator, EA_KAO, [Role.COMMUNICATOR], days=1, uses=1)
        assert isinstance(made, invitations.Created)
    await home.say("an", f"/start {made.code}")
    await home.tap("an", "Tôi đồng ý")
    await home.say("an", "An")
    await home.tap("an", "✅ Gửi")
    async with home.database.read() as conn:
        assert await members.at(conn, ACCOUNT, "an") is not None
        assert await refusals.left_at(conn, ACCOUNT, "an") is None


async def test_the_only_administrator_is_told_so_before_they_leave(home: Village) -> None:
    await home.member("admin", "Quản trị", PROVINCE, Role.ADMINISTRATOR)
    await home.member("an", "An", EA_KAO, Role.COMMUNICATOR)
    for step in ("me:leave", "me:erase"):
        assert "quản trị duy nhất của Tỉnh Đắk Lắk" in (await home.press("admin", step))[0].text
        assert "quản trị duy nhất" not in (await home.press("an", step))[0].text
    await home.member("hai", "Quản trị hai", PROVINCE, Role.ADMINISTRATOR)
    assert "quản trị duy nhất" not in (await home.press("admin", "me:leave"))[0].text
