"""Files: their bytes where they are here, and the handle each account knows them by."""

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import ChatId, Ms
from bot.storage.accounts.tables import endpoint, file, file_handle
from bot.storage.dialect import upsert


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file without its bytes. `size` in bytes; `owner`: the member it is for, None where it is for all;
    `until`: when it is dropped (ms UTC), None where it stays.
    """

    id: int
    name: str
    media_type: str
    size: int
    owner: int | None = None
    until: Ms | None = None


async def keep(conn: AsyncConnection, name: str, media_type: str, data: bytes) -> int:
    """Keep bytes that are for all, once, however often they come; returns the row."""
    fingerprint = sha256(data).hexdigest()
    same = select(file.c.id).where(file.c.digest == fingerprint, file.c.name == name, file.c.owner.is_(None))
    found = (await conn.execute(same)).first()
    if found is not None:
        return int(found[0])
    return await _add(conn, name=name, media_type=media_type, size=len(data), digest=fingerprint, data=data)


async def make_for(
    conn: AsyncConnection, owner: int, name: str, media_type: str, data: bytes, until: Ms
) -> int:
    """Keep bytes made for one member and one moment (until ms UTC); returns the row.

    They go to nobody else, and go when the member goes.
    """
    size = len(data)
    return await _add(conn, name=name, media_type=media_type, size=size, data=data, until=until, owner=owner)


async def _add(conn: AsyncConnection, **values: object) -> int:
    return int((await conn.execute(insert(file).values(**values).returning(file.c.id))).scalar_one())


async def is_for(conn: AsyncConnection, row: FileRow, account: str, chat_id: ChatId) -> bool:
    """Whether a file may leave to a chat: it is for all, or the chat is its owner's now."""
    if row.owner is None:
        return True
    owners = select(endpoint.c.id).where(
        endpoint.c.member_id == row.owner, endpoint.c.account == account, endpoint.c.chat_id == chat_id
    )
    return (await conn.execute(owners)).first() is not None


async def publish(conn: AsyncConnection, file_ids: Collection[int], owner: int) -> None:
    """A member's own files are for all from now on, and stay when the member goes."""
    mine = update(file).where(file.c.id.in_(file_ids), file.c.owner == owner)
    await conn.execute(mine.values(owner=None, until=None))


async def forget(conn: AsyncConnection, now: Ms) -> int:
    """Drop files that were made for a moment now past; returns how many."""
    return (await conn.execute(delete(file).where(file.c.until <= now))).rowcount


async def refer(
    conn: AsyncConnection, owner: int, name: str, media_type: str, size: int, account: str, handle: str
) -> int:
    """A file that a member sent and that lies on a platform: known by its handle on one account."""
    file_id = await _add(conn, name=name, media_type=media_type, size=size, owner=owner)
    await set_handle(conn, file_id, account, handle)
    return file_id


async def get(conn: AsyncConnection, file_id: int) -> FileRow | None:
    """What a file is, without its bytes."""
    query = select(file.c.id, file.c.name, file.c.media_type, file.c.size, file.c.owner, file.c.until)
    row = (await conn.execute(query.where(file.c.id == file_id))).first()
    return FileRow(*row) if row else None


async def data(conn: AsyncConnection, file_id: int) -> bytes | None:
    """A file's bytes, None where they are on a platform only."""
    found = (await conn.execute(select(file.c.data).where(file.c.id == file_id))).first()
    return None if found is None else found[0]


async def is_here(conn: AsyncConnection, file_id: int) -> bool:
    """Whether a file's bytes are here, and not on a platform only."""
    query = select(file.c.id).where(file.c.id == file_id, file.c.data.is_not(None))
    return (await conn.execute(query)).first() is not None


async def piece(conn: AsyncConnection, file_id: int, start: int, length: int) -> bytes:
    """So many of a file's bytes from `start` on; fewer at its end, none where it is gone."""
    part = func.substr(file.c.data, start + 1, length)
    return bytes((await conn.execute(select(part).where(file.c.id == file_id))).scalar_one_or_none() or b"")


async def handles(conn: AsyncConnection, file_id: int) -> dict[str, str]:
    """Account → handle."""
    query = select(file_handle.c.account, file_handle.c.handle).where(file_handle.c.file_id == file_id)
    return {row[0]: row[1] for row in await conn.execute(query)}


async def set_handle(conn: AsyncConnection, file_id: int, account: str, handle: str) -> None:
    """The account knows the file by this handle, if the file is still there."""
    if await get(conn, file_id) is None:
        return
    values = {"file_id": file_id, "account": account, "handle": handle}
    await conn.execute(upsert(conn, file_handle, values, keys=("file_id", "account"), change=("handle",)))


async def drop_handle(conn: AsyncConnection, file_id: int, account: str) -> None:
    """The account no longer knows the file."""
    gone = delete(file_handle).where(file_handle.c.file_id == file_id, file_handle.c.account == account)
    await conn.execute(gone)
