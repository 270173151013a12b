"""Conferences as rows; what is said of each, and how far it went."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.lifecycle import Loop
from bot.core.kernel.values import Ms, UnitPath
from bot.core.meetings.conference import CONFERENCE, Notice
from bot.core.people.permissions import Act
from bot.core.people.units import above
from bot.storage.dialect import upsert
from bot.storage.guidance.tables import briefing, broadcast
from bot.storage.meetings.tables import conference, conference_broadcast, conference_notice, conference_point
from bot.storage.moves import to_state


@dataclass(frozen=True, slots=True)
class ConferenceRow:
    """One of them. `unit`: the host's code, `unit_path` as it stood then; times in ms UTC."""

    id: int
    unit: str
    unit_path: UnitPath
    title: str
    at: Ms
    how: str
    place: str
    agenda: str
    answer_by: Ms
    state: str


@dataclass(frozen=True, slots=True)
class Owed:
    """Something to be said; `after`: the unit up to which it was."""

    conference: int
    kind: Notice
    at: Ms
    after: str


MOST_OFFERED = 20
_ROW = select(*(conference.c[name] for name in ConferenceRow.__slots__))


async def add(conn: AsyncConnection, one: ConferenceRow, notices: Mapping[Notice, Ms], now: Ms) -> int:
    """Keep a conference, and when what is said of it; its number."""
    given = {name: getattr(one, name) for name in ConferenceRow.__slots__ if name not in ("id", "state")}
    new = insert(conference).values(**given, state=CONFERENCE.begin("announced"), created_at=now)
    number = int((await conn.execute(new.returning(conference.c.id))).scalar_one())
    for kind, at in notices.items():
        await owe(conn, number, kind, at)
    return number


async def get(conn: AsyncConnection, number: int) -> ConferenceRow | None:
    """One of them."""
    row = (await conn.execute(_ROW.where(conference.c.id == number))).first()
    return ConferenceRow(*row) if row else None


async def seen_from(
    conn: AsyncConnection, code: str, path: UnitPath, since: Ms, limit: int
) -> list[ConferenceRow]:
    """Those that a unit hosts, has a point at, or stands between; from an instant on, the latest first."""
    mine = exists().where(conference_point.c.conference_id == conference.c.id)
    point = mine.where(conference_point.c.unit == code)
    below = conference.c.unit_path.in_(above(path)) & mine.where(
        conference_point.c.path.startswith(path, autoescape=True)
    )
    query = _ROW.where(or_(conference.c.unit == code, point, below), conference.c.at >= since)
    rows = await conn.execute(query.order_by(conference.c.at.desc(), conference.c.id).limit(limit))
    return [ConferenceRow(*row) for row in rows]


async def lately_above(conn: AsyncConnection, path: UnitPath, since: Ms, until: Ms) -> list[ConferenceRow]:
    """Those of a unit and the units above it between two instants (ms UTC) that were not called off."""
    mine = conference.c.unit_path.in_(above(path)), conference.c.state != "cancelled"
    query = _ROW.where(*mine, conference.c.at.between(since, until)).order_by(conference.c.at.desc())
    return [ConferenceRow(*row) for row in await conn.execute(query.limit(MOST_OFFERED))]


async def hosted(conn: AsyncConnection, path: UnitPath, first: Ms, last: Ms) -> list[ConferenceRow]:
    """Those that a unit and those below it host between two instants (ms UTC), the second left out."""
    below = conference.c.unit_path.startswith(path, autoescape=True)
    query = _ROW.where(below, conference.c.at >= first, conference.c.at < last)
    return [ConferenceRow(*row) for row in await conn.execute(query.order_by(conference.c.at))]


async def change(conn: AsyncConnection, one: ConferenceRow) -> bool:
    """It is at another time or place. False where it is not to come any more."""
    mine = conference.c.id == one.id, conference.c.state == "announced"
    values = {"at": one.at, "place": one.place, "answer_by": one.answer_by}
    return (await conn.execute(update(conference).where(*mine).values(**values))).rowcount == 1


async def say_at(
    conn: AsyncConnection, number: int, kinds: Collection[Notice], times: Mapping[Notice, Ms]
) -> None:
    """What has yet to be said of these kinds is said at these times (ms UTC) and no others."""
    waits = conference_notice.c.conference_id == number, ~conference_notice.c.done
    ours = conference_notice.c.kind.in_(sorted(map(str, kinds)))
    await conn.execute(delete(conference_notice).where(*waits, ours))
    for kind, at in times.items():
        await owe(conn, number, kind, at)


async def cancel(conn: AsyncConnection, number: int) -> bool:
    """It does not take place. False where that is too late."""
    one = update(conference).where(conference.c.id == number)
    done = await conn.execute(to_state(one, CONFERENCE, "cancelled", Act.CANCEL_CONFERENCE))
    return done.rowcount == 1


async def close(conn: AsyncConnection, number: int) -> bool:
    """No more difficulties and proposals are taken. False where it was not held."""
    one = update(conference).where(conference.c.id == number)
    done = await conn.execute(to_state(one, CONFERENCE, "closed", Act.CLOSE_CONFERENCE))
    return done.rowcount == 1


async def begin(conn: AsyncConnection, number: int) -> bool:
    """Its time has come."""
    one = update(conference).where(conference.c.id == number)
    done = await conn.execute(to_state(one, CONFERENCE, "held", Loop.ESCALATION))
    return done.rowcount == 1


async def owe(conn: AsyncConnection, number: int, kind: Notice, at: Ms) -> None:
    """Something is to be said at an instant (ms UTC); asked for twice at once, once."""
    row = {"conference_id": number, "kind": str(kind), "at": at, "after": "", "done": False}
    await conn.execute(upsert(conn, conference_notice, row, keys=("conference_id", "kind", "at")))


async def any_due(conn: AsyncConnection, now: Ms) -> bool:
    """Whether something is to be said by now (ms UTC)."""
    query = select(conference_notice.c.at).where(~conference_notice.c.done)
    first = (await conn.execute(query.order_by(conference_notice.c.at).limit(1))).scalar()
    return first is not None and int(first) <= now


async def due(conn: AsyncConnection, now: Ms) -> Owed | None:
    """What has been due for longest."""
    names = ("conference_id", "kind", "at", "after")
    query = select(*(conference_notice.c[name] for name in names)).where(~conference_notice.c.done)
    query = query.where(conference_notice.c.at <= now).order_by(conference_notice.c.at).limit(1)
    row = (await conn.execute(query)).first()
    return Owed(row[0], Notice(row[1]), row[2], row[3]) if row else None


async def said(conn: AsyncConnection, one: Owed, after: str, done: bool) -> None:
    """It went as far as this unit, or is over."""
    mine = (
        conference_notice.c.conference_id == one.conference,
        conference_notice.c.kind == str(one.kind),
        conference_notice.c.at == one.at,
    )
    await conn.execute(update(conference_notice).where(*mine).values(after=after, done=done))


async def hush(conn: AsyncConnection, now: Ms) -> int:
    """What is due by now (ms UTC) may have been said: nobody hears it by itself. That one has begun stays."""
    open_ones = ~conference_notice.c.done, conference_notice.c.at <= now
    words = update(conference_notice).where(*open_ones, conference_notice.c.kind != str(Notice.BEGUN))
    return (await conn.execute(words.values(done=True))).rowcount


async def times(conn: AsyncConnection, number: int) -> Sequence[tuple[Notice, Ms]]:
    """What was said of a conference or will be, and when (ms UTC)."""
    query = select(conference_notice.c.kind, conference_notice.c.at)
    rows = await conn.execute(query.where(conference_notice.c.conference_id == number))
    return [(Notice(kind), at) for kind, at in rows]


async def hang(conn: AsyncConnection, number: int, broadcast_id: int, on: bool) -> None:
    """A broadcast's briefing was given there, or was not after all."""
    row = {"conference_id": number, "broadcast_id": broadcast_id}
    if on:
        keys = ("conference_id", "broadcast_id")
        await conn.execute(upsert(conn, conference_broadcast, row, keys=keys))
        return
    mine = [conference_broadcast.c[name] == value for name, value in row.items()]
    await conn.execute(delete(conference_broadcast).where(*mine))


async def hung(conn: AsyncConnection, number: int) -> list[tuple[int, int]]:
    """The broadcasts of briefings given there, and which version of the text each says."""
    query = select(broadcast.c.id, broadcast.c.briefing_id).join(
        conference_broadcast, conference_broadcast.c.broadcast_id == broadcast.c.id
    )
    rows = await conn.execute(
        query.where(conference_broadcast.c.conference_id == number).order_by(broadcast.c.id)
    )
    return [(row[0], row[1]) for row in rows]


async def lately(conn: AsyncConnection, unit: str, since: Ms, limit: int) -> list[tuple[int, int]]:
    """Broadcasts of a unit made since an instant (ms UTC), the latest first, with their versions.

    Those that went out or will: none that was cancelled, or waits for words or a word of somebody's.
    """
    stands = broadcast.c.state.not_in(("cancelled", "draft", "submitted", "returned"))
    of_unit = broadcast.c.unit == unit, broadcast.c.created_at >= since, stands
    query = select(broadcast.c.id, broadcast.c.briefing_id).join(
        briefing, briefing.c.id == broadcast.c.briefing_id
    )
    rows = await conn.execute(query.where(*of_unit).order_by(broadcast.c.id.desc()).limit(limit))
    return [(row[0], row[1]) for row in rows]
