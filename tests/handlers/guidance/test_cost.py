"""/phat where an account is paid: the most it can cost stands in the summary, before anybody confirms."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from bot.channels.telegram.channel import TelegramChannel
from bot.core.people.members import Role
from bot.storage.accounts import accounts, endpoints
from bot.storage.tables import endpoint
from tests.handlers.guidance.test_compose import TO_ALL
from tests.handlers.sending import crowd, fill, people, publish, words
from tests.handlers.village import ACCOUNT, EA_KAO, Village

SHOWS = TelegramChannel.capabilities


@pytest.fixture
async def town(home: Village) -> Village:
    await people(home)
    await publish(home)
    home.house = replace(home.house, paid={ACCOUNT: SHOWS})
    return home


async def test_the_summary_shows_the_most_it_can_cost(town: Village) -> None:
    assert "tối đa 1 Sao Telegram mỗi lần gửi" in words(await fill(town, "admin", *TO_ALL, "[Gửi ngay]"))


async def test_each_part_counts_for_each_recipient(town: Village) -> None:
    await crowd(town, EA_KAO, 18, "đông")  # 18 + 3 = 21
    town.house = replace(town.house, paid={ACCOUNT: replace(SHOWS, text_limit=80)})
    text = words(await fill(town, "admin", *TO_ALL, "[Gửi ngay]"))
    assert "Người nhận: 21" in text
    assert "tối đa 9 Sao" in text  # four parts each: 84 messages


async def test_an_account_that_is_free_costs_nothing(town: Village) -> None:
    town.house = replace(town.house, paid={})
    assert "Sao" not in words(await fill(town, "admin", *TO_ALL, "[Gửi ngay]"))


async def test_only_members_a_paid_account_reaches_count(town: Village) -> None:
    town.house = replace(town.house, paid={"paid": SHOWS})
    assert "Sao" not in words(await fill(town, "admin", *TO_ALL, "[Gửi ngay]"))
    # A second way to somebody counts too: the run goes over it where the first fails.
    async with town.database.write() as conn:
        await accounts.register(conn, "paid", "telegram")
    second = await town.member("second", "Đào", EA_KAO, Role.COMMUNICATOR, language="en")
    async with town.database.write() as conn:
        await endpoints.attach(conn, second, "paid", "second-paid", town.now)
    again = await fill(town, "admin", "[✏️ Sửa]", "[Lịch gửi]", "[Gửi ngay]")
    assert "tối đa 1 Sao" in words(again)
    async with town.database.write() as conn:
        await conn.execute(update(endpoint).where(endpoint.c.account == "paid").values(state="closed"))
    again = await fill(town, "admin", "[✏️ Sửa]", "[Lịch gửi]", "[Gửi ngay]")
    assert "Sao" not in words(again)
