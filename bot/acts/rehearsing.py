"""Who can be played in a local chat."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts.house import House
from bot.storage.people import members, units

NEWCOMER = "khach"  # the chat of somebody who has not joined


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody one can be in the local chat; `caption` says in a line who that is."""

    chat_id: str
    name: str
    caption: str


async def people(conn: AsyncConnection, house: House, account: str) -> Sequence[Person]:
    """The members with an address on the account, and somebody new."""
    found = await members.reached_on(conn, account)
    places = {row.code: row.name for row in await units.below(conn, "/")}

    def caption(roles: Sequence[str], unit: str) -> str:
        return f"{', '.join(house.texts.line('vi', f'role.{role}') for role in roles)} · {places[unit]}"

    known = [Person(chat, one.name, caption(sorted(one.roles), one.unit)) for chat, one in found]
    taken = {person.chat_id for person in known}
    names = (f"{NEWCOMER}{number if number > 1 else ''}" for number in count(1))
    free = next(name for name in names if name not in taken)
    return [*known, Person(free, "Người mới", "chưa tham gia")]
