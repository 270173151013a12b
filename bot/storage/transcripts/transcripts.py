"""The local chat's own side: what a messenger's servers would keep. Each method is one transaction."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from secrets import token_urlsafe
from typing import Any, Literal

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import ChatId
from bot.core.ports import RawUpdate
from bot.storage.accounts.tables import account as accounts
from bot.storage.database import Database
from bot.storage.transcripts.tables import webchat_file, webchat_message, webchat_update

Side = Literal["bot", "user"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One message as it stands; `revision` grows by one with every edit."""

    message_id: int
    side: Side
    at: datetime
    revision: int
    body: Mapping[str, Any]


_COLUMNS = (
    webchat_message.c.id,
    webchat_message.c.side,
    webchat_message.c.at,
    webchat_message.c.revision,
    webchat_message.c.body,
)


def _entry(row: Any) -> Entry:
    return Entry(
        row.id, row.side, datetime.fromtimestamp(row.at / 1000, UTC), row.revision, json.loads(row.body)
    )


async def chats(conn: AsyncConnection, account: str) -> list[ChatId]:
    """The chats of an account in which there are messages."""
    query = select(webchat_message.c.chat_id).where(webchat_message.c.account == account).distinct()
    return [row[0] for row in await conn.execute(query)]


async def forget(conn: AsyncConnection, account: str, chat_id: ChatId) -> None:
    """Drop what was said in a chat, updates that were taken in, and the files that stand in no other chat."""
    mine = webchat_message.c.account == account, webchat_message.c.chat_id == chat_id
    with_file = select(webchat_message.c.body).where(*mine, webchat_message.c.body.contains('"handle"'))
    bodies = [json.loads(row[0]) for row in await conn.execute(with_file)]
    await conn.execute(delete(webchat_message).where(*mine))
    taken_in = (await conn.execute(select(accounts.c.cursor).where(accounts.c.name == account))).scalar()
    if taken_in is not None and taken_in.isdigit():
        came = webchat_update.c.account == account, webchat_update.c.chat_id == chat_id
        await conn.execute(delete(webchat_update).where(*came, webchat_update.c.id < int(taken_in)))
    await _drop_files(conn, account, bodies)


async def _drop_files(conn: AsyncConnection, account: str, bodies: Iterable[Mapping[str, Any]]) -> None:
    """Of messages that are gone, the files that stand in no other."""
    for handle in {body["file"]["handle"] for body in bodies if "file" in body}:
        elsewhere = select(webchat_message.c.id).where(
            webchat_message.c.account == account,
            webchat_message.c.body.contains(f'"{handle}"', autoescape=True),
        )
        if (await conn.execute(elsewhere.limit(1))).first() is None:
            kept = webchat_file.c.account == account, webchat_file.c.handle == handle
            await conn.execute(delete(webchat_file).where(*kept))


async def take_out(
    conn: AsyncConnection, code: str, words: Iterable[str], besides: Collection[tuple[str, str]]
) -> int:
    """Drop what chats were shown of a report that is taken back: its code with words or a photo; how many.

    `besides`: (account, chat) of whoever wrote it: it is their own, and goes with them.
    """
    lines = {line.strip() for said in words for line in said.splitlines()}
    quoted = [json.dumps(escape(line, quote=False), ensure_ascii=False)[1:-1] for line in lines if line]
    shown = webchat_message.c.side == "bot", webchat_message.c.body.contains(code, autoescape=True)
    chosen = (
        webchat_message.c.id,
        webchat_message.c.account,
        webchat_message.c.chat_id,
        webchat_message.c.body,
    )
    found = [
        (row.id, row.account, row.body)
        for row in await conn.execute(select(*chosen).where(*shown))
        if (row.account, row.chat_id) not in besides
        and ('"handle"' in row.body or any(one in row.body for one in quoted))
    ]
    await conn.execute(delete(webchat_message).where(webchat_message.c.id.in_([one[0] for one in found])))
    for account in {one[1] for one in found}:
        await _drop_files(conn, account, [json.loads(body) for _, at, body in found if at == account])
    return len(found)


class Transcripts:
    """Messages, waiting updates and files of local-chat accounts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(
        self, account: str, chat_id: ChatId, side: Side, body: Mapping[str, Any], at: datetime
    ) -> Entry:
        """Add a message."""
        async with self._database.write() as conn:
            return await self._add(conn, account, chat_id, side, body, at, None)

    async def _add(
        self,
        conn: AsyncConnection,
        account: str,
        chat_id: ChatId,
        side: Side,
        body: Mapping[str, Any],
        at: datetime,
        client_id: str | None,
    ) -> Entry:
        values = {
            "account": account,
            "chat_id": chat_id,
            "side": side,
            "body": json.dumps(dict(body), ensure_ascii=False),
            "at": int(at.timestamp() * 1000),
            "revision": 1,
            "client_id": client_id,
        }
        row = await conn.execute(insert(webchat_message).values(**values).returning(*_COLUMNS))
        return _entry(row.one())

    async def post(
        self,
        account: str,
        chat_id: ChatId,
        body: Mapping[str, Any],
        payload: str,
        client_id: str,
        at: datetime,
    ) -> tuple[Entry, bool]:
        """Add a person's message and queue its update; False where `client_id` was used before."""
        known = select(*_COLUMNS).where(
            webchat_message.c.account == account,
            webchat_message.c.chat_id == chat_id,
            webchat_message.c.client_id == client_id,
        )
        async with self._database.write() as conn:
            found = (await conn.execute(known)).first()
            if found is not None:
                return _entry(found), False
            entry = await self._add(conn, account, chat_id, "user", body, at, client_id)
            await self._push(conn, account, chat_id, payload)
            return entry, True

    async def edit(
        self, account: str, chat_id: ChatId, message_id: int, body: Mapping[str, Any]
    ) -> Entry | None:
        """Replace a bot's message; None where there is none."""
        mine = update(webchat_message).where(
            webchat_message.c.id == message_id,
            webchat_message.c.account == account,
            webchat_message.c.chat_id == chat_id,
            webchat_message.c.side == "bot",
        )
        values = {
            "body": json.dumps(dict(body), ensure_ascii=False),
            "revision": webchat_message.c.revision + 1,
        }
        async with self._database.write() as conn:
            row = (await conn.execute(mine.values(**values).returning(*_COLUMNS))).first()
        return _entry(row) if row else None

    async def get(self, account: str, chat_id: ChatId, message_id: int) -> Entry | None:
        """One message."""
        query = select(*_COLUMNS).where(
            webchat_message.c.id == message_id,
            webchat_message.c.account == account,
            webchat_message.c.chat_id == chat_id,
        )
        async with self._database.read() as conn:
            row = (await conn.execute(query)).first()
        return _entry(row) if row else None

    async def history(self, account: str, chat_id: ChatId, before: int | None, limit: int) -> Sequence[Entry]:
        """The last messages before an id (None: the newest), the oldest first."""
        query = select(*_COLUMNS).where(
            webchat_message.c.account == account, webchat_message.c.chat_id == chat_id
        )
        if before is not None:
            query = query.where(webchat_message.c.id < before)
        async with self._database.read() as conn:
            rows = await conn.execute(query.order_by(webchat_message.c.id.desc()).limit(limit))
            return [_entry(row) for row in rows][::-1]

    async def latest(self, account: str, limit: int) -> dict[str, list[int]]:
        """Of each chat, the bot's messages among the last `limit`, the oldest first."""
        place = func.row_number().over(
            partition_by=webchat_message.c.chat_id, order_by=webchat_message.c.id.desc()
        )
        columns = webchat_message.c.chat_id, webchat_message.c.id, webchat_message.c.side
        last = select(*columns, place.label("place")).where(webchat_message.c.account == account).subquery()
        query = select(last.c.chat_id, last.c.id).where(last.c.place <= limit, last.c.side == "bot")
        found: dict[str, list[int]] = {}
        async with self._database.read() as conn:
            for chat_id, message_id in await conn.execute(query.order_by(last.c.id)):
                found.setdefault(chat_id, []).append(message_id)
        return found

    async def push_update(self, account: str, chat_id: ChatId, payload: str) -> int:
        """Queue an update; its id."""
        async with self._database.write() as conn:
            return await self._push(conn, account, chat_id, payload)

    async def _push(self, conn: AsyncConnection, account: str, chat_id: ChatId, payload: str) -> int:
        values = {"account": account, "chat_id": chat_id, "payload": payload}
        new = insert(webchat_update).values(**values).returning(webchat_update.c.id)
        return int((await conn.execute(new)).scalar_one())

    async def updates(self, account: str, after: int, limit: int) -> Sequence[RawUpdate]:
        """Unconfirmed updates after an id, in order."""
        query = (
            select(webchat_update.c.id, webchat_update.c.chat_id, webchat_update.c.payload)
            .where(webchat_update.c.account == account, webchat_update.c.id > after)
            .order_by(webchat_update.c.id)
            .limit(limit)
        )
        async with self._database.read() as conn:
            return [RawUpdate(str(row.id), row.chat_id, row.payload) for row in await conn.execute(query)]

    async def confirm(self, account: str, before: int) -> None:
        """Forget updates before an id."""
        known = select(webchat_update.c.id).where(
            webchat_update.c.account == account, webchat_update.c.id < before
        )
        async with self._database.read() as conn:
            if (await conn.execute(known.limit(1))).first() is None:
                return
        done = delete(webchat_update).where(webchat_update.c.account == account, webchat_update.c.id < before)
        async with self._database.write() as conn:
            await conn.execute(done)

    async def save_file(self, account: str, name: str, media_type: str, data: bytes) -> str:
        """Keep a file; returns its handle."""
        handle = token_urlsafe(18)
        values = {"account": account, "handle": handle, "name": name, "media_type": media_type, "data": data}
        async with self._database.write() as conn:
            await conn.execute(insert(webchat_file).values(**values))
        return handle

    async def load_file(self, account: str, handle: str) -> tuple[str, str, bytes] | None:
        """Name, media type and bytes, or None."""
        query = select(webchat_file.c.name, webchat_file.c.media_type, webchat_file.c.data).where(
            webchat_file.c.account == account, webchat_file.c.handle == handle
        )
        async with self._database.read() as conn:
            row = (await conn.execute(query)).first()
        return (row[0], row[1], row[2]) if row else None
