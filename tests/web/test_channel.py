"""The local chat as a channel: what it accepts, refuses, queues and understands."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.channels.webchat.channel import WebChannel
from bot.channels.webchat.hub import WATCH_LIMIT, Hub
from bot.channels.webchat.platform import Upload as Posted
from bot.core.delivery.outcome import HandleLost, Rejected, Sent
from bot.core.ports import (
    AnswerTap,
    EditPart,
    Incoming,
    Part,
    Said,
    SendPart,
    SetMenu,
    Shared,
    Tapped,
    Unusable,
    Upload,
)
from bot.core.talk.message import Button, MenuEntry
from bot.storage.database import Database
from bot.storage.transcripts.transcripts import Transcripts
from tests.patience import PATIENCE_S
from tests.web.rehearsal import stored

CHAT = "web-hrina"


@pytest.fixture
async def channel(tmp_path: Path) -> AsyncIterator[WebChannel]:
    async with stored(tmp_path) as database:
        yield WebChannel("thu", Transcripts(database), "http://127.0.0.1:9", poll=3600)


async def test_an_invitation_opens_the_page(channel: WebChannel) -> None:
    identity = await channel.open()
    assert identity.link is not None
    assert identity.link.format(code="ABC") == "http://127.0.0.1:9/?join=ABC"
    assert await channel.probe() == Sent()


async def test_a_message_is_kept_before_it_counts_as_sent(channel: WebChannel) -> None:
    button = Button(label="Đã đọc", data="r")
    outcome = await channel.perform(SendPart(CHAT, Part("<b>Xin</b> chào", ((button,),))), 5)
    [kept] = await channel.platform.history(CHAT)
    assert outcome == Sent(str(kept["id"]))
    assert kept["html"] == "<b>Xin</b> chào"
    assert kept["buttons"] == [[{"label": "Đã đọc", "data": "r"}]]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  \n ",
        "<b>x",
        "<b><i>x</b></i>",
        "x</b>",
        "1 < 2",
        "<script>x</script>",
        '<b onclick="x">y</b>',
        '<a href="javascript:x">y</a>',
        "<img src=x>",
        "a" * 4097,
        "😀" * 2049,
        "lone \ud800",
    ],
)
async def test_a_text_outside_the_rules_is_refused(channel: WebChannel, text: str) -> None:
    assert isinstance(await channel.perform(SendPart(CHAT, Part(text)), 5), Rejected)
    assert await channel.platform.history(CHAT) == []


@pytest.mark.parametrize(
    "text", ["a" * 4096, "<b>" + "&amp;" * 4096 + "</b>", "😀" * 2048, "a > &lt; & b"[4:]]
)
async def test_length_is_what_a_reader_sees(channel: WebChannel, text: str) -> None:
    assert isinstance(await channel.perform(SendPart(CHAT, Part(text)), 5), Sent)


@pytest.mark.parametrize(
    "button",
    [
        Button(label="", data="x"),
        Button(label="x"),
        Button(label="x", data="đ" * 33),
        Button(label="x", url="javascript:alert(1)"),
        Button(label="x", url="//elsewhere"),
    ],
)
async def test_a_button_needs_label_and_target(channel: WebChannel, button: Button) -> None:
    assert isinstance(await channel.perform(SendPart(CHAT, Part("x", ((button,),))), 5), Rejected)


async def test_an_edit_without_text_changes_the_buttons_alone(channel: WebChannel) -> None:
    sent = await channel.perform(SendPart(CHAT, Part("Chào", ((Button(label="a", data="a"),),))), 5)
    assert isinstance(sent, Sent)
    assert sent.message_id
    outcome = await channel.perform(EditPart(CHAT, sent.message_id, Part("")), 5)
    [kept] = await channel.platform.history(CHAT)
    assert outcome == Sent(sent.message_id)
    assert (kept["html"], kept["buttons"], kept["revision"]) == ("Chào", [], 2)


@pytest.mark.parametrize("message_id", ["999", "-1", "x", "", "9" * 30, "1\n", "²"])
async def test_a_message_that_is_not_there_cannot_be_edited(channel: WebChannel, message_id: str) -> None:
    assert isinstance(await channel.perform(EditPart(CHAT, message_id, Part("x")), 5), Rejected)


async def test_what_a_person_wrote_cannot_be_edited_by_the_bot(channel: WebChannel) -> None:
    said = await channel.platform.say(CHAT, "H'Rina", "Chào", "client-0001")
    outcome = await channel.perform(EditPart(CHAT, str(said["id"]), Part("x")), 5)
    assert isinstance(outcome, Rejected)


async def test_a_file_goes_once_and_again_by_its_handle(channel: WebChannel) -> None:
    upload = Upload("Đề cương.pdf", "application/pdf", "document", None, b"%PDF")
    first = await channel.perform(SendPart(CHAT, Part("", upload=upload)), 5)
    assert isinstance(first, Sent)
    assert first.file_handle
    again = Upload("Đề cương.pdf", "application/pdf", "document", first.file_handle)
    assert isinstance(await channel.perform(SendPart("web-long", Part("", upload=again)), 5), Sent)
    assert await channel.fetch(first.file_handle, 4) == b"%PDF"
    assert await channel.fetch(first.file_handle, 3) is None
    assert await channel.fetch("khong-co", 4) is None


async def test_a_lost_file_is_told(channel: WebChannel) -> None:
    upload = Upload("a.pdf", "application/pdf", "document", "khong-co")
    assert isinstance(await channel.perform(SendPart(CHAT, Part("", upload=upload)), 5), HandleLost)
    assert isinstance(await channel.perform(SendPart(CHAT, Part("x" * 1025, upload=upload)), 5), Rejected)


async def test_a_tap_is_answered_once(channel: WebChannel) -> None:
    sent = await channel.perform(SendPart(CHAT, Part("x", ((Button(label="a", data="a"),),))), 5)
    assert isinstance(sent, Sent)
    assert sent.message_id
    callback_id = await channel.platform.tap(CHAT, "H'Rina", int(sent.message_id), "a")
    assert callback_id
    assert await channel.perform(AnswerTap(callback_id, "Xong"), 5) == Sent()
    assert isinstance(await channel.perform(AnswerTap(callback_id), 5), Rejected)
    assert isinstance(await channel.perform(AnswerTap("bịa"), 5), Rejected)


async def test_the_nearest_menu_is_shown(channel: WebChannel) -> None:
    for chat_id, language, name in [(None, None, "a"), (None, "vi", "b"), (CHAT, None, "c")]:
        await channel.perform(SetMenu(chat_id, language, (MenuEntry(name, name),)), 5)
    shown = {
        chat: channel.platform.menu(chat, lang)[0]["command"] for chat, lang in [(CHAT, "vi"), ("x", "vi")]
    }
    assert shown == {CHAT: "c", "x": "b"}
    assert channel.platform.menu("x", "en")[0]["command"] == "a"


async def test_updates_wait_until_they_are_confirmed(channel: WebChannel) -> None:
    for number in range(3):
        await channel.platform.say(CHAT, "H'Rina", f"tin {number}", f"client-000{number}")
    first = (await channel.receive(None)).updates
    assert [channel.read(update.payload).event for update in first] == [Said(f"tin {n}") for n in range(3)]
    assert (await channel.receive(None)).updates == first
    assert (await channel.receive(str(int(first[1].key) + 1))).updates == first[2:]


async def test_a_waiting_poll_gets_an_update_at_once(channel: WebChannel) -> None:
    waiting = asyncio.create_task(channel.receive(None))
    await asyncio.sleep(0)
    await channel.platform.say(CHAT, "H'Rina", "chào", "client-0001")
    async with asyncio.timeout(PATIENCE_S):
        assert len((await waiting).updates) == 1


async def test_closing_ends_a_waiting_poll_and_twice_is_fine(channel: WebChannel) -> None:
    waiting = asyncio.create_task(channel.receive(None))
    await asyncio.sleep(0)
    await channel.close()
    await channel.close()
    async with asyncio.timeout(PATIENCE_S):
        assert (await waiting).updates == ()


async def test_a_poll_ends_when_nothing_comes(channel: WebChannel) -> None:
    impatient = WebChannel("thu", channel.platform.transcript, poll=0.01)
    assert (await impatient.receive("5")).updates == ()


async def test_everything_a_person_does_is_understood(channel: WebChannel) -> None:
    sent = await channel.perform(SendPart(CHAT, Part("x", ((Button(label="a", data="a"),),))), 5)
    assert isinstance(sent, Sent)
    assert sent.message_id
    callback_id = await channel.platform.tap(CHAT, "H'Rina Niê", int(sent.message_id), "a")
    assert callback_id
    posted = Posted("a.pdf", "application/pdf", "document", b"12")
    shared = await channel.platform.share(CHAT, "H'Rina Niê", posted, "đây", "client-0001")
    tap, file = [channel.read(update.payload) for update in (await channel.receive(None)).updates]
    assert tap == Incoming(CHAT, Tapped("a", sent.message_id, callback_id), "H'Rina Niê", "vi")
    assert file.event == Shared(shared["file"]["handle"], "a.pdf", "application/pdf", "document", 2, "đây")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["kind", "file", "text", "name"]), inner),
)


@given(st.text() | JSON.map(json.dumps))
@example("[" * 100_000)
def test_reading_never_raises(payload: str) -> None:
    channel = WebChannel("thu", Transcripts(Database("sqlite:///khong-mo")))
    assert isinstance(channel.read(payload).event, Unusable)


async def test_a_slow_page_is_cut_off_and_the_others_go_on() -> None:
    hub = Hub()
    with hub.watch(CHAT) as slow, hub.watch(CHAT) as quick:
        for number in range(WATCH_LIMIT + 1):
            hub.publish(CHAT, "message", number)
            assert await quick.next() == ("message", str(number))
        assert await slow.next() is None
