"""Editions: what one group of a briefing's recipients gets, word for word."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.states import Priority
from bot.core.guidance.verifying import codes_in
from bot.core.kernel.richtext import plain_text
from bot.core.kernel.values import Ms
from bot.core.talk.message import Message
from bot.storage.delivery.tables import delivery
from bot.storage.dialect import in_state, upsert
from bot.storage.guidance.tables import edition

NO_ADDENDA = ""
_KEYS = ("briefing_id", "language", "addenda", "digest")
Group = tuple[str, str]  # a language; the addenda, as `core.guidance.addenda.key` writes them


@dataclass(frozen=True, slots=True)
class EditionRow:
    """What went out of a version, in a language, with these addenda."""

    id: int
    briefing_id: int
    language: str
    addenda: str
    message: Message


async def keep(conn: AsyncConnection, briefing_id: int, language: str, message: Message, now: Ms) -> int:
    """Keep what is said to who speaks this language; the same words keep their row. Returns it."""
    group = language, NO_ADDENDA
    return (await keep_all(conn, briefing_id, {group: message}, now))[group]


async def keep_all(
    conn: AsyncConnection, briefing_id: int, said: Mapping[Group, Message], now: Ms
) -> dict[Group, int]:
    """The same of several groups in two statements: some hundreds at most. Each one's row."""
    rows = [_row(briefing_id, group, message, now) for group, message in said.items()]
    await conn.execute(upsert(conn, edition, None, _KEYS), rows)
    query = select(edition.c.id, edition.c.language, edition.c.addenda, edition.c.digest).where(
        edition.c.briefing_id == briefing_id,
        edition.c.addenda.in_(sorted({row["addenda"] for row in rows})),
        edition.c.language.in_(sorted({row["language"] for row in rows})),
    )
    found = {tuple(row[1:]): int(row[0]) for row in await conn.execute(query)}
    return {
        group: found[row["language"], row["addenda"], row["digest"]]
        for group, row in zip(said, rows, strict=True)
    }


def _row(briefing_id: int, group: Group, message: Message, now: Ms) -> dict[str, Any]:
    text = message.model_dump_json()
    return {
        "briefing_id": briefing_id,
        "language": group[0],
        "addenda": group[1],
        "digest": _fingerprint(text),
        "text": text,
        "created_at": now,
        "code": next(iter(codes_in(plain_text(message.text[-1:]))), None),
    }


_ROW = (edition.c.id, edition.c.briefing_id, edition.c.language, edition.c.addenda, edition.c.text)


async def of_code(conn: AsyncConnection, code: str) -> EditionRow | None:
    """The first edition that went out under a code."""
    query = select(*_ROW).where(edition.c.code == code)
    row = (await conn.execute(query.order_by(edition.c.id).limit(1))).first()
    if row is None or row.text is None:
        return None
    return EditionRow(*row[:4], Message.model_validate_json(row.text))


async def code_of(conn: AsyncConnection, briefing_id: int, languages: Sequence[str]) -> str | None:
    """The code that a version went out under last, in the first of these languages that it went out in."""
    query = select(edition.c.language, edition.c.code).where(
        edition.c.briefing_id == briefing_id,
        edition.c.language.in_(languages),
        edition.c.code.is_not(None),
        edition.c.text.is_not(None),
    )
    order = (edition.c.addenda == NO_ADDENDA, edition.c.id)  # where there is one without addenda, that one's
    found = {str(row[0]): str(row[1]) for row in await conn.execute(query.order_by(*order))}
    return next((found[one] for one in languages if one in found), None)


async def with_addenda(conn: AsyncConnection, versions: Collection[int]) -> list[str]:
    """The languages in which versions went out with addenda; who speaks another by now gets one of them."""
    query = select(edition.c.language).where(edition.c.briefing_id.in_(versions))
    found = await conn.execute(query.where(edition.c.addenda != NO_ADDENDA).distinct())
    return sorted(str(row[0]) for row in found)


async def get(conn: AsyncConnection, edition_id: int) -> Message | None:
    """What an edition says; None where that was not kept."""
    text = (await conn.execute(select(edition.c.text).where(edition.c.id == edition_id))).scalar_one_or_none()
    return None if text is None else Message.model_validate_json(text)


async def source_of(conn: AsyncConnection, edition_id: int) -> tuple[int, str, str] | None:
    """The version an edition is made of, its language, its addenda; None where there is no such edition."""
    query = select(edition.c.briefing_id, edition.c.language, edition.c.addenda)
    row = (await conn.execute(query.where(edition.c.id == edition_id))).first()
    return None if row is None else (int(row[0]), str(row[1]), str(row[2]))


async def unwritten(conn: AsyncConnection) -> list[tuple[int, int, str, bool]]:
    """(edition, briefing, language, urgent) of what an older program planned and may still have to say."""
    without = edition.c.text.is_(None)
    if (await conn.execute(select(edition.c.id).where(without).limit(1))).first() is None:
        return []  # what is open can be very much, and need not be looked through
    goes = in_state(delivery.c.state, "pending", "retry", "inflight", "uncertain", "unfetched")
    urgent = func.max(delivery.c.priority) == int(Priority.URGENT)
    columns = edition.c.id, edition.c.briefing_id, edition.c.language
    query = (
        select(*columns, urgent)
        .join(delivery, delivery.c.edition_id == edition.c.id)
        .where(without, goes)
        .group_by(*columns)
    )
    return [(row[0], row[1], row[2], bool(row[3])) for row in await conn.execute(query)]


async def write(conn: AsyncConnection, edition_id: int, message: Message) -> None:
    """Give an edition that has none its words."""
    mine = update(edition).where(edition.c.id == edition_id, edition.c.text.is_(None))
    text = message.model_dump_json()
    await conn.execute(mine.values(text=text, digest=_fingerprint(text)))


def _fingerprint(text: str) -> str:
    return sha256(text.encode()).hexdigest()
