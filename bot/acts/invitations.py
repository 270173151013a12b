"""Invitations: a code that lets people into one unit with certain roles, as long as its maker may."""

import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.acts import authority, places, wrong_codes
from bot.acts.addresses import Address, Standing
from bot.acts.admission import admit, note_joined
from bot.acts.context import STALE, Context, Refusal
from bot.acts.places import Place
from bot.core.kernel.values import DAY_MS, ROOT, Ms
from bot.core.people.codes import LINK, Kind
from bot.core.people.members import Role
from bot.core.people.names import clean_name
from bot.core.people.permissions import Act, may
from bot.storage import keys
from bot.storage.accounts import endpoints
from bot.storage.people import invitations as stored
from bot.storage.people import members
from bot.storage.people.invitations import InviteRow
from bot.storage.people.members import Consent


@dataclass(frozen=True, slots=True)
class Created:
    """A new invitation: the only time its code is known. `expires_at` in ms UTC."""

    code: str
    link: str | None
    place: Place
    roles: frozenset[Role]
    expires_at: Ms
    uses: int


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a good code opens. `key` stands for the code where it is kept."""

    key: str
    id: int
    place: Place
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class Held:
    """An invitation that still admits somebody. `maker` as the audit log names them; times in ms UTC."""

    id: int
    place: Place
    roles: frozenset[Role]
    expires_at: Ms
    uses: int
    uses_left: int
    maker: str


async def create(
    ctx: Context,
    unit: str,
    roles: Collection[Role],
    *,
    days: int,
    uses: int,
    account: str | None = None,
    otherwise: str | None = None,
    code: str | None = None,
) -> Created | Refusal:
    """Make an invitation into a unit. It leads to `account`, else to one that serves the unit, else to
    `otherwise`: the link is that account's where it has one. `code`: as `ahead` chose it.
    """
    place = await places.find(ctx.conn, unit)
    if place is None or not ctx.may(Act.INVITE, place.path):
        return Refusal("invite.no_unit", {"unit": unit})
    if (over := await places.ended(ctx, place)) is not None:
        return over
    expires_at = Ms(ctx.now + days * DAY_MS)
    serving = await _serving(ctx, place)
    made = await stored.make_invite(
        ctx.conn,
        place.code,
        roles,
        expires_at=expires_at,
        uses=uses,
        created_by=ctx.who,
        now=ctx.now,
        account=account or serving or otherwise,
        alone=account is None and serving is not None,
        code=code,
    )
    detail = f"{';'.join(sorted(roles))}, {uses} uses, until {expires_at}"
    await ctx.note(Act.INVITE, f"unit:{place.code}", detail)
    return Created(made.code, made.link, place, frozenset(roles), expires_at, uses)


async def ahead(ctx: Context, unit: str, otherwise: str) -> tuple[str, str | None]:
    """A code for an invitation that is yet to be made, and the link it will have. Only reads."""
    code, place = stored.fresh(), await places.find(ctx.conn, unit)
    serving = await _serving(ctx, place) if place is not None else None
    return code, await stored.link_of(ctx.conn, code, serving or otherwise, serving is not None)


async def _serving(ctx: Context, place: Place) -> str | None:
    """The account that people of a unit are invited to: of the nearest unit that has any, the emptiest."""
    for code in reversed(place.path.strip("/").split("/")):
        names = ctx.house.serves.get(code)
        if names:
            people = await endpoints.counted(ctx.conn)
            return min(names, key=lambda name: (people.get(name, 0), name))
    return None


async def holding(ctx: Context) -> Sequence[Held] | Refusal:
    """The invitations into the actor's unit and below that still admit somebody, the newest first."""
    path = ctx.member.path if ctx.member else ROOT
    if not path or not ctx.may(Act.INVITATIONS, path):
        return STALE
    found = []
    for row in await stored.open_invites(ctx.conn, path, ctx.now):
        place = await places.find(ctx.conn, row.unit)
        if place is not None:
            counts = (row.expires_at, row.uses, row.uses_left)
            found.append(Held(row.id, place, row.roles, *counts, row.created_by))
    return found


async def withdraw(ctx: Context, invite_id: int) -> Held | Refusal:
    """Nobody comes in by it any more."""
    row = await stored.get_invite(ctx.conn, invite_id)
    place = await places.find(ctx.conn, row.unit) if row else None
    if row is None or place is None or not ctx.may(Act.WITHDRAW, place.path):
        return STALE
    if not await stored.withdraw_invite(ctx.conn, invite_id, ctx.now):
        return Refusal("invite.withdrawn_already")
    await ctx.note(Act.WITHDRAW, f"invitation:{row.id}", f"unit:{row.unit}")
    return Held(row.id, place, row.roles, row.expires_at, row.uses, row.uses_left, row.created_by)


async def look(ctx: Context, letters: str) -> Invitation | Refusal:
    """What a code opens, before anybody uses it. Wrong ones are counted, and slow down who tries many."""
    if not await wrong_codes.may_try(ctx, Kind.INVITATION):
        return Refusal("start.too_many_codes")
    row = await stored.find_invite(ctx.conn, stored.fingerprint(ctx.conn, letters))
    if row is not None:
        return await _opened(ctx, row)
    await wrong_codes.note(ctx, Kind.INVITATION)
    return Refusal("start.old_code" if len(letters) == LINK else "start.unknown_code")


async def _opened(ctx: Context, row: InviteRow) -> Invitation | Refusal:
    place = await places.find(ctx.conn, row.unit)
    if row.withdrawn_at is not None or place is None or not await _stands(ctx, row, place):
        return Refusal("start.void_code")
    if row.expires_at <= ctx.now:
        return Refusal("start.expired_code", {"day": ctx.house.local(row.expires_at).strftime("%d/%m/%Y")})
    if row.uses_left < 1:
        return Refusal("start.spent_code")
    return Invitation(row.fingerprint, row.id, place, row.roles)


async def _stands(ctx: Context, row: InviteRow, place: Place) -> bool:
    """Whether its maker may still invite there: a code falls with the right it stood on."""
    kind, _, number = row.created_by.partition(":")
    if kind != "member":
        return True
    return may(await members.get(ctx.conn, int(number)), Act.INVITE, place.path)


async def _use(ctx: Context, key: str) -> Invitation | Refusal:
    row = await stored.find_invite(ctx.conn, key)
    found = await _opened(ctx, row) if row else Refusal("start.code_gone")
    if isinstance(found, Refusal) or not await stored.use_invite(ctx.conn, key, ctx.now):
        return Refusal("start.code_gone")
    return found


async def join(ctx: Context, key: str, name: str, language: str, version: str) -> Standing | Refusal:
    """Come in by invitation, having agreed to a `version` of the consent text; takes one use."""
    clean = clean_name(name)
    if ctx.actor is not None or clean is None:
        return Refusal("start.already" if clean is not None else "name.refused")
    found = await _use(ctx, key)
    if isinstance(found, Refusal):
        return found
    consent = Consent(version, ctx.now, f"chat:{ctx.account}")
    at = Address(ctx.account, ctx.chat_id)
    standing = await admit(ctx, at, clean, found.place, found.roles, consent, language)
    await note_joined(ctx, standing, Act.JOIN, f"invitation:{found.id}; {';'.join(sorted(found.roles))}")
    return standing


async def fall(ctx: Context, maker: int) -> None:
    """A member's rights have changed: what they may not invite to any more is withdrawn, for good."""
    member = await members.get(ctx.conn, maker)
    still = member.path if member is not None and may(member, Act.INVITE, member.path) else ""
    await stored.withdraw_of(ctx.conn, f"member:{maker}", still, ctx.now)


def proof(ctx: Context, invitation: Invitation) -> str:
    """What a button that takes an invitation carries: nobody else can make it, and it is of this chat."""
    return keys.mac(ctx.conn, "offer", invitation.key, ctx.account, ctx.chat_id)[:16]


async def take(ctx: Context, invite_id: int, given: str) -> Standing | Refusal:
    """A member takes what another code opens: its roles beside theirs, or its unit with its roles alone."""
    ctx = await authority.in_turn(ctx)
    row = await stored.get_invite(ctx.conn, invite_id)
    found = await _opened(ctx, row) if row else STALE
    member = ctx.member
    if member is None or isinstance(found, Refusal) or not hmac.compare_digest(proof(ctx, found), given):
        return STALE
    roles = found.roles | member.roles if found.place.code == member.unit else found.roles
    if await authority.leaves_nobody(ctx, member, roles, found.place.path):
        unit = await places.find(ctx.conn, member.unit)
        return Refusal("me.last_administrator", {"unit": unit.name if unit else member.unit})
    if (used := await _use(ctx, found.key)) and isinstance(used, Refusal):
        return used
    await members.place(ctx.conn, member.id, found.place.code)
    await members.set_roles(ctx.conn, member.id, roles)
    await fall(ctx, member.id)
    await ctx.note(Act.TAKE, f"member:{member.id}", f"invitation:{found.id}; unit:{found.place.code}")
    at = (Address(ctx.account, ctx.chat_id),)
    return Standing(await members.get(ctx.conn, member.id), at)
