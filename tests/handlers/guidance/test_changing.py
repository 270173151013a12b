"""Plans are changed before they go out: time, audience, own words; an approval is void, people hear of it."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import func, select

from bot.acts import broadcasts, changing
from bot.acts.changing import Change, Changed, Whom
from bot.acts.context import Context, Operator, Refusal
from bot.acts.orders import Order, Written
from bot.core.people.members import Role
from bot.core.people.units import Level
from bot.core.schedule.occurrences import Once
from bot.core.schedule.quiet import Rest
from bot.core.schedule.weekly import Daily
from bot.storage.delivery import runs
from bot.storage.guidance import briefings
from bot.storage.guidance import broadcasts as stored
from bot.storage.people import members, rules
from bot.storage.tables import broadcast, delivery, run
from tests.handlers.sending import SLUG, audited, fill, people, plan, publish, scheduled, words
from tests.handlers.village import ACCOUNT, EA_KAO, PROVINCE, ZONE, Village

DAY_MS = 86_400_000
NAME = "Asia/Ho_Chi_Minh"


@pytest.fixture
async def town(home: Village) -> Village:
    await people(home)
    await home.member("minh", "Minh", PROVINCE, Role.EDITOR)
    await home.member("ha", "Hà", PROVINCE, Role.APPROVER)
    await publish(home)
    return home


def ms(day: int, hour: int) -> int:
    return int(datetime(2026, 11, day, hour, tzinfo=ZONE).timestamp() * 1000)


async def scheduled_by(town: Village, chat: str, order: Order) -> int:
    async with town.database.write() as conn:
        who = await members.at(conn, ACCOUNT, chat) if chat else Operator()
        ctx = Context(conn, town.house, who, town.now)
        shown = await broadcasts.preview(ctx, order)
        assert not isinstance(shown, Refusal)
        done = await broadcasts.schedule(ctx, order, shown.draft.count)
    assert not isinstance(done, Refusal)
    return done.id


async def changed(town: Village, number: int, wish: Change, chat: str = "") -> Changed | Refusal:
    async with town.database.write() as conn:
        who = await members.at(conn, ACCOUNT, chat) if chat else Operator()
        return await changing.change(Context(conn, town.house, who, town.now), number, wish)


async def test_the_time_is_changed_in_the_chat_and_the_old_one_passes_without_it(town: Village) -> None:
    await scheduled_by(town, "minh", Order(SLUG, PROVINCE, Once(at=ms(3, 8))))
    asked = await town.press("minh", "run:change:1")
    choices = ["Giờ gửi", "Nơi nhận", "Người mới tham gia", "↩️ Quay lại"]
    assert [label for reply in asked for label in reply.labels] == choices
    await town.tap("minh", "Giờ gửi")
    summary = words(await fill(town, "minh", "9h thứ Tư 4/11"))
    assert "09:00 thứ Tư 04/11/2026" in summary
    assert "3 người" in summary
    receipt = words(await town.tap("minh", "✅ Gửi"))
    assert "✅ Đã sửa đợt phát số 1" in receipt
    assert "09:00 ngày 04/11/2026" in receipt
    town.now = ms(3, 9)
    await plan(town)
    async with town.database.read() as conn:
        assert await runs.every(conn) == []
    town.now = ms(4, 9) + 1000
    await plan(town)
    async with town.database.read() as conn:
        (one,) = await runs.every(conn)
    assert (one.state, one.audience, one.promised) == ("running", 3, 3)
    assert await audited(town) == ["broadcasts.schedule", "changing.change"]


async def test_a_time_that_quiet_hours_defer_says_so_before_it_counts(town: Village) -> None:
    town.house = replace(town.house, rest=Rest(NAME, 21 * 60, 6 * 60, weekends=True))
    await scheduled_by(town, "minh", Order(SLUG, PROVINCE, Once(at=ms(3, 8))))
    await town.press("minh", "run:change:1")
    await town.tap("minh", "Giờ gửi")
    summary = words(await fill(town, "minh", "8h Chủ nhật 8/11"))
    assert "08:00 Chủ nhật 08/11/2026" in summary
    assert "08:00 thứ Hai 09/11/2026" in summary, "when it will go instead"
    await town.tap("minh", "✏️ Sửa")
    assert "thứ Hai" not in words(await fill(town, "minh", "[Giờ gửi]", "9h thứ Tư 4/11"))


async def test_another_audience_is_counted_and_kept_as_the_promise(town: Village) -> None:
    await scheduled_by(town, "minh", Order(SLUG, PROVINCE, Once(at=ms(3, 8))))
    await town.press("minh", "run:ch_unit:1")
    assert "Gửi tới 2 người" in words(await fill(town, "minh", "[Phường Ea Kao]"))
    await town.tap("minh", "✅ Gửi")
    town.now = ms(3, 8) + 1000
    await plan(town)
    async with town.database.read() as conn:
        (one,) = await runs.every(conn)
        theirs = select(delivery.c.chat_id).where(delivery.c.run_id == one.id).order_by(delivery.c.id)
        got = (await conn.execute(theirs)).scalars().all()
    assert (one.promised, one.audience, got) == (2, 2, ["an", "binh"])


async def test_whom_it_is_for_is_chosen_anew_with_care(town: Village) -> None:
    number = await scheduled_by(town, "minh", Order(SLUG, PROVINCE, Once(at=ms(3, 8))))
    await town.press("minh", f"run:ch_unit:{number}")
    summary = words(
        await fill(
            town, "minh",
            "[Chọn kỹ người nhận]", "[Cả tỉnh Đắk Lắk]", "[Bỏ qua]", "ea kao", "[Cấp xã]",
            "[Mọi vai trò, cả cán bộ quản trị]", "[Tất cả (thông báo chung)]",
        )
    )  # fmt: skip
    assert "Gửi tới 2 người" in summary
    await town.tap("minh", "✅ Gửi")
    async with town.database.read() as conn:
        row = await stored.get(conn, number)
    assert row is not None
    assert row.audience is not None
    assert row.audience.scope.without_units == (EA_KAO,)
    assert row.audience.scope.levels == {Level.COMMUNE}
    assert (row.audience.roles, row.roles) == (frozenset(Role), ";".join(sorted(Role)))


async def test_single_parts_of_an_audience_change_and_the_rest_stays(town: Village) -> None:
    number = await scheduled_by(town, "", Order(SLUG, PROVINCE, Once(at=ms(3, 8))))
    async with town.database.read() as conn:
        an, admin = [await members.at(conn, ACCOUNT, chat) for chat in ("an", "admin")]
    assert an is not None
    assert admin is not None
    for whom, count in (
        (Whom(without_members=(an.id,)), 2),
        (Whom(without_units=(EA_KAO,)), 1),
        (Whom(members=(admin.id,)), 2),
        (Whom(without_units=(), without_members=()), 4),
        (Whom(units=()), 1),
        (Whom(units=(EA_KAO,), members=()), 2),
    ):
        done = await changed(town, number, Change(whom=whom))
        assert isinstance(done, Changed)
        assert (whom, done.count) == (whom, count)
    nobody = await changed(town, number, Change(whom=Whom(levels=frozenset({Level.GRASSROOTS}))))
    assert isinstance(nobody, Refusal)
    assert nobody.key == "compose.nobody"
    assert await changed(town, number, Change(whom=Whom())) == Refusal("change.nothing")
    town.now = ms(3, 8) + 1000
    await plan(town)
    async with town.database.read() as conn:
        (one,) = await runs.every(conn)
    assert (one.state, one.audience, one.promised) == ("running", 2, 2)


async def test_the_words_of_ones_own_text_are_changed_and_of_a_prepared_one_not(town: Village) -> None:
    own = Order(Written("Họp thôn", "Chiều 29/11 họp.", "quoc-hoi"), PROVINCE, Once(at=ms(3, 8)))
    number = await scheduled_by(town, "minh", own)
    assert "Lời văn" in [one for reply in await town.press("minh", "run:change:1") for one in reply.labels]
    await town.tap("minh", "Lời văn")
    summary = words(await fill(town, "minh", "Chiều 28/11 họp."))
    assert "Chiều 28/11 họp." in summary
    await town.tap("minh", "✅ Gửi")
    async with town.database.read() as conn:
        row = await stored.get(conn, number)
        assert row is not None
        said = await briefings.get(conn, row.briefing_id)
    assert said is not None
    assert said.version == 2
    assert said.briefing.body("vi").brief[0].plain() == "Chiều 28/11 họp."
    prepared = await scheduled_by(town, "minh", Order(SLUG, PROVINCE, Once(at=ms(3, 8))))
    assert await changed(town, prepared, Change(text="x"), "minh") == Refusal("change.in_content")
    found = await changed(town, number, Change(text="MẬT"), "minh")
    assert isinstance(found, Refusal)
    assert found.key == "compose.secret"


async def test_newcomers_are_offered_it_from_now_on(town: Village) -> None:
    await scheduled_by(town, "minh", Order(SLUG, PROVINCE, Once(at=ms(3, 8))))
    await town.press("minh", "run:change:1")
    await town.tap("minh", "Người mới tham gia")
    await fill(town, "minh", "[Có]", "[✅ Gửi]")
    async with town.database.read() as conn:
        assert (await conn.execute(select(broadcast.c.newcomers))).scalars().all() == [True]


async def test_a_change_after_approval_voids_it_and_both_hear_of_it(town: Village) -> None:
    async with town.database.write() as conn:
        await rules.choose_approval(conn, PROVINCE, True)
    number = await scheduled_by(town, "minh", Order(SLUG, PROVINCE, Once(at=ms(3, 8))))
    await town.press("ha", f"plan:approve:{number}:0:3")
    assert (await scheduled(town))[-1].state == "scheduled"
    done = await changed(town, number, Change(schedule=Once(at=ms(4, 9))), "admin")
    assert isinstance(done, Changed)
    assert (done.state, done.told) == ("submitted", 1)
    await town.read("nobody")
    for chat in ("minh", "ha"):
        assert "Quản trị tỉnh đã sửa" in words(town.screens[chat])
        assert "Giờ gửi. Đợt phát đang chờ duyệt lại." in words(town.screens[chat])
    town.now = ms(4, 9) + 1000
    await plan(town)
    async with town.database.read() as conn:
        assert await runs.every(conn) == []  # nobody approved it at its new time
    stale = words(await town.press("ha", f"plan:approve:{number}:0:3"))
    assert "vừa được sửa" in stale
    assert (await scheduled(town))[-1].state == "submitted"


async def test_what_went_out_stays_and_another_broadcast_goes_on(town: Village) -> None:
    daily = Daily(hour=9, minute=0, timezone=NAME)
    number = await scheduled_by(town, "", Order(SLUG, PROVINCE, daily))
    town.now = ms(2, 9) + 1000
    await plan(town)
    later, there = Daily(hour=10, minute=0, timezone=NAME), Whom(units=(EA_KAO,))
    done = await changed(town, number, Change(later, there))
    assert isinstance(done, Changed)
    assert done.id != number
    for day in (2, 3):
        town.now = ms(day, 10) + 1000
        await plan(town)
    query = select(run.c.broadcast_id, run.c.at, run.c.audience, func.count(delivery.c.id))
    query = query.join(delivery, delivery.c.run_id == run.c.id).group_by(run.c.id).order_by(run.c.id)
    async with town.database.read() as conn:
        rows = (await conn.execute(query)).all()
        old = await stored.get(conn, number)
    assert old is not None
    assert old.state == "superseded"
    assert [tuple(row) for row in rows] == [
        (number, ms(2, 9), 3, 3),
        (done.id, ms(2, 10), 2, 2),
        (done.id, ms(3, 10), 2, 2),
    ]


async def test_what_is_over_or_not_ones_own_is_not_changed(town: Village) -> None:
    number = await scheduled_by(town, "minh", Order(SLUG, PROVINCE, Once(at=ms(3, 8))))
    assert await changed(town, number, Change(), "minh") == Refusal("change.nothing")
    for wish, key in (
        (Change(schedule=Once(at=ms(1, 8))), "compose.past"),
        (Change(whom=Whom(units=("nowhere",))), "compose.no_unit"),
    ):
        found = await changed(town, number, wish, "minh")
        assert isinstance(found, Refusal)
        assert found.key == key
    assert await changed(town, number, Change(schedule=Once(at=ms(4, 8))), "editor-a") == Refusal("tap.stale")
    await town.press("minh", f"run:drop!:{number}")
    assert await changed(town, number, Change(schedule=Once(at=ms(4, 8))), "minh") == Refusal("change.over")
