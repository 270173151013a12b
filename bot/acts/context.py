"""Who does something, when, and in which transaction; and why something is not done."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TypeVar, TypeVarTuple, cast

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts.house import House
from bot.core.kernel.formats import date_long, moment, number
from bot.core.kernel.richtext import Text
from bot.core.kernel.values import NO_CHAT, ChatId, Ms, UnitPath
from bot.core.people.members import Member
from bot.core.people.permissions import Act, OperatorAct, may
from bot.core.talk.texts import Texts
from bot.storage.apart import once_made
from bot.storage.database import Database
from bot.storage.people import audit

T = TypeVar("T")
A = TypeVarTuple("A")
OPERATOR = "cli"
STRANGER = "stranger"


@dataclass(frozen=True, slots=True)
class Operator:
    """Whoever has a shell on the deployment's machine: may do every act, and is named as such in the log."""


Actor = Member | Operator | None  # None: somebody who is not in


@dataclass(frozen=True, slots=True)
class Context:
    """One act's surroundings. `conn` is the caller's transaction; `now` in ms UTC.

    `account` and `chat_id`: the chat somebody writes from, empty at the other doors.
    """

    conn: AsyncConnection
    house: House
    actor: Actor
    now: Ms
    account: str = ""
    chat_id: ChatId = NO_CHAT

    @property
    def member(self) -> Member | None:
        """Who acts, where it is a member."""
        return self.actor if isinstance(self.actor, Member) else None

    @property
    def language(self) -> str:
        """The language who acts is spoken to in."""
        return self.member.language if self.member else "vi"

    @property
    def who(self) -> str:
        """The actor as the audit log names them: "member:7", "cli"."""
        if self.member is not None:
            return f"member:{self.member.id}"
        return STRANGER if self.actor is None else OPERATOR

    @property
    def moment(self) -> datetime:
        """Now, in the deployment's zone."""
        return self.house.local(self.now)

    def may(self, act: Act, path: UnitPath | None = None) -> bool:
        """Whether the actor may do this, at a unit's path where one is meant."""
        return isinstance(self.actor, Operator) or may(self.member, act, path)

    async def apart(
        self,
        key: Hashable,
        work: Callable[["Context"], Awaitable[T]],
        first: Callable[[Database], Awaitable[object]] | None = None,
    ) -> T:
        """What `work` reads or draws, which takes long: from a transaction that only reads, after `first`.

        For an update it is made first, and the update goes again (`bot.storage.apart`). `key`: what is asked
        for. Elsewhere it is made at once, within the caller's transaction, which only reads.
        """

        async def make(database: Database) -> T:
            if first is not None:
                await first(database)
            async with database.read() as conn:
                return await work(replace(self, conn=conn))

        made = await once_made(self.conn, key, make)
        if made is None:
            return await work(self)
        if made.error is not None:
            raise made.error
        return cast(T, made.value)

    async def drawn(self, key: Hashable, draw: Callable[[*A], T], *values: *A) -> T:
        """What `draw` makes of values, in a thread, apart: `key` names them among what one act draws."""

        async def in_thread(_ctx: Context) -> T:
            return await asyncio.to_thread(draw, *values)

        return await self.apart(("drawn", key), in_thread)

    async def note(self, act: Act | OperatorAct, subject: str, detail: str = "") -> None:
        """Write the act into the audit log; `subject` as "broadcast:7"."""
        await audit.note(self.conn, self.who, act, subject, detail, self.now)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an act was not done: what the catalogue says under `key`, with these values."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def text(self, texts: Texts, language: str) -> Text:
        """Its words."""
        return texts.text(language, self.key, **self.written(language))

    def written(self, language: str) -> dict[str, object]:
        """Its values, instants, days and counts as people write them."""
        return {name: _written(one, language) for name, one in self.values.items()}


def _written(value: object, language: str) -> object:
    if isinstance(value, datetime):
        return moment(value, language)
    if isinstance(value, date):
        return date_long(value, language)
    return number(value, language) if isinstance(value, int) else value


STALE = Refusal("tap.stale")  # there is no such thing, or not for who asks: nobody learns which
