"""Who may do what over a unit; changes of it come one after another, and leave somebody to administer."""

from collections.abc import Collection
from dataclasses import replace

from bot.acts.context import Context
from bot.core.kernel.values import NOWHERE, UnitPath
from bot.core.people.authority import is_left_without
from bot.core.people.members import Member, Role
from bot.core.people.permissions import Act
from bot.storage import dialect
from bot.storage.people import members


async def in_turn(ctx: Context) -> Context:
    """Wait for whoever changes authority just now; then the actor as they are since.

    Two administrators who suspend each other at the same moment would both be gone otherwise.
    """
    await dialect.changing_authority(ctx.conn)
    if ctx.member is None:
        return ctx
    return replace(ctx, actor=await members.get(ctx.conn, ctx.member.id))


async def who_may(ctx: Context, act: Act, path: UnitPath) -> list[Member]:
    """Members whose roles let them do an act at a unit, from it or above it; the nearest first."""
    found: dict[int, Member] = {}
    for role in sorted(act.roles or ()):
        found |= {one.id: one for one in await members.with_role_over(ctx.conn, role, path)}
    return sorted(found.values(), key=lambda one: (-len(one.path), one.id))


async def leaves_nobody(
    ctx: Context, member: Member, roles: Collection[Role] = (), path: UnitPath = NOWHERE
) -> bool:
    """Whether a unit would have nobody to administer it, in it or above it, once this one has only `roles` at
    `path`: by default, once they are gone.
    """
    over = await members.with_role_over(ctx.conn, Role.ADMINISTRATOR, member.path)
    return is_left_without(member, roles, path, over)
