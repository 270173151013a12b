"""Coming in by request: administrators above the unit decide, once."""

import pytest
from sqlalchemy import select

from bot.core.people.members import Role
from bot.core.ports import RawUpdate
from bot.engine.retention import tidy
from bot.storage.tables import audit, conversation, join_request
from bot.storage.tables import inbox as table
from bot.storage.talk import inbox
from tests.handlers.incomers import at
from tests.handlers.village import ACCOUNT, BUON_MA_THUOT, EA_KAO, PROVINCE, Reply, Village


async def request(home: Village, chat_id: str = "moi", unit: str = "ea kao") -> list[Reply]:
    replies = await home.say(chat_id, "/start")
    if "✏️ Đổi yêu cầu" in replies[-1].labels:
        await home.tap(chat_id, "✏️ Đổi yêu cầu")
    await home.tap(chat_id, "Tôi đồng ý")
    await home.say(chat_id, unit)
    await home.say(chat_id, "Người Mới")
    return await home.tap(chat_id, "✅ Gửi")


async def test_a_request_is_accepted_by_the_nearest_administrators(home: Village) -> None:
    await home.member("xa", "Quản trị Ea Kao", EA_KAO, Role.ADMINISTRATOR)
    await home.member("tinh", "Quản trị tỉnh", PROVINCE, Role.ADMINISTRATOR)
    await home.member("khac", "Quản trị khác", BUON_MA_THUOT, Role.ADMINISTRATOR)
    replies = await request(home)
    assert "Đã gửi yêu cầu tham gia tới quản trị của Phường Ea Kao" in replies[0].text
    assert "khac" not in home.screens
    for chat_id in ("xa", "tinh"):
        (asked,) = home.screens[chat_id]
        assert "Người Mới xin tham gia Phường Ea Kao" in asked.text
    shown, _ = await home.tap("tinh", "✅ Nhận")
    assert shown.kind == "edit"
    assert "Đã nhận Người Mới" in shown.text
    assert "đã tham gia" in home.screens["moi"][-2].text
    assert home.screens["moi"][-1].kind == "menu"
    found = await at(home, "moi")
    assert found is not None
    assert (found.unit, found.roles) == (EA_KAO, {Role.COMMUNICATOR})
    await home.tap("xa", "Không nhận")
    (answer,) = await home.tap("xa", "Lý do khác")
    assert "đã được giải quyết" in answer.toast
    assert await at(home, "moi") is not None
    async with home.database.read() as conn:
        notes = [
            tuple(row)
            for row in await conn.execute(
                select(audit.c.act, audit.c.subject, audit.c.detail).order_by(audit.c.id)
            )
        ]
    assert notes == [("requests.admit", "request:1", f"unit:{EA_KAO}")]


@pytest.mark.parametrize("words", ["/start", "Y Bhăm", "xin chào", "/moinhat"])
async def test_who_waits_is_told_so_whatever_they_write(home: Village, words: str) -> None:
    await home.member("xa", "Quản trị Ea Kao", EA_KAO, Role.ADMINISTRATOR)
    await request(home)
    (told,) = await home.say("moi", words)
    assert "Yêu cầu tham gia của Người Mới vào Phường Ea Kao đang chờ quản trị, từ " in told.text
    assert told.labels == ["✏️ Đổi yêu cầu", "Trợ giúp"]


async def test_a_request_that_waits_is_changed(home: Village) -> None:
    await home.member("xa", "Quản trị Ea Kao", EA_KAO, Role.ADMINISTRATOR)
    await request(home)
    await home.say("moi", "/start")
    await home.tap("moi", "✏️ Đổi yêu cầu")
    await home.tap("moi", "Tôi đồng ý")
    await home.say("moi", "ea kao")
    await home.say("moi", "Y Bhăm")
    await home.tap("moi", "✅ Gửi")
    (told,) = await home.say("moi", "/start")
    assert "của Y Bhăm vào Phường Ea Kao" in told.text


async def test_a_request_is_declined_and_told(home: Village) -> None:
    await home.member("xa", "Quản trị Ea Kao", EA_KAO, Role.ADMINISTRATOR)
    await request(home)
    (screen, _) = await home.tap("xa", "Không nhận")
    assert "Vì sao" in screen.text
    await home.tap("xa", "Thuộc đơn vị khác")
    assert "chưa được chấp nhận" in home.screens["moi"][-1].text
    assert "thuộc đơn vị khác" in home.screens["moi"][-1].text
    assert await at(home, "moi") is None


async def test_a_second_request_replaces_the_first(home: Village) -> None:
    await home.member("tinh", "Quản trị tỉnh", PROVINCE, Role.ADMINISTRATOR)
    await request(home)
    await request(home, unit="phường buôn ma thuột")
    async with home.database.read() as conn:
        states = [
            row[0] for row in await conn.execute(select(join_request.c.state).order_by(join_request.c.id))
        ]
    assert states == ["declined", "waiting"]
    (answer,) = await home.press("tinh", "admit:yes:1")
    assert "đã sửa yêu cầu" in answer.toast
    assert [reply.text for reply in home.screens["tinh"] if "xin tham gia" in reply.text] != []
    await home.press("tinh", "admit:yes:2")
    found = await at(home, "moi")
    assert found is not None
    assert found.unit == BUON_MA_THUOT


async def test_a_request_to_a_unit_without_administrator_says_so(home: Village) -> None:
    replies = await request(home)
    assert "chưa có quản trị" in replies[0].text


@pytest.mark.parametrize("who", ["moi", "xa-khac", "bien-tap", "la"])
async def test_only_administrators_above_the_unit_decide(home: Village, who: str) -> None:
    await home.member("xa-khac", "Quản trị khác", BUON_MA_THUOT, Role.ADMINISTRATOR)
    await home.member("bien-tap", "Biên tập", EA_KAO, Role.EDITOR)
    await request(home)
    for data in (
        "admit:yes:1",
        "admit:no:1:other",
        "admit:yes:2",
        f"admit:yes:{'9' * 50}",
        "admit:yes:x",
        "admit:yes",
    ):
        (answer,) = await home.press(who, data)
        assert "không còn hiệu lực" in answer.toast
    assert await at(home, "moi") is None
    async with home.database.read() as conn:
        assert (await conn.execute(select(join_request.c.state))).scalar_one() == "waiting"


async def test_units_are_found_page_by_page_and_by_name(home: Village) -> None:
    await home.say("moi", "/start")
    (screen, _) = await home.tap("moi", "Tôi đồng ý")
    assert len(screen.buttons) == 7 + 1 + 2
    first = screen.labels[:7]
    (screen, _) = await home.tap("moi", "Xem thêm")
    assert not set(first) & set(screen.labels[:7])
    (screen,) = await home.say("moi", "phường")
    while "Xem thêm" in screen.labels:
        last = screen
        (screen, _) = await home.tap("moi", "Xem thêm")
    assert not set(last.labels[:7]) & set(screen.labels[:-2]), "the last page leads to no other"
    (screen,) = await home.say("moi", "hoa")
    assert "Tìm thấy" in screen.text
    (screen,) = await home.say("moi", "khong co dau")
    assert "chọn một mục" in screen.text
    (screen,) = await home.say("moi", "EA KAO")
    assert "hiển thị tên" in screen.text


async def test_one_person_rings_once_at_an_administrator_however_often_they_ask(home: Village) -> None:
    await home.member("tinh", "Quản trị tỉnh", PROVINCE, Role.ADMINISTRATOR)
    for unit in ("ea kao", "ea kao", "phường buôn ma thuột", "ea kao"):
        await request(home, unit=unit)
    assert len([reply for reply in home.screens["tinh"] if "xin tham gia" in reply.text]) == 1
    async with home.database.read() as conn:
        rows = [row[0] for row in await conn.execute(select(join_request.c.state))]
    assert rows.count("waiting") == 1


async def test_who_is_not_in_is_forgotten_after_days(home: Village) -> None:
    await home.member("xa", "Quản trị Ea Kao", EA_KAO, Role.ADMINISTRATOR)
    await request(home)
    await home.press("xa", "admit:no:1:unknown")
    await request(home, "khac")
    for days in (13, 15):
        await tidy(home.database, home.house.zone, home.now + days * 86_400_000, 14, 30)
        async with home.database.read() as conn:
            query = select(join_request.c.name, join_request.c.chat_id, join_request.c.reason)
            rows = [tuple(row) for row in await conn.execute(query.order_by(join_request.c.id))]
        expected = [("Người Mới", "moi", "unknown"), ("Người Mới", "khac", None)]
        assert rows == (expected if days == 13 else [("", "", "unknown"), ("", "", "old")])
    (answer,) = await home.press("xa", "admit:yes:2")
    assert "đã được giải quyết" in answer.toast


async def test_what_who_is_not_in_began_to_fill_in_is_forgotten_after_days(home: Village) -> None:
    await home.member("an", "An", EA_KAO, Role.REPORTER)
    await home.say("an", "/baocao")
    await home.say("moi", "/start", name="Nguyễn Văn Mới")
    await home.tap("moi", "Tôi đồng ý")
    for days, chats in ((13, ["an", "moi"]), (15, ["an"])):
        await tidy(home.database, home.house.zone, home.now + days * 86_400_000, 14, 30)
        async with home.database.read() as conn:
            rows = await conn.execute(select(conversation.c.chat_id).order_by(conversation.c.chat_id))
            assert list(rows.scalars()) == chats


async def test_what_could_not_be_handled_is_emptied_after_days_too(home: Village) -> None:
    async with home.database.write() as conn:
        await inbox.keep(conn, ACCOUNT, [RawUpdate("7", "moi", '{"text":"0905 123 456"}')], home.now)
        (row,) = await inbox.waiting(conn, 1)
        await inbox.failed(conn, row.id, "KeyError", 1, home.now)
    for days, chats in ((13, ["moi"]), (15, [""])):
        await tidy(home.database, home.house.zone, home.now + days * 86_400_000, 14, 30)
        async with home.database.read() as conn:
            assert list((await conn.execute(select(table.c.chat_id))).scalars()) == chats


async def test_requests_are_listed_with_how_long_they_wait_and_decided_one_after_the_other(
    home: Village,
) -> None:
    await home.member("tinh", "Quản trị tỉnh", PROVINCE, Role.ADMINISTRATOR)
    await request(home, "mot")
    home.now += 2 * 3_600_000
    await request(home, "hai", unit="phường buôn ma thuột")
    home.now += 50 * 3_600_000
    await request(home, "ba")
    (listed,) = await home.say("tinh", "/xinvao")
    lines = [line for line in listed.text.splitlines() if "Người Mới" in line]
    assert [line.rpartition(" · ")[2] for line in lines] == ["chờ 2 ngày", "chờ 2 ngày", "vừa gửi"]
    (asked, _) = await home.press("tinh", listed.buttons[1].data)
    assert "xin tham gia Phường Buôn Ma Thuột, chờ 2 ngày" in asked.text
    done = await home.tap("tinh", "✅ Nhận")
    assert done[0].labels == ["Yêu cầu tham gia (2)"]
    assert await at(home, "hai") is not None
    again = (await home.tap("tinh", "Yêu cầu tham gia"))[0]
    assert "2 người đang chờ" in again.text
    screen, answer = await home.press("tinh", listed.buttons[1].data)
    assert "2 người đang chờ" in screen.text
    assert "đã được giải quyết" in answer.toast
    assert "Yêu cầu tham gia (2)" in (await home.say("tinh", "/thanhvien"))[0].labels
    for _ in range(2):
        await home.tap("tinh", "Yêu cầu tham gia") if _ else await home.say("tinh", "/xinvao")
        await home.tap("tinh", "Người Mới")
        await home.tap("tinh", "Không nhận")
        done = await home.tap("tinh", "Chưa rõ là ai")
    assert done[0].labels == []
    assert "Không có yêu cầu" in (await home.say("tinh", "/xinvao"))[0].text


async def test_who_waits_and_has_no_buttons_changes_the_request_by_number(home: Village) -> None:
    await home.member("xa", "Quản trị Ea Kao", EA_KAO, Role.ADMINISTRATOR)
    await request(home)
    assert (await home.say("moi", "xin chào"))[0].labels == ["✏️ Đổi yêu cầu", "Trợ giúp"]
    assert "đồng ý tham gia không" in (await home.say("moi", "1."))[-1].text
