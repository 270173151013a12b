"""Digests that units draw up: their frozen figures, what people wrote, and how far they came."""

import json
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.opinion.digest import Digest
from bot.core.opinion.signing import DIGEST, Sources, Words
from bot.core.people.permissions import Act
from bot.storage.dialect import upsert
from bot.storage.moves import to_state
from bot.storage.opinion.tables import digest as table


@dataclass(frozen=True, slots=True)
class DigestRow:
    """A unit's digest. `first`, `last` and the days are ISO; `unit` a code; `sources` None until endorsed.

    `written_by`: who drew it up or edited it, as the audit log names them, ";" between. `views`: what few
    people say, as it was endorsed, a list in JSON.
    """

    id: int
    unit: str
    first: str
    last: str
    state: str
    revision: int
    figures: str
    words: str
    sources: str
    views: str
    written_by: str
    returned_for: str
    presented_on: str
    endorsed_on: str
    forwarded_on: str

    @property
    def authors(self) -> frozenset[str]:
        """Whoever had a hand in it."""
        return frozenset(self.written_by.split(";"))

    @property
    def waits(self) -> bool:
        """Whether it is a draft that whoever endorses was told of."""
        return self.state == "draft" and bool(self.presented_on)

    @property
    def digest(self) -> Digest:
        """Its numbers, without any text."""
        return Digest.model_validate_json(self.figures)

    @property
    def few(self) -> tuple[str, ...]:
        """What few people say, as it was endorsed."""
        return tuple(json.loads(self.views)) if self.views else ()

    @property
    def said(self) -> Words:
        """What people added."""
        return Words.model_validate_json(self.words)

    @property
    def made_from(self) -> Sources | None:
        """From what it was made, as it was endorsed."""
        return Sources.model_validate_json(self.sources) if self.sources else None


_ROW = select(*(table.c[name] for name in DigestRow.__slots__))


async def add(conn: AsyncConnection, unit: str, digest: Digest, who: str) -> int:
    """Keep a new draft; its number, 0 where the unit has one of this period: two may draw it up at once.

    Of its texts none is kept: they stand and go with their reports.
    """
    values = {
        "unit": unit,
        "first": digest.start.isoformat(),
        "last": digest.end.isoformat(),
        "state": DIGEST.begin("draft"),
        "revision": 0,
        "figures": digest.model_copy(update={"texts": ()}).model_dump_json(),
        "words": Words().model_dump_json(),
        "written_by": who,
    }
    made = upsert(conn, table, values, keys=("unit", "first", "last")).returning(table.c.id)
    return int((await conn.execute(made)).scalar_one_or_none() or 0)


async def get(conn: AsyncConnection, number: int) -> DigestRow | None:
    """One digest."""
    row = (await conn.execute(_ROW.where(table.c.id == number))).first()
    return DigestRow(*row) if row else None


async def of_period(conn: AsyncConnection, unit: str, first: str, last: str) -> DigestRow | None:
    """The digest of a unit and a period (ISO days), where it has been drawn up."""
    mine = table.c.unit == unit, table.c.first == first, table.c.last == last
    row = (await conn.execute(_ROW.where(*mine))).first()
    return DigestRow(*row) if row else None


async def of_units(conn: AsyncConnection, units: Collection[str], first: str, last: str) -> list[DigestRow]:
    """The digests of these units and one period."""
    meant = table.c.unit.in_(list(units)), table.c.first == first, table.c.last == last
    return [DigestRow(*row) for row in await conn.execute(_ROW.where(*meant).order_by(table.c.unit))]


async def of_unit(conn: AsyncConnection, unit: str, skip: int, limit: int) -> list[DigestRow]:
    """A unit's digests, the latest period first."""
    order = table.c.last.desc(), table.c.first.desc()
    query = _ROW.where(table.c.unit == unit).order_by(*order).offset(skip).limit(limit)
    return [DigestRow(*row) for row in await conn.execute(query)]


async def edit(conn: AsyncConnection, row: DigestRow, words: Words, who: str) -> bool:
    """New words, which nobody has endorsed; False where it was changed since it was read."""
    changed = {"words": words.model_dump_json(), "written_by": _also(row, who), "revision": row.revision + 1}
    return await _move(conn, row, "draft", Act.EDIT_DIGEST, **changed, **_UNSIGNED)


async def present(conn: AsyncConnection, row: DigestRow, day: str) -> bool:
    """It waits for whoever endorses; False where it does already, or was changed since it was read."""
    mine = table.c.id == row.id, table.c.revision == row.revision
    draft = update(table).where(*mine, table.c.state == "draft", table.c.presented_on == "")
    return (await conn.execute(draft.values(presented_on=day))).rowcount == 1


async def endorse(
    conn: AsyncConnection, row: DigestRow, sources: Sources, views: Collection[str], day: str
) -> bool:
    """It stands as it was read, with what it was made from; False where it was changed."""
    kept = {"sources": sources.model_dump_json(), "views": json.dumps(list(views)), "endorsed_on": day}
    return await _move(conn, row, "endorsed", Act.ENDORSE_DIGEST, returned_for="", **kept)


async def forward(conn: AsyncConnection, row: DigestRow, day: str) -> bool:
    """It is the upper level's to read from now on."""
    return await _move(conn, row, "forwarded", Act.FORWARD_DIGEST, forwarded_on=day)


async def send_back(conn: AsyncConnection, row: DigestRow, reason: str) -> bool:
    """It is a draft again, and why."""
    changed = {"returned_for": reason, "revision": row.revision + 1, **_UNSIGNED}
    return await _move(conn, row, "draft", Act.RETURN_DIGEST, **changed)


_UNSIGNED = {"sources": "", "views": "", "presented_on": "", "endorsed_on": "", "forwarded_on": ""}


def _also(row: DigestRow, who: str) -> str:
    return ";".join([*(one for one in row.written_by.split(";") if one != who), who])


async def _move(conn: AsyncConnection, row: DigestRow, to: str, act: Act, **values: object) -> bool:
    mine = update(table).where(table.c.id == row.id, table.c.revision == row.revision)
    done = await conn.execute(to_state(mine, DIGEST, to, act).values(**values))
    return done.rowcount == 1
