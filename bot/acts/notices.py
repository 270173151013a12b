"""What the bot says by itself when something needs a person: an account stopped, a run was missed."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts.house import House
from bot.core.delivery.reasons import Reason, key
from bot.core.kernel.errors import ContentError
from bot.core.kernel.formats import moment, number
from bot.core.kernel.richtext import Text
from bot.core.kernel.values import ChatId, Ms, UnitPath
from bot.core.people.members import Member, Role
from bot.core.people.permissions import Act, may
from bot.core.schedule.occurrences import next_occurrence
from bot.core.talk.message import Button, Message
from bot.core.talk.reply import SendReply
from bot.core.talk.tap import Tap
from bot.core.talk.taps.screens import Go
from bot.core.talk.taps.sending import OnRun
from bot.storage.accounts import accounts, endpoints
from bot.storage.delivery import deliveries, replies
from bot.storage.delivery.runs import RunRow
from bot.storage.guidance import briefings, newer
from bot.storage.guidance.broadcasts import BroadcastRow
from bot.storage.people import members, units

MOST = 20  # people one alarm goes to
FEW = 5  # people of the top that are told of what is no emergency


async def account_stopped(house: House, conn: AsyncConnection, account: str, reason: Reason, now: Ms) -> None:
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
        await tell(conn, at.account, at.chat_id, words, now)


async def quota_over(
    house: House, conn: AsyncConnection, account: str, waiting: int, until: datetime, now: Ms
) -> None:
    """Tell administrators that an account's month is used up, and when it goes on.

    Over other accounts; where nobody is reached so, over this one, out of what it keeps for replies.
    """
    found = await endpoints.holding(conn, Role.ADMINISTRATOR, account, FEW)
    for at, language in found or await endpoints.holding(conn, Role.ADMINISTRATOR, "", FEW):
        words = house.texts.text(
            language,
            "alarm.quota_over",
            account=account,
            count=number(waiting, language),
            until=moment(until, language),
        )
        await tell(conn, at.account, at.chat_id, words, now)


async def content_refused(house: House, conn: AsyncConnection, error: ContentError, now: Ms) -> None:
    """Tell administrators that changed content is wrong: where, that the old one stays, what to do."""
    for at, language in await endpoints.holding(conn, Role.ADMINISTRATOR, "", MOST):
        words = house.texts.text(language, "alarm.content_refused", file=error.file, place=error.key)
        await tell(conn, at.account, at.chat_id, words, now)


async def codes_guessed(house: House, conn: AsyncConnection, count: int, now: Ms) -> None:
    """Tell administrators, the top of the tree first, that somebody tries codes."""
    for at, language in await endpoints.holding(conn, Role.ADMINISTRATOR, "", FEW):
        words = house.texts.text(language, "alarm.codes_guessed", count=number(count, language))
        await tell(conn, at.account, at.chat_id, words, now)


async def of_run(house: House, conn: AsyncConnection, broadcast: BroadcastRow, run: RunRow, now: Ms) -> None:
    """Tell whoever scheduled it, else the administrators over its unit, that a run needs a person.

    It did not go out, or differs from what was promised and waits for their word.
    """

    def words(language: str) -> dict[str, str]:
        return {
            "moment": moment(house.local(run.at), language),
            "next": _next(house, broadcast, now, language),
            "promised": "" if run.promised is None else number(run.promised, language),
            "count": number(run.audience, language),
        }

    await _ask(house, conn, broadcast, broadcast.briefing_id, _alarm(run), words, _taps(run), now)


async def new_texts(house: House, conn: AsyncConnection, now: Ms) -> None:
    """Ask whoever scheduled a broadcast whose text was changed since: the new text, or the old? Once each."""
    for one in await newer.untold(conn):
        row = one.broadcast
        at = house.local(row.next_at or now)
        choices = (("progress.new_text", "new_text"), ("progress.old_text", "old_text"))
        taps = [(key, OnRun(step, row.id)) for key, step in choices]

        def words(language: str, at: datetime = at) -> dict[str, str]:
            return {"moment": moment(at, language)}

        if await _ask(house, conn, row, one.version, "alarm.new_text", words, taps, now):
            await newer.told(conn, one)


async def _ask(
    house: House,
    conn: AsyncConnection,
    broadcast: BroadcastRow,
    version: int,
    key: str,
    words: Callable[[str], dict[str, str]],
    taps: Sequence[tuple[str, Tap]],
    now: Ms,
) -> bool:
    """Say something of a broadcast to whoever answers for it. False where nobody is there."""
    place, row = await units.get(conn, broadcast.unit), await briefings.get(conn, version)
    if place is None or row is None:
        return False
    owners = await _owners(conn, broadcast, place.path)
    for member in owners:
        language = member.language
        title = row.briefing.body(language).title
        text = house.texts.text(language, key, title=title, unit=place.name, **words(language))
        buttons = tuple((Button.of(house.texts.line(language, label), tap),) for label, tap in taps)
        for at in [one for one in await endpoints.of(conn, member.id) if one.state == "open"][:1]:
            await tell(conn, at.account, at.chat_id, text, now, buttons)
    return bool(owners)


async def _owners(conn: AsyncConnection, broadcast: BroadcastRow, path: UnitPath) -> list[Member]:
    creator = await members.get(conn, broadcast.created_by) if broadcast.created_by is not None else None
    if creator is not None and may(creator, Act.SCHEDULE, path):
        reached = await endpoints.of(conn, creator.id)
        if any(one.state == "open" for one in reached):
            return [creator]
    return (await members.with_role_over(conn, Role.ADMINISTRATOR, path))[:MOST]


def _next(house: House, broadcast: BroadcastRow, now: Ms, language: str) -> str:
    following = next_occurrence(broadcast.schedule, now)
    if following is None:
        return ""
    return house.texts.line(language, "alarm.next", moment=moment(house.local(following), language))


def _alarm(run: RunRow) -> str:
    if run.state != "differs":
        return "alarm.missed" if run.place is None else "alarm.undecided"  # never planned; planned
    return "alarm.differs" if run.audience else "alarm.nobody"


def _taps(run: RunRow) -> list[tuple[str, Tap]]:
    taps: list[tuple[str, Tap]] = []
    if run.state == "differs" and run.audience:
        taps.append(("progress.send", OnRun("resume", run.id)))
    if run.state == "differs":
        taps.append(("progress.do_not_send", OnRun("cancel", run.id)))
    else:
        taps.append(("progress.compose", Go("phat")))
    return [*taps, ("button.progress", Go("tiendo"))]


async def tell(
    conn: AsyncConnection,
    account: str,
    chat_id: ChatId,
    words: Text,
    now: Ms,
    buttons: tuple[tuple[Button, ...], ...] = (),
) -> None:
    """Put a sentence of the bot's own into the outbox, for one chat."""
    message = Message(text=words, buttons=buttons)
    await replies.say(conn, account, chat_id, SendReply(message=message), now)
