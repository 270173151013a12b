"""Who joins is offered what still holds, where its broadcast says so; figures of earlier runs stay."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select, update

from bot.acts import admission, changing, corrections
from bot.acts.addresses import Address
from bot.acts.changing import Change, Changed
from bot.acts.context import Context, Operator
from bot.acts.places import Place
from bot.core.people.members import Role
from bot.core.schedule.weekly import Daily
from bot.core.talk.message import Message
from bot.core.talk.taps.reading import Open
from bot.storage.people.members import Consent
from bot.storage.tables import broadcast, delivery, run
from tests.handlers.issuing import issue
from tests.handlers.sending import SLUG, people, words
from tests.handlers.village import ACCOUNT, BUON_MA_THUOT, EA_KAO, Village

PATHS = {EA_KAO: "/TW/66/24169/", BUON_MA_THUOT: "/TW/66/24133/"}


@pytest.fixture
async def town(home: Village) -> Village:
    await people(home)
    await issue(home, SLUG)
    return home


async def says_so(town: Village, *, unit: str = "66") -> None:
    async with town.database.write() as conn:
        await conn.execute(update(broadcast).values(newcomers=True, unit=unit))


async def joins(town: Village, chat: str, *roles: Role, unit: str = EA_KAO) -> str:
    """Somebody comes in; what they are told."""
    async with town.database.write() as conn:
        ctx = Context(conn, town.house, None, town.now, ACCOUNT, chat)
        place = Place(unit, unit, PATHS[unit])
        consent = Consent("1", town.now, "test")
        await admission.admit(ctx, Address(ACCOUNT, chat), "Mới", place, roles, consent, "vi")
    return words(await town.read(chat))


async def test_a_newcomer_opens_what_holds_and_no_figure_changes(town: Village) -> None:
    async def figures() -> list[tuple[object, ...]]:
        query = select(run.c.state, run.c.audience, delivery.c.id, delivery.c.state)
        async with town.database.read() as conn:
            rows = await conn.execute(query.join(delivery, delivery.c.run_id == run.c.id))
            return [tuple(row) for row in rows]

    before = await figures()
    assert "còn hiệu lực" not in await joins(town, "a", Role.COMMUNICATOR)
    await says_so(town)
    told = await joins(town, "b", Role.COMMUNICATOR)
    assert "Bản tin còn hiệu lực dành cho đồng chí" in told
    assert "Kỳ họp thứ 6" in told
    opened = await town.tap("b", "Những kết quả quan trọng")
    assert "📌 Những kết quả quan trọng" in words(opened)
    assert await figures() == before


async def test_only_what_is_meant_for_them_and_is_valid(town: Village) -> None:
    await says_so(town)
    assert "còn hiệu lực dành" not in await joins(town, "a", Role.APPROVER)
    await says_so(town, unit=EA_KAO)
    assert "còn hiệu lực dành" not in await joins(town, "b", Role.COMMUNICATOR, unit=BUON_MA_THUOT)
    over = town.house.briefings[SLUG].model_copy(update={"valid_until": date(2026, 11, 1)})
    town.house = replace(town.house, briefings={SLUG: over})
    await issue(town, SLUG)
    async with town.database.write() as conn:
        await conn.execute(update(broadcast).where(broadcast.c.id == 2).values(newcomers=True))
        await conn.execute(update(broadcast).where(broadcast.c.id == 1).values(newcomers=False))
    assert "còn hiệu lực dành" not in await joins(town, "c", Role.COMMUNICATOR)


async def test_what_was_taken_back_is_not_offered_and_an_old_button_says_so(town: Village) -> None:
    await says_so(town)
    await joins(town, "a", Role.COMMUNICATOR)
    async with town.database.write() as conn:
        await corrections.recall(Context(conn, town.house, Operator(), town.now), 1)
    assert "còn hiệu lực dành" not in await joins(town, "b", Role.COMMUNICATOR)
    replies = await town.tap("a", "Những kết quả quan trọng")
    assert "đã được thu hồi" in " ".join(one.toast for one in replies)
    assert Message() == replies[-1].message


async def test_of_a_text_that_was_changed_between_two_runs_they_are_offered_the_last(town: Village) -> None:
    one = town.house.briefings[SLUG]
    later = {SLUG: one.model_copy(update={"source": "khác"})}
    before = town.house.briefings
    town.house = replace(town.house, briefings=later)
    town.now += 1000
    version, _ = await issue(town, SLUG)
    town.house = replace(town.house, briefings=before)
    await says_so(town)
    await joins(town, "a", Role.COMMUNICATOR)
    (offer,) = [reply for reply in town.screens["a"] if "còn hiệu lực dành" in reply.text]
    assert [button.data for button in offer.buttons] == [Open(version).encode()]


async def test_who_says_that_newcomers_are_not_offered_it_means_what_went_out_too(town: Village) -> None:
    daily = Daily(hour=9, minute=0, timezone="Asia/Ho_Chi_Minh")
    async with town.database.write() as conn:
        ctx = Context(conn, town.house, Operator(), town.now)
        await conn.execute(update(broadcast).values(state="scheduled", schedule=daily.model_dump_json()))
        await conn.execute(update(broadcast).values(newcomers=True, unit="66"))
        done = await changing.change(ctx, 1, Change(newcomers=False))
    assert isinstance(done, Changed)
    assert done.id != 1
    assert "còn hiệu lực dành" not in await joins(town, "a", Role.COMMUNICATOR)
