"""Files: their bytes where they are here, and the handle each account knows them by."""

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.dialect import upsert
from bot.storage.tables import file, file_handle


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file without its bytes. `size` in bytes."""

    id: int
    name: str
    media_type: str
    size: int


async def keep(
    conn: AsyncConnection,
    name: str,
    media_type: str,
    data: bytes,
    *,
    until: int | None = None,
    owner: int | None = None,
) -> int:
    """Keep bytes once, however often they come; returns the row.

    `until` (ms UTC): made for one moment, and dropped after it. `owner`: a member it goes with when they go.
    """
    digest = sha256(data).hexdigest()
    same = select(file.c.id).where(file.c.digest == digest, file.c.name == name, file.c.until.is_(None))
    found = (await conn.execute(same)).first() if until is None else None
    if found is not None:
        return int(found[0])
    values = {
        "name": name,
        "media_type": media_type,
        "size": len(data),
        "digest": digest,
        "data": data,
        "until": until,
        "owner": owner,
    }
    return int((await conn.execute(insert(file).values(**values).returning(file.c.id))).scalar_one())


async def forget(conn: AsyncConnection, now: int) -> int:
    """Drop files that were made for a moment now past; returns how many."""
    return (await conn.execute(delete(file).where(file.c.until <= now))).rowcount


async def refer(
    conn: AsyncConnection, name: str, media_type: str, size: int, account: str, handle: str
) -> int:
    """A file that lies on a platform: known by its handle on one account."""
    values = {"name": name, "media_type": media_type, "size": size}
    file_id = int((await conn.execute(insert(file).values(**values).returning(file.c.id))).scalar_one())
    await set_handle(conn, file_id, account, handle)
    return file_id


async def get(conn: AsyncConnection, file_id: int) -> FileRow | None:
    """What a file is, without its bytes."""
    query = select(file.c.id, file.c.name, file.c.media_type, file.c.size).where(file.c.id == file_id)
    row = (await conn.execute(query)).first()
    return FileRow(*row) if row else None


async def data(conn: AsyncConnection, file_id: int) -> bytes | None:
    """A file's bytes, None where they are on a platform only."""
    found = (await conn.execute(select(file.c.data).where(file.c.id == file_id))).first()
    return None if found is None else found[0]


async def handles(conn: AsyncConnection, file_id: int) -> dict[str, str]:
    """Account → handle."""
    query = select(file_handle.c.account, file_handle.c.handle).where(file_handle.c.file_id == file_id)
    return {row[0]: row[1] for row in await conn.execute(query)}


async def set_handle(conn: AsyncConnection, file_id: int, account: str, handle: str) -> None:
    """The account knows the file by this handle."""
    values = {"file_id": file_id, "account": account, "handle": handle}
    await conn.execute(upsert(conn, file_handle, values, keys=("file_id", "account"), change=("handle",)))


async def drop_handle(conn: AsyncConnection, file_id: int, account: str) -> None:
    """The account no longer knows the file."""
    gone = delete(file_handle).where(file_handle.c.file_id == file_id, file_handle.c.account == account)
    await conn.execute(gone)
