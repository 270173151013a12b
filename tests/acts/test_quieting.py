"""A unit's own night: what it issues waits for its end, urgent news does not, and units below have it too."""

from datetime import date, datetime

import pytest

from bot.acts import broadcasts, plans, quieting
from bot.acts.context import Context, Operator, Refusal
from bot.acts.orders import Order
from bot.acts.quieting import written
from bot.core.people.members import Role
from bot.core.schedule.occurrences import Once
from bot.storage.delivery import runs
from bot.storage.guidance import broadcasts as stored
from bot.storage.people import members
from tests.handlers.sending import SLUG, audited, fill, people, plan, publish, words
from tests.handlers.village import ACCOUNT, EA_KAO, PROVINCE, ZONE, Village


@pytest.fixture
async def town(home: Village) -> Village:
    await people(home)
    await home.member("xa", "Biên tập xã", EA_KAO, Role.EDITOR, Role.ADMINISTRATOR)
    await publish(home)
    return home


def ms(day: int, hour: int, minute: int = 0) -> int:
    return int(datetime(2026, 11, day, hour, minute, tzinfo=ZONE).timestamp() * 1000)


async def goes_at(town: Village, chat: str, at: int, *, urgent: bool = False) -> int | None:
    """When a broadcast of somebody's own unit, meant for an instant, goes out."""
    async with town.database.write() as conn:
        ctx = Context(conn, town.house, await members.at(conn, ACCOUNT, chat), town.now)
        order = Order(SLUG, ctx.member.unit if ctx.member else "", Once(at=at), urgent=urgent)
        shown = await broadcasts.preview(ctx, order)
        assert not isinstance(shown, Refusal)
        done = await broadcasts.schedule(ctx, order, shown.draft.count)
        assert not isinstance(done, Refusal)
        row = await stored.get(conn, done.id)
    return row.next_at if row else None


async def test_what_a_unit_issues_waits_for_the_end_of_its_own_night(town: Village) -> None:
    assert await goes_at(town, "xa", ms(4, 20)) == ms(4, 20)
    text = words(await town.say("xa", "/duyet"))
    assert "Giờ nghỉ: 21:00–06:00, như toàn hệ thống." in text
    await town.tap("xa", "🗓 Đổi giờ nghỉ")
    assert "chưa hiểu “khuya”" in words(await fill(town, "xa", "khuya", "[✅ Gửi]"))
    assert "✅ Giờ nghỉ của Phường Ea Kao: 19:30–07:15" in words(
        await fill(town, "xa", "19h30 - 7g15", "[✅ Gửi]")
    )
    assert "Giờ nghỉ của đơn vị: 19:30–07:15" in words(await town.say("xa", "/duyet"))
    assert await goes_at(town, "xa", ms(4, 20)) == ms(5, 7, 15)
    assert await goes_at(town, "xa", ms(4, 20), urgent=True) == ms(4, 20)
    assert await goes_at(town, "admin", ms(4, 20)) == ms(4, 20)  # the province's own are as ever
    async with town.database.read() as conn:
        ctx, day = Context(conn, town.house, Operator(), town.now), date(2026, 11, 5)
        found = await plans.calendar(ctx, f"/TW/{PROVINCE}/{EA_KAO}/", day, day)
    assert not isinstance(found, Refusal)
    assert [(one.at, one.goes) for one in found] == [(ms(4, 20), ms(5, 7, 15))] * 2  # what waited, too
    assert "quieting.rule" in await audited(town)
    town.now = ms(4, 20) + 1000
    await plan(town)
    async with town.database.read() as conn:
        opened = [one.at for one in await runs.every(conn)]
    assert opened == [ms(4, 20)] * 2  # the urgent one, and the province's


async def test_units_below_have_it_until_they_choose_their_own(town: Village) -> None:
    async with town.database.write() as conn:
        ctx = Context(conn, town.house, Operator(), town.now)
        await quieting.rule(ctx, PROVINCE, "18:00-08:00")
        below = await quieting.ruled(ctx, EA_KAO)
        assert not isinstance(below, Refusal)
        assert (below.night, below.own) == ("18:00-08:00", False)
        await quieting.rule(ctx, EA_KAO, "22:00-05:00")
        own = await quieting.ruled(ctx, EA_KAO)
        assert not isinstance(own, Refusal)
        assert (own.night, own.own) == ("22:00-05:00", True)
        back = await quieting.rule(ctx, EA_KAO, None)
        assert not isinstance(back, Refusal)
        assert back.night == "18:00-08:00"


@pytest.mark.parametrize(
    ("words", "night"),
    [
        ("21:00-06:00", "21:00-06:00"),
        ("21h30 - 5h", "21:30-05:00"),
        ("từ 22 giờ đến 5 giờ 30", "22:00-05:30"),
        ("9", None),
        ("25h - 5h", None),
        ("21h70 - 5h", None),
        ("6:01 - 6:00", None),
        ("12h - 5h", None),
        ("13h - 5h", "13:00-05:00"),
    ],
)
def test_a_night_as_people_write_it(words: str, night: str | None) -> None:
    assert written(words) == night
