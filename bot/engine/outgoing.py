"""What exactly a claimed row sends: composed, fitted to the channel, its file at hand."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache, partial

from bot.core.delivery.reasons import Reason
from bot.core.delivery.states import Priority
from bot.core.kernel.capabilities import Limits
from bot.core.kernel.values import ChatId, Ms
from bot.core.ports import (
    AnswerTap,
    Channel,
    DeletePart,
    EditPart,
    Part,
    SendPart,
    SetMenu,
    Template,
    Upload,
)
from bot.core.talk.message import Button, Message
from bot.core.talk.render import PartPlan, parts_of
from bot.core.talk.reply import (
    REPEATABLE,
    AnswerReply,
    DeleteReply,
    EditReply,
    KnockReply,
    MenuReply,
    Reply,
    ReplyAdapter,
    SendReply,
)
from bot.core.talk.tap import HERE, addressed
from bot.core.talk.texts import FALLBACK
from bot.engine.linked import Linked, Shown
from bot.engine.prepared import Prepared, Unpreparable
from bot.engine.times import Clock
from bot.engine.uploads import Uploads
from bot.storage.database import Database
from bot.storage.delivery import correcting
from bot.storage.delivery.claims import ClaimedRow
from bot.storage.guidance import editions
from bot.storage.people import members

DELETE_MARGIN_S = 600  # what waits in line must still be in time when its turn comes
KEPT = 64  # editions held in memory, in the parts this channel makes of them


class Outgoing:
    """Prepares rows for one channel. `limits`: what its platform takes; None: it judges that itself.

    `by_number` tells in a language, where there are no buttons, how to answer with a number, such as this;
    `linked` gives addresses, where there are no files.
    """

    def __init__(
        self,
        database: Database,
        channel: Channel,
        channels: Mapping[str, Channel],
        clock: Clock,
        limits: Limits | None = None,
        by_number: Callable[[str, int], str] | None = None,
        linked: Linked | None = None,
    ) -> None:
        self._linked = None if channel.capabilities.documents else linked
        self._by_number = None if channel.capabilities.buttons else by_number
        self._limits = limits
        self._database = database
        self._channel = channel
        self._uploads = Uploads(database, channel.account, channels, limits)
        self._clock = clock
        self._plans: OrderedDict[int, list[PartPlan]] = OrderedDict()
        self._reading = asyncio.Lock()
        self._understood = lru_cache(KEPT)(self._understand)

    async def prepare(self, row: ClaimedRow) -> Prepared:
        """The request for a row's next part. Raises Unpreparable where there can be none."""
        if row.act is None:
            if row.run_id is None or row.chat_id is None:
                raise Unpreparable("the row names no chat or nothing to say")
            if row.priority == Priority.EDIT:
                return await self._in_place(row.chat_id, row)
            return await self._part(row.chat_id, row, await self._edition(row.edition_id))
        act, plans = self._understood(row.act, await self._language(row.chat_id))
        repeatable = isinstance(act, REPEATABLE)
        match act:
            case AnswerReply():
                return Prepared(AnswerTap(act.callback_id, act.text), 1, repeatable)
            case MenuReply():
                return Prepared(SetMenu(row.chat_id, act.language, act.menu), 1, repeatable)
        if row.chat_id is None:
            raise Unpreparable("the row names no chat")
        if isinstance(act, KnockReply):
            part = Part("", template=Template(act.template, act.data))
            return Prepared(SendPart(row.chat_id, part), 1, repeatable)
        if isinstance(act, DeleteReply):
            if not self._channel.capabilities.delete_s:
                raise Unpreparable("nothing is taken out of a chat here", Reason.NO_EDITS)
            return Prepared(DeletePart(row.chat_id, act.messages[row.part]), len(act.messages), repeatable)
        if isinstance(act, EditReply):
            if not self._channel.capabilities.edit:
                raise Unpreparable("messages cannot be changed here", Reason.NO_EDITS)
            # A message that stands cannot become two: what does not fit its first part is not shown.
            part = Part(plans[0].text if plans else "", act.message.buttons)
            return Prepared(EditPart(row.chat_id, act.message_id, part), 1, repeatable)
        lacking = act.message.attachment and not self._channel.capabilities.documents
        if lacking and (self._linked is not None or row.part == 0):
            plans = await self._by_address(act.message, row.chat_id)
        return await self._part(row.chat_id, row, plans)

    async def _by_address(self, message: Message, chat_id: ChatId) -> list[PartPlan]:
        """What says where a file is, and shows what it is, if the platform does. Raises Unpreparable without
        an address.
        """
        can, language = self._channel.capabilities, await self._language(chat_id)
        found, shown = None, Shown.NOT
        if self._linked is not None and message.attachment is not None:
            async with self._database.read() as conn:
                found = await self._linked.file(conn, message, language, self._channel.account, chat_id)
                shown = await self._linked.shown(conn, message.attachment, can, self._limits)
        if found is None:
            raise Unpreparable("files cannot be sent here", Reason.NO_FILES)
        plans = self._composed(found[0], language)
        if shown is Shown.PICTURE and len(plans) == 1:
            return [replace(plans[0], picture=found[1])]
        # A recording has no words beside it: it comes below them.
        return [*plans, PartPlan(found[1], sound=found[1])] if shown is Shown.SOUND else plans

    async def _language(self, chat_id: ChatId | None) -> str:
        """What a chat is spoken to in, where the channel itself has something to say."""
        if self._by_number is None or chat_id is None:
            return FALLBACK
        async with self._database.read() as conn:
            return await members.language_in_chat(conn, self._channel.account, chat_id) or FALLBACK

    def _composed(self, message: Message, language: str) -> list[PartPlan]:
        by_number = partial(self._by_number, language) if self._by_number else None
        return parts_of(message, self._channel.capabilities, by_number)

    def _understand(self, written: str, language: str) -> tuple[Reply, list[PartPlan]]:
        """An act as the outbox holds it, and what it looks like here: many people are told the same."""
        act = ReplyAdapter.validate_json(written)
        if isinstance(act, SendReply | EditReply):
            return act, self._composed(act.message, language)
        return act, []

    def known(self, row: ClaimedRow) -> Prepared | None:
        """The same at once, for nearly every row of a run: composed before, with no file to look for."""
        plans = self._plans.get(row.edition_id or 0)
        if plans is None or row.act is not None or row.chat_id is None or row.part >= len(plans):
            return None
        if row.priority == Priority.EDIT:  # where it stands is looked up
            return None
        plan = plans[row.part]
        return None if plan.attachment else self._sending(row.chat_id, row, plans, None)

    async def _edition(self, key: int | None) -> list[PartPlan]:
        if key is None:
            raise Unpreparable("the briefing is gone")
        if key not in self._plans:
            async with self._reading:  # a run begins with a window full of rows: one of them reads for all
                if key not in self._plans:
                    self._plans[key] = await self._read(key)
                    if len(self._plans) > KEPT:
                        self._plans.popitem(last=False)
        self._plans.move_to_end(key)
        return self._plans[key]

    async def _read(self, edition_id: int) -> list[PartPlan]:
        async with self._database.read() as conn:
            message = await editions.get(conn, edition_id)
            source = await editions.source_of(conn, edition_id)
            if message is None or source is None:
                raise Unpreparable("the briefing is gone")
            if self._linked is not None:
                message = await self._linked.page(conn, message, edition_id, source)
        return self._composed(message, source[1])

    async def _part(self, chat_id: ChatId, row: ClaimedRow, plans: list[PartPlan]) -> Prepared:
        if row.part >= len(plans):
            raise Unpreparable("there is nothing to say")
        plan = plans[row.part]
        upload = await self._uploads.of(plan.attachment, chat_id) if plan.attachment else None
        return self._sending(chat_id, row, plans, upload)

    def _sending(
        self, chat_id: ChatId, row: ClaimedRow, plans: list[PartPlan], upload: Upload | None
    ) -> Prepared:
        plan = plans[row.part]
        part = Part(plan.text, _addressed(plan.buttons, row.id), upload, plan.picture, plan.sound)
        file_id = plan.attachment.file_id if plan.attachment else None
        paid = self._channel.rates.paid and row.run_id is not None  # a reply is never paid for
        return Prepared(SendPart(chat_id, part, paid), len(plans), False, file_id)

    async def _in_place(self, chat_id: ChatId, row: ClaimedRow) -> Prepared:
        """An edit of what a run left in a chat; of several messages each, where few words take it back.

        What was taken back goes out of the chat, as long as the platform lets it.
        """
        plans = await self._edition(row.edition_id)
        async with self._database.read() as conn:
            what = await correcting.stands(conn, row.run_id or 0, row.member_id or 0)
        if what is None or row.part >= len(what.messages):
            raise Unpreparable("the message is gone", Reason.MESSAGE_GONE)
        parts = len(what.messages)
        if what.back and self._can_delete(what.sent_at):
            return Prepared(DeletePart(chat_id, what.messages[row.part]), parts, True)
        plan = plans[0] if len(plans) == 1 and plans[0].attachment is None else None
        if plan is None or not self._channel.capabilities.edit or (plan.buttons and parts > 1):
            raise Unpreparable("it cannot be changed where it stands", Reason.NO_EDITS)
        part = Part(plan.text, _addressed(plan.buttons, what.delivery_id))
        return Prepared(EditPart(chat_id, what.messages[row.part], part), parts, True)

    def _can_delete(self, sent_at: Ms | None) -> bool:
        """Whether the platform still takes a message out of its chat, with a margin for the way there."""
        if sent_at is None:
            return False
        age = (self._clock.now_ms() - sent_at) / 1000
        return 0 <= age < self._channel.capabilities.delete_s - DELETE_MARGIN_S


def _addressed(rows: tuple[tuple[Button, ...], ...], delivery_id: int) -> tuple[tuple[Button, ...], ...]:
    if not any(button.data.endswith(HERE) for row in rows for button in row):
        return rows
    return tuple(
        tuple(button.model_copy(update={"data": addressed(button.data, delivery_id)}) for button in row)
        for row in rows
    )
