"""Requests to join: asked by who is not in, decided once by an administrator above the unit."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.acts import addresses, places
from bot.acts.addresses import Address, Standing
from bot.acts.admission import admit as let_in
from bot.acts.context import STALE, Context, Refusal
from bot.acts.places import Place
from bot.core.kernel.values import ROOT, Ms
from bot.core.people.members import Member, Role
from bot.core.people.names import clean_name
from bot.core.people.permissions import Act
from bot.core.talk.message import Button, Message
from bot.core.talk.taps.people import Admit
from bot.storage.people import members
from bot.storage.people import requests as stored
from bot.storage.people.members import Consent
from bot.storage.people.requests import JoinRequestRow

TOLD = 5  # administrators that one request is shown to
LISTED = 500
REASONS = ("unknown", "elsewhere", "other")  # why somebody is not let in, as an administrator picks it


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


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request to be decided. `since` in ms UTC."""

    id: int
    name: str
    place: Place
    since: Ms


async def ask(ctx: Context, unit: str, name: str, language: str, version: str) -> Asked | Refusal:
    """Ask to join a unit, having agreed to a `version` of the consent text.

    One request waits a chat; an administrator hears of a person's requests once, however often they are sent.
    """
    clean, place = clean_name(name), await places.find(ctx.conn, unit)
    if ctx.actor is not None or clean is None:
        return Refusal("start.already" if clean is not None else "name.refused")
    if place is None:
        return Refusal("start.no_unit")
    if (over := await places.ended(ctx, place)) is not None:
        return over
    deciders = (await members.with_role_over(ctx.conn, Role.ADMINISTRATOR, place.path))[:TOLD]
    before = await stored.waiting_from(ctx.conn, ctx.account, ctx.chat_id)
    if before is not None and (before.unit, before.name) == (place.code, clean):
        return Asked(place, len(deciders))
    request = await stored.add(
        ctx.conn, ctx.account, ctx.chat_id, clean, language, place.code, version, ctx.now
    )
    told = before.told if before is not None else frozenset()
    for decider in deciders:
        if decider.id not in told:
            await _show(ctx, decider, request, clean, place)
    await stored.tell(ctx.conn, request, told | {one.id for one in deciders})
    return Asked(place, len(deciders))


async def mine(ctx: Context) -> Waiting | None:
    """The request that waits from the chat which writes."""
    row = await stored.waiting_from(ctx.conn, ctx.account, ctx.chat_id)
    place = await places.find(ctx.conn, row.unit) if row else None
    return Waiting(row.id, row.name, place, row.created_at) if row and place else None


async def waiting(ctx: Context) -> Sequence[Waiting] | Refusal:
    """The requests that wait for the actor's unit and below, the older first."""
    path = ctx.member.path if ctx.member else ROOT
    if not path or not ctx.may(Act.REQUESTS, path):
        return STALE
    rows = await stored.waiting_below(ctx.conn, path, LISTED)
    units = {code: await places.find(ctx.conn, code) for code in {row.unit for row in rows}}
    found = ((row, units[row.unit]) for row in rows)
    return [Waiting(row.id, row.name, place, row.created_at) for row, place in found if place is not None]


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
    if await members.known_at(ctx.conn, row.account, row.chat_id):
        return Decided(row.name, place)
    consent = Consent(row.consent_version, row.created_at, f"chat:{row.account}")
    at, roles = Address(row.account, row.chat_id), {Role.COMMUNICATOR}
    return Decided(row.name, place, await let_in(ctx, at, row.name, place, roles, consent, row.language))


async def decline(ctx: Context, request_id: int, reason: str = "other") -> Decided | Refusal:
    """Do not let in who asked, for one of REASONS, and tell them."""
    if reason not in REASONS:
        return STALE
    found = await _decide(ctx, Act.DECLINE, request_id, "declined", reason)
    if isinstance(found, Refusal):
        return found
    row, place = found
    texts, language = ctx.house.texts, row.language
    why = texts.text(language, f"declined.{reason}")
    words = (*texts.text(language, "start.declined", unit=place.name), *why)
    await addresses.say(ctx, Address(row.account, row.chat_id), Message(text=words))
    return Decided(row.name, place)


async def _decide(
    ctx: Context, act: Act, request_id: int, state: str, reason: str | None = None
) -> tuple[JoinRequestRow, Place] | Refusal:
    row = await stored.get(ctx.conn, request_id)
    place = await places.find(ctx.conn, row.unit) if row else None
    if row is None or place is None or not ctx.may(act, place.path):
        return STALE
    by = ctx.member.id if ctx.member else None
    if not await stored.decide(ctx.conn, row.id, state, by, ctx.now, reason):
        return Refusal("admit.replaced" if row.reason == "replaced" else "admit.decided_already")
    await ctx.note(act, f"request:{row.id}", f"unit:{row.unit}")
    return row, place
