"""Who wrote too long ago is told once, by a template, that something waits; what they write brings it."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from bot.acts.knocking import knock_some
from bot.core.delivery.knock import Knock
from bot.core.delivery.quota import Quota
from bot.core.kernel.values import DAY_MS
from bot.core.people.members import Role
from bot.core.talk.reply import KnockReply, ReplyAdapter
from bot.storage.accounts import endpoints, usage
from bot.storage.people import members, rules
from bot.storage.tables import delivery, endpoint, member
from tests.engine.script import CAPABILITIES
from tests.handlers.issuing import issue, read_at
from tests.handlers.reporting import kept, to_summary
from tests.handlers.sending import SLUG
from tests.handlers.test_fetching import goes
from tests.handlers.village import ACCOUNT, EA_KAO, Village

WEEK = 7 * DAY_MS
KNOCK = Knock("355330", {"so": "{count}", "ten": "{name}"}, 3 * DAY_MS)


@pytest.fixture
async def town(home: Village) -> Village:
    """One communicator, who wrote eight days ago."""
    await home.member("rep", "Rép", EA_KAO, Role.COMMUNICATOR)
    home.house.quotas = {ACCOUNT: (Quota(100, both=False, window_ms=WEEK), CAPABILITIES)}
    home.house.knocks = {ACCOUNT: KNOCK}
    home.house.rest = replace(home.house.rest, weekends=False)
    await heard(home, home.now - 8 * DAY_MS)
    return home


async def heard(town: Village, at: int) -> None:
    async with town.database.write() as conn:
        await conn.execute(update(endpoint).values(heard_at=at))


async def miss(town: Village) -> None:
    """A broadcast that nobody could be sent."""
    await issue(town, SLUG)
    async with town.database.write() as conn:
        missed = update(delivery).where(delivery.c.run_id.is_not(None))
        await conn.execute(missed.values(state="unfetched", created_at=town.now))


async def told(town: Village) -> int:
    async with town.database.write() as conn:
        return await knock_some(town.house, conn, town.now)


async def said(town: Village) -> Sequence[KnockReply]:
    """What is in the outbox, in order."""
    query = select(delivery.c.act).where(delivery.c.run_id.is_(None)).order_by(delivery.c.id)
    async with town.database.read() as conn:
        acts = [ReplyAdapter.validate_json(row[0]) for row in await conn.execute(query)]
    return [one for one in acts if isinstance(one, KnockReply)]


async def test_nobody_is_told_where_nothing_waits(town: Village) -> None:
    assert await told(town) == 0


async def test_somebody_is_told_once_how_much_waits(town: Village) -> None:
    await miss(town)
    assert [await told(town), await told(town)] == [1, 0]
    assert await said(town) == [KnockReply(template="355330", data={"so": "1", "ten": "Rép"})]


async def test_what_comes_later_is_told_of_but_not_before_some_days_have_passed(town: Village) -> None:
    await miss(town)
    assert await told(town) == 1
    town.now += DAY_MS
    await miss(town)
    assert await told(town) == 0
    town.now += 3 * DAY_MS
    assert await told(town) == 1
    assert [one.data["so"] for one in await said(town)] == ["1", "2"]
    town.now += 30 * DAY_MS  # the same still waits: they know
    assert await told(town) == 0


async def test_who_wrote_within_the_window_is_not_told(town: Village) -> None:
    await miss(town)
    await heard(town, town.now - 6 * DAY_MS)
    assert await told(town) == 0


async def test_a_spent_month_tells_nobody(town: Village) -> None:
    await miss(town)
    async with town.database.write() as conn:
        await usage.add(conn, ACCOUNT, f"{town.house.local(town.now):%Y-%m}", 90)
    assert await told(town) == 0


@pytest.mark.parametrize("state", ["suspended", "left"])
async def test_who_is_suspended_or_has_left_is_not_told(town: Village, state: str) -> None:
    await miss(town)
    async with town.database.write() as conn:
        await conn.execute(update(member).values(state=state))
    assert await told(town) == 0


async def test_a_chat_that_is_closed_is_not_told(town: Village) -> None:
    await miss(town)
    async with town.database.write() as conn:
        await endpoints.close(conn, ACCOUNT, "rep", "blocked", town.now)
    assert await told(town) == 0


async def test_a_unit_that_rests_is_told_in_the_morning(town: Village) -> None:
    await miss(town)
    local = town.house.local(town.now)
    begins, ends = f"{local:%H:%M}", f"{(local.hour + 2) % 24:02}:{local.minute:02}"
    async with town.database.write() as conn:
        await rules.choose_night(conn, EA_KAO, f"{begins}-{ends}")
    assert await told(town) == 0
    town.now += 2 * 3_600_000
    assert await told(town) == 1


async def knocked(town: Village) -> None:
    """Eight days pass, something is missed, and the template comes."""
    town.now += 8 * DAY_MS
    await miss(town)
    assert await told(town) == 1
    await town.read("nobody")


@pytest.mark.parametrize("words", ["1", "một", "ok", "alo", "cảm ơn"])
async def test_a_word_in_answer_brings_what_waits_and_its_numbers_are_in_force(
    town: Village, words: str
) -> None:
    town.house.quotas = {ACCOUNT: (Quota(100, both=False, window_ms=DAY_MS), CAPABILITIES)}
    await town.say("rep", "/toi")
    await town.tap("rep", "Rời khỏi")
    town.now -= 6 * DAY_MS  # the screen is two days old
    await knocked(town)
    (told_,) = await town.say("rep", words)
    assert "Trên đây là tin đồng chí chưa nhận" in told_.text
    assert len(await goes(town)) == 1
    assert await read_at(town) == []
    assert "Đã ghi nhận đồng chí đọc" in (await town.say("rep", "1"))[0].text
    assert len(await read_at(town)) == 1


@pytest.mark.parametrize("words", ["1", "đồng ý", "gửi", "ok"])
async def test_a_word_in_answer_sends_no_form_that_was_left(town: Village, words: str) -> None:
    async with town.database.write() as conn:
        rep = await members.at(conn, ACCOUNT, "rep")
        assert rep is not None
        await members.set_roles(conn, rep.id, {*rep.roles, Role.REPORTER})
    await to_summary(town)
    await knocked(town)
    (shown,) = await town.say("rep", words)
    assert "Đồng chí còn một phiếu điền dở" in shown.text
    assert await kept(town) == []
    await town.say("rep", words if words != "ok" else "1")
    assert len(await kept(town)) == 1


async def test_a_question_in_answer_is_answered(town: Village) -> None:
    await knocked(town)
    (listed,) = await town.say("rep", "/moinhat")
    assert "Bản tin mới nhất" in listed.text
    (listed,) = await town.say("rep", "1")
    assert town.house.briefings[SLUG].bodies["vi"].title in listed.text
