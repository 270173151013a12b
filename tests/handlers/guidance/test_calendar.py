"""/lich and `broadcast calendar`: the plan with lunar dates, deferred times, for one's own subtree alone."""

from datetime import date, datetime
from time import process_time

import pytest

from bot.acts import broadcasts, plans
from bot.acts.context import Context, Operator, Refusal
from bot.acts.orders import Order
from bot.core.schedule.lunar import Lunar, LunarMonthly
from bot.core.schedule.occurrences import Once, Schedule
from bot.core.schedule.weekly import Daily, Weekly
from bot.storage.guidance import broadcasts as stored
from tests.handlers.sending import SLUG, people, publish, scheduled, words
from tests.handlers.village import EA_KAO, PROVINCE, ZONE, Village
from tests.patience import SLOW

NAME = "Asia/Ho_Chi_Minh"


@pytest.fixture
async def town(home: Village) -> Village:
    await people(home)
    await publish(home)
    return home


def ms(month: int, day: int, hour: int) -> int:
    return int(datetime(2026, month, day, hour, tzinfo=ZONE).timestamp() * 1000)


async def put_down(town: Village, schedule: Schedule, unit: str = PROVINCE, urgent: bool = False) -> int:
    async with town.database.write() as conn:
        ctx = Context(conn, town.house, Operator(), town.now)
        order = Order(SLUG, unit, schedule, urgent=urgent)
        shown = await broadcasts.preview(ctx, order)
        assert not isinstance(shown, Refusal)
        done = await broadcasts.schedule(ctx, order, shown.draft.count)
    assert not isinstance(done, Refusal)
    return done.id


async def test_the_plan_is_shown_by_day_with_lunar_dates_and_what_is_deferred(town: Village) -> None:
    await put_down(town, Once(at=ms(11, 4, 8)))
    await put_down(town, Once(at=ms(11, 7, 8)))  # a Saturday
    await put_down(town, Once(at=ms(11, 7, 9)), urgent=True)
    await put_down(town, Weekly(weekdays=(0,), hour=7, minute=30, timezone=NAME))
    text = words(await town.say("admin", "/lich"))
    assert "Lịch gửi thứ Hai 02/11 – Chủ nhật 08/11" in text
    assert "🗓 thứ Tư 04/11 (26 tháng Chín)" in text
    assert "09:00 ❗" in text
    assert "07:30" not in text  # this Monday's is past
    following = words(await town.tap("admin", "7 ngày sau"))
    assert "🗓 thứ Hai 09/11 (mùng 1 tháng Mười)" in following
    assert "dời từ 08:00 thứ Bảy 07/11" in following
    assert following.index("07:30") < following.index("08:00")
    assert "Chưa có lịch" not in words(await town.tap("admin", "7 ngày trước"))


async def test_a_plan_opens_from_the_calendar(town: Village) -> None:
    await put_down(town, Once(at=ms(11, 4, 8)))
    await put_down(town, Daily(hour=7, minute=0, timezone=NAME))
    (week,) = await town.say("admin", "/lich")
    assert [label[:14] for label in week.labels[:2]] == ["🗓 07:00 03/11 ", "🗓 08:00 04/11 "]
    opened = (await town.tap("admin", week.labels[1]))[0]
    assert "✏️ Sửa" in opened.labels
    assert "08:00 ngày 04/11/2026" in opened.text


async def test_an_empty_week_has_a_way_on_and_others_see_only_theirs(town: Village) -> None:
    (empty,) = await town.say("admin", "/lich")
    assert "Chưa có lịch gửi nào" in empty.text
    assert empty.labels[0] == "7 ngày sau"
    assert len(empty.labels) == 2
    await put_down(town, Once(at=ms(11, 4, 8)), EA_KAO)
    assert "08:00" in words(await town.say("admin", "/lich"))
    for forged in ("week:0", "week:9999999", "week:x", "week:1"):
        await town.press("admin", forged)
    assert "08:00" not in words(await town.press("an", f"week:{date(2026, 11, 2).toordinal()}"))


async def test_the_calendar_of_a_thousand_broadcasts_over_ninety_days_is_quick(town: Village) -> None:
    kinds: list[Schedule] = [
        Once(at=ms(12, 1, 8)),
        Weekly(weekdays=(0, 3), hour=8, minute=0, timezone=NAME),
        Lunar(day=23, month=12, hour=8, minute=0, timezone=NAME),
        LunarMonthly(month_days=(1, 15), hour=8, minute=0, timezone=NAME),
        Daily(hour=7, minute=0, timezone=NAME),
    ]
    await put_down(town, kinds[0])
    (row,) = await scheduled(town)
    assert row.audience is not None
    async with town.database.write() as conn:
        for number in range(999):
            await stored.create(
                conn, row.briefing_id, row.audience, kinds[number % 5], late_limit_ms=1, expiry_ms=1,
                created_by=None, now=town.now, rest=town.house.rest,
            )  # fmt: skip
    best, found = 9.0, []
    for _ in range(3):
        async with town.database.read() as conn:
            ctx = Context(conn, town.house, Operator(), town.now)
            begun = process_time()
            answer = await plans.calendar(ctx, "/", date(2026, 11, 2), date(2027, 1, 30))
            best = min(best, process_time() - begun)
        assert not isinstance(answer, Refusal)
        found = list(answer)
    assert len(found) > 10_000
    assert best <= SLOW * 0.3, f"{best:.3f} s for {len(found)}"


async def test_spans_that_cannot_be_are_refused(town: Village) -> None:
    async with town.database.read() as conn:
        ctx = Context(conn, town.house, Operator(), town.now)
        for first, last, key in (
            (date(2026, 12, 2), date(2026, 12, 1), "plan.ends_before"),
            (date(2026, 1, 1), date(2028, 1, 1), "plan.too_long"),
            (date(9999, 1, 1), date(9999, 12, 31), "plan.too_long"),
        ):
            found = await plans.calendar(ctx, "/", first, last)
            assert isinstance(found, Refusal)
            assert found.key == key
