"""Authority taken back: a member is suspended, reinstated, moved, given other roles, removed.

Who may is an administrator of the person's unit or above it. What stood on a right that is gone falls with
it: codes are withdrawn here, open forms and buttons are judged again at every step, by the acts they end in.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from bot.acts import addresses, authority, invitations, places, replies, roster
from bot.acts.addresses import Address, Standing
from bot.acts.context import Context, Refusal
from bot.acts.leaving import let_go
from bot.acts.places import Place
from bot.acts.roster import Person
from bot.core.kernel.values import UnitPath
from bot.core.people.members import Member, Role
from bot.core.people.permissions import Act
from bot.core.talk.message import Message
from bot.storage.people import members, suspension

LAST = "member.last_administrator"
UNCHANGED = Refusal("member.unchanged")
ON_OTHERS = (Act.SUSPEND, Act.REINSTATE, Act.REMOVE)  # who wants to go themself leaves


@dataclass(frozen=True, slots=True)
class Changed:
    """A person after what was done to them. `told`: whether there was somewhere, and words, to tell them."""

    person: Person
    standing: Standing
    told: bool


async def suspend(ctx: Context, member_id: int, *, sure: bool = False) -> Changed | Refusal:
    """Nothing is sent to them and nothing they ask is done, until they are reinstated."""
    ctx = await authority.in_turn(ctx)
    found = await _subject(ctx, Act.SUSPEND, member_id)
    if isinstance(found, Refusal):
        return found
    if found.state != "active":
        return UNCHANGED
    if await _leaves_nobody(ctx, found, sure=sure):
        return _last(found)
    await suspension.suspend(ctx.conn, member_id)
    await invitations.fall(ctx, member_id)
    words = {"unit": await roster.contact(ctx, found.member)}
    return await _changed(ctx, Act.SUSPEND, replace(found, state="suspended"), "suspended", words)


async def reinstate(ctx: Context, member_id: int) -> Changed | Refusal:
    """They are as they were before they were suspended."""
    ctx = await authority.in_turn(ctx)
    found = await _subject(ctx, Act.REINSTATE, member_id)
    if isinstance(found, Refusal):
        return found
    if not await suspension.reinstate(ctx.conn, member_id):
        return UNCHANGED
    return await _changed(ctx, Act.REINSTATE, replace(found, state="active"), "reinstated", {})


async def change_roles(
    ctx: Context, member_id: int, roles: Collection[Role], *, sure: bool = False
) -> Changed | Refusal:
    """They have these roles and no others."""
    ctx = await authority.in_turn(ctx)
    found = await _subject(ctx, Act.CHANGE_ROLES, member_id)
    if isinstance(found, Refusal):
        return found
    wanted = frozenset(roles)
    if not wanted or wanted == found.member.roles:
        return UNCHANGED if wanted else Refusal("member.no_roles")
    if await _leaves_nobody(ctx, found, roles=wanted, sure=sure):
        return _last(found)
    await members.set_roles(ctx.conn, member_id, wanted)
    await invitations.fall(ctx, member_id)
    after = _with(found, roles=wanted)
    detail = f"{_listed(found.member)} to {_listed(after.member)}"
    return await _changed(ctx, Act.CHANGE_ROLES, after, "roles", _own(ctx, after), detail)


async def move(ctx: Context, member_id: int, unit: str, *, sure: bool = False) -> Changed | Refusal:
    """They belong to another unit from now on, with the same roles; what happened stays where it happened."""
    ctx = await authority.in_turn(ctx)
    found, to = await _subject(ctx, Act.MOVE, member_id), await places.find(ctx.conn, unit)
    if isinstance(found, Refusal):
        return found
    if to is None or not ctx.may(Act.MOVE, to.path):
        return Refusal("invite.no_unit", {"unit": unit})
    if (over := await places.ended(ctx, to)) is not None:
        return over
    if to.code == found.place.code:
        return UNCHANGED
    if await _leaves_nobody(ctx, found, path=to.path, sure=sure):
        return _last(found)
    await members.place(ctx.conn, member_id, to.code)
    await invitations.fall(ctx, member_id)
    after = _with(found, place=to)
    detail = f"unit:{found.place.code} to unit:{to.code}"
    return await _changed(ctx, Act.MOVE, after, "moved", _own(ctx, after), detail)


async def remove(ctx: Context, member_id: int, *, sure: bool = False) -> Changed | Refusal:
    """They are out: as whoever leaves, and no old list brings them back."""
    ctx = await authority.in_turn(ctx)
    found = await _subject(ctx, Act.REMOVE, member_id)
    if isinstance(found, Refusal):
        return found
    if await _leaves_nobody(ctx, found, sure=sure):
        return _last(found)
    open_at = next((Address(one.account, one.chat_id) for one in found.reached if one.why is None), None)
    reached = await let_go(ctx, found.member, Act.REMOVE)
    await ctx.note(Act.REMOVE, f"member:{member_id}", f"unit:{found.place.code}")
    words = _words(ctx, found.member, "removed", {})
    if open_at is not None and words is not None:
        await replies.say(ctx.conn, open_at.account, open_at.chat_id, words, ctx.now, stranger=True)
    return Changed(
        replace(found, state="left"), Standing(None, reached), told=open_at is not None and words is not None
    )


async def is_last(ctx: Context, member: Member) -> bool:
    """Whether a unit would have nobody to administer it, in it or above it, without this member."""
    return await authority.leaves_nobody(ctx, member)


async def _subject(ctx: Context, act: Act, member_id: int) -> Person | Refusal:
    found = await roster.person(ctx, member_id, act)
    own = ctx.member is not None and ctx.member.id == member_id
    return Refusal("member.yourself") if own and act in ON_OTHERS else found


async def _leaves_nobody(
    ctx: Context, found: Person, roles: Collection[Role] = (), path: UnitPath | None = None, *, sure: bool
) -> bool:
    """Only who works at the deployment itself may be sure of it: they can make an administrator again."""
    if sure and ctx.member is None:
        return False
    roles = roles if path is None else found.member.roles
    return await authority.leaves_nobody(ctx, found.member, roles, path or found.member.path)


def _last(found: Person) -> Refusal:
    return Refusal(LAST, {"name": found.member.name, "unit": found.place.name})


async def _changed(
    ctx: Context, act: Act, after: Person, key: str, values: Mapping[str, object], detail: str = ""
) -> Changed:
    await ctx.note(act, f"member:{after.member.id}", detail or f"unit:{after.place.code}")
    words = _words(ctx, after.member, key, values)
    told = words is not None and await addresses.tell(ctx, after.member, words)
    standing = after.member if after.state == "active" else None
    return Changed(after, Standing(standing, await addresses.of(ctx, after.member.id)), told)


def _words(ctx: Context, member: Member, key: str, values: Mapping[str, object]) -> Message | None:
    """A notice. None where the catalogues cannot be read: an emergency does not wait for them."""
    if not ctx.house.texts.keys():
        return None
    return Message(text=ctx.house.texts.text(member.language, f"member.told_{key}", **values))


def _own(ctx: Context, after: Person) -> dict[str, object]:
    texts, member = ctx.house.texts, after.member
    named = sorted(member.roles) if texts.keys() else ()
    roles = [texts.line(member.language, f"role.{one}") for one in named]
    return {"unit": after.place.name, "roles": ", ".join(roles)}


def _listed(member: Member) -> str:
    return ";".join(sorted(member.roles))


def _with(found: Person, *, roles: frozenset[Role] | None = None, place: Place | None = None) -> Person:
    change: dict[str, object] = {"roles": roles} if roles is not None else {}
    if place is not None:
        change |= {"unit": place.code, "path": place.path}
    return replace(found, member=found.member.model_copy(update=change), place=place or found.place)
