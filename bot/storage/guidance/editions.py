"""Editions: what one group of a briefing's recipients gets, word for word."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.states import Priority
from bot.core.guidance.verifying import codes_in
from bot.core.kernel.richtext import plain_text
from bot.core.talk.message import Message
from bot.storage.delivery.tables import delivery
from bot.storage.dialect import in_state, upsert
from bot.storage.guidance.tables import edition

NO_ADDENDA = ""


@dataclass(frozen=True, slots=True)
class EditionRow:
    """What went out of a version, in a language."""

    briefing_id: int
    language: str
    message: Message


async def keep(conn: AsyncConnection, briefing_id: int, language: str, message: Message, now: int) -> int:
    """Keep what is said to who speaks this language; the same words keep their row. Returns it."""
    text = message.model_dump_json()
    keys = {
        "briefing_id": briefing_id,
        "language": language,
        "addenda": NO_ADDENDA,
        "digest": _fingerprint(text),
    }
    code = next(iter(codes_in(plain_text(message.text[-1:]))), None)
    values = {**keys, "text": text, "created_at": now, "code": code}
    await conn.execute(upsert(conn, edition, values, tuple(keys)))
    query = select(edition.c.id).where(*(edition.c[name] == value for name, value in keys.items()))
    return int((await conn.execute(query)).scalar_one())


async def of_code(conn: AsyncConnection, code: str) -> EditionRow | None:
    """The first edition that went out under a code."""
    query = select(edition.c.briefing_id, edition.c.language, edition.c.text).where(edition.c.code == code)
    row = (await conn.execute(query.order_by(edition.c.id).limit(1))).first()
    if row is None or row.text is None:
        return None
    return EditionRow(row.briefing_id, row.language, Message.model_validate_json(row.text))


async def code_of(conn: AsyncConnection, briefing_id: int, languages: Sequence[str]) -> str | None:
    """The code that a version went out under last, in the first of these languages that it went out in."""
    query = select(edition.c.language, edition.c.code).where(
        edition.c.briefing_id == briefing_id,
        edition.c.language.in_(languages),
        edition.c.code.is_not(None),
        edition.c.text.is_not(None),
    )
    found = {str(row[0]): str(row[1]) for row in await conn.execute(query.order_by(edition.c.id))}
    return next((found[one] for one in languages if one in found), None)


async def get(conn: AsyncConnection, edition_id: int) -> Message | None:
    """What an edition says; None where that was not kept."""
    text = (await conn.execute(select(edition.c.text).where(edition.c.id == edition_id))).scalar_one_or_none()
    return None if text is None else Message.model_validate_json(text)


async def source_of(conn: AsyncConnection, edition_id: int) -> tuple[int, str] | None:
    """The version an edition is made of, and its language; None where there is no such edition."""
    query = select(edition.c.briefing_id, edition.c.language).where(edition.c.id == edition_id)
    row = (await conn.execute(query)).first()
    return None if row is None else (int(row[0]), str(row[1]))


async def unwritten(conn: AsyncConnection) -> list[tuple[int, int, str, bool]]:
    """(edition, briefing, language, urgent) of what an older program planned and may still have to say."""
    goes = in_state(delivery.c.state, "pending", "retry", "inflight", "uncertain", "unfetched")
    urgent = func.max(delivery.c.priority) == int(Priority.URGENT)
    columns = edition.c.id, edition.c.briefing_id, edition.c.language
    query = (
        select(*columns, urgent)
        .join(delivery, delivery.c.edition_id == edition.c.id)
        .where(edition.c.text.is_(None), goes)
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
