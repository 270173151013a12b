"""What the bot says by itself when something needs a person: an account stopped, a run was missed."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts.house import House
from bot.core.delivery.reasons import Reason, key
from bot.core.kernel.errors import ContentError
from bot.core.kernel.formats import moment, number
from bot.core.kernel.richtext import Text
from bot.core.people.members import Member, Role
from bot.core.people.permissions import Act, may
from bot.core.schedule.occurrences import next_occurrence
from bot.core.talk.message import Button, Message
from bot.core.talk.reply import SendReply
from bot.core.talk.tap import Tap
from bot.core.talk.taps import Go, OnRun
from bot.storage.accounts import accounts, endpoints
from bot.storage.delivery import deliveries
from bot.storage.delivery.runs import RunRow
from bot.storage.guidance import briefings
from bot.storage.guidance.broadcasts import BroadcastRow
from bot.storage.people import members, units

MOST = 20  # people one alarm goes to
FEW = 5  # people of the top that are told of what is no emergency


async def account_stopped(
    house: House, conn: AsyncConnection, account: str, reason: Reason, now: int
) -> None:
    """Tell administrators, over other accounts, that an account stopped: what was kept, what to do."""
    waiting = await deliveries.waiting(conn, account)
    others = [row.name for row in await accounts.every(conn) if row.state == "open" and row.name != account]
    for at, language in await endpoints.holding(conn, Role.ADMINISTRATOR, account, MOST):
        words = house.texts.text(
            language,
            "alarm.account_stopped",
            account=account,
            moment=moment(house.local(now), language),
            reason=house.texts.line(language, key(reason)),
            count=number(waiting, language),
            others=", ".join(others),
        )
        await _tell(conn, at.account, at.chat_id, words, now)


async def content_refused(house: House, conn: AsyncConnection, error: ContentError, now: int) -> None:
    """Tell administrators that changed content is wrong: where, that the old one stays, what to do."""
    for at, language in await endpoints.holding(conn, Role.ADMINISTRATOR, "", MOST):
        words = house.texts.text(language, "alarm.content_refused", file=error.file, place=error.key)
        await _tell(conn, at.account, at.chat_id, words, now)


async def codes_guessed(house: House, conn: AsyncConnection, count: int, now: int) -> None:
    """Tell administrators, the top of the tree first, that somebody tries codes."""
    for at, language in await endpoints.holding(conn, Role.ADMINISTRATOR, "", FEW):
        words = house.texts.text(language, "alarm.codes_guessed", count=number(count, language))
        await _tell(conn, at.account, at.chat_id, words, now)


async def of_run(house: House, conn: AsyncConnection, broadcast: BroadcastRow, run: RunRow, now: int) -> None:
    """Tell whoever scheduled it, else the administrators over its unit, that a run needs a person.

    It did not go out, or differs from what was promised and waits for their word.
    """
    place = await units.get(conn, broadcast.unit)
    row = await briefings.get(conn, broadcast.briefing_id)
    if place is None or row is None:
        return
    for member in await _owners(conn, broadcast, place.path):
        language = member.language
        words = house.texts.text(
            language,
            _alarm(run),
            title=row.briefing.body(language).title,
            moment=moment(house.local(run.at), language),
            unit=place.name,
            next=_next(house, broadcast, now, language),
            promised="" if run.promised is None else number(run.promised, language),
            count=number(run.audience, language),
        )
        for at in [one for one in await endpoints.of(conn, member.id) if one.state == "open"][:1]:
            await _tell(conn, at.account, at.chat_id, words, now, _buttons(house, run, language))


async def _owners(conn: AsyncConnection, broadcast: BroadcastRow, path: str) -> list[Member]:
    creator = await members.get(conn, broadcast.created_by) if broadcast.created_by is not None else None
    if creator is not None and may(creator, Act.SCHEDULE, path):
        reached = await endpoints.of(conn, creator.id)
        if any(one.state == "open" for one in reached):
            return [creator]
    return (await members.with_role_over(conn, Role.ADMINISTRATOR, path))[:MOST]


def _next(house: House, broadcast: BroadcastRow, now: int, language: str) -> str:
    following = next_occurrence(broadcast.schedule, now)
    if following is None:
        return ""
    return house.texts.line(language, "alarm.next", moment=moment(house.local(following), language))


def _alarm(run: RunRow) -> str:
    if run.state != "differs":
        return "alarm.missed" if run.place is None else "alarm.undecided"  # never planned; planned
    return "alarm.differs" if run.audience else "alarm.nobody"


def _buttons(house: House, run: RunRow, language: str) -> tuple[tuple[Button, ...], ...]:
    taps: list[tuple[str, Tap]] = []
    if run.state == "differs" and run.audience:
        taps.append(("progress.send", OnRun("resume", run.id)))
    if run.state == "differs":
        taps.append(("progress.do_not_send", OnRun("cancel", run.id)))
    else:
        taps.append(("progress.compose", Go("phat")))
    taps.append(("button.progress", Go("tiendo")))
    return tuple((Button.of(house.texts.line(language, key), tap),) for key, tap in taps)


async def _tell(
    conn: AsyncConnection,
    account: str,
    chat_id: str,
    words: Text,
    now: int,
    buttons: tuple[tuple[Button, ...], ...] = (),
) -> None:
    message = Message(text=words, buttons=buttons)
    await deliveries.say(conn, account, chat_id, SendReply(message=message), now)
