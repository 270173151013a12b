"""Kits of questions and answers, and who issued the briefings on which they hang."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.guidance.kit import Entry, Said
from bot.core.kernel.values import UnitPath
from bot.storage.dialect import holds
from bot.storage.guidance.briefings import readable
from bot.storage.guidance.tables import briefing, broadcast, kit_entry
from bot.storage.people.tables import unit

LOOKED_THROUGH = 500  # entries with some of the words that one search weighs


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry of a briefing's kit. `prepared`: in the content; `asked`: the question it came from."""

    id: int
    slug: str
    entry: Entry
    prepared: bool
    asked: int | None


@dataclass(frozen=True, slots=True)
class Issuer:
    """A unit that issued a briefing."""

    code: str
    path: UnitPath


_NAMES = ("id", "slug", "question", "answer", "source", "valid_until", "prepared", "asked", "others")
_OTHERS = TypeAdapter(tuple[Said, ...])
_ROW = select(*(kit_entry.c[name] for name in _NAMES))


def _entry(row: Row[Any]) -> EntryRow:
    day = date.fromisoformat(row.valid_until) if row.valid_until else None
    others = _OTHERS.validate_json(row.others) if row.others else ()
    entry = Entry(question=row.question, answer=row.answer, source=row.source, valid_until=day, others=others)
    return EntryRow(row.id, row.slug, entry, bool(row.prepared), row.asked)


async def of(conn: AsyncConnection, slug: str) -> list[EntryRow]:
    """A briefing's entries, those that hold no more among them, in the order in which they came."""
    query = _ROW.where(kit_entry.c.slug == slug).order_by(kit_entry.c.id)
    return [_entry(row) for row in await conn.execute(query)]


async def get(conn: AsyncConnection, number: int) -> EntryRow | None:
    """One entry."""
    row = (await conn.execute(_ROW.where(kit_entry.c.id == number))).first()
    return _entry(row) if row else None


async def found(
    conn: AsyncConnection,
    path: UnitPath,
    roles: Collection[str],
    reader: int,
    words: Sequence[str],
    today: str,
) -> list[EntryRow]:
    """What holds some of the folded words and still holds (ISO date), of briefings that `reader` may read."""
    theirs = kit_entry.c.slug.in_(readable(path, roles, reader))
    still = or_(kit_entry.c.valid_until.is_(None), kit_entry.c.valid_until >= today)
    some = or_(*(holds(kit_entry.c.search, word) for word in words))
    query = _ROW.where(theirs, still, some).order_by(kit_entry.c.id.desc()).limit(LOOKED_THROUGH)
    return [_entry(row) for row in await conn.execute(query)]


async def count(conn: AsyncConnection, slug: str) -> int:
    """How many entries a briefing has."""
    query = select(func.count()).select_from(kit_entry).where(kit_entry.c.slug == slug)
    return int((await conn.execute(query)).scalar_one())


async def add(
    conn: AsyncConnection, slug: str, entry: Entry, *, prepared: bool = False, asked: int | None = None
) -> int:
    """Keep an entry; its number."""
    values = {"slug": slug, "prepared": prepared, "asked": asked, **_values(entry)}
    made = insert(kit_entry).values(**values).returning(kit_entry.c.id)
    return int((await conn.execute(made)).scalar_one())


def _values(entry: Entry) -> dict[str, str | None]:
    last = entry.valid_until.isoformat() if entry.valid_until else None
    said = {"question": entry.question, "answer": entry.answer, "source": entry.source}
    others = _OTHERS.dump_json(entry.others).decode() if entry.others else None
    return {**said, "valid_until": last, "search": entry.search, "others": others}


async def change(conn: AsyncConnection, number: int, entry: Entry) -> None:
    """An entry says this from now on."""
    await conn.execute(update(kit_entry).where(kit_entry.c.id == number).values(**_values(entry)))


async def remove(conn: AsyncConnection, number: int) -> bool:
    """An entry goes; False where it is gone already."""
    return (await conn.execute(delete(kit_entry).where(kit_entry.c.id == number))).rowcount == 1


async def came_from(conn: AsyncConnection, slug: str, question: int) -> bool:
    """Whether an entry of a briefing was made of a question."""
    query = select(kit_entry.c.id).where(kit_entry.c.slug == slug, kit_entry.c.asked == question)
    return (await conn.execute(query.limit(1))).first() is not None


async def synchronise(conn: AsyncConnection, prepared: Mapping[str, Sequence[Entry]]) -> None:
    """The prepared entries are those of the content; what did not change keeps its number."""
    wanted = {(slug, one) for slug, entries in prepared.items() for one in entries}
    for row in await conn.execute(_ROW.where(kit_entry.c.prepared)):
        known = _entry(row)
        if (known.slug, known.entry) in wanted:
            wanted.discard((known.slug, known.entry))
        else:
            await remove(conn, known.id)
    for slug, entries in prepared.items():
        for one in entries:
            if (slug, one) in wanted:
                await add(conn, slug, one, prepared=True)


async def issuers(conn: AsyncConnection, slug: str) -> list[Issuer]:
    """The units that issued a briefing, whichever of its versions, the latest first."""
    whose = func.coalesce(broadcast.c.issuer, broadcast.c.unit)
    query = (
        select(unit.c.code, unit.c.path)
        .join(broadcast, whose == unit.c.code)
        .join(briefing, briefing.c.id == broadcast.c.briefing_id)
        .where(briefing.c.slug == slug)
        .group_by(unit.c.code, unit.c.path)
        .order_by(func.max(broadcast.c.id).desc())
    )
    return [Issuer(*row) for row in await conn.execute(query)]
