"""Which edition a group of a run's recipients gets, where units below the issuer have added to its briefing.

A run's addenda are kept when it is opened; while it is planned, each unit and language has its edition. They
are composed once for everybody who stands under the same addenda, some hundreds a transaction.
"""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, delete, func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.guidance.addenda import Addition
from bot.core.kernel.values import UnitPath
from bot.storage.delivery.runs import RunRow
from bot.storage.delivery.tables import run_addendum, run_edition
from bot.storage.dialect import upsert
from bot.storage.guidance.tables import addendum
from bot.storage.people.tables import member, unit


class Lacking(NamedTuple):
    """Recipients of one unit and language who have no edition yet."""

    unit: str
    path: UnitPath
    language: str


async def freeze(conn: AsyncConnection, broadcast_id: int, run_id: int) -> None:
    """A run has the addenda that stand now, whatever becomes of them."""
    standing = (
        select(literal(run_id), addendum.c.id, unit.c.path)
        .join(unit, unit.c.code == addendum.c.unit)
        .where(addendum.c.broadcast_id == broadcast_id, addendum.c.state == "standing")
    )
    new = insert(run_addendum).from_select(["run_id", "addendum_id", "path"], standing)
    await conn.execute(new)


async def has_added(conn: AsyncConnection, run_id: int) -> bool:
    """Whether a run has addenda."""
    query = select(run_addendum.c.addendum_id).where(run_addendum.c.run_id == run_id).limit(1)
    return (await conn.execute(query)).first() is not None


async def added(
    conn: AsyncConnection, run_id: int, paths: Collection[str] | None = None
) -> dict[UnitPath, Addition]:
    """A run's addenda, by the path of their unit as it was when the run was opened; of these paths alone."""
    columns = addendum.c.id, addendum.c.unit_name, addendum.c.signed, addendum.c.words, addendum.c.created_at
    query = select(run_addendum.c.path, *columns).join(
        run_addendum, run_addendum.c.addendum_id == addendum.c.id
    )
    query = query.where(run_addendum.c.run_id == run_id)
    if paths is not None:
        query = query.where(run_addendum.c.path.in_(sorted(paths)))
    return {
        row[0]: Addition(id=row[1], path=row[0], unit=row[2], signed=row[3], words=row[4], at=row[5])
        for row in await conn.execute(query)
    }


async def lacking(
    conn: AsyncConnection, one: RunRow, chosen: Select[Any], limit: int, most: int
) -> list[Lacking]:
    """Of the next `limit` recipients, the units and languages that have no edition yet: `most` of them."""
    rest = chosen.where(member.c.id > one.planned_from)
    some = rest.add_columns(member.c.unit, unit.c.path, member.c.language)
    chunk = some.order_by(member.c.id).limit(limit).subquery()
    theirs = (
        (run_edition.c.run_id == one.id)
        & (run_edition.c.whose == chunk.c.unit)
        & (run_edition.c.language == chunk.c.language)
    )
    query = (
        select(chunk.c.unit, chunk.c.path, chunk.c.language)
        .outerjoin(run_edition, theirs)
        .where(run_edition.c.edition_id.is_(None))
        .distinct()
    )
    return [Lacking(*row) for row in await conn.execute(query.limit(most))]


async def give(conn: AsyncConnection, run_id: int, editions: Mapping[tuple[str, str], int]) -> None:
    """These, of a run, get these editions: by whose they are and their language."""
    rows = [
        {"run_id": run_id, "whose": whose, "language": language, "edition_id": edition_id}
        for (whose, language), edition_id in editions.items()
    ]
    if rows:
        await conn.execute(upsert(conn, run_edition, None, ("run_id", "whose", "language")), rows)


async def groups(conn: AsyncConnection, run_id: int) -> set[tuple[str, str]]:
    """The groups of a run that have editions of their own: whose they are, and their language."""
    query = select(run_edition.c.whose, run_edition.c.language).where(run_edition.c.run_id == run_id)
    return {(row[0], row[1]) for row in await conn.execute(query)}


async def any_given(conn: AsyncConnection, run_id: int) -> bool:
    """Whether groups of a run have editions of their own."""
    return (await conn.execute(given(run_id).limit(1))).first() is not None


def given(run_id: int) -> Select[Any]:
    """The editions that groups of a run get."""
    return select(run_edition.c.edition_id).where(run_edition.c.run_id == run_id)


def edition_of(
    run_id: int, whose: ColumnElement[str], language: ColumnElement[str]
) -> ColumnElement[int | None]:
    """The edition of whom it is for, in their language, else in any; null where they have none."""
    theirs = run_edition.c.run_id == run_id, run_edition.c.whose == whose
    exact = select(run_edition.c.edition_id).where(*theirs, run_edition.c.language == language)
    other = select(func.min(run_edition.c.edition_id)).where(*theirs)
    return func.coalesce(exact.scalar_subquery(), other.scalar_subquery())


async def drop(conn: AsyncConnection, run_id: int) -> None:
    """Planned, each row names its edition itself."""
    await conn.execute(delete(run_edition).where(run_edition.c.run_id == run_id))
