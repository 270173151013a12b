"""Requests to join: asked by who is not in, decided once by an administrator above the unit."""

from dataclasses import dataclass

from bot.acts import addresses, places
from bot.acts.addresses import Address, Standing
from bot.acts.admission import admit as let_in
from bot.acts.context import STALE, Context, Refusal
from bot.acts.places import Place
from bot.core.people.members import Member, Role
from bot.core.people.permissions import Act
from bot.core.talk.message import Button, Message
from bot.core.talk.taps import Admit
from bot.storage.people import joining, members
from bot.storage.people.joining import JoinRequestRow
from bot.storage.people.members import Consent

TOLD = 5  # administrators that one request is shown to


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that waits. `deciders`: how many administrators there are to decide it."""

    place: Place
    deciders: int


@dataclass(frozen=True, slots=True)
class Decided:
    """A request that was decided; `standing` of who was let in."""

    name: str
    place: Place
    standing: Standing | None = None


async def ask(ctx: Context, unit: str, name: str, language: str, version: str) -> Asked | Refusal:
    """Ask to join a unit, having agreed to a `version` of the consent text."""
    if ctx.actor is not None:
        return Refusal("start.already")
    place = await places.find(ctx.conn, unit)
    if place is None:
        return Refusal("start.no_unit")
    deciders = await members.with_role_over(ctx.conn, Role.ADMINISTRATOR, place.path)
    request = await joining.request(
        ctx.conn, ctx.account, ctx.chat_id, name, language, place.code, version, ctx.now
    )
    for decider in deciders[:TOLD]:
        await _show(ctx, decider, request, name, place)
    return Asked(place, len(deciders))


async def _show(ctx: Context, decider: Member, request: int, name: str, place: Place) -> None:
    texts, language = ctx.house.texts, decider.language
    buttons = (
        (Button.of(texts.line(language, "admit.accept"), Admit("yes", request)),),
        (Button.of(texts.line(language, "admit.decline"), Admit("no", request)),),
    )
    words = texts.text(language, "admit.asked", name=name, unit=place.name)
    await addresses.tell(ctx, decider, Message(text=words, buttons=buttons))


async def admit(ctx: Context, request_id: int) -> Decided | Refusal:
    """Let in who asked."""
    found = await _decide(ctx, Act.ADMIT, request_id, "accepted")
    if isinstance(found, Refusal):
        return found
    row, place = found
    if await members.at(ctx.conn, row.account, row.chat_id) is not None:
        return Decided(row.name, place)
    consent = Consent(row.consent_version, row.created_at, f"chat:{row.account}")
    at, roles = Address(row.account, row.chat_id), {Role.COMMUNICATOR}
    return Decided(row.name, place, await let_in(ctx, at, row.name, place, roles, consent, row.language))


async def decline(ctx: Context, request_id: int) -> Decided | Refusal:
    """Do not let in who asked, and tell them."""
    found = await _decide(ctx, Act.DECLINE, request_id, "declined")
    if isinstance(found, Refusal):
        return found
    row, place = found
    words = ctx.house.texts.text(row.language, "start.declined", unit=place.name)
    await addresses.say(ctx, Address(row.account, row.chat_id), Message(text=words))
    return Decided(row.name, place)


async def _decide(
    ctx: Context, act: Act, request_id: int, state: str
) -> tuple[JoinRequestRow, Place] | Refusal:
    row = await joining.get_request(ctx.conn, request_id)
    place = await places.find(ctx.conn, row.unit) if row else None
    if row is None or place is None or not ctx.may(act, place.path):
        return STALE
    if not await joining.decide(ctx.conn, row.id, state, ctx.member.id if ctx.member else None, ctx.now):
        return Refusal("admit.decided_already")
    await ctx.note(act, f"request:{row.id}", f"unit:{row.unit}")
    return row, place
