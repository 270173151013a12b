"""What people asked for by law and is not done: administrators see by when, in working days, never whose."""

from datetime import datetime

import pytest
from sqlalchemy import insert

from bot.acts import store
from bot.core.people.members import Role
from bot.core.ports import RawUpdate
from bot.storage import residue
from bot.storage.tables import setting
from bot.storage.talk import inbox
from tests.handlers.village import ACCOUNT, EA_KAO, PROVINCE, ZONE, Village

WORDS = "Cho tôi xóa dữ liệu, tôi là Nguyễn Văn Mới"


async def given_up(home: Village, day: int = 23, number: str = "7") -> None:
    """An update of November that could not be handled."""
    came = int(datetime(2026, 11, day, 9, 0, tzinfo=ZONE).timestamp() * 1000)
    async with home.database.write() as conn:
        await inbox.keep(conn, ACCOUNT, [RawUpdate(number, "moi", f'{{"text":"{WORDS}"}}')], came)
        (row, *_) = await inbox.waiting(conn, 1)
        await inbox.failed(conn, row.id, "KeyError", 1, came)
    home.now = max(home.now, came)


async def test_an_administrator_sees_the_clock_where_requests_wait_and_nobodys_name(home: Village) -> None:
    await home.member("xa", "Quản trị Ea Kao", EA_KAO, Role.ADMINISTRATOR)
    await home.member("rep", "An", EA_KAO, Role.REPORTER)
    (before,) = await home.say("xa", "/xinvao")
    assert "dữ liệu cá nhân" not in before.text
    await given_up(home)
    await given_up(home, 25, "8")
    (roster,) = await home.say("xa", "/thanhvien")
    assert "⏳ Yêu cầu về dữ liệu chưa xong" in roster.labels
    (shown, *_) = await home.tap("xa", "⏳ Yêu cầu về dữ liệu chưa xong")
    assert "• 2 tin nhắn chưa xử lý được, cũ nhất từ thứ Hai 23/11" in shown.text
    # Tuesday the 24th is a public holiday.
    assert "Trả lời chậm nhất thứ Năm 26/11, làm xong chậm nhất thứ Ba 15/12" in shown.text
    assert "quá hạn" not in shown.text
    assert "Mới" not in shown.text
    home.now += 2 * 86_400_000
    (late,) = await home.say("xa", "/xinvao")
    assert "đã quá hạn" in late.text
    (other,) = await home.say("rep", "/xinvao")
    assert "dữ liệu cá nhân" not in other.text


async def test_what_a_servers_files_still_hold_is_due_as_well(home: Village) -> None:
    await home.member("tinh", "Quản trị tỉnh", PROVINCE, Role.ADMINISTRATOR)
    since = int(datetime(2026, 12, 30, 9, 0, tzinfo=ZONE).timestamp() * 1000)
    async with home.database.write() as conn:
        await conn.execute(insert(setting).values(key=residue.SINCE, value=str(since)))
    home.now = since
    (shown,) = await home.say("tinh", "/xinvao")
    assert "Dữ liệu đã xóa từ thứ Tư 30/12 vẫn còn" in shown.text
    assert "Phải hết chậm nhất thứ Năm 21/01" in shown.text


@pytest.mark.parametrize("asks", ["/rutdongy", "/xoa", "/dulieucuatoi"])
async def test_what_is_done_at_once_waits_for_nobody(home: Village, asks: str) -> None:
    await home.member("xa", "Quản trị Ea Kao", EA_KAO, Role.ADMINISTRATOR)
    await home.member("an", "An", EA_KAO, Role.REPORTER)
    await home.say("an", asks)
    if asks != "/dulieucuatoi":
        await home.press("an", "me:leave!" if asks == "/rutdongy" else "me:erase!")
    async with home.database.read() as conn:
        assert (await store.status(conn, home.now)).erased is None
    (shown,) = await home.say("xa", "/xinvao")
    assert "dữ liệu cá nhân" not in shown.text
