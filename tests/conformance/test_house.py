"""The house over every channel: parts, choices, screens in place or anew, files, and never no word."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from bot.acts import first_screen, undelivered
from bot.core.delivery.outcome import Outcome, Rejected
from bot.core.delivery.reasons import Reason
from bot.core.kernel.capabilities import Limits, Photos
from bot.core.kernel.richtext import paragraph
from bot.core.ports import EditPart, Request, SendPart
from bot.core.talk.message import Attachment, Button, Message
from bot.core.talk.offer import meant
from bot.core.talk.reply import EditReply, Reply, SendReply
from bot.core.talk.taps.screens import Go
from bot.engine.bell import Bell
from bot.engine.outgoing import Outgoing
from bot.engine.sender import Sender
from bot.engine.times import Clock
from bot.storage.accounts import files
from bot.storage.database import Database
from bot.storage.delivery import replies
from bot.storage.delivery.offers import at as offered
from bot.storage.tables import delivery
from handlers import routes
from tests.conformance.adapter import ACCOUNT, Adapter, Seen
from tests.conformance.cases import Does
from tests.engine.desk import running
from tests.handlers.village import house
from tests.patience import PATIENCE_S
from tests.storage.scene import NOW, scene
from tests.stores import store

LIMITS = Limits(Photos(1000, 10_000, 20), document_bytes=100, buttons=100, row=8, data_bytes=64)
ROWS = ((Button.of("Trợ giúp", Go("trogiup")),), (Button.of("Mới nhất", Go("moinhat")),))
BY_NUMBER = "Trả lời bằng số, ví dụ: 2"


@dataclass
class House:
    """One account at work: what is put in the outbox goes out."""

    on: Adapter
    database: Database
    work: Bell

    async def say(self, act: Reply) -> int:
        async with self.database.write() as conn:
            row = await replies.say(conn, ACCOUNT, self.on.chat, act, NOW)
        self.work.ring()
        return row

    async def sees(self, holds: Callable[[list[Seen]], bool]) -> list[Seen]:
        """The chat, once it is so."""
        async with asyncio.timeout(PATIENCE_S):
            while not holds(seen := await self.on.seen()):  # noqa: ASYNC110 - a reader rings no bell
                await asyncio.sleep(0.01)
        return seen

    async def writes(self, words: str) -> None:
        """The person writes, and it is handled."""
        await self.on.does(Does.TEXT, words)
        received = await self.on.channel.receive(None)
        async with self.database.write() as conn:
            incoming = self.on.channel.read(received.updates[-1].payload)
            await routes.handle(house(), conn, ACCOUNT, incoming, NOW)
        self.work.ring()

    async def message_id(self, row: int) -> str:
        """The platform's own number of a message that was sent."""
        async with self.database.read() as conn:
            found = await conn.execute(delivery.select().where(delivery.c.id == row))
            return str(found.one().message_id)

    async def file(self, data: bytes) -> Attachment:
        async with self.database.write() as conn:
            return Attachment(file_id=await files.keep(conn, "tờ tin.pdf", "application/pdf", data))


@asynccontextmanager
async def _at_work(on: Adapter, folder: Path) -> AsyncIterator[House]:
    async with store("sqlite", folder) as database:
        home, work, rules = await scene(database), Bell(), house()
        await home.member("H'Rina", at=((ACCOUNT, on.chat),))
        words = partial(first_screen.by_number, rules)
        outgoing = Outgoing(database, on.channel, {ACCOUNT: on.channel}, Clock(), LIMITS, words)
        in_its_place = partial(undelivered.in_its_place, rules)
        sender = Sender(
            database, on.channel, outgoing, Clock(), work, _nobody, idle_s=0.05, in_its_place=in_its_place
        )
        async with running(sender):
            yield House(on, database, work)


async def _nobody(*_: object) -> None:
    """Nobody is told of accounts that stop."""


@pytest.fixture
async def at(on: Adapter, tmp_path: Path) -> AsyncIterator[House]:
    async with _at_work(on, tmp_path) as found:
        yield found


def _screen(words: str) -> Message:
    return Message(text=(paragraph(words),), buttons=ROWS)


def _refusing(on: Adapter, monkeypatch: pytest.MonkeyPatch, kind: type, reason: Reason) -> list[Request]:
    """The platform refuses requests of a kind from now on; those it refused."""
    right, refused = on.channel.perform, list[Request]()

    async def perform(request: Request, deadline: float) -> Outcome:
        if isinstance(request, kind) and (kind is EditPart or request.part.upload):
            refused.append(request)
            return Rejected(reason)
        return await right(request, deadline)

    monkeypatch.setattr(on.channel, "perform", perform)
    return refused


async def test_a_short_text_is_one_message_and_a_long_one_several_in_order(at: House) -> None:
    paragraphs = [f"Đoạn {number}: " + "chữ " * 120 for number in range(20)]
    await at.say(SendReply(message=Message(text=(paragraph("Ngắn"),))))
    await at.say(SendReply(message=Message(text=tuple(paragraph(one) for one in paragraphs))))
    seen = await at.sees(lambda seen: bool(seen) and "Đoạn 19" in seen[-1].text)
    assert seen[0] == Seen("Ngắn")
    assert len(seen) > 2
    assert [f"Đoạn {n}:" in " ".join(one.text for one in seen[1:]) for n in range(20)] == [True] * 20
    assert all(len(one.text) <= at.on.channel.capabilities.text_limit for one in seen)


async def test_choices_are_buttons_or_numbered_lines_and_a_number_is_its_button(at: House) -> None:
    await at.say(SendReply(message=_screen("Chọn:")))
    (screen,) = await at.sees(lambda seen: len(seen) == 1)
    if at.on.channel.capabilities.buttons:
        assert screen == Seen("Chọn:", ("Trợ giúp", "Mới nhất"))
    else:
        assert screen == Seen(f"Chọn:\n\n1. Trợ giúp\n2. Mới nhất\n\n{BY_NUMBER}")
    async with at.database.read() as conn:
        row = await offered(conn, ACCOUNT, at.on.chat)
    assert row is not None
    assert meant(row.choices, "2", house().words) == Go("moinhat")


async def test_a_conversation_can_be_had_with_numbers_alone(at: House) -> None:
    """A screen is as many messages as the platform's limit makes of it; the last one has the choices."""

    async def screen() -> str:
        before = len(await at.on.seen())
        await at.writes(said)
        seen = await at.sees(lambda seen: any(map(_asks, seen[before:])))
        shown = seen[before:]
        last = next(number for number, one in enumerate(shown) if _asks(one))
        return "\n".join("\n".join((one.text, *one.labels)) for one in shown[: last + 1])

    said = "/trogiup"
    first = await screen()
    label = "Bản tin"
    assert {label, f"3. {label}"} & set(first.splitlines())
    assert (BY_NUMBER in first) is not at.on.channel.capabilities.buttons
    said = "3"
    part = await screen()
    label = "Chuyên đề tôi theo dõi"
    assert {label, f"2. {label}"} & set(part.splitlines())
    said = "2"
    topics = await screen()
    assert topics.startswith("Chuyên đề của đồng chí")
    said = "1"
    switched = await screen()
    assert switched.startswith("Chuyên đề của đồng chí")
    assert switched != topics


def _asks(one: Seen) -> bool:
    """Whether a message ends its screen: it has the buttons, or says how to choose without."""
    return bool(one.labels) or BY_NUMBER in one.text


async def test_a_screen_changes_in_its_place_or_comes_as_a_new_message(at: House) -> None:
    row = await at.say(SendReply(message=_screen("Một")))
    await at.sees(lambda seen: len(seen) == 1)
    await _recorded(at, row)
    await at.say(EditReply(message_id=await at.message_id(row), message=_screen("Hai")))
    seen = await at.sees(lambda seen: seen[-1].text.startswith("Hai"))
    assert len(seen) == (1 if at.on.channel.capabilities.edit else 2)


async def test_a_screen_whose_edit_is_refused_comes_once_as_a_new_message(
    at: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = await at.say(SendReply(message=_screen("Một")))
    await at.sees(lambda seen: len(seen) == 1)
    await _recorded(at, row)
    refused = _refusing(at.on, monkeypatch, EditPart, Reason.MESSAGE_GONE)
    await at.say(EditReply(message_id=await at.message_id(row), message=_screen("Hai")))
    await at.say(SendReply(message=Message(text=(paragraph("Ba"),))))
    seen = await at.sees(lambda seen: len(seen) >= 3)
    assert [one.text[:3] for one in seen] == ["Một", "Hai", "Ba"]
    assert len(refused) == at.on.channel.capabilities.edit


async def test_a_file_goes_along_or_its_reader_is_told_that_it_cannot(at: House) -> None:
    file = await at.file(b"x" * 100)
    await at.say(SendReply(message=Message(text=(paragraph("Tệp"),), attachment=file)))
    can = at.on.channel.capabilities
    alone = can.documents and not can.caption_limit
    (only, *rest) = await at.sees(lambda seen: len(seen) == 1 + alone)
    if alone:
        assert [only, *rest] == [Seen("", (), "tờ tin.pdf"), Seen("Tệp")]
    elif can.documents:
        assert only == Seen("Tệp", (), "tờ tin.pdf")
    else:
        assert only.text.startswith("Kênh này không gửi được tệp")
        assert "“tờ tin.pdf”" in only.text


async def test_a_file_larger_than_the_platform_takes_is_told_and_not_tried(at: House) -> None:
    file = await at.file(b"x" * 101)
    await at.say(SendReply(message=Message(attachment=file)))
    (only,) = await at.sees(lambda seen: len(seen) == 1)
    assert ("lớn hơn mức" in only.text) == at.on.channel.capabilities.documents
    assert "“tờ tin.pdf”" in only.text
    assert only.labels == ("Trợ giúp",) or "1. Trợ giúp" in only.text


async def test_who_asked_for_a_file_that_the_platform_refuses_is_told(
    at: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = _refusing(at.on, monkeypatch, SendPart, Reason.BAD_FILE)
    await at.say(SendReply(message=Message(attachment=await at.file(b"x"))))
    (only,) = await at.sees(lambda seen: len(seen) == 1)
    assert "“tờ tin.pdf”" in only.text
    assert "quản trị đơn vị" in only.text
    assert len(refused) == at.on.channel.capabilities.documents


async def _recorded(at: House, row: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while await at.message_id(row) == "None":  # noqa: ASYNC110 - the record rings no bell
            await asyncio.sleep(0.01)
