"""Briefings as members find, open and confirm them.

Who may read one is decided in one place: it was issued to the reader's unit or one above it, to a role the
reader has, and it went out; or it was delivered to the reader. Reading and confirming leave their trace in
the ledger, so the audit log has no line for them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.acts.context import STALE, Context, Refusal
from bot.core.delivery.states import FETCHING
from bot.core.guidance.addenda import Addition, numbers
from bot.core.guidance.audience import follows
from bot.core.guidance.briefing import Briefing
from bot.core.kernel.values import Ms
from bot.core.people.members import Member
from bot.core.people.permissions import Act
from bot.core.talk.offer import Choice, choices
from bot.core.talk.tap import addressed
from bot.storage.delivery import deliveries, followed, offers, readings
from bot.storage.delivery.offers import KEPT_MS
from bot.storage.guidance import addenda, approvals, briefings, corrections
from bot.storage.guidance.briefings import BriefingFileRow, BriefingRow
from bot.storage.people import members


@dataclass(frozen=True, slots=True)
class Found:
    """A briefing in a list."""

    id: int
    briefing: Briefing
    urgent: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """A briefing the reader may read, with its files. `delivery`: their own, which they can confirm.

    `confirmed`: when they did, ms UTC. `corrected`: it was, after it had gone out; `words`: from which to
    which, where that is one short place. `added`: the addenda of units over the reader, as they got them.
    `approver`: the name of the unit that approved it.
    """

    id: int
    briefing: Briefing
    files: Sequence[BriefingFileRow]
    delivery: int | None
    confirmed: Ms | None
    urgent: bool = False
    corrected: bool = False
    words: tuple[str, str] | None = None
    added: Sequence[Addition] = ()
    approver: str = ""


async def latest(ctx: Context, limit: int) -> list[Found]:
    """The newest that the member may read, on the topics they follow."""
    if ctx.member is None:
        return []
    chosen = await members.follows(ctx.conn, ctx.member.id)
    roles = ctx.member.roles
    codes = [code for code, one in ctx.house.topics.items() if follows(one, roles, chosen.get(code))]
    return await _issued(ctx, Act.LATEST, codes, (), limit)


async def search(ctx: Context, words: Sequence[str], limit: int) -> list[Found]:
    """The newest that the member may read and that hold all the folded words, whatever they follow."""
    return await _issued(ctx, Act.SEARCH, list(ctx.house.topics), words, limit)


async def _issued(
    ctx: Context, act: Act, topics: Collection[str], words: Sequence[str], limit: int
) -> list[Found]:
    if ctx.member is None or not ctx.may(act):
        return []
    path, roles = ctx.member.path, ctx.member.roles
    rows = await briefings.issued(ctx.conn, path, roles, topics, words, limit, ctx.member.id)
    return [Found(row.id, row.briefing, urgent) for row, urgent in rows]


async def read(ctx: Context, briefing_id: int) -> Opened | Refusal:
    """One that was found in a list; of one that was corrected since, what it says now.

    What one unit corrects or takes back stays as it is with those to whom another sent the same.
    """
    if ctx.member is None or not ctx.may(Act.READ):
        return STALE
    me, since = ctx.member, await corrections.successor(ctx.conn, briefing_id)
    for number in (since.new_id if since is not None else None, briefing_id):
        row = await briefings.get(ctx.conn, number) if number is not None else None
        urgent = await briefings.issued_to(ctx.conn, row.id, me.path, me.roles, me.id) if row else None
        if row is not None and urgent is not None:
            return await _read(ctx, me, row, urgent)
    return Refusal("recall.recalled") if since is not None and since.new_id is None else STALE


async def _read(ctx: Context, me: Member, row: BriefingRow, urgent: bool) -> Opened:
    reading = await readings.of_briefing(ctx.conn, me.id, row.id)
    if reading is None:
        over = await addenda.over(ctx.conn, row.id, me.path)
        return await _opened(ctx, row, None, None, urgent, over)
    added = await addenda.read(ctx.conn, numbers(reading.addenda))
    return await _opened(ctx, row, reading.delivery_id, reading.acknowledged_at, urgent, added)


async def unread(ctx: Context) -> Found | None:
    """The latest that came to the member and that they have not confirmed."""
    if ctx.member is None or not ctx.may(Act.LATEST):
        return None
    found = await readings.latest(ctx.conn, ctx.member.id, unconfirmed=True)
    row = await briefings.get(ctx.conn, found.briefing_id) if found else None
    return Found(row.id, row.briefing, urgent=False) if row else None


async def offered(ctx: Context) -> tuple[tuple[Choice, ...], int | None]:
    """What stands last before the member: a screen's choices, or the briefing delivered after it."""
    if ctx.member is None:
        return (), None
    row = await offers.at(ctx.conn, ctx.account, ctx.chat_id)
    since = Ms(max(row.at if row else 0, ctx.now - KEPT_MS))
    # What was fetched stands above the answer that offered something: a number is the answer's.
    below = FETCHING[0] if row is not None and row.choices else FETCHING[-1] + 1
    delivered = await readings.came_after(ctx.conn, ctx.member.id, ctx.account, ctx.chat_id, since, below)
    if delivered is not None:
        return (), delivered
    return (row.choices if row and row.at >= since else ()), None


async def in_doubt(ctx: Context) -> bool:
    """Whether below the last screen a briefing may stand of which nobody knows whether it came."""
    if ctx.member is None:
        return False
    row = await offers.at(ctx.conn, ctx.account, ctx.chat_id)
    since = Ms(max(row.at if row else 0, ctx.now - KEPT_MS))
    return await readings.may_have_come(ctx.conn, ctx.member.id, ctx.account, ctx.chat_id, since)


async def following_said(ctx: Context, delivery_id: int) -> tuple[Choice, ...] | None:
    """What a reminder offers, as it stands before the member; None where the delivery is a briefing."""
    if ctx.member is None:
        return None
    said = await followed.buttons_of(ctx.conn, delivery_id, ctx.member.id)
    if said is None:
        return None
    return tuple(one._replace(data=addressed(one.data, delivery_id)) for one in choices(said.buttons))


async def read_delivered(ctx: Context, delivery_id: int) -> Opened | Refusal:
    """One that was delivered to the member, or that a reminder of theirs is about: a tap proves arrival."""
    if ctx.member is None or not ctx.may(Act.READ_DELIVERED):
        return STALE
    original = await followed.original(ctx.conn, delivery_id, ctx.member.id)
    if original is not None:
        await deliveries.arrived(ctx.conn, delivery_id, ctx.member.id, ctx.now)
        delivery_id = original
    found = await readings.tapped(ctx.conn, delivery_id, ctx.member.id)
    row = await briefings.get(ctx.conn, found.briefing_id) if found is not None else None
    if found is None or row is None:
        return STALE
    await deliveries.arrived(ctx.conn, delivery_id, ctx.member.id, ctx.now)
    if await corrections.taken_back(ctx.conn, found.run_id):
        return Refusal("recall.recalled")
    added = await addenda.read(ctx.conn, numbers(found.addenda))
    return await _opened(ctx, row, delivery_id, found.acknowledged_at, found.urgent, added)


async def _opened(
    ctx: Context,
    row: BriefingRow,
    delivery: int | None,
    confirmed: Ms | None,
    urgent: bool,
    added: Sequence[Addition],
) -> Opened:
    attached = await briefings.files(ctx.conn, row.id)
    mended = await corrections.leading_to(ctx.conn, row.id)
    words = (mended.old_words, mended.new_words) if mended else (None, None)
    said = (words[0], words[1]) if words[0] is not None and words[1] is not None else None
    opened = Opened(row.id, row.briefing, attached, delivery, confirmed, urgent, mended is not None, said)
    path = ctx.member.path if ctx.member is not None else None
    approver = await approvals.units_of(ctx.conn, row.id, path, delivery)
    return replace(opened, added=added, approver=approver)


async def acknowledge(ctx: Context, delivery_id: int) -> Ms | Refusal:
    """The member's word that they read it; answers when they first gave it, ms UTC."""
    if ctx.member is None or not ctx.may(Act.ACKNOWLEDGE):
        return STALE
    at = await deliveries.acknowledge(ctx.conn, delivery_id, ctx.member.id, ctx.now)
    if at is None:
        at = await readings.confirm_in_flight(ctx.conn, delivery_id, ctx.member.id, ctx.now)
    if at is None:
        return STALE
    await followed.drop(ctx.conn, delivery_id, ctx.member.id)
    return at
