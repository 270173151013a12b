"""Who should have reported: said of quiet months too, and the same whenever it is asked."""

from datetime import datetime

import pytest

from bot.acts import opinions
from bot.acts.context import Context
from bot.core.people.members import Role
from bot.storage.people import members
from tests.handlers.sending import people, words
from tests.handlers.village import ACCOUNT, BUON_MA_THUOT, ZONE, Village


@pytest.fixture
async def town(home: Village) -> Village:
    await people(home)
    return home


def on(year: int, month: int, day: int) -> int:
    """Nine in the morning of that day, in ms."""
    return int(datetime(year, month, day, 9, tzinfo=ZONE).timestamp() * 1000)


async def test_a_month_in_which_all_had_nothing_to_report_is_not_a_silent_one(town: Village) -> None:
    """And stays so: the week goes on into the next month, and whoever said so reports after all."""
    await town.member("rep", "Rép", BUON_MA_THUOT, Role.REPORTER)
    town.now = on(2026, 9, 30)
    assert "không có vấn đề phát sinh" in words(await town.say("rep", "/khongphatsinh"))
    town.now = on(2026, 10, 1)
    said = "Đơn vị phải báo cáo: 1 · đã phản ánh: 0 · không có vấn đề phát sinh: 1"
    assert said in words(await town.press("admin", "dig:last_month"))
    async with town.database.write() as conn:
        actor = await members.at(conn, ACCOUNT, "rep")
        ctx = Context(conn, town.house, actor, town.now, ACCOUNT, "rep")
        await opinions.submit(ctx, {"topic": "tet", "content": "Ý kiến"})
    text = words(await town.press("admin", "dig:last_month"))
    assert said in text
    assert "Chưa có báo cáo" not in text


async def test_a_month_of_which_nothing_was_heard_names_who_was_silent(town: Village) -> None:
    await town.member("rep", "Rép", BUON_MA_THUOT, Role.REPORTER)
    town.now = on(2026, 12, 3)
    text = words(await town.press("admin", "dig:last_month"))
    assert "Đơn vị phải báo cáo: 1 · đã phản ánh: 0 · không có vấn đề phát sinh: 0" in text
    assert "Chưa có báo cáo (1): Phường Buôn Ma Thuột" in text
    before = words(await town.say("admin", "/tonghop 1/9/2026 30/9/2026"))
    assert "phải báo cáo" not in before, "nobody was there yet"
