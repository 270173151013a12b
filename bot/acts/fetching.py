"""What a member missed goes to them as soon as they write, before what answers them."""

from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts import presence
from bot.acts.house import House
from bot.core.delivery.quota import left_for_runs, period
from bot.core.delivery.states import Priority
from bot.core.kernel.values import ChatId, Ms
from bot.core.people.members import Member
from bot.storage.accounts import usage
from bot.storage.delivery import fetching
from bot.storage.delivery.fetching import Missed
from bot.storage.talk import sights

AT_ONCE = 5  # so much at a time: a month's reserve is for answers, and a phone shows so many


class Fetched(NamedTuple):
    """How many briefings go now, and how many still wait."""

    sent: int
    left: int


async def fetch(
    house: House, conn: AsyncConnection, account: str, chat_id: ChatId, member: Member, now: Ms
) -> Fetched:
    """Send what the member missed: compulsory before others, the oldest first.

    Missed is what could not be pushed, and what waits on an account that may push no more this month.
    """
    await presence.heard(conn, house, account, chat_id, now)
    owed = (await sights.at(conn, account, chat_id)).owed
    spent = await _spent(house, conn, account, now)
    if not owed and not spent:
        return Fetched(0, 0)
    found = await fetching.missed(conn, member.id, account, now, spent=spent)
    must = [one for one in found if one.urgent or _compulsory(house, one, member)]
    may = [one for one in found if one not in must]
    now_first, now_then = must[:AT_ONCE], may[: max(0, AT_ONCE - len(must))]
    for lane, some in ((Priority.FETCHED_FIRST, now_first), (Priority.FETCHED, now_then)):
        await fetching.fetch(conn, [one.id for one in some], lane, account, chat_id, now)
    sent = len(now_first) + len(now_then)
    return Fetched(sent, len(found) - sent)


def _compulsory(house: House, one: Missed, member: Member) -> bool:
    topic = house.topics.get(one.topic)
    return topic is not None and bool(topic.compulsory_for & member.roles)


async def _spent(house: House, conn: AsyncConnection, account: str, now: Ms) -> bool:
    """Whether the account may push nothing more this month."""
    quota = house.quotas[account][0] if account in house.quotas else None
    if quota is None or quota.messages is None:
        return False
    return left_for_runs(quota, await usage.used(conn, account, period(house.local(now)))) == 0
