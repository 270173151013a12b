"""A member who writes hears first what they missed; a number then answers what stands last."""

import pytest
from sqlalchemy import select, update

from bot.core.delivery.quota import Quota
from bot.core.kernel.capabilities import Capabilities
from bot.core.people.members import Role
from bot.core.ports import Reach
from bot.storage.accounts import usage
from bot.storage.delivery import claims
from bot.storage.tables import delivery, endpoint
from tests.engine.script import CAPABILITIES
from tests.handlers.issuing import issue, read_at
from tests.handlers.sending import SLUG
from tests.handlers.village import ACCOUNT, EA_KAO, PROVINCE, Village

WEEK = 7 * 86_400_000
COUNTED: tuple[Quota, Capabilities] = (Quota(10, both=False, window_ms=WEEK), CAPABILITIES)


@pytest.fixture
async def town(home: Village) -> Village:
    await home.member("rep", "Rép", EA_KAO, Role.REPORTER, Role.COMMUNICATOR)
    await home.member("admin", "Quản trị", PROVINCE, Role.ADMINISTRATOR)
    home.house.quotas = {ACCOUNT: COUNTED}
    return home


async def _miss(town: Village, count: int) -> list[int]:
    """So many broadcasts reach nobody; the deliveries, the older first."""
    for _ in range(count):
        await issue(town, SLUG)
    mine = select(delivery.c.id).where(delivery.c.run_id.is_not(None)).order_by(delivery.c.id)
    async with town.database.write() as conn:
        await conn.execute(update(delivery).where(delivery.c.run_id.is_not(None)).values(state="unfetched"))
        return [row[0] for row in await conn.execute(mine)]


async def goes(town: Village) -> list[int]:
    """Deliveries that were fetched, as they would go one after another."""
    found = list[int]()
    while True:
        async with town.database.write() as conn:
            rows = await claims.fetched(conn, ACCOUNT, 100)
            if not rows:
                return found
            found += [row.id for row in rows]
            ids = delivery.c.id.in_([row.id for row in rows])
            await conn.execute(update(delivery).where(ids).values(state="sent", sent_at=town.now + 1))


async def test_what_was_missed_comes_first_and_is_said_how_to_have_the_rest(
    town: Village,
) -> None:
    all_of_it = await _miss(town, 7)
    said = await town.say("rep", "alo")
    assert "Còn 2 bản tin" in said[0].text
    assert len(said) == 2
    assert await goes(town) == all_of_it[:5]
    assert "Còn" not in (await town.say("rep", "alo"))[0].text
    assert await goes(town) == all_of_it[5:]
    await town.say("rep", "alo")
    assert await goes(town) == []


async def test_a_number_answers_the_answer_and_not_what_was_fetched_before_it(town: Village) -> None:
    await _miss(town, 1)
    await town.say("rep", "/trogiup")
    await goes(town)
    await town.say("rep", "1")
    assert await read_at(town) == []


async def test_of_a_spent_month_only_who_writes_gets_it(town: Village) -> None:
    await issue(town, SLUG)
    async with town.database.write() as conn:
        await conn.execute(update(delivery).where(delivery.c.run_id.is_not(None)).values(state="pending"))
    await town.say("rep", "alo")
    assert await goes(town) == []
    async with town.database.write() as conn:
        await usage.add(conn, ACCOUNT, "2026-11", 9)
    await town.say("rep", "alo")
    assert len(await goes(town)) == 1


async def test_following_lets_us_write_and_reading_does_not(town: Village) -> None:
    await _miss(town, 1)
    await town.update("rep", Reach(open=True))
    assert await goes(town) == []
    assert await town.update("rep", Reach(open=True, contact=True)) == []
    assert len(await goes(town)) == 1
    async with town.database.read() as conn:
        heard = select(endpoint.c.heard_at).where(endpoint.c.chat_id == "rep")
        assert (await conn.execute(heard)).scalar() == town.now
