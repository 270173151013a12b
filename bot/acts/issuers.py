"""Whose a broadcast is: who answers for it decides about it, not those it goes to."""

from bot.acts import places
from bot.acts.context import STALE, Context, Operator, Refusal
from bot.acts.places import Place
from bot.core.kernel.values import UnitPath
from bot.core.people.permissions import Act
from bot.storage.guidance import broadcasts

BRAKES = (Act.PAUSE, Act.CANCEL)
DECISIONS = (*BRAKES, Act.RESUME, Act.RESOLVE, Act.SUBMIT, Act.CHANGE, Act.AUTOMATIC)


async def objection(ctx: Context, act: Act, broadcast_id: int, path: UnitPath) -> Refusal | None:
    """Why the actor may not decide about a broadcast that goes to the unit at `path`; None where they may.

    Who stands over the unit that issued it always has the brakes; the rest takes the right over where it goes
    as well, for that unit may have moved from under theirs since.
    """
    if isinstance(ctx.actor, Operator):  # the shell's brakes work on a schema that knows no issuers
        return None
    return _why(ctx, act, await _home(ctx, broadcast_id, path), path)


async def barred(ctx: Context, broadcast_id: int, path: UnitPath) -> frozenset[Act]:
    """The decisions about such a broadcast that the actor may not make: nobody is offered those."""
    if isinstance(ctx.actor, Operator):
        return frozenset()
    home = await _home(ctx, broadcast_id, path)
    return frozenset(act for act in DECISIONS if _why(ctx, act, home, path) is not None)


def _why(ctx: Context, act: Act, home: Place, path: UnitPath) -> Refusal | None:
    there = ctx.may(act, path)
    if not ctx.may(act, home.path):
        return Refusal("progress.issuer", {"unit": home.name}) if there else STALE
    return None if there or act in BRAKES else STALE


async def _home(ctx: Context, broadcast_id: int, path: UnitPath) -> Place:
    """The unit whose it is; where that stands nowhere any more, or was never kept, the one it goes to."""
    row = await broadcasts.get(ctx.conn, broadcast_id)
    found = await places.find(ctx.conn, row.issuer) if row and row.issuer else None
    return found if found is not None and found.path else Place("", "", path)
