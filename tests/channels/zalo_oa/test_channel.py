"""An Official Account at work: tokens changed once for all who wait, kept before use; files; buttons."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.channels.zalo_oa import renewal
from bot.channels.zalo_oa.channel import ZaloOaChannel
from bot.channels.zalo_oa.declaration import BUTTONS, CAPABILITIES, address
from bot.core.delivery.outcome import (
    Denied,
    NotSent,
    Outcome,
    Rejected,
    Sent,
    Throttled,
    Unreachable,
)
from bot.core.delivery.reasons import Reason
from bot.core.kernel.errors import AccountDenied
from bot.core.kernel.richtext import paragraph
from bot.core.kernel.tokens import Kept, Pair
from bot.core.ports import AnswerTap, EditPart, Part, SendPart, Template, Upload
from bot.core.talk.message import Button, Message
from bot.core.talk.render import parts_of
from bot.storage.accounts.tokens import Tokens
from bot.storage.tables import setting
from tests.conformance.zalo_oa_channel import CHAT, CS, OAUTH, Memory, made, no
from tests.engine.desk import until
from tests.fakes.zalobot import Fault
from tests.fakes.zalooa import ZaloOa
from tests.stores import store

DEADLINE = 5.0
FIRST = Pair("access-token-0", "refresh-token-0")


@pytest.fixture
async def zalo() -> AsyncIterator[ZaloOa]:
    async with ZaloOa() as server:
        server.follows(CHAT)
        yield server


@pytest.fixture
async def channel(zalo: ZaloOa) -> AsyncIterator[ZaloOaChannel]:
    opened = made(zalo, Memory())
    await opened.open()
    yield opened
    await opened.close()


async def send(channel: ZaloOaChannel, text: str = "chào", deadline: float = DEADLINE) -> Outcome:
    """What becomes of a text to the one person there is."""
    return await channel.perform(SendPart(CHAT, Part(text)), deadline)


async def test_a_token_that_is_over_is_changed_once_for_all_who_wait(
    zalo: ZaloOa, channel: ZaloOaChannel
) -> None:
    zalo.access = "over"
    outcomes = await asyncio.gather(*(send(channel, str(number)) for number in range(20)))
    assert all(isinstance(one, Sent) for one in outcomes)
    assert (len(zalo.sent), zalo.exchanges) == (20, 1)


async def test_the_new_pair_is_kept_before_it_is_used(zalo: ZaloOa) -> None:
    memory = Memory()
    channel = made(zalo, memory)
    await channel.open()
    zalo.access = "over"
    assert isinstance(await send(channel), Sent)
    assert memory.steps == ["begin", "keep"]
    assert memory.kept is not None
    assert memory.kept.pair == Pair("access-token-1", "refresh-token-1")
    await channel.close()


class Away(Memory):
    """A store that is away for so many writes of a new pair."""

    def __init__(self, writes: int) -> None:
        super().__init__()
        self.writes = writes

    async def keep(self, account: str, first: Pair, pair: Pair) -> None:
        self.writes -= 1
        if self.writes >= 0:
            raise OSError("the store does not answer")
        await super().keep(account, first, pair)


@pytest.mark.parametrize(("away", "kept"), [(2, True), (1000, False)])
async def test_a_new_pair_is_not_lost_where_the_store_is_away_for_a_moment(
    zalo: ZaloOa, monkeypatch: pytest.MonkeyPatch, away: int, kept: bool
) -> None:
    monkeypatch.setattr(renewal, "KEEP_AGAIN_S", (0.0, 0.0, 0.0))
    memory = Away(away)
    channel = made(zalo, memory)
    await channel.open()
    zalo.access = "over"
    assert isinstance(await send(channel), Sent)
    assert isinstance(await send(channel), Sent)
    assert zalo.exchanges == 1
    assert ("keep" in memory.steps) is kept
    await channel.close()


async def test_an_exchange_that_cannot_be_written_down_is_not_begun(zalo: ZaloOa) -> None:
    memory = Memory()
    channel = made(zalo, memory)
    await channel.open()
    zalo.access = "over"

    async def begin(*_: object) -> None:
        raise OSError("the store does not answer")

    memory.begin = begin  # type: ignore[method-assign]
    found = await send(channel)
    assert isinstance(found, NotSent)
    assert (zalo.exchanges, zalo.sent) == (0, [])
    await channel.close()


async def test_a_pair_is_good_though_what_was_asked_with_it_was_refused(zalo: ZaloOa) -> None:
    now = [0.0]
    channel = made(zalo, Memory(), elapsed=lambda: now[0])
    await channel.open()
    zalo.breaks(CS, no(-216), no(-230, "out of its window"))
    assert isinstance(await send(channel), Rejected)
    now[0] += 90_000  # seconds: the pair is over in turn, and nothing else was sent
    zalo.access = "over"
    assert isinstance(await send(channel), Sent)
    assert zalo.exchanges == 2
    await channel.close()


async def test_a_refusal_just_after_a_change_repeats_with_the_pair_that_holds(
    zalo: ZaloOa, channel: ZaloOaChannel
) -> None:
    zalo.access = "over"
    await send(channel)
    zalo.breaks(CS, no(-216, "Access token is invalid"))
    assert isinstance(await send(channel), Sent)
    zalo.breaks(CS, no(-216), no(-216))
    assert isinstance(await send(channel), NotSent)
    assert zalo.exchanges == 1


async def test_a_send_refused_for_a_token_that_is_good_waits_to_go_again(zalo: ZaloOa) -> None:
    memory = Memory()
    memory.kept = Kept(Pair("access-token-0", ""), 0)  # nothing to exchange
    channel = made(zalo, memory)
    await channel.open()
    zalo.breaks(CS, no(-216, "Access token is invalid"))
    assert await send(channel) == NotSent(Reason.OUT_OF_ORDER)
    assert isinstance(await send(channel), Sent)
    await channel.close()


async def test_a_deadline_cuts_no_exchange_short(zalo: ZaloOa) -> None:
    memory = Memory()
    channel = made(zalo, memory)
    await channel.open()
    zalo.access = "over"
    waits = asyncio.create_task(send(channel))
    await until(lambda: "begin" in memory.steps)
    waits.cancel()
    await channel.close()
    assert memory.steps == ["begin", "keep"]


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (Fault(body={"error": -14014, "error_name": "Invalid refresh token"}), Denied),
        (Fault(body={"error": -14020, "error_name": "x", "ref_doc": "y"}), Denied),
        (Fault(body={"error": -32, "message": "rate"}), NotSent),
        (Fault(502, text="<html>"), NotSent),
        (Fault(hang_up=True), NotSent),
    ],
)
async def test_what_a_failed_exchange_means(
    zalo: ZaloOa, channel: ZaloOaChannel, fault: Fault, outcome: type[Outcome]
) -> None:
    zalo.access = "over"
    zalo.breaks(OAUTH, fault)
    found = await send(channel)
    assert isinstance(found, outcome)
    if isinstance(found, Denied):
        assert found.reason is Reason.LINK
    else:
        assert isinstance(await send(channel), Sent)  # it was not spent: the next exchange is good


async def test_a_pair_that_was_lost_under_way_is_noticed_and_to_be_linked_again(zalo: ZaloOa) -> None:
    memory = Memory()
    channel = made(zalo, memory)
    await channel.open()
    zalo.access = "over"
    zalo.breaks(OAUTH, Fault(hang_up=True, done=True))  # given, and nobody heard it
    assert isinstance(await send(channel), NotSent)
    await channel.close()

    again = made(zalo, memory)  # the program starts anew
    with pytest.raises(AccountDenied) as told:
        await again.open()
    assert told.value.reason == Reason.LINK
    examined = await again.examine()
    await again.close()
    assert "cut short" in examined.problems[0]


async def test_to_look_at_an_account_changes_no_token(zalo: ZaloOa) -> None:
    zalo.access = "over"
    channel = made(zalo, Memory())
    found = await channel.examine()
    await channel.close()
    assert (zalo.exchanges, found.problems) == (0, ())
    assert "`run` changes it" in found.notes[0]


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_tokens_are_kept_through_restarts_unreadable_until_the_account_is_linked_anew(
    kind: str, tmp_path: Path
) -> None:
    async with store(kind, tmp_path) as database:
        tokens, pair = Tokens(database), Pair("access-token-1", "refresh-token-1")
        assert await tokens.read("oa", FIRST) is None
        await tokens.begin("oa", FIRST, FIRST)
        kept = await tokens.read("oa", FIRST)
        assert kept is not None
        assert (kept.pair, kept.begun) == (FIRST, True)
        await tokens.keep("oa", FIRST, pair)
        kept = await tokens.read("oa", FIRST)
        assert kept is not None
        assert (kept.pair, kept.begun) == (pair, False)
        assert await tokens.read("other", FIRST) is None
        assert await tokens.read("oa", Pair("linked-anew", "refresh-anew")) is None
        async with database.read() as conn:
            values = [row[0] for row in await conn.execute(select(setting.c.value))]
        assert not any("token-1" in value or "token-0" in value for value in values)


ANSWERS: list[tuple[int, Outcome]] = [
    (-213, Unreachable(Reason.NOT_STARTED)),
    (-217, Unreachable(Reason.BLOCKED)),
    (-227, Unreachable(Reason.DEACTIVATED)),
    (-230, Rejected(Reason.OUT_OF_WINDOW)),
    (-232, Rejected(Reason.OUT_OF_WINDOW)),
    (-210, Rejected(Reason.TOO_LONG)),
    (-218, Rejected(Reason.QUOTA)),
    (-211, Throttled(3600.0, spent=True)),
    (-321, Throttled(3600.0, spent=True)),
    (-32, Throttled(None)),
    (-221, Denied(Reason.NOT_ALLOWED)),
    (-224, Denied(Reason.NOT_ALLOWED)),
    (-240, Rejected(Reason.OTHER)),
    (-244, Rejected(Reason.OTHER)),
]


@pytest.mark.parametrize(("code", "outcome"), ANSWERS)
async def test_what_a_refusal_means(
    zalo: ZaloOa, channel: ZaloOaChannel, code: int, outcome: Outcome
) -> None:
    zalo.breaks(CS, no(code))
    assert await send(channel) == outcome
    zalo.breaks(CS, Fault(body={"error": str(code), "message": "as a string"}))
    assert await send(channel) == outcome
    assert zalo.sent == []


async def test_a_file_is_uploaded_once_and_sent_by_its_handle(zalo: ZaloOa, channel: ZaloOaChannel) -> None:
    pdf = Upload("Đề cương.pdf", "application/pdf", "document", data=b"%PDF-1.4 %%EOF")
    first = await channel.perform(SendPart(CHAT, Part("", (), pdf)), DEADLINE)
    assert isinstance(first, Sent)
    assert first.file_handle is not None
    by_handle = replace(pdf, data=None, handle=first.file_handle)
    assert isinstance(await channel.perform(SendPart(CHAT, Part("", (), by_handle)), DEADLINE), Sent)
    assert [one.file for one in zalo.sent] == ["Đề cương.pdf"] * 2
    assert [path for path, _ in zalo.asked].count("v2.0/oa/upload/file") == 1
    picture = Upload("a.png", "image/png", "photo", data=b"\x89PNG")
    assert isinstance(await channel.perform(SendPart(CHAT, Part("", (), picture)), DEADLINE), Sent)
    sheet = Upload("a.xlsx", "application/vnd.ms-excel", "document", data=b"PK")
    refused = await channel.perform(SendPart(CHAT, Part("", (), sheet)), DEADLINE)
    assert refused == Rejected(Reason.BAD_FILE)
    zalo.breaks("v2.0/oa/upload/file", Fault(hang_up=True))
    lost = await channel.perform(SendPart(CHAT, Part("", (), pdf)), DEADLINE)
    assert isinstance(lost, NotSent), "nobody was shown anything"


async def test_buttons_go_along_only_where_they_were_seen_to_work_and_lines_always(
    zalo: ZaloOa, channel: ZaloOaChannel
) -> None:
    rows = tuple((Button(label=f"Việc {number}", data=f"go:{number}"),) for number in range(7))
    message = Message(text=(paragraph("Chọn:"),), buttons=rows)
    (plain,) = parts_of(message, CAPABILITIES, "số {}".format)
    (beside,) = parts_of(message, replace(CAPABILITIES, buttons_beside=BUTTONS), "số {}".format)
    assert (plain.buttons, len(beside.buttons)) == ((), BUTTONS)
    assert plain.text == beside.text
    assert "7. Việc 6" in plain.text
    await channel.perform(SendPart(CHAT, Part(beside.text, beside.buttons)), DEADLINE)
    first = zalo.sent[0].buttons[0]
    assert first == {"title": "Việc 0", "type": "oa.query.hide", "payload": "nc:go:0"}
    assert zalo.refused == []


async def test_what_the_platform_cannot_do_is_never_asked_of_it(zalo: ZaloOa, channel: ZaloOaChannel) -> None:
    asked = len(zalo.asked)
    assert isinstance(await channel.perform(EditPart(CHAT, "1", Part("x")), DEADLINE), Rejected)
    assert await channel.perform(AnswerTap("1", ""), DEADLINE) == Sent()
    assert await channel.perform(AnswerTap("1", "Đã ghi"), DEADLINE) == Rejected(Reason.TAP_TOO_OLD)
    assert (await channel.receive(None)).problem is not None
    assert len(zalo.asked) == asked


async def test_a_text_is_counted_as_it_is_shown(zalo: ZaloOa, channel: ZaloOaChannel) -> None:
    assert isinstance(await send(channel, "e\u0302\u0323" * 1000), Sent)
    assert zalo.sent[0].text == "ệ" * 1000


@pytest.mark.parametrize("text", ["0905123456", "84905123456", "@hoa", "-1867296517606832259", "１８６", ""])
def test_what_is_no_person_of_this_account_is_no_address(text: str) -> None:
    with pytest.raises(ValueError, match="13 to 20 digits"):
        address(text)
    assert address(CHAT) == CHAT


async def test_followers_are_listed_page_after_page(zalo: ZaloOa, channel: ZaloOaChannel) -> None:
    everybody = {str(10**15 + number) for number in range(120)}
    for person in everybody:
        zalo.follows(person)
    found = await channel.followers()
    assert (found.ids, found.whole, found.problem) == ({*everybody, CHAT}, True, "")
    assert sum(path == "v3.0/oa/user/getlist" for path, _ in zalo.asked) == 3
    zalo.access = "over"
    told = await channel.followers()
    assert "token" in told.problem
    assert (told.ids, told.whole, zalo.exchanges) == (frozenset(), False, 0)


KNOCKS = Part("", template=Template("355330", {"so": "2", "ten": "H'Mai"}))


async def test_a_template_reaches_who_may_not_be_written_to(zalo: ZaloOa, channel: ZaloOaChannel) -> None:
    zalo.followers[CHAT] = 0
    assert isinstance(await send(channel), Rejected)
    assert isinstance(await channel.perform(SendPart(CHAT, KNOCKS), DEADLINE), Sent)
    assert [one.text for one in zalo.sent] == ["[355330] so=2|ten=H'Mai"]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (-211, Reason.QUOTA),
        (-320, Reason.QUOTA),
        (-224, Reason.NOT_ALLOWED),
        (-213, Reason.NOT_STARTED),
        (-249, None),
    ],
)
async def test_a_template_that_is_refused_stops_neither_the_account_nor_the_chat(
    zalo: ZaloOa, channel: ZaloOaChannel, error: int, reason: Reason | None
) -> None:
    zalo.breaks("v3.0/oa/message/template", no(error))
    found = await channel.perform(SendPart(CHAT, KNOCKS), DEADLINE)
    assert isinstance(found, Rejected)
    assert reason in (None, found.reason)
    assert isinstance(await send(channel), Sent)
