"""Invitations: a code that lets people into one unit with certain roles."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.acts import places
from bot.acts.addresses import Address, Standing
from bot.acts.admission import admit, note_joined
from bot.acts.context import STALE, Context, Refusal
from bot.acts.places import Place
from bot.core.people.members import Role
from bot.core.people.permissions import Act
from bot.storage.people import joining
from bot.storage.people.joining import Invite, InviteRow
from bot.storage.people.members import Consent

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Created:
    """A new invitation: the only time its code is known. `expires_at` in ms UTC."""

    code: str
    link: str | None
    place: Place
    roles: frozenset[Role]
    expires_at: int
    uses: int


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a good code opens. `key` stands for the code where it is kept."""

    key: str
    place: Place
    roles: frozenset[Role]


async def create(
    ctx: Context, unit: str, roles: Collection[Role], *, days: int, uses: int, account: str | None = None
) -> Created | Refusal:
    """Make an invitation into a unit; the link is `account`'s where it has one."""
    place = await places.find(ctx.conn, unit)
    if place is None or not ctx.may(Act.INVITE, place.path):
        return Refusal("invite.no_unit", {"unit": unit})
    expires_at = ctx.now + days * DAY_MS
    made: Invite = await joining.make_invite(
        ctx.conn,
        place.code,
        roles,
        expires_at=expires_at,
        uses=uses,
        created_by=ctx.who,
        now=ctx.now,
        account=account,
    )
    detail = f"{';'.join(sorted(roles))}, {uses} uses, until {expires_at}"
    await ctx.note(Act.INVITE, f"unit:{place.code}", detail)
    return Created(made.code, made.link, place, frozenset(roles), expires_at, uses)


async def look(ctx: Context, code: str) -> Invitation | Refusal:
    """What a code opens, before anybody uses it."""
    return await _opened(ctx, joining.digest(code))


async def _opened(ctx: Context, key: str) -> Invitation | Refusal:
    found = await joining.find_invite(ctx.conn, key)
    if found is None:
        return Refusal("start.unknown_code")
    place = await places.find(ctx.conn, found.unit)
    return _problem(ctx, found) or (Invitation(key, place, found.roles) if place else STALE)


def _problem(ctx: Context, found: InviteRow) -> Refusal | None:
    if found.expires_at <= ctx.now:
        day = ctx.house.local(found.expires_at).strftime("%d/%m/%Y")
        return Refusal("start.expired_code", {"day": day})
    return Refusal("start.spent_code") if found.uses_left < 1 else None


async def join(ctx: Context, key: str, name: str, language: str, version: str) -> Standing | Refusal:
    """Come in by invitation, having agreed to a `version` of the consent text; takes one use."""
    if ctx.actor is not None:
        return Refusal("start.already")
    found = await _opened(ctx, key)
    if isinstance(found, Refusal) or not await joining.use_invite(ctx.conn, key, ctx.now):
        return Refusal("start.code_gone")
    consent = Consent(version, ctx.now, f"chat:{ctx.account}")
    at = Address(ctx.account, ctx.chat_id)
    standing = await admit(ctx, at, name, found.place, found.roles, consent, language)
    await note_joined(ctx, standing, Act.JOIN, ";".join(sorted(found.roles)))
    return standing
