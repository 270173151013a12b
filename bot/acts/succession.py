"""Units that have ended: what hangs on them goes to what they became, on the day or later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts import notices, places
from bot.acts.context import OPERATOR
from bot.acts.places import Place
from bot.core.kernel.formats import cut_short, date_long, number
from bot.core.kernel.values import Ms
from bot.core.people.members import Role
from bot.core.people.permissions import OperatorAct
from bot.core.talk.texts import Texts
from bot.storage import succession
from bot.storage.accounts import endpoints
from bot.storage.guidance import addenda
from bot.storage.meetings import followed as conferences
from bot.storage.people import audit, members, units
from bot.storage.succession import Hanging

__all__ = ["Followed", "Hanging", "follow"]
QUOTED = 60  # characters of an addendum where it is spoken of


@dataclass(frozen=True, slots=True)
class Followed:
    """What went from a unit to its first heir. `broadcasts`: how many mean the heirs now."""

    old: Place
    new: Place
    moved: Hanging
    broadcasts: int


async def follow(conn: AsyncConnection, texts: Texts, today: date, now: Ms) -> Sequence[Followed]:
    """Let everything follow that hangs on a unit which has ended by `today`; twice is as once.

    It is written in the audit log, and the administrators of the heir hear of it. `now` in ms UTC.
    """
    heirs = await units.became(conn, today.isoformat())
    redirected = await succession.redirect(conn, heirs)
    found = []
    for code, (first, *_) in sorted(heirs.items()):
        old, new = await places.find(conn, code), await places.find(conn, first)
        if old is None or new is None:
            continue
        await _return_addenda(conn, texts, old, new, now)
        moved = await succession.follow(conn, code, first, now)
        broadcasts = sum(code in named for named in redirected.values())
        if not (moved or broadcasts):
            continue
        one = Followed(old, new, moved, broadcasts)
        await audit.note(
            conn, OPERATOR, OperatorAct.FOLLOW, f"unit:{first}", f"from {code}: {_listed(one)}", now
        )
        await _tell(conn, texts, one, now)
        found.append(one)
    await conferences.stand(conn)
    return found


async def _return_addenda(conn: AsyncConnection, texts: Texts, old: Place, new: Place, now: Ms) -> None:
    """What a unit added goes out under no other name: who wrote it hears so, and may write it anew."""
    reason = texts.line("vi", "addendum.unit_ended", old=old.name, new=new.name)
    for row in await addenda.end(conn, old.code, reason):
        await audit.note(
            conn, OPERATOR, OperatorAct.FOLLOW, f"addendum:{row.id}", f"returned: {old.code}", now
        )
        author = await members.logged_as(conn, row.written_by)
        if author is None:
            continue
        quoted = cut_short(row.words, QUOTED)
        values = {"old": old.name, "new": new.name, "words": quoted}
        words = texts.text(author.language, "addendum.told_ended", **values)
        for at in [at for at in await endpoints.of(conn, author.id) if at.state == "open"][:1]:
            await notices.tell(conn, at.account, at.chat_id, words, now)


def _listed(one: Followed) -> str:
    moved = one.moved
    return (
        f"{moved.members} members, {moved.invitations} invitations, {moved.requests} requests, "
        f"{moved.reports} reports, {moved.questions} questions, "
        f"{moved.conferences} conferences, {one.broadcasts} broadcasts"
    )


async def _tell(conn: AsyncConnection, texts: Texts, one: Followed, now: Ms) -> None:
    over = await members.with_role_over(conn, Role.ADMINISTRATOR, one.new.path)
    own = [member for member in over if member.unit == one.new.code] or over[: notices.FEW]
    for member in own[: notices.MOST]:
        counts = {
            "members": one.moved.members,
            "invitations": one.moved.invitations,
            "requests": one.moved.requests,
            "reports": one.moved.reports,
            "questions": one.moved.questions,
            "conferences": one.moved.conferences,
            "broadcasts": one.broadcasts,
        }
        words = texts.text(
            member.language,
            "unit.followed",
            old=one.old.name,
            new=one.new.name,
            day=date_long(one.old.until, member.language) if one.old.until else "",
            **{key: number(count, member.language) for key, count in counts.items()},
        )
        for at in [at for at in await endpoints.of(conn, member.id) if at.state == "open"][:1]:
            await notices.tell(conn, at.account, at.chat_id, words, now)
