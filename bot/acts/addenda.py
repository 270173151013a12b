"""Addenda: what a unit between the issuer and the recipients adds to a briefing that has yet to go out.

The issuer's text stays as it is. Where the unit's own broadcasts need an approval, so does its addendum.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.acts import addendum_notices as notices
from bot.acts import approval, places, planned, training
from bot.acts.context import STALE, Context, Operator, Refusal
from bot.acts.places import Place
from bot.core.guidance import addenda as rules
from bot.core.guidance.addenda import Addition
from bot.core.guidance.approval import Objection
from bot.core.guidance.briefing import Briefing
from bot.core.guidance.broadcast import WAITING
from bot.core.guidance.secrecy import secrecy_marking
from bot.core.kernel.characters import sanitise
from bot.core.kernel.formats import moment
from bot.core.kernel.values import NOWHERE, ROOT, Ms
from bot.core.opinion.guard import inspect
from bot.core.people.permissions import Act
from bot.storage.guidance import addenda, approvals, briefings, broadcasts
from bot.storage.guidance.addenda import TAKES, AddendumRow
from bot.storage.guidance.briefings import BriefingFileRow
from bot.storage.guidance.broadcasts import BroadcastRow

LISTED = 50
REASON = 500  # characters of a reason


@dataclass(frozen=True, slots=True)
class Open:
    """A broadcast from above that a unit may add to. `closes_at` in ms UTC; `mine`: what it added already.

    `approver`: the name of the unit that approved it.
    """

    row: BroadcastRow
    briefing: Briefing
    files: Sequence[BriefingFileRow]
    home: Place
    place: Place
    closes_at: Ms
    mine: AddendumRow | None
    approver: str


@dataclass(frozen=True, slots=True)
class Added:
    """`state`: "standing", or "submitted" where it waits for approval; `told`: how many approvers know.

    `personal`: what in it looks like personal data, to be looked at again.
    """

    id: int
    state: str
    told: int
    closes_at: Ms
    personal: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """An addendum and the briefing it stands below."""

    row: AddendumRow
    briefing: Briefing


async def open_to(ctx: Context, code: str = "") -> list[Open] | Refusal:
    """What the actor's unit (the shell's: this one) may add to, the soonest first."""
    place = await _own(ctx, Act.ADDENDA, code)
    if isinstance(place, Refusal):
        return place
    if (why := await training.hinders(ctx, place.path, practice=False)) is not None:
        return why
    numbers = await addenda.open_over(ctx.conn, place.path, ctx.now, LISTED)
    found = [await look(ctx, one, place.code) for one in numbers]
    return [one for one in found if isinstance(one, Open)]


async def look(ctx: Context, broadcast_id: int, code: str = "") -> Open | Refusal:
    """One broadcast as the actor's unit may add to it, or why not."""
    place = await _own(ctx, Act.ADDENDA, code)
    return place if isinstance(place, Refusal) else await _open(ctx, broadcast_id, place)


async def write(
    ctx: Context, broadcast_id: int, words: str, signed: str = "", unit: str = ""
) -> Added | Refusal:
    """A unit adds to a broadcast, in place of what it added before. `signed`: its body; else its name."""
    place = await _own(ctx, Act.WRITE_ADDENDUM, unit)
    found = place if isinstance(place, Refusal) else await _open(ctx, broadcast_id, place)
    if isinstance(found, Refusal) or isinstance(place, Refusal):
        return found if isinstance(found, Refusal) else STALE
    text = "\n".join(line for one in sanitise(words).splitlines() if (line := " ".join(one.split())))
    body = " ".join(sanitise(signed).split()) or place.name
    why = _objection(text, body)
    if why is not None:
        return why
    needed = (await approval.rule_of(ctx, place.code)).needed
    state = "submitted" if needed else "standing"
    values = {"unit_name": place.name, "signed": body, "words": text, "written_by": ctx.who}
    number = await addenda.add(ctx.conn, broadcast_id, place.code, state=state, created_at=ctx.now, **values)
    await ctx.note(Act.WRITE_ADDENDUM, f"addendum:{number}", f"broadcast:{broadcast_id}, unit:{place.code}")
    row = await addenda.get(ctx.conn, number)
    told = await notices.waits(ctx, row, found.briefing) if needed and row is not None else 0
    return Added(number, state, told, found.closes_at, personal(text, body))


def personal(*words: str) -> tuple[str, ...]:
    """What looks like somebody's name, number or address in an addendum."""
    return tuple(dict.fromkeys(one.value for text in words for one in inspect(text).found))


def _objection(text: str, body: str) -> Refusal | None:
    marking = secrecy_marking(f"{text}\n{body}")
    if marking:
        return Refusal("compose.secret", {"marking": marking})
    if not text:
        return Refusal("addendum.empty")
    if len(text) > rules.LONGEST or len(body) > rules.SIGNED:
        return Refusal("addendum.too_long", {"maximum": rules.LONGEST, "signed": rules.SIGNED})
    return None


async def listed(ctx: Context, broadcast_id: int) -> list[AddendumRow] | Refusal:
    """What units at or below the actor's added to a broadcast, the higher first."""
    path = ctx.member.path if ctx.member else ROOT
    row = await broadcasts.get(ctx.conn, broadcast_id)
    if row is None or not path or not ctx.may(Act.ADDENDA, path):
        return STALE
    return await addenda.of_broadcast(ctx.conn, broadcast_id, path, LISTED)


async def withdraw(ctx: Context, number: int) -> bool | Refusal:
    """It goes out with no run that is opened from now on. False where it was taken back already."""
    row = await addenda.get(ctx.conn, number)
    if row is None or not ctx.may(Act.WITHDRAW_ADDENDUM, row.path):
        return STALE
    if await _with_briefing(ctx, row) is None:
        return Refusal("addendum.gone")
    done = await addenda.withdraw(ctx.conn, number)
    if done:
        await ctx.note(Act.WITHDRAW_ADDENDUM, f"addendum:{number}", f"broadcast:{row.broadcast_id}")
        await notices.told_author(ctx, row, "addendum.told_withdrawn")
    return done


async def waiting(ctx: Context) -> list[Decided] | Refusal:
    """What waits for the actor's word in their own unit."""
    path = ctx.member.path if ctx.member else NOWHERE
    if not path or not ctx.may(Act.DECIDE_ADDENDUM, path):
        return STALE
    rows = await addenda.waiting(ctx.conn, path, LISTED)
    found = [await _with_briefing(ctx, row) for row in rows]
    return [one for one in found if one is not None]


async def waits(ctx: Context, number: int) -> Decided | Refusal:
    """One that waits for the word of those who approve over its unit, and may go out yet."""
    row = await addenda.get(ctx.conn, number)
    if row is None or not ctx.may(Act.DECIDE_ADDENDUM, row.path):
        return STALE
    found = await _with_briefing(ctx, row)
    return found if found is not None and row.state == "submitted" else Refusal("addendum.over")


async def decide(ctx: Context, number: int, stands: bool, reason: str = "") -> Decided | Refusal:
    """An addendum stands, or is returned for a reason; who wrote it hears of it, and does not decide."""
    found = await waits(ctx, number)
    if isinstance(found, Refusal):
        return found
    if found.row.written_by == ctx.who and not isinstance(ctx.actor, Operator):
        return Refusal(f"approve.{Objection.OWN}")
    words = " ".join(sanitise(reason).split())[:REASON]
    if not stands and not words:
        return Refusal("approve.no_reason")
    to = "standing" if stands else "returned"
    if not await addenda.decide(ctx.conn, number, to, ctx.who, words or None):
        return Refusal("addendum.over")
    await ctx.note(Act.DECIDE_ADDENDUM, f"addendum:{number}", "stands" if stands else "returned")
    key = "addendum.told_stands" if stands else "addendum.told_returned"
    await notices.told_author(ctx, found.row, key, reason=words)
    return found


async def _with_briefing(ctx: Context, row: AddendumRow) -> Decided | None:
    """With what it stands below; None where that goes out no more."""
    found = await planned.of_broadcast(ctx, row.broadcast_id)
    return None if found is None or found.row.state not in WAITING else Decided(row, found.briefing)


async def _own(ctx: Context, act: Act, code: str) -> Place | Refusal:
    """The unit that speaks: nobody speaks for another than their own."""
    mine = ctx.member.unit if ctx.member else code
    place = await places.find(ctx.conn, mine)
    if place is None or not ctx.may(act, place.path) or code not in ("", mine):
        return Refusal("addendum.no_unit") if isinstance(ctx.actor, Operator) else STALE
    return place


async def _open(ctx: Context, broadcast_id: int, place: Place) -> Open | Refusal:
    row = await broadcasts.get(ctx.conn, broadcast_id)
    home = await places.find(ctx.conn, row.issuer or row.unit) if row else None
    said = await briefings.get(ctx.conn, row.briefing_id) if row else None
    if row is None or home is None or said is None:
        return STALE
    if not rules.between(place.path, home.path, await notices.meant(ctx, row)):
        return Refusal("addendum.not_between") if isinstance(ctx.actor, Operator) else STALE
    if (hindered := await training.hinders(ctx, place.path, practice=row.training)) is not None:
        return hindered
    closes = rules.closes_at(row.next_at, row.addenda_ms)
    why = rules.obstacle(closes if row.state in TAKES else None, ctx.now)
    if why is not None or closes is None:
        until = moment(ctx.house.local(closes), ctx.language) if closes is not None else ""
        return Refusal(f"addendum.{why}", {"until": until})
    theirs = await addenda.of_broadcast(ctx.conn, broadcast_id, place.path, LISTED)
    mine = next((one for one in theirs if one.unit == place.code), None)
    files = await briefings.files(ctx.conn, said.id)
    approver = await approvals.approver(ctx.conn, row)
    return Open(row, said.briefing, files, home, place, closes, mine, approver)


def as_read(ctx: Context, place: Place, words: str, signed: str) -> Addition:
    """An addendum as it will be read, before it is kept."""
    return Addition(
        id=0, path=place.path, unit=place.name, signed=signed or place.name, words=words, at=ctx.now
    )
