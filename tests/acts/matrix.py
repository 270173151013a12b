"""Who tries what, where, through which door: the frame of the permission test.

The people stand in one province; each tries at its unit, at one below, at the one above, elsewhere; and
somebody whose unit is nowhere in the tree tries everywhere. A row says who may, written out a second time,
beside a try for each door that offers the act. A try prepares its own subject and says whether it was done.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts.context import Context, Operator, Refusal
from bot.core.people.members import Role
from bot.core.people.units import Level, Unit
from bot.storage.people import members, units
from bot.storage.tables import delivery, unit
from tests.handlers.sending import a_run, publish
from tests.handlers.village import ACCOUNT, EA_KAO, PROVINCE, Village

NOWHERE, OTHER = "NOWHERE", "OTHER"
PLACES = {"own": PROVINCE, "below": EA_KAO, "above": "TW", "elsewhere": OTHER}
STRANGER, NO_ROLE = "stranger", "no role"
WHO = (*Role, NO_ROLE, STRANGER)


@dataclass
class World:
    """The village with one person a role, at the province and nowhere."""

    home: Village
    chats: dict[str, int] = field(default_factory=dict)  # chat → member
    made: int = 0
    runs: dict[str, int] = field(default_factory=dict)  # unit → a run to it that nobody changes
    briefings: dict[str, tuple[int, int]] = field(default_factory=dict)  # the same of a briefing

    async def person(self, who: str, homeless: bool) -> str:
        """The chat of somebody with this role alone; they join when first asked for."""
        chat = f"{who}{'-homeless' if homeless else ''}"
        if who != STRANGER and chat not in self.chats:
            roles = (Role(who),) if who in set(Role) else ()
            self.chats[chat] = await self.home.member(chat, chat, NOWHERE if homeless else PROVINCE, *roles)
        return chat

    async def context(self, conn: AsyncConnection, chat: str) -> Context:
        """Their acts, without a chat in between."""
        member = await members.at(conn, ACCOUNT, chat)
        return Context(conn, self.home.house, member, self.home.now, ACCOUNT, chat)

    def operator(self, conn: AsyncConnection) -> Context:
        """Acts of the command line."""
        return Context(conn, self.home.house, Operator(), self.home.now)

    async def rest(self) -> None:
        """What earlier tries sent has arrived: their runs end; the planner need not look again."""
        async with self.home.database.write() as conn:
            open_rows = delivery.c.run_id.is_not(None), delivery.c.state == "pending"
            await conn.execute(update(delivery).where(*open_rows).values(state="sent"))

    async def run(self, unit: str) -> int:
        """A run to a unit, for who only looks at it: the same at every try."""
        if unit not in self.runs:
            self.runs[unit] = await a_run(self.home, unit)
        return self.runs[unit]

    def next(self) -> int:
        """A number for a name that is taken once."""
        self.made += 1
        return self.made


async def build(home: Village) -> World:
    """The tree with another province, a unit that is nowhere, and a communicator everywhere."""
    other = Unit(code=OTHER, name="Tỉnh khác", level=Level.PROVINCE)
    lost = Unit(code=NOWHERE, name="Không đâu", level=Level.COMMUNE)
    async with home.database.write() as conn:
        await units.synchronise(conn, [other, lost])
        await conn.execute(update(unit).where(unit.c.code == OTHER).values(path="/TW/OTHER/"))
        await conn.execute(update(unit).where(unit.c.code == NOWHERE).values(path=""))
    for code in PLACES.values():
        await home.member(f"reader-{code}", "Người nhận", code, Role.COMMUNICATOR)
    await publish(home)
    return World(home)


Try = Callable[[World, str, str], Awaitable[bool]]  # (world, chat, unit): whether it was done


@dataclass(frozen=True)
class Row:
    """Who may, and a try for each door. `at`: which places somebody with the role may mean.

    `besides`: others who may, at other places.
    """

    roles: frozenset[str]
    doors: Mapping[str, Try]
    at: frozenset[str] = frozenset({"own", "below"})
    homeless: bool = False  # whether it may be done from nowhere
    besides: "Row | None" = None

    def allows(self, who: str, place: str, homeless: bool) -> bool:
        """Whether it is to be done."""
        own = who in self.roles and place in self.at and (self.homeless or not homeless)
        return own or (self.besides is not None and self.besides.allows(who, place, homeless))


MEMBERS = frozenset({*Role, NO_ROLE})
SENDERS = frozenset({str(Role.EDITOR), str(Role.ADMINISTRATOR)})
ADMINISTRATORS = frozenset({str(Role.ADMINISTRATOR)})
APPROVERS = frozenset({str(Role.APPROVER)})
ANYWHERE = frozenset(PLACES)


def done(result: object) -> bool:
    """An act's own answer: no refusal, and no "nothing changed"."""
    return not isinstance(result, Refusal) and bool(result)
