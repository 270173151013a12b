"""Scheduling as an act: what is refused at every door, what is kept, and what a preview says."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import select

from bot.acts import broadcasts, standing
from bot.acts.broadcasts import Preview, Scheduled
from bot.acts.context import Context, Operator, Refusal
from bot.acts.orders import Order
from bot.core.guidance.audience import audience
from bot.core.people.members import Role
from bot.core.schedule.lunar import Lunar
from bot.core.schedule.occurrences import Once
from bot.storage.accounts import endpoints
from bot.storage.delivery import runs as stored
from bot.storage.people import members
from bot.storage.people.tables import audit
from tests.handlers.sending import SLUG, TOPIC, audited, people, plan, publish, scheduled
from tests.handlers.village import ACCOUNT, EA_KAO, PROVINCE, ZONE, Village


@pytest.fixture
async def town(home: Village) -> Village:
    await people(home)
    await publish(home)
    return home


def order(town: Village) -> Order:
    return Order(SLUG, PROVINCE, Once(at=town.now))


async def preview(town: Village, wish: Order) -> Preview | Refusal:
    async with town.database.read() as conn:
        return await broadcasts.preview(Context(conn, town.house, Operator(), town.now), wish)


async def schedule(town: Village, wish: Order, promised: int = 3) -> Scheduled | Refusal:
    async with town.database.write() as conn:
        return await broadcasts.schedule(Context(conn, town.house, Operator(), town.now), wish, promised)


async def test_an_operator_is_refused_what_the_chat_refuses(town: Village) -> None:
    wish, prepared = order(town), town.house.briefings[SLUG]
    cases = {
        "compose.no_roles": replace(wish, roles=frozenset()),
        "compose.nobody": replace(wish, roles=frozenset({Role.APPROVER})),
        "compose.no_unit": replace(wish, unit="nowhere"),
        "compose.gone": replace(wish, what="no-such-briefing"),
        "compose.past": replace(wish, schedule=Once(at=town.now - 3_600_000)),
        "compose.too_far": replace(wish, schedule=Once(at=town.now + 400 * 86_400_000)),
    }
    for key, wrong in cases.items():
        found = await schedule(town, wrong)
        assert isinstance(found, Refusal)
        assert found.key == key
    for key, validity in (
        ("compose.expired", {"valid_until": date(2023, 12, 31)}),
        ("compose.too_early", {"not_before": date(2027, 1, 1)}),
        ("compose.no_topic", {"topic": "no-such-topic"}),
    ):
        town.house.briefings[SLUG] = prepared.model_copy(update=validity)
        await publish(town)
        found = await schedule(town, wish)
        assert isinstance(found, Refusal)
        assert found.key == key
    assert not await scheduled(town)
    assert not await audited(town)


async def test_what_was_promised_is_kept_and_noted(town: Village) -> None:
    done = await schedule(town, order(town))
    assert isinstance(done, Scheduled)
    (row,) = await scheduled(town)
    assert (row.id, row.promised) == (done.id, 3)
    assert row.audience == audience(PROVINCE, town.house.topics[TOPIC])
    assert await audited(town) == ["broadcasts.schedule"]


async def test_another_number_than_was_shown_is_refused(town: Village) -> None:
    found = await schedule(town, order(town), promised=2)
    assert isinstance(found, Refusal)
    assert (found.key, dict(found.values)) == ("compose.changed", {"before": 2, "count": 3})
    assert not await scheduled(town)


async def test_a_process_that_does_not_know_the_topic_plans_whom_was_promised(town: Village) -> None:
    await schedule(town, order(town))
    del town.house.topics[TOPIC]  # the planner read the content before the topic was added
    await plan(town)
    async with town.database.read() as conn:
        (run,) = await stored.every(conn)
    assert run.audience == 3


async def test_a_preview_names_units_and_who_is_left_out(town: Village) -> None:
    optional = next(one for one in town.house.topics.values() if not one.compulsory_for)
    said = town.house.briefings[SLUG].model_copy(update={"topic": optional.code})
    town.house.briefings[SLUG] = said
    await publish(town)
    async with town.database.write() as conn:
        gone = await members.at(conn, ACCOUNT, "an")
        away = await members.at(conn, ACCOUNT, "binh")
        assert gone is not None
        assert away is not None
        await members.follow(conn, gone.id, optional.code, not optional.followed)
        await endpoints.close(conn, ACCOUNT, "binh", "blocked", town.now)
        if not optional.followed:
            for name in ("binh", "chi"):
                one = await members.at(conn, ACCOUNT, name)
                assert one is not None
                await members.follow(conn, one.id, optional.code, True)
            await members.follow(conn, gone.id, optional.code, False)
    found = await preview(town, order(town))
    assert isinstance(found, Preview)
    assert (found.draft.count, found.not_following, found.no_address) == (2, 1, 1)
    assert sorted((place.name, count) for place, count in found.children) == [
        ("Phường Buôn Ma Thuột", 1),
        ("Phường Ea Kao", 1),
    ]
    assert not found.ask
    assert not await scheduled(town)


async def test_every_broadcast_is_listed_whatever_became_of_it(town: Village) -> None:
    await schedule(town, order(town))
    await schedule(town, replace(order(town), unit=EA_KAO, schedule=Once(at=town.now + 3_600_000)), 2)
    await schedule(town, replace(order(town), schedule=Once(at=town.now + 7_200_000)))
    await plan(town)
    async with town.database.write() as conn:
        ctx = Context(conn, town.house, Operator(), town.now)
        assert await broadcasts.cancel(ctx, 3) is True
        listed = await standing.every(ctx)
    assert [(one.id, one.state, one.place.code) for one in listed] == [
        (3, "cancelled", PROVINCE),
        (2, "scheduled", EA_KAO),
        (1, "running", PROVINCE),
    ]


async def test_quiet_hours_defer_and_say_so_and_urgent_goes_all_the_same(town: Village) -> None:
    def at(day: int, hour: int) -> int:
        return int(datetime(2026, 11, day, hour, tzinfo=ZONE).timestamp() * 1000)

    wish = replace(order(town), schedule=Once(at=at(7, 8)))  # a Saturday
    shown = await preview(town, wish)
    assert isinstance(shown, Preview)
    assert (shown.first, shown.why) == ((at(7, 8), at(9, 8)), "weekend")
    done = await schedule(town, wish)
    urgent = await schedule(town, replace(wish, urgent=True))
    holiday = await schedule(town, replace(wish, schedule=Once(at=at(24, 8))))
    assert isinstance(done, Scheduled)
    assert isinstance(urgent, Scheduled)
    assert isinstance(holiday, Scheduled)
    rows = {row.id: row for row in await scheduled(town)}
    assert rows[done.id].next_at == at(9, 8)
    assert rows[urgent.id].next_at == at(7, 8)
    assert rows[holiday.id].next_at == at(25, 8)  # the Day of Vietnamese Culture
    async with town.database.read() as conn:
        noted = {
            row.subject: row.detail
            for row in await conn.execute(select(audit.c.subject, audit.c.detail).order_by(audit.c.id))
        }
    assert "urgent in spite of weekend" in noted[f"broadcast:{urgent.id}"]
    assert "in spite" not in noted[f"broadcast:{done.id}"]


async def test_what_is_deferred_past_its_validity_is_refused(town: Village) -> None:
    prepared = town.house.briefings[SLUG]
    saturday = int(datetime(2026, 11, 7, 8, tzinfo=ZONE).timestamp() * 1000)
    town.house.briefings = {
        **town.house.briefings,
        SLUG: prepared.model_copy(update={"valid_until": date(2026, 11, 8)}),
    }
    await publish(town)
    found = await schedule(town, replace(order(town), schedule=Once(at=saturday)))
    assert isinstance(found, Refusal)
    assert found.key == "compose.expired"


async def test_a_lunar_day_whose_time_passed_while_it_was_confirmed_goes_all_the_same(town: Village) -> None:
    at = town.now + 120_000
    moon = Lunar(
        day=24, month=9, hour=8, minute=2, timezone="Asia/Ho_Chi_Minh", first=date(2026, 11, 2), count=1
    )
    wish = replace(order(town), schedule=moon)
    shown = await preview(town, wish)
    assert isinstance(shown, Preview)
    assert shown.first == (at, at)
    town.now = at + 30_000
    done = await schedule(town, wish)
    assert isinstance(done, Scheduled)
    (row,) = await scheduled(town)
    assert row.next_at == at
    town.now = at + 120_000
    late = await schedule(town, wish)
    assert isinstance(late, Refusal)
    assert late.key == "compose.past"
