"""Whoever goes is named by no table any more: neither they nor the chat they wrote from."""

from typing import Any

import pytest
from sqlalchemy import BigInteger, Boolean, Integer, LargeBinary, String, Table, insert, select

from bot.storage.database import Database
from bot.storage.people import erasing
from bot.storage.tables import metadata
from tests.storage.scene import ACCOUNT, NOW, scene

CHAT = "phòng-chat-5391"
STATES = {"inbox": "done", "join_request": "waiting"}
KINDS = {String: "x", LargeBinary: b"x", Boolean: False, BigInteger: NOW, Integer: 1}
# Whoever left the local chat keeps their room, with the farewell in it: nobody else is ever given it.
PLATFORM = {"webchat_message", "webchat_update", "webchat_file"}
# Of what waits to be said there, the acts of leaving let go; what was said names no chat.
LATER = {"delivery"}
NAMED = [one for one in metadata.sorted_tables if "chat_id" in one.c and one.name not in PLATFORM | LATER]


def row(table: Table, member_id: int, file_id: int) -> dict[str, Any]:
    """Something that the table may hold of somebody in this chat."""
    known = {"account": ACCOUNT, "chat_id": CHAT, "member_id": member_id, "owner": member_id}
    known |= {"file_id": file_id, "unit": "24169", "state": STATES.get(table.name, "open"), "run_id": None}
    found = {}
    for column in table.c:
        if column.name in known:
            found[column.name] = known[column.name]
        elif not column.nullable and not column.primary_key and column.server_default is None:
            found[column.name] = next(one for kind, one in KINDS.items() if isinstance(column.type, kind))
    return found | ({"form": "x"} if table.name == "conversation" else {})


@pytest.mark.parametrize("goes", [erasing.leave, erasing.erase])
@pytest.mark.parametrize("table", NAMED, ids=lambda one: one.name)
async def test_no_table_names_the_chat_or_the_person_of_whoever_went(
    database: Database, table: Table, goes: Any
) -> None:
    home = await scene(database)
    number = await home.member(CHAT)
    files = metadata.tables["file"]
    async with database.write() as conn:
        one = {"name": "x", "media_type": "x", "size": 1, "owner": number}
        file_id = (await conn.execute(insert(files).values(**one).returning(files.c.id))).scalar_one()
        if table.name != "endpoint":
            await conn.execute(insert(table).values(**row(table, number, file_id)))
        await goes(conn, number)
    async with database.read() as conn:
        for other in metadata.sorted_tables:
            for found in await conn.execute(select(other)):
                assert CHAT not in str(found), other.name
        assert (await conn.execute(select(files))).all() == []
