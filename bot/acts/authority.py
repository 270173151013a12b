"""Acts that change who may do what come one after another, and leave no unit without an administrator."""

from collections.abc import Collection
from dataclasses import replace

from bot.acts.context import Context
from bot.core.kernel.values import NOWHERE, UnitPath
from bot.core.people.authority import is_left_without
from bot.core.people.members import Member, Role
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


async def leaves_nobody(
    ctx: Context, member: Member, roles: Collection[Role] = (), path: UnitPath = NOWHERE
) -> bool:
    """Whether a unit would have nobody to administer it, in it or above it, once this one has only `roles` at
    `path`: by default, once they are gone.
    """
    over = await members.with_role_over(ctx.conn, Role.ADMINISTRATOR, member.path)
    return is_left_without(member, roles, path, over)
