"""Conversations over the fake platform: polls, files, anything injected."""

import asyncio

import aiohttp
import pytest
from telegram import Bot
from telegram.error import BadRequest, Conflict
from telegram.request import BaseRequest

from tests.fakes.botapi import BotApi
from tests.fakes.conftest import PERSON, TOKEN, keyboard, make_bot


async def test_a_conversation_from_poll_to_edit(api: BotApi, bot: Bot) -> None:
    person = api.user(PERSON, "H'Mai Êban")
    person.say("/start ABC")
    (update,) = await bot.get_updates(timeout=5)
    assert update.message.text == "/start ABC"
    assert update.message.from_user.first_name == "H'Mai Êban"
    assert [(e.type, e.offset, e.length) for e in update.message.entities] == [("bot_command", 0, 6)]

    sent = await bot.send_message(PERSON, "<b>Chào</b> bạn", parse_mode="HTML", reply_markup=keyboard())
    assert (sent.text, sent.entities[0].type, sent.entities[0].length) == ("Chào bạn", "bold", 4)

    callback_id = person.tap(person.received[-1], "Đã đọc")
    (tapped,) = await bot.get_updates(offset=update.update_id + 1, timeout=5)
    assert (tapped.callback_query.data, tapped.callback_query.id) == ("read:1", callback_id)
    assert await bot.answer_callback_query(callback_id, "Cảm ơn")
    assert person.answer_to(callback_id) == {"text": "Cảm ơn", "show_alert": False}

    await bot.edit_message_text("Đã xong", PERSON, sent.message_id)
    assert person.received[-1]["text"] == "Đã xong"
    assert "reply_markup" not in person.received[-1]
    assert sent.message_id > update.message.message_id


async def test_a_poll_waits_and_its_offset_confirms(api: BotApi, bot: Bot) -> None:
    person = api.user(PERSON)
    waiting = asyncio.create_task(bot.get_updates(timeout=10))
    await api.wait_for(lambda: api.state.poller == 1)
    number = person.say("một")
    assert [u.update_id for u in await waiting] == [number]

    person.say("hai")
    person.say("ba")
    assert [u.message.text for u in await bot.get_updates(limit=2)] == ["một", "hai"]
    assert [u.message.text for u in await bot.get_updates(offset=number + 1)] == ["hai", "ba"]
    assert [u.message.text for u in await bot.get_updates(offset=-1)] == ["ba"]
    assert [u.message.text for u in await bot.get_updates()] == ["ba"]
    assert await bot.get_updates(offset=number + 3) == ()


async def test_kinds_not_asked_for_are_not_queued(api: BotApi, bot: Bot) -> None:
    await bot.get_updates(allowed_updates=["callback_query"])
    api.user(PERSON).say("nobody hears")
    assert await bot.get_updates() == ()


async def test_a_second_poller_ends_the_first(api: BotApi, bot: Bot, transport: type[BaseRequest]) -> None:
    async with make_bot(api, transport) as other:
        first = asyncio.create_task(bot.get_updates(timeout=10))
        await api.wait_for(lambda: api.state.poller == 1)
        second = asyncio.create_task(other.get_updates(timeout=10))
        with pytest.raises(Conflict, match="terminated by other getUpdates"):
            await first
        api.user(PERSON).say("đây")
        assert len(await second) == 1


async def test_a_webhook_stands_in_the_way_of_polls(api: BotApi, bot: Bot) -> None:
    api.state.webhook = "https://example.vn/hook"
    with pytest.raises(Conflict, match="webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


async def test_files_go_up_once_and_are_sent_again_by_id(api: BotApi, bot: Bot) -> None:
    person = api.user(PERSON)
    sent = await bot.send_document(
        PERSON, b"%PDF", filename="Đắk Lắk.pdf", caption="<b>a</b>", parse_mode="HTML"
    )
    assert (sent.document.file_name, sent.document.file_size) == ("Đắk Lắk.pdf", 4)
    assert sent.caption_entities[0].type == "bold"
    assert api.calls[-1].files == {"document": "Đắk Lắk.pdf"}
    again = await bot.send_document(PERSON, sent.document.file_id)
    assert again.document.file_id == sent.document.file_id
    assert api.calls[-1].files == {}
    file = await bot.get_file(again.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"%PDF"
    with pytest.raises(BadRequest, match="Can't use file of type document as photo"):
        await bot.send_photo(PERSON, sent.document.file_id)
    api.forget_file(sent.document.file_id)
    with pytest.raises(BadRequest, match="Wrong file identifier/http url specified"):
        await bot.send_document(PERSON, sent.document.file_id)
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_photo(PERSON, b"jpeg", caption="x" * 1025)
    assert (await bot.send_photo(PERSON, b"jpeg")).photo[-1].file_size == 4
    assert (await bot.send_audio(PERSON, b"mp3", filename="a.mp3")).audio.file_name == "a.mp3"
    assert len(person.received) == 4


async def test_what_people_share_can_be_fetched(api: BotApi, bot: Bot) -> None:
    person = api.user(PERSON)
    person.share_document("tờ trình.docx", b"doc", "xem giúp")
    person.share_photo(b"jpeg")
    person.share_voice(b"ogg")
    person.share_audio("a.mp3", b"mp3")
    document, photo, voice, audio = [update.message for update in await bot.get_updates()]
    assert (document.document.file_name, document.caption) == ("tờ trình.docx", "xem giúp")
    assert photo.photo[-1].width > photo.photo[0].width
    assert (voice.voice.mime_type, audio.audio.file_name) == ("audio/ogg", "a.mp3")
    file = await bot.get_file(photo.photo[-1].file_id)
    assert bytes(await file.download_as_bytearray()) == b"jpeg"


async def test_anything_can_be_injected(api: BotApi) -> None:
    first = api.inject({"message": 7})
    api.inject([1])
    api.inject({"x": 1}, numbered=False)
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{api.base_url}{TOKEN}/getUpdates", data={"timeout": "0"}) as response:
            body = await response.json()
        assert body["result"] == [{"message": 7, "update_id": first}, [1], {"x": 1}]
        async with session.get(f"{api.base_url}{TOKEN}/getUpdates?offset={first + 3}") as response:
            assert (await response.json())["result"] == []
        async with session.get(f"{api.base_url}{TOKEN}/GETME") as response:
            assert (await response.json())["ok"] is True
        async with session.post(f"{api.base_url}{TOKEN}/getMe", data=b"[1", headers=JSON) as response:
            assert response.status == 400


JSON = {"Content-Type": "application/json"}
