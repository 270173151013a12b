"""Who wrote too long ago to be written to hears, by the platform's own template, that a briefing waits."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts import quotas, replies
from bot.acts.house import House
from bot.core.delivery.knock import Knock, filled
from bot.core.kernel.values import ChatId, Ms
from bot.core.talk.reply import KnockReply
from bot.storage.delivery import knocking
from bot.storage.delivery.knocking import Owed
from bot.storage.people import rules

LITTLE = 50  # people one transaction tells


async def knock_some(house: House, conn: AsyncConnection, now: Ms) -> int:
    """Tell some of those who are owed it; how many. Nobody at night or on a day off, nor twice for one thing.

    That somebody was told stands in the transaction that puts the words in the outbox: a fee is paid once,
    whatever comes of the message.
    """
    if not house.knocks:
        return 0
    spent = (await quotas.reach(house, conn, now)).spent
    done = 0
    for account, knock in house.knocks.items():
        window = house.quotas[account][0].window_ms
        if window is None or account in spent:
            continue
        shut, told = Ms(now - window), Ms(now - knock.apart_ms)
        found = await knocking.owed(conn, account, shut, told, LITTLE)
        rests = await rules.rests(conn, house.rest, {one.unit for one in found}) if found else {}
        awake = [one for one in found if rests[one.unit].why(now) is None]
        for one in awake:
            await replies.knock(conn, account, one.chat_id, _said(house, knock, one), now)
        if awake:
            await knocking.note(conn, [one.endpoint for one in awake], now)
        done += len(awake)
    return done


async def unanswered(house: House, conn: AsyncConnection, account: str, chat_id: ChatId) -> bool:
    """Whether what stands last in a chat is that something waits: what is written now answers no screen."""
    return account in house.knocks and await knocking.unanswered(conn, account, chat_id)


def _said(house: House, knock: Knock, one: Owed) -> KnockReply:
    values = {"count": str(one.waiting), "name": one.name, "owner": house.owner}
    return KnockReply(template=knock.template, data=filled(knock.data, values))
