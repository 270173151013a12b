"""The permission test's rows for digests on their way up."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date

from bot.acts import digest_papers, digests, places, signing
from bot.acts.context import Context, Operator, Refusal
from bot.core.opinion.signing import Part, Sources
from bot.core.people.permissions import Act
from bot.storage.opinion import digests as stored
from bot.storage.opinion.digests import DigestRow
from tests.acts.matrix import ADMINISTRATORS, APPROVERS, SENDERS, Row
from tests.acts.rows_opinion import OWN, _above
from tests.acts.rows_people import _by_shell, _undone

HEADS = ADMINISTRATORS | APPROVERS
MONTH = date(2026, 9, 1), date(2026, 9, 30)
ByUnit = Callable[[Context, str], Awaitable[object]]
ByRow = Callable[[Context, DigestRow], Awaitable[object]]


async def _row(ctx: Context, unit: str, state: str) -> DigestRow:
    """A unit's digest in a state, as somebody with a shell could have brought it there."""
    await _above(ctx)
    operator = replace(ctx, actor=Operator())
    place = await places.find(ctx.conn, unit)
    assert place is not None
    row = await stored.of_period(ctx.conn, unit, *(day.isoformat() for day in MONTH))
    if row is None:
        summed = await digests.read(operator, place.path, *MONTH)
        assert not isinstance(summed, Refusal)
        row = await stored.get(ctx.conn, await stored.add(ctx.conn, unit, summed.digest, "member:0"))
    assert row is not None
    if state != "draft":
        assert await stored.endorse(ctx.conn, row, Sources(), (), "2026-10-01")
    if state == "forwarded":
        assert await stored.forward(ctx.conn, row, "2026-10-01")
    found = await stored.get(ctx.conn, row.id)
    assert found is not None
    return found


def _on(act: ByRow, state: str, roles: frozenset[str], at: frozenset[str]) -> Row:
    async def attempt(ctx: Context, unit: str) -> object:
        done = await act(ctx, await _row(ctx, unit, state))
        nobody_above = unit == "TW" and isinstance(ctx.actor, Operator) and act is _forward
        return nobody_above or done

    return Row(roles, {"act": _undone(attempt), "shell": _undone(_as_operator(attempt))}, at=at)


def _as_operator(act: ByUnit) -> ByUnit:
    return lambda ctx, unit: act(replace(ctx, actor=Operator()), unit)


async def _draw(ctx: Context, unit: str) -> object:
    return await signing.draw(ctx, unit, *MONTH)


async def _edit(ctx: Context, row: DigestRow) -> object:
    return await signing.edit(ctx, row.id, row.revision, {Part.OPENING: "Trong tháng"})


async def _forward(ctx: Context, row: DigestRow) -> object:
    return await signing.forward(ctx, row.id, row.revision)


async def _list(ctx: Context, row: DigestRow) -> object:
    found = await digest_papers.listed(ctx, row.unit)
    return not isinstance(found, Refusal) and row.id in [one.id for one in found.rows]


async def _present(ctx: Context, row: DigestRow) -> object:
    done = await signing.present(ctx, row.id, row.revision)
    # Nobody there is reached in a chat, and whoever may is told just that.
    return True if isinstance(done, Refusal) and done.key == "signing.nobody" else done


ROWS: dict[Act, Row] = {
    Act.DRAW_DIGEST: Row(SENDERS, {"act": _undone(_draw), "shell": _by_shell(_draw)}, at=OWN),
    Act.EDIT_DIGEST: _on(_edit, "draft", SENDERS, OWN),
    Act.PRESENT_DIGEST: _on(_present, "draft", SENDERS, OWN),
    Act.ENDORSE_DIGEST: _on(
        lambda ctx, row: signing.endorse(ctx, row.id, row.revision),
        "draft",
        HEADS,
        frozenset({"own", "below"}),
    ),
    Act.FORWARD_DIGEST: _on(_forward, "endorsed", HEADS | SENDERS, OWN),
    Act.RETURN_DIGEST: _on(
        lambda ctx, row: signing.send_back(ctx, row.id, row.revision, "Thiếu số liệu"),
        "forwarded",
        HEADS | SENDERS,
        frozenset({"below"}),
    ),
    Act.OPEN_DIGEST: _on(
        lambda ctx, row: digest_papers.look(ctx, row.id),
        "draft",
        HEADS | SENDERS,
        frozenset({"own", "below"}),
    ),
    Act.DIGESTS: _on(_list, "draft", HEADS | SENDERS, frozenset({"own", "below"})),
}
