"""One update being handled: who writes, in which transaction, and what is said in answer."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts import replies
from bot.acts.context import Context, Refusal
from bot.acts.house import House
from bot.core.kernel.richtext import Block, Text, plain_text
from bot.core.kernel.values import ChatId, Ms
from bot.core.people.members import Member
from bot.core.ports import Incoming, Tapped
from bot.core.talk.message import Attachment, Button, MenuEntry, Message
from bot.core.talk.reply import MenuReply
from bot.core.talk.tap import Tap
from bot.storage.talk import inbox, watches
from bot.storage.talk.watches import ONCE as ONCE

Rows = tuple[tuple[Button, ...], ...]

ANSWERED = 2  # of an album that cannot be taken


@dataclass(slots=True)
class Turn:
    """One update, its transaction, and the words for its sender. Nothing is sent: replies are outbox rows."""

    house: House
    conn: AsyncConnection
    account: str
    incoming: Incoming
    now: Ms
    member: Member | None
    language: str
    toast: str = ""
    arguments: str = field(default="")
    invited: bool = False  # is coming in with an invitation: no stranger among strangers
    fetched: int = 0  # briefings that go with the answer, above it
    knocked: bool = False  # a template stands last in this chat: what is written answers no screen above it
    said: bool = False  # something stands in this chat already that answers the update
    shown: bool = False  # the pressed message was changed
    live: bool = False  # what it shows moves by itself
    reading: bool = False  # nobody waits for this transaction: it may look at as much as it wants

    @property
    def chat_id(self) -> ChatId:
        """Where the update came from, and where replies go."""
        return self.incoming.chat_id

    @property
    def has_been_told(self) -> bool:
        """Of an album the first was answered as any, the second too: the rest would be told the same."""
        return self.incoming.before >= ANSWERED

    @property
    def context(self) -> Context:
        """Who acts, when and in which transaction, for the acts."""
        return Context(self.conn, self.house, self.member, self.now, self.account, self.chat_id)

    @property
    def moment(self) -> datetime:
        """Now, in the deployment's zone."""
        return self.local(self.now)

    def local(self, ms: Ms) -> datetime:
        """An instant (ms UTC) in the deployment's zone."""
        return self.house.local(ms)

    def text(self, key: str, **values: object) -> Text:
        """Words from the catalogue, in the sender's language."""
        return self.house.texts.text(self.language, key, **values)

    def line(self, key: str, **values: object) -> str:
        """The same in one plain line: a label, a notice."""
        return self.house.texts.line(self.language, key, **values)

    def refusal(self, why: Refusal) -> str:
        """Why something was not done, in one plain line with what it names."""
        return " ".join(plain_text(why.text(self.house.texts, self.language)).split())

    def button(self, key: str, tap: Tap, **values: object) -> Button:
        """A button labelled from the catalogue."""
        return Button.of(self.line(key, **values), tap)

    async def say(self, key: str, *, buttons: Rows = (), **values: object) -> None:
        """Reply with words from the catalogue."""
        await self.send(Message(text=self.text(key, **values), buttons=buttons))

    async def send(self, message: Message) -> None:
        """Reply with a message of its own."""
        await self.tell(self.account, self.chat_id, message)

    async def send_file(self, file: Attachment, caption: Sequence[Block] = ()) -> None:
        """Reply with a file, below which the numbers of the screen that led to it stay in force."""
        message = Message(text=tuple(caption), attachment=file)
        if self.member is None:
            await self.send(message)
            return
        self.said = True
        await replies.remark(self.conn, self.account, self.chat_id, message, self.now)

    async def show(self, message: Message, live: str = "") -> None:
        """Put a screen in place of the one whose button was pressed; a new message after typed words.

        After something that was said it is a new message too: what is read first stands above it.
        `live` names what the screen is about (`handlers.live`): it then moves by itself for a while.
        """
        event = self.incoming.event
        message_id = event.message_id if isinstance(event, Tapped) and not self.said else None
        delivery_id = None
        if message_id is None and live:
            delivery_id = await replies.say_live(self.conn, self.account, self.chat_id, message, self.now)
        elif message_id is None:
            await self.send(message)
        else:
            where = (self.account, self.chat_id, message_id)
            self.shown = True
            notice = "" if message.text else self.toast
            await replies.edit(self.conn, *where, message, self.now, notice=notice, stranger=self._stranger)
        if live:
            shown, until = message.fingerprint(), Ms(self.now + watches.LIVE_MS)
            row = (self.account, self.chat_id, message_id, delivery_id)
            await watches.keep(self.conn, *row, live, shown, until)
            self.live = True

    async def buttons(self, rows: Rows) -> None:
        """Change the buttons of the pressed message, its words stay. After typed words there is none.

        `toast`, set before, is said with them where no button can be changed.
        """
        if isinstance(self.incoming.event, Tapped):
            await self.show(Message(buttons=rows))

    async def answer_tap(self) -> None:
        """End the waiting of a pressed button, with `toast` as its notice."""
        event = self.incoming.event
        if isinstance(event, Tapped):
            alone = self.chat_id if self.toast and not (self.said or self.shown) else None
            notice = self.toast[:200]
            await replies.answer(self.conn, self.account, event.callback_id, notice, self.now, alone)

    def leave_no_trace(self) -> None:
        """The update holds what must not stay: its row is emptied with this transaction."""
        inbox.leave_no_trace(self.conn)

    async def menu_at(self, account: str, chat_id: ChatId, entries: Sequence[MenuEntry]) -> None:
        """Show a chat the commands its person can use."""
        await replies.menu(self.conn, account, chat_id, MenuReply(menu=tuple(entries)), self.now)

    async def tell(self, account: str, chat_id: ChatId, message: Message) -> None:
        """Say something in another chat."""
        here = (account, chat_id) == (self.account, self.chat_id)
        stranger = self._stranger and here
        self.said = self.said or here
        await replies.say(self.conn, account, chat_id, message, self.now, stranger=stranger)

    @property
    def _stranger(self) -> bool:
        return self.member is None and not self.invited


Command = Callable[[Turn], Awaitable[None]]
OnTap = dict[type[Tap], Callable[[Turn, Any], Awaitable[None]]]  # each is given its own kind
