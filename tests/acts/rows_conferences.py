"""The permission test's rows for conferences: the host's acts, those of a unit with a point, proposals."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from sqlalchemy import insert, select

from bot.acts import conference_notices, conference_points, conference_proposals, conferences, places
from bot.acts.context import Context, Operator, Refusal
from bot.core.people.permissions import Act
from bot.storage.meetings import conferences as stored
from bot.storage.meetings import points
from bot.storage.meetings.conferences import ConferenceRow
from bot.storage.tables import briefing, broadcast
from tests.acts.matrix import SENDERS, Row
from tests.acts.rows_people import _by_shell, _undone

DAY_MS = 86_400_000
ONCE = '{"kind": "once", "at": 0}'
SAYS = {"title": "Hội nghị", "how": "TRUC_TUYEN", "place": "x", "agenda": "x", "whom": "TAT_CA", "days": "1"}
POINT = {"place": "Hội trường UBND", "heads": "20-49", "contact": "Ban Xây dựng Đảng"}
PROPOSES = {"kind": "DE_XUAT", "words": "Thêm tài liệu", "level": "CHU_TRI"}
At = Callable[[Context, int, str], Awaitable[object]]


async def _made(ctx: Context, host: str, point: str) -> int:
    """A conference of one unit with a point in one."""
    at, there = await places.find(ctx.conn, host), await places.find(ctx.conn, point)
    assert at is not None
    assert there is not None
    begins = ctx.now + 3 * DAY_MS
    row = ConferenceRow(0, host, at.path, "Hội nghị", begins, "x", "x", "x", begins - DAY_MS, "announced")
    number = await stored.add(ctx.conn, row, {}, ctx.now)
    await points.ask(ctx.conn, number, [(point, there.path)])
    return number


def _by_host(act: At) -> Row:
    """Done to a conference of the unit that is tried at."""

    async def attempt(ctx: Context, unit: str) -> object:
        return await act(ctx, await _made(ctx, unit, unit), unit)

    return Row(SENDERS, {"act": _undone(attempt), "shell": _by_shell(attempt)})


def _by_point(act: At) -> Row:
    """Done to the point of the unit that is tried at, at a conference of the top's."""

    async def attempt(ctx: Context, unit: str) -> object:
        return await act(ctx, await _made(ctx, "TW", unit), unit)

    return Row(SENDERS, {"act": _undone(attempt), "shell": _by_shell(attempt)})


async def _announced(ctx: Context, unit: str) -> object:
    """The lowest have none below them: who may is told so."""
    done = await conferences.announce(ctx, {**SAYS, "at": str(ctx.now + 3 * DAY_MS)}, unit)
    return done if not isinstance(done, Refusal) else done.key == "conference.no_units"


async def _reminded(ctx: Context, number: int, _unit: str) -> object:
    """Nobody hears in the unit that is asked: who may is told so."""
    done = await conference_notices.remind(ctx, number)
    return done if not isinstance(done, Refusal) else done.key == "conference.nobody_hears"


async def _closed(ctx: Context, number: int, _unit: str) -> object:
    await stored.begin(ctx.conn, number)
    return await conferences.close(ctx, number)


async def _hung(ctx: Context, number: int, unit: str) -> object:
    version = (await ctx.conn.execute(select(briefing.c.id).limit(1))).scalar_one()
    row = {"briefing_id": version, "unit": unit, "topic": "t", "roles": "", "schedule": ONCE, "urgent": False}
    times = {"late_limit_ms": 0, "expiry_ms": 0, "planned_to": 0, "created_at": ctx.now}
    made = insert(broadcast).values(state="finished", **row, **times).returning(broadcast.c.id)
    return await conferences.hang(ctx, number, (await ctx.conn.execute(made)).scalar_one(), on=True)


async def _listed(ctx: Context, number: int, unit: str) -> object:
    found = await conference_points.listed(ctx, unit)
    return not isinstance(found, Refusal) and number in [one.row.id for one in found]


async def _sent(ctx: Context, number: int, unit: str) -> object:
    operator = replace(ctx, actor=Operator())
    made = await conference_proposals.propose(operator, number, PROPOSES, unit)
    assert isinstance(made, conference_proposals.Proposal)
    return made.row.code


async def _back(ctx: Context, number: int, unit: str) -> object:
    return await conference_proposals.take_back(ctx, str(await _sent(ctx, number, unit)))


async def _proposals(ctx: Context, number: int, unit: str) -> object:
    await _sent(ctx, number, unit)
    return await conference_proposals.listed(ctx, number)


ROWS: dict[Act, Row] = {
    Act.CONFERENCE: Row(SENDERS, {"act": _undone(_announced), "shell": _by_shell(_announced)}),
    Act.CHANGE_CONFERENCE: _by_host(
        lambda ctx, number, _: conferences.change(ctx, number, {"place": "Nơi khác"})
    ),
    Act.CANCEL_CONFERENCE: _by_host(lambda ctx, number, _: conferences.cancel(ctx, number)),
    Act.CLOSE_CONFERENCE: _by_host(_closed),
    Act.HANG: _by_host(_hung),
    Act.REMIND_POINTS: _by_host(_reminded),
    Act.CONFERENCES: _by_host(_listed),
    Act.POINTS: _by_host(lambda ctx, number, _: conference_points.look(ctx, number)),
    Act.PROPOSALS: _by_host(_proposals),
    Act.CONFIRM_POINT: _by_point(lambda ctx, number, at: conference_points.confirm(ctx, number, POINT, at)),
    Act.DECLINE_POINT: _by_point(
        lambda ctx, number, at: conference_points.decline(ctx, number, {"reason": "Trùng việc"}, at)
    ),
    Act.PROPOSE: _by_point(lambda ctx, number, at: conference_proposals.propose(ctx, number, PROPOSES, at)),
    Act.PROPOSAL_BACK: _by_point(_back),
}
