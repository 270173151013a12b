"""An audience in figures, counted where nobody waits for it."""

from bot.acts.context import Context
from bot.core.guidance.audience import Audience, Survey
from bot.core.kernel.values import UnitPath
from bot.storage.delivery import audiences


async def survey(ctx: Context, meant: Audience, path: UnitPath) -> Survey:
    """Whom an audience reaches; `path` is its unit's. Counted apart: it is of a moment ago.

    Who joins or leaves between that and the plan shows when its recipients are frozen: the run differs then
    from what was promised, and nothing goes out until somebody decides.
    """

    async def count(there: Context) -> Survey:
        return await audiences.survey(there.conn, meant, path)

    return await ctx.apart(("survey", path, meant.model_dump_json()), count)
