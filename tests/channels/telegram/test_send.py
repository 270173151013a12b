"""Requests against the fake platform: what is asked of it, and what became of it."""

import pytest

from bot.channels.telegram.channel import TelegramChannel
from bot.core.delivery.outcome import (
    Denied,
    HandleLost,
    NotSent,
    Outcome,
    Rejected,
    Sent,
    Uncertain,
)
from bot.core.delivery.reasons import Reason
from bot.core.ports import AnswerTap, EditPart, Part, SendPart, SetMenu, Tapped, Upload
from bot.core.talk.message import MenuEntry
from tests.channels.conftest import DEADLINE, PERSON, READ, TOKEN, send
from tests.fakes.botapi import BotApi
from tests.fakes.botapi_parts import Fault


async def test_text_is_sent_with_buttons(api: BotApi, channel: TelegramChannel) -> None:
    assert await channel.perform(send("<b>Chào</b> &amp; hỏi"), DEADLINE) == Sent("1")
    (message,) = api.messages(PERSON)
    assert (message["text"], message["entities"][0]["type"]) == ("Chào & hỏi", "bold")
    assert message["reply_markup"]["inline_keyboard"] == [
        [{"text": "Đã đọc", "callback_data": "read:1"}, {"text": "Toàn văn", "url": "https://a.vn/1"}]
    ]
    sent = api.calls[-1].params
    assert (sent["chat_id"], sent["parse_mode"]) == (PERSON, "HTML")
    assert sent["link_preview_options"] == {"is_disabled": True}


async def test_only_what_is_paid_for_says_so(api: BotApi) -> None:
    paying = TelegramChannel("thu", TOKEN, base_url=api.base_url, rate=20, paid_rate=500)
    assert (paying.rates.account, paying.rates.paid) == (500, True)
    await paying.open()
    file = Upload("a.pdf", "application/pdf", "document", data=b"a")
    for part in (Part("một"), Part("một", (), file)):
        for paid in (True, False):
            assert isinstance(await paying.perform(SendPart(str(PERSON), part, paid), DEADLINE), Sent)
            said = api.calls[-1].params.get("allow_paid_broadcast")
            assert str(said).lower() == ("true" if paid else "none")
    assert api.state.counts["paid"] == 2
    await paying.close()
    assert not TelegramChannel("thu", TOKEN, rate=40).rates.paid


async def test_files_are_uploaded_once_and_sent_by_handle(api: BotApi, channel: TelegramChannel) -> None:
    for kind in ("photo", "document", "audio"):
        upload = Upload("tờ tin.pdf", "application/pdf", kind, data=b"content")
        first = await channel.perform(send("<i>x</i>", upload), DEADLINE)
        assert isinstance(first, Sent)
        assert first.file_handle is not None
        again = Upload("tờ tin.pdf", "application/pdf", kind, handle=first.file_handle)
        second = await channel.perform(send("", again), DEADLINE)
        assert isinstance(second, Sent)
        assert second.file_handle == first.file_handle
        api.forget_file(first.file_handle)
        assert isinstance(await channel.perform(send("", again), DEADLINE), HandleLost)
    assert api.state.counts["accepted"] == 6
    document = api.messages(PERSON)[2]
    assert (document["caption"], document["document"]["file_name"]) == ("x", "tờ tin.pdf")
    assert document["document"]["mime_type"] == "application/pdf"


async def test_messages_are_edited(api: BotApi, channel: TelegramChannel) -> None:
    await channel.perform(send("một"), DEADLINE)
    edit = EditPart(str(PERSON), "1", Part("<u>hai</u>", READ))
    for _ in range(2):
        assert await channel.perform(edit, DEADLINE) == Sent("1")
    buttons = EditPart(str(PERSON), "1", Part(""))
    assert await channel.perform(buttons, DEADLINE) == Sent("1")
    (message,) = api.messages(PERSON)
    assert (message["text"], "reply_markup" in message) == ("hai", False)
    upload = Upload("a.pdf", "application/pdf", "document", data=b"a")
    await channel.perform(send("chú thích", upload), DEADLINE)
    assert await channel.perform(EditPart(str(PERSON), "2", Part("mới", (), upload)), DEADLINE) == Sent("2")
    assert api.messages(PERSON)[1]["caption"] == "mới"
    missing = await channel.perform(EditPart(str(PERSON), "9", Part("a")), DEADLINE)
    assert missing == Rejected(Reason.MESSAGE_GONE)


async def test_taps_are_read_and_answered_once(api: BotApi, channel: TelegramChannel) -> None:
    person = api.user(PERSON)
    await channel.perform(send("một"), DEADLINE)
    callback_id = person.tap(person.received[0], "Đã đọc")
    (raw,) = (await channel.receive(None)).updates
    assert channel.read(raw.payload).event == Tapped("read:1", "1", callback_id)
    assert await channel.perform(AnswerTap(callback_id, "Cảm ơn"), DEADLINE) == Sent()
    assert person.answer_to(callback_id) == {"text": "Cảm ơn", "show_alert": False}
    assert isinstance(await channel.perform(AnswerTap(callback_id), DEADLINE), Rejected)


async def test_menus_are_set_by_chat_and_language(api: BotApi, channel: TelegramChannel) -> None:
    menu = (MenuEntry("chude", "Chủ đề"),)
    assert await channel.perform(SetMenu(None, None, menu), DEADLINE) == Sent()
    assert await channel.perform(SetMenu(str(PERSON), "vi-VN", menu), DEADLINE) == Sent()
    in_chat = ('{"chat_id": 1001, "type": "chat"}', "vi")
    assert list(api.state.menus) == [('{"type": "default"}', ""), in_chat]
    assert await channel.perform(SetMenu(str(PERSON), "vi", ()), DEADLINE) == Sent()
    assert in_chat not in api.state.menus
    assert await channel.perform(SetMenu(None, "rad", menu), DEADLINE) == Sent()  # Ê Đê has three letters
    assert list(api.state.menus) == [('{"type": "default"}', "")]


def _result(result: object) -> Fault:
    return Fault(status=200, body={"ok": True, "result": result})


NO_TOKEN = Denied(Reason.TOKEN)
NO_MESSAGE = Uncertain(Reason.OUT_OF_ORDER)

NO_RESULT: list[tuple[Fault, Outcome]] = [
    (_result(True), NO_MESSAGE),
    (_result({"message_id": "1"}), NO_MESSAGE),
    (Fault(status=200, body={"ok": False}), Uncertain(Reason.OTHER)),
]


@pytest.mark.parametrize(("fault", "outcome"), NO_RESULT)
async def test_a_result_that_is_no_message_is_uncertain(
    api: BotApi, channel: TelegramChannel, fault: Fault, outcome: Outcome
) -> None:
    api.faults.append(fault)
    assert await channel.perform(send("một"), DEADLINE) == outcome


async def test_a_refused_upload_is_not_a_lost_handle(api: BotApi, channel: TelegramChannel) -> None:
    said = {"ok": False, "description": "Bad Request: wrong file identifier/HTTP URL specified"}
    api.faults.append(Fault(status=400, body=said))
    upload = Upload("a", "text/plain", "document", data=b"a")
    assert isinstance(await channel.perform(send("", upload), DEADLINE), Rejected)
    empty = Upload("a", "text/plain", "document")
    assert isinstance(await channel.perform(send("", empty), DEADLINE), Rejected)


async def test_requests_that_never_leave(api: BotApi, channel: TelegramChannel) -> None:
    assert await channel.perform(send("a\ud800"), DEADLINE) == Rejected(Reason.BAD_MARKUP)
    assert await channel.probe() == Sent()
    await api.stop()
    await channel.close()
    assert isinstance(await channel.perform(send("a"), DEADLINE), NotSent)
    reopened = TelegramChannel("thu", TOKEN, base_url=api.base_url)
    with pytest.raises(OSError, match="out of reach"):
        await reopened.open()
    assert api.messages(PERSON) == []


@pytest.mark.parametrize("body", ["<html>", {"ok": False, "error_code": 404, "description": "Not Found"}])
async def test_a_method_that_is_not_found_stops_no_account_that_answers(
    api: BotApi, channel: TelegramChannel, body: object
) -> None:
    api.faults.append(Fault(status=404, body=body))
    assert await channel.perform(send("một"), DEADLINE) == Rejected(Reason.OTHER)
    assert isinstance(await channel.perform(send("hai"), DEADLINE), Sent)


async def test_an_account_that_is_not_found_under_any_method_is_refused(
    api: BotApi, channel: TelegramChannel
) -> None:
    for _ in range(2):
        api.faults.append(Fault(status=404, body="<html>"))
    assert await channel.perform(send("một"), DEADLINE) == NO_TOKEN
    api.faults += [Fault(status=404, body="<html>"), Fault(status=502, body="<html>")]
    assert await channel.perform(send("hai"), DEADLINE) == NotSent(Reason.OUT_OF_ORDER)
