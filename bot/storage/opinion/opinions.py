"""Opinion reports: impersonal rows; who wrote one stands apart and is dropped in time."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.opinion.digest import Opinion
from bot.storage.database import leave_no_trace
from bot.storage.opinion.tables import opinion, opinion_author
from bot.storage.people.tables import unit
from bot.storage.people.units import at_or_below


async def add(conn: AsyncConnection, values: Mapping[str, Any], author: int | None, link_until: str) -> None:
    """Keep a report. `values` as the table's columns, without id; `link_until` ISO date."""
    opinion_id = (await conn.execute(insert(opinion).values(**values).returning(opinion.c.id))).scalar_one()
    if author is not None:
        link = {"opinion_id": opinion_id, "member_id": author, "until": link_until}
        await conn.execute(insert(opinion_author).values(**link))


async def taken(conn: AsyncConnection, code: str) -> bool:
    """Whether a report has this code."""
    return (await conn.execute(select(opinion.c.id).where(opinion.c.code == code))).first() is not None


async def within(conn: AsyncConnection, path: str, first: str, last: str) -> list[Opinion]:
    """Reports from a unit and all below it, between two ISO dates inclusive, in no telling order."""
    query = (
        select(
            opinion.c.topic,
            opinion.c.people,
            opinion.c.tendency,
            opinion.c.scale,
            opinion.c.urgency,
            unit.c.path,
            opinion.c.content,
            opinion.c.proposal,
            opinion.c.day,
        )
        .join(unit, unit.c.code == opinion.c.unit)
        .where(at_or_below(path), opinion.c.day.between(first, last))
        .order_by(opinion.c.code)
    )
    names = ("topic", "group", "tendency", "scale", "urgency", "unit", "text", "proposal", "day")
    return [Opinion(**dict(zip(names, row, strict=True))) for row in await conn.execute(query)]


async def page(conn: AsyncConnection, after: str, limit: int) -> list[dict[str, Any]]:
    """Reports by code, `limit` at a time, without their authors."""
    columns = (
        opinion.c.code,
        opinion.c.unit,
        opinion.c.topic,
        opinion.c.people,
        opinion.c.tendency,
        opinion.c.scale,
        opinion.c.content,
        opinion.c.proposal,
        opinion.c.urgency,
        opinion.c.day,
    )
    query = select(*columns).where(opinion.c.code > after).order_by(opinion.c.code).limit(limit)
    return [dict(row._mapping) for row in await conn.execute(query)]


async def by_author(conn: AsyncConnection, member_id: int) -> list[str]:
    """Codes of the reports that are still linked to a member."""
    query = select(opinion.c.code).join(opinion_author, opinion_author.c.opinion_id == opinion.c.id)
    rows = await conn.execute(query.where(opinion_author.c.member_id == member_id).order_by(opinion.c.code))
    return [row[0] for row in rows]


async def drop_links(conn: AsyncConnection, today: str) -> int:
    """Drop links between reports and authors whose time is over (ISO date)."""
    gone = (await conn.execute(delete(opinion_author).where(opinion_author.c.until < today))).rowcount
    if gone:
        leave_no_trace(conn)
    return gone
