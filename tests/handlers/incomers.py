"""Who has come in to the village."""

from sqlalchemy import func, select

from bot.storage.people import members
from bot.storage.tables import member
from tests.handlers.village import ACCOUNT, Village


async def at(home: Village, chat_id: str) -> members.Member | None:
    """The member who writes from a chat."""
    async with home.database.read() as conn:
        return await members.at(conn, ACCOUNT, chat_id)


async def count(home: Village, table: object = member) -> int:
    """How many rows a table has."""
    async with home.database.read() as conn:
        return int((await conn.execute(select(func.count()).select_from(table))).scalar_one())  # type: ignore[arg-type]
