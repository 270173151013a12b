"""Word documents that editors sent to the chat: waiting to be read, then what they say."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.guidance.briefing import FromWord
from bot.core.kernel.values import ChatId, Ms
from bot.storage.accounts.tables import file
from bot.storage.guidance.tables import document


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One document. `said` None: not read, or refused under a key of the catalogue, for a `marking`."""

    id: int
    file_id: int
    owner: int
    account: str
    chat_id: ChatId
    name: str
    tries: int
    said: FromWord | None
    refused: str | None
    marking: str | None


_COLUMNS = (
    document.c.id,
    document.c.file_id,
    document.c.owner,
    document.c.account,
    document.c.chat_id,
    file.c.name,
    document.c.tries,
    document.c.said,
    document.c.refused,
    document.c.marking,
)
_ALL = select(*_COLUMNS).join(file, file.c.id == document.c.file_id)


def _row(row: Any) -> DocumentRow:
    said = None if row.said is None else FromWord.model_validate_json(row.said)
    where = row.account, row.chat_id, row.name
    return DocumentRow(row.id, row.file_id, row.owner, *where, row.tries, said, row.refused, row.marking)


async def add(
    conn: AsyncConnection, file_id: int, owner: int, account: str, chat_id: ChatId, until: Ms
) -> None:
    """A document waits to be read; it is kept until an instant (ms UTC), where it does not go out."""
    values = {"file_id": file_id, "owner": owner, "account": account, "chat_id": chat_id}
    await conn.execute(insert(document).values(**values, tries=0, until=until))
    await conn.execute(update(file).where(file.c.id == file_id).values(until=until))


async def waiting(conn: AsyncConnection, accounts: Collection[str]) -> DocumentRow | None:
    """The document on these accounts that waits longest, tried least."""
    unread = document.c.said.is_(None), document.c.refused.is_(None)
    query = _ALL.where(*unread, document.c.account.in_(accounts)).order_by(document.c.tries, document.c.id)
    found = (await conn.execute(query.limit(1))).first()
    return None if found is None else _row(found)


async def tried(conn: AsyncConnection, document_id: int) -> None:
    """It is being read once more."""
    mine = update(document).where(document.c.id == document_id)
    await conn.execute(mine.values(tries=document.c.tries + 1))


async def keep(conn: AsyncConnection, document_id: int, said: FromWord) -> bool:
    """What it says. False where it is gone."""
    mine = update(document).where(document.c.id == document_id)
    return (await conn.execute(mine.values(said=said.model_dump_json()))).rowcount == 1


async def refuse(conn: AsyncConnection, document_id: int, key: str, marking: str | None = None) -> bool:
    """Why it is refused. False where it is gone."""
    mine = update(document).where(document.c.id == document_id)
    return (await conn.execute(mine.values(refused=key, marking=marking))).rowcount == 1


async def of_file(conn: AsyncConnection, file_id: int, owner: int) -> DocumentRow | None:
    """A member's own document, by its file."""
    query = _ALL.where(document.c.file_id == file_id, document.c.owner == owner)
    found = (await conn.execute(query)).first()
    return None if found is None else _row(found)


async def count(conn: AsyncConnection, owner: int) -> int:
    """How many of a member's documents wait to be read."""
    unread = document.c.said.is_(None), document.c.refused.is_(None)
    query = select(document.c.id).where(document.c.owner == owner, *unread)
    return len((await conn.execute(query)).all())


async def every(conn: AsyncConnection, owner: int) -> list[DocumentRow]:
    """All of a member's documents that are kept."""
    query = _ALL.where(document.c.owner == owner).order_by(document.c.id)
    return [_row(row) for row in await conn.execute(query)]


async def forget(conn: AsyncConnection, now: Ms) -> int:
    """Drop those whose time is past."""
    return (await conn.execute(delete(document).where(document.c.until <= now))).rowcount
