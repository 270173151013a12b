"""A text that is corrected before its broadcast goes: who scheduled it is asked once, and chooses."""

import pytest
from sqlalchemy import update

from bot.acts import broadcasts, notices
from bot.acts.context import Context, Operator, Refusal
from bot.core.people.members import Role
from bot.core.schedule.occurrences import Monthly
from bot.storage.guidance import briefings
from bot.storage.guidance import broadcasts as stored
from bot.storage.people import members
from bot.storage.tables import broadcast
from tests.handlers.sending import SLUG, audited, create, people, plan, publish, scheduled, states, words
from tests.handlers.village import ACCOUNT, PROVINCE, Village

HOUR = 3_600_000
DAY = 24 * HOUR


@pytest.fixture
async def town(home: Village) -> Village:
    await people(home)
    await home.member("boss", "Biên tập tỉnh", PROVINCE, Role.EDITOR)
    return home


def corrected(home: Village, title: str = "Đã sửa", **changes: object) -> None:
    """An editor corrects the text in the content."""
    old = home.house.briefings[SLUG]
    bodies = {**old.bodies, "vi": old.bodies["vi"].model_copy(update={"title": title})}
    new = old.model_copy(update={"bodies": bodies, **changes})
    home.house.briefings = {**home.house.briefings, SLUG: new}


async def taken_up(home: Village) -> None:
    """What `run` does as it takes changed content up."""
    await publish(home)
    async with home.database.write() as conn:
        await notices.new_texts(home.house, conn, home.now)


async def take(home: Village, number: int) -> int | Refusal:
    async with home.database.write() as conn:
        return await broadcasts.take_text(Context(conn, home.house, Operator(), home.now), number)


async def boss(home: Village) -> int:
    """The member who schedules."""
    async with home.database.read() as conn:
        found = await members.at(conn, ACCOUNT, "boss")
    assert found is not None
    return found.id


async def title_of(home: Village, number: int) -> str:
    async with home.database.read() as conn:
        row = await stored.get(conn, number)
        assert row is not None
        said = await briefings.get(conn, row.briefing_id)
    assert said is not None
    return said.briefing.bodies["vi"].title


async def test_the_editor_is_asked_once_and_takes_the_new_text(town: Village) -> None:
    number = await create(town, PROVINCE, at=town.now + HOUR, by=await boss(town))
    await taken_up(town)
    assert await town.read("boss") == []
    corrected(town)
    await taken_up(town)
    await taken_up(town)
    (asked,) = await town.read("boss")
    assert "Đã sửa" in asked.text
    assert "Giờ hẹn: 09:00 ngày 02/11/2026" in asked.text
    assert asked.labels == ["✅ Dùng bản mới", "Giữ bản cũ"]
    replies = await town.tap("boss", "✅ Dùng bản mới")
    assert "sẽ dùng bản mới" in words(replies)
    assert [row.id for row in await scheduled(town)] == [number]
    assert await title_of(town, number) == "Đã sửa"
    assert await audited(town) == ["broadcasts.take_text"]
    town.now += HOUR
    await plan(town)
    assert await states(town, 1) == {"pending": 3}


async def test_the_old_text_stays_where_nobody_takes_the_new_one(town: Village) -> None:
    number = await create(town, PROVINCE, at=town.now + HOUR, by=await boss(town))
    before = await title_of(town, number)
    corrected(town)
    await taken_up(town)
    await town.read("boss")
    assert "vẫn dùng bản cũ" in words(await town.tap("boss", "Giữ bản cũ"))
    await taken_up(town)
    assert await town.read("boss") == []
    assert await title_of(town, number) == before
    corrected(town, "Sửa lần nữa")
    await taken_up(town)
    assert len(await town.read("boss")) == 1


async def test_a_correction_taken_back_asks_nobody(town: Village) -> None:
    await create(town, PROVINCE, at=town.now + HOUR, by=await boss(town))
    right = town.house.briefings
    corrected(town)
    await publish(town)  # by a command, while nothing runs
    town.house.briefings = right
    await taken_up(town)
    assert await town.read("boss") == []


async def test_what_went_out_is_told_as_it_was(town: Village) -> None:
    number = await create(town, PROVINCE, at=town.now, by=await boss(town))
    monthly = Monthly(day=2, hour=8, minute=0, timezone="Asia/Ho_Chi_Minh")
    async with town.database.write() as conn:
        mine = update(broadcast).where(broadcast.c.id == number)
        await conn.execute(mine.values(schedule=monthly.model_dump_json(), next_at=town.now))
    await plan(town)
    before = await title_of(town, number)
    corrected(town)
    await publish(town)
    taken = await take(town, number)
    assert isinstance(taken, int)
    assert taken != number
    assert (await title_of(town, number), await title_of(town, taken)) == (before, "Đã sửa")
    old, new = await scheduled(town)
    assert (old.state, old.next_at, new.state) == ("superseded", None, "scheduled")
    assert new.next_at is not None
    assert new.next_at > town.now
    assert await take(town, number) == Refusal("compose.text_under_way")


async def test_a_text_that_does_not_fit_is_refused_in_words(town: Village) -> None:
    number = await create(town, PROVINCE, at=town.now + 40 * DAY)
    assert await take(town, number) == Refusal("compose.text_none")
    corrected(town, topic="dau-tu-cong")
    await publish(town)
    assert await take(town, number) == Refusal("compose.text_other_topic")
    corrected(town, topic="quoc-hoi", valid_until=town.house.today(town.now + 30 * DAY))
    await publish(town)
    found = await take(town, number)
    assert isinstance(found, Refusal)
    assert found.key == "compose.expired"
    assert found.text(town.house.texts, "vi")
