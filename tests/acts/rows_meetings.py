"""The permission test's rows for oral briefings held."""

from bot.acts import meetings, reviews
from bot.acts.context import Context, Operator, Refusal
from bot.core.people.members import Role
from bot.core.people.permissions import Act
from tests.acts.matrix import ADMINISTRATORS, ANYWHERE, MEMBERS, SENDERS, Row
from tests.acts.rows_people import _by_shell, _undone

SPEAKERS = SENDERS | {str(Role.COMMUNICATOR)}


def _says(ctx: Context, unit: str) -> dict[str, str]:
    day = ctx.moment.date().isoformat()
    return {"day": day, "place": unit, "topics": "tet", "how": "LOA", "heads": "20-49"}


async def _recorded(ctx: Context, unit: str) -> object:
    """Held at a place within the actor's reach; whose it is, nobody but the operator says."""
    return await meetings.record(ctx, _says(ctx, unit), unit)


async def _kept(ctx: Context, unit: str) -> str:
    """One that whoever tries has held: kept by somebody with every right in their place."""
    able = ctx.member and ctx.member.model_copy(update={"roles": frozenset(Role)})
    if able is not None and able.path:
        kept = await meetings.record(Context(ctx.conn, ctx.house, able, ctx.now), _says(ctx, able.unit))
    else:
        kept = await meetings.record(
            Context(ctx.conn, ctx.house, Operator(), ctx.now), _says(ctx, unit), unit
        )
    assert isinstance(kept, meetings.Meeting)
    return kept.row.code


async def _mine(ctx: Context, unit: str) -> object:
    code = await _kept(ctx, unit)
    return code in [one.row.code for one in await meetings.mine(ctx)]


async def _mend(ctx: Context, unit: str) -> object:
    code = await _kept(ctx, unit)
    at = unit if isinstance(ctx.actor, Operator) else ctx.member.unit if ctx.member else unit
    return await meetings.mend(ctx, code, {**_says(ctx, at), "how": "TRUC_TIEP"})


async def _take_back(ctx: Context, unit: str) -> object:
    return await meetings.take_back(ctx, await _kept(ctx, unit))


async def _listed(ctx: Context, unit: str) -> object:
    today = ctx.moment.date()
    return not isinstance(await meetings.listed(ctx, unit, today, today), Refusal)


async def _totals(ctx: Context, unit: str) -> object:
    today = ctx.moment.date()
    return not isinstance(await meetings.totals(ctx, unit, today, today), Refusal)


async def _review(ctx: Context, unit: str) -> object:
    return await reviews.read(ctx, unit, ctx.moment.year)


ROWS: dict[Act, Row] = {
    Act.REVIEW: Row(ADMINISTRATORS, {"act": _undone(_review), "shell": _by_shell(_review)}),
    Act.RECORD_MEETING: Row(SPEAKERS, {"act": _undone(_recorded), "shell": _by_shell(_recorded)}),
    Act.MY_MEETINGS: Row(MEMBERS, {"act": _undone(_mine)}, at=ANYWHERE),
    Act.MEND_MEETING: Row(MEMBERS, {"act": _undone(_mend), "shell": _by_shell(_mend)}, at=ANYWHERE),
    Act.WITHDRAW_MEETING: Row(
        MEMBERS, {"act": _undone(_take_back), "shell": _by_shell(_take_back)}, at=ANYWHERE
    ),
    Act.MEETINGS: Row(SENDERS, {"act": _undone(_listed), "shell": _by_shell(_listed)}),
    Act.MEETING_TOTALS: Row(SENDERS, {"act": _undone(_totals), "shell": _by_shell(_totals)}),
}
