"""Photos that go with reports: as they came, drawn anew, and then the report's alone."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import ChatId, Ms
from bot.storage.accounts.tables import file
from bot.storage.database import leave_no_trace
from bot.storage.opinion.tables import photo


@dataclass(frozen=True, slots=True)
class PhotoRow:
    """A photo that is looked into: where it came from, and the file as it came."""

    id: int
    file_id: int
    owner: int
    account: str
    chat_id: ChatId
    name: str
    tries: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody's photo stands: drawn anew, refused under a key, or neither yet."""

    id: int
    clean: bool
    refused: str | None


_MINE = select(photo.c.id, photo.c.data.is_not(None), photo.c.refused)
_UNREAD = photo.c.data.is_(None), photo.c.refused.is_(None), photo.c.submission_id.is_(None)


async def add(
    conn: AsyncConnection, file_id: int, owner: int, account: str, chat_id: ChatId, until: Ms
) -> int:
    """A photo waits to be drawn anew; it is kept until an instant (ms UTC), where no report takes it."""
    values = {"file_id": file_id, "owner": owner, "account": account, "chat_id": chat_id, "until": until}
    made = insert(photo).values(**values, tries=0).returning(photo.c.id)
    return int((await conn.execute(made)).scalar_one())


async def waiting(conn: AsyncConnection, accounts: Collection[str]) -> PhotoRow | None:
    """The photo on these accounts that waits longest, tried least."""
    columns = photo.c.id, photo.c.file_id, photo.c.owner, photo.c.account, photo.c.chat_id
    query = select(*columns, file.c.name, photo.c.tries).join(file, file.c.id == photo.c.file_id)
    query = query.where(*_UNREAD, photo.c.account.in_(accounts)).order_by(photo.c.tries, photo.c.id)
    found = (await conn.execute(query.limit(1))).first()
    return None if found is None else PhotoRow(*found)


async def count(conn: AsyncConnection, owner: int) -> int:
    """How many of a member's photos wait."""
    query = select(func.count()).select_from(photo).where(photo.c.owner == owner, *_UNREAD)
    return int((await conn.execute(query)).scalar_one())


async def tried(conn: AsyncConnection, photo_id: int) -> None:
    """It is being looked into once more."""
    await conn.execute(update(photo).where(photo.c.id == photo_id).values(tries=photo.c.tries + 1))


async def keep(conn: AsyncConnection, row: PhotoRow, data: bytes) -> bool:
    """It stands as it was drawn anew, and what came is gone. False where it is gone itself."""
    mine = update(photo).where(photo.c.id == row.id)
    kept = (await conn.execute(mine.values(data=data, file_id=None))).rowcount == 1
    await _drop_file(conn, row)
    return kept


async def refuse(conn: AsyncConnection, row: PhotoRow, key: str) -> None:
    """Why it is refused; what came is gone."""
    await conn.execute(update(photo).where(photo.c.id == row.id).values(refused=key, file_id=None))
    await _drop_file(conn, row)


async def _drop_file(conn: AsyncConnection, row: PhotoRow) -> None:
    leave_no_trace(conn)
    await conn.execute(delete(file).where(file.c.id == row.file_id, file.c.owner == row.owner))


async def own(conn: AsyncConnection, photo_id: int, owner: int) -> Standing | None:
    """One of a member's photos that no report has yet."""
    mine = photo.c.id == photo_id, photo.c.owner == owner, photo.c.submission_id.is_(None)
    found = (await conn.execute(_MINE.where(*mine))).first()
    return None if found is None else Standing(*found)


async def drop(conn: AsyncConnection, photo_id: int, owner: int) -> None:
    """One of a member's photos that no report has yet is gone, with the file as it came."""
    leave_no_trace(conn)
    mine = photo.c.id == photo_id, photo.c.owner == owner, photo.c.submission_id.is_(None)
    came = (await conn.execute(delete(photo).where(*mine).returning(photo.c.file_id))).scalar()
    if came is not None:
        await conn.execute(delete(file).where(file.c.id == came, file.c.owner == owner))


async def attach(conn: AsyncConnection, photo_id: int, owner: int, submission: int) -> None:
    """It goes with a report from now on, and nothing says any more whose it was."""
    mine = update(photo).where(photo.c.id == photo_id, photo.c.owner == owner)
    nobody = {"owner": None, "account": "", "chat_id": "", "until": None}
    await conn.execute(mine.values(submission_id=submission, **nobody))


async def detach(conn: AsyncConnection, submission: int) -> None:
    """The photos of a report are gone."""
    leave_no_trace(conn)
    await conn.execute(delete(photo).where(photo.c.submission_id == submission))


async def of_report(conn: AsyncConnection, submission: int) -> list[bytes]:
    """The photos of a report."""
    query = select(photo.c.data).where(photo.c.submission_id == submission).order_by(photo.c.id)
    return [row[0] for row in await conn.execute(query)]


async def has_any(conn: AsyncConnection, submission: int) -> bool:
    """Whether photos go with a report."""
    query = select(photo.c.id).where(photo.c.submission_id == submission).limit(1)
    return (await conn.execute(query)).first() is not None


async def held_by(conn: AsyncConnection, owner: int) -> int:
    """How many photos of a member wait to go with a report."""
    query = select(func.count()).select_from(photo).where(photo.c.owner == owner)
    return int((await conn.execute(query)).scalar_one())


async def forget(conn: AsyncConnection, now: Ms) -> int:
    """Drop those that no report took in time; returns how many."""
    gone = (await conn.execute(delete(photo).where(photo.c.until <= now))).rowcount
    if gone:
        leave_no_trace(conn)
    return gone
