"""Briefings by version: what was sent can always be read again as it was."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, insert, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.guidance.briefing import Briefing
from bot.core.guidance.broadcast import READ
from bot.core.kernel.formats import fold
from bot.core.kernel.richtext import FileKind, plain_text
from bot.core.kernel.values import Ms, UnitPath
from bot.storage.accounts.tables import file
from bot.storage.delivery.tables import delivery, run
from bot.storage.guidance.tables import briefing, briefing_file, broadcast, correction
from bot.storage.people.tables import unit
from bot.storage.people.units import at_or_above


@dataclass(frozen=True, slots=True)
class BriefingRow:
    """A version of a briefing. `fingerprint` is the SHA-256 of what it says and of its files."""

    id: int
    slug: str
    version: int
    fingerprint: str
    briefing: Briefing


@dataclass(frozen=True, slots=True)
class BriefingFileRow:
    """A file of a briefing. `inline`: it goes with the message itself."""

    file_id: int
    name: str
    kind: FileKind
    inline: bool


_COLUMNS = (
    briefing.c.id,
    briefing.c.slug,
    briefing.c.version,
    briefing.c.digest,
    briefing.c.body,
)


async def keep(
    conn: AsyncConnection,
    one: Briefing,
    files: Sequence[tuple[int, FileKind, bool]],
    now: Ms,
) -> int:
    """Keep a briefing; the same words and files keep their version, others get the next. Returns the row.

    `files` are (file row, kind, goes with the message itself).
    """
    body = one.model_dump_json()
    fingerprint = sha256((body + repr(list(files))).encode()).hexdigest()
    latest = select(briefing.c.id, briefing.c.version, briefing.c.digest).where(briefing.c.slug == one.slug)
    found = (await conn.execute(latest.order_by(briefing.c.version.desc()).limit(1))).first()
    if found is not None and found.digest == fingerprint:
        return int(found.id)
    words = [f"{b.title}\n{plain_text(b.brief)}\n{plain_text(b.full)}" for b in one.bodies.values()]
    values = {
        "slug": one.slug,
        "version": found.version + 1 if found else 1,
        "digest": fingerprint,
        "topic": one.topic,
        "body": body,
        "search": fold("\n".join(words)),
        "created_at": now,
    }
    row_id = int(
        (await conn.execute(insert(briefing).values(**values).returning(briefing.c.id))).scalar_one()
    )
    rows = [
        {"briefing_id": row_id, "place": place, "file_id": file_id, "kind": kind, "inline": inline}
        for place, (file_id, kind, inline) in enumerate(files)
    ]
    if rows:
        await conn.execute(insert(briefing_file), rows)
    return row_id


async def get(conn: AsyncConnection, briefing_id: int) -> BriefingRow | None:
    """One version."""
    row = (await conn.execute(select(*_COLUMNS).where(briefing.c.id == briefing_id))).first()
    return BriefingRow(*row[:4], Briefing.model_validate_json(row[4])) if row else None


async def latest(conn: AsyncConnection, slug: str) -> BriefingRow | None:
    """The newest version of a briefing."""
    query = select(*_COLUMNS).where(briefing.c.slug == slug).order_by(briefing.c.version.desc()).limit(1)
    row = (await conn.execute(query)).first()
    return BriefingRow(*row[:4], Briefing.model_validate_json(row[4])) if row else None


async def files(conn: AsyncConnection, briefing_id: int) -> list[BriefingFileRow]:
    """A version's files, in order."""
    query = (
        select(briefing_file.c.file_id, file.c.name, briefing_file.c.kind, briefing_file.c.inline)
        .join(file, file.c.id == briefing_file.c.file_id)
        .where(briefing_file.c.briefing_id == briefing_id)
        .order_by(briefing_file.c.place)
    )
    return [BriefingFileRow(*row) for row in await conn.execute(query)]


async def carrying(conn: AsyncConnection, file_id: int) -> list[BriefingRow]:
    """The versions that carry a file, the oldest first."""
    query = (
        select(*_COLUMNS)
        .join(briefing_file, briefing_file.c.briefing_id == briefing.c.id)
        .where(briefing_file.c.file_id == file_id)
        .order_by(briefing.c.id)
    )
    return [BriefingRow(*row[:4], Briefing.model_validate_json(row[4])) for row in await conn.execute(query)]


def _went_to(path: UnitPath, roles: Collection[str], reader: int) -> ColumnElement[bool]:
    """Who may read a briefing: its run went to this unit or one above it, and to one of these roles.

    What was for some only, who got it may read.
    """
    named = literal(";") + broadcast.c.roles + literal(";")
    meant = or_(false(), *(named.contains(f";{role};", autoescape=True) for role in sorted(roles)))
    out = run.c.state.in_(READ) & run.c.about.is_(None)
    got = exists().where(delivery.c.run_id == run.c.id, delivery.c.member_id == reader)
    theirs = or_(and_(~broadcast.c.narrow, at_or_above(path), meant), and_(broadcast.c.narrow, got))
    back = exists().where(correction.c.broadcast_id == broadcast.c.id, correction.c.new_id.is_(None))
    return and_(theirs, out, ~back)


def readable(path: UnitPath, roles: Collection[str], reader: int) -> Select[tuple[str]]:
    """The slugs of all that somebody at a unit, with these roles, may read."""
    went = select(briefing.c.slug).join(broadcast, broadcast.c.briefing_id == briefing.c.id)
    return (
        went.join(run, run.c.broadcast_id == broadcast.c.id)
        .join(unit, unit.c.code == broadcast.c.unit)
        .where(_went_to(path, roles, reader))
    )


async def opens(
    conn: AsyncConnection, slug: str, path: UnitPath, roles: Collection[str], reader: int
) -> bool:
    """Whether somebody may read what has this slug: it went to them, or one of its versions came to them."""
    if (await conn.execute(readable(path, roles, reader).where(briefing.c.slug == slug).limit(1))).first():
        return True
    came = select(delivery.c.id).join(run, run.c.id == delivery.c.run_id)
    came = came.join(broadcast, broadcast.c.id == run.c.broadcast_id)
    came = came.join(briefing, briefing.c.id == broadcast.c.briefing_id)
    back = exists().where(correction.c.broadcast_id == broadcast.c.id, correction.c.new_id.is_(None))
    theirs = briefing.c.slug == slug, delivery.c.member_id == reader, delivery.c.sent_at.is_not(None), ~back
    return (await conn.execute(came.where(*theirs).limit(1))).first() is not None


_URGENT = func.max(case((broadcast.c.urgent, 1), else_=0))


async def issued(
    conn: AsyncConnection,
    path: UnitPath,
    roles: Collection[str],
    topics: Collection[str],
    words: Sequence[str],
    limit: int,
    reader: int = 0,
    *,
    for_newcomers: bool = False,
) -> list[tuple[BriefingRow, bool]]:
    """Briefings that `reader`, at a unit and with these roles, may read; and whether they went out as urgent.

    Only on these topics, holding all the folded words; the latest first. `for_newcomers`: only what says that
    who joins later is offered it.
    """
    last = func.max(run.c.at).label("last")
    query = (
        select(*_COLUMNS, _URGENT, last)
        .join(broadcast, broadcast.c.briefing_id == briefing.c.id)
        .join(run, run.c.broadcast_id == broadcast.c.id)
        .join(unit, unit.c.code == broadcast.c.unit)
        .where(briefing.c.topic.in_(sorted(topics)), _went_to(path, roles, reader))
        .group_by(*_COLUMNS)
        .order_by(last.desc())
        .limit(limit)
    )
    if for_newcomers:
        query = query.where(broadcast.c.newcomers)
    for word in words:
        query = query.where(briefing.c.search.contains(word, autoescape=True))
    return [
        (BriefingRow(*row[:4], Briefing.model_validate_json(row[4])), bool(row[5]))
        for row in await conn.execute(query)
    ]


async def issued_to(
    conn: AsyncConnection, briefing_id: int, path: UnitPath, roles: Collection[str], reader: int = 0
) -> bool | None:
    """Whether a briefing went out as urgent; None where somebody there, with these roles, may not read it."""
    query = (
        select(_URGENT)
        .join(run, run.c.broadcast_id == broadcast.c.id)
        .join(unit, unit.c.code == broadcast.c.unit)
        .where(broadcast.c.briefing_id == briefing_id, _went_to(path, roles, reader))
        .group_by(broadcast.c.briefing_id)
    )
    found = (await conn.execute(query)).scalar_one_or_none()
    return None if found is None else bool(found)
