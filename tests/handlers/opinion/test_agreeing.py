"""The alarm of reports that agree: never missed, never twice, and only where somebody can hear it."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from bot.acts import opinions, reporting
from bot.acts.context import Context
from bot.core.kernel.values import DAY_MS, ChatId
from bot.storage.accounts import endpoints
from bot.storage.people import members
from tests.handlers.opinion.test_topic_answers import report, town
from tests.handlers.village import ACCOUNT, Village
from tests.patience import PATIENCE_S

__all__ = ["town"]

SAYS = {"topic": "tet", "tendency": "BAN_KHOAN", "content": "Giá cả tăng"}
WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted"


async def alarms(town: Village, chat: str = "xa") -> int:
    """How often somebody was told that reports agree."""
    await town.read("nobody")
    return sum("cùng một hướng" in reply.text for reply in town.screens.get(chat, []))


async def mends(town: Village, chat: str, **other: str) -> None:
    """The newest report of somebody says something else in some fields."""
    async with town.database.write() as conn:
        ctx = Context(conn, town.house, await members.at(conn, ACCOUNT, chat), town.now)
        newest = (await reporting.mine(ctx))[-1]
        found = await reporting.look(ctx, newest.code)
        assert isinstance(found, reporting.Mine)
        assert isinstance(await reporting.mend(ctx, newest.code, {**found.answers, **other}), str)


@pytest.mark.parametrize("before", [{"topic": "doi-ngoai"}, {"tendency": "DONG_TINH"}])
async def test_a_report_that_is_mended_to_agree_raises_the_alarm(
    town: Village, before: dict[str, str]
) -> None:
    await report(town, "a", 9)
    async with town.database.write() as conn:
        ctx = Context(conn, town.house, await members.at(conn, ACCOUNT, "b"), town.now)
        assert isinstance(await opinions.submit(ctx, {**SAYS, **before}), str)
    assert await alarms(town) == 0
    await mends(town, "b", content="Giá cả tăng nhiều")
    assert await alarms(town) == 0  # it agrees as little as before
    await mends(town, "b", topic="tet", tendency="BAN_KHOAN")
    assert (await alarms(town), await alarms(town, "tinh")) == (1, 1)
    await mends(town, "b", tendency="DONG_TINH")
    await mends(town, "b", tendency="BAN_KHOAN")
    assert (await alarms(town), await alarms(town, "tinh")) == (1, 1)


async def test_an_alarm_that_nobody_could_hear_is_raised_by_the_next_report(town: Village) -> None:
    for chat in ("xa", "tinh"):
        await opens(town, chat, is_open=False)
    await report(town, "a", 9)
    await report(town, "b")
    await opens(town, "xa", is_open=True)
    assert await alarms(town) == 0
    await report(town, "b")
    assert await alarms(town) == 1


async def opens(town: Village, chat: str, *, is_open: bool) -> None:
    """The chat of somebody is closed to the bot, or open again."""
    async with town.database.write() as conn:
        if is_open:
            await endpoints.reopen(conn, ACCOUNT, ChatId(chat), town.now)
        else:
            await endpoints.close(conn, ACCOUNT, ChatId(chat), "blocked", town.now)


@pytest.mark.parametrize(("days", "rings"), [(6, 0), (7, 1)])
async def test_a_window_is_so_many_days_and_the_alarm_may_ring_again_the_day_after(
    town: Village, days: int, rings: int
) -> None:
    await report(town, "a", 9)
    await report(town, "b")
    assert await alarms(town) == 1
    town.now += days * DAY_MS
    await report(town, "a", 9)
    await report(town, "b")
    assert await alarms(town) == 1 + rings


@pytest.mark.parametrize("before", [8, 9])
async def test_of_two_reports_at_one_moment_neither_is_missed_and_one_rings(
    town: Village, before: int
) -> None:
    await report(town, "a", before - 1)
    await report(town, "b")
    done, commits = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with town.database.write() as conn:
            ctx = Context(conn, town.house, await members.at(conn, ACCOUNT, "a"), town.now)
            assert isinstance(await opinions.submit(ctx, SAYS), str)
            done.set()
            await commits.wait()

    async def second() -> None:
        await report(town, "b")

    async with asyncio.TaskGroup() as both:
        both.create_task(first())
        await done.wait()
        other = both.create_task(second())
        async with asyncio.timeout(PATIENCE_S):
            await until_it_waits(town, other)
        commits.set()
    assert (await alarms(town), await alarms(town, "tinh")) == (1, 1)


async def until_it_waits(town: Village, second: asyncio.Task[Any]) -> None:
    """Until what runs beside an open transaction has come as far as it can; on SQLite it cannot begin."""
    while town.database.dialect != "sqlite" and not second.done():
        async with town.database.read() as conn:
            if (await conn.execute(text(WAITS))).scalar():
                return
