"""The fake platform refuses what Telegram refuses, in Telegram's words."""

from typing import Any

import pytest
from telegram import Bot, BotCommand, BotCommandScopeChat
from telegram.error import BadRequest, Forbidden, InvalidToken
from telegram.request import BaseRequest

from tests.fakes.botapi import BotApi
from tests.fakes.conftest import PERSON, keyboard, make_bot


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", "Message text is empty"),
        ("  \n ", "Message text is empty"),
        ("<b> </b>", "Message text is empty"),
        ("x" * 4097, "Message is too long"),
        ("😀" * 2049, "Message is too long"),
        ("a & b", "Can't parse entities: unescaped character '&'"),
        ("a &nbsp; b", "Can't parse entities: unescaped character '&'"),
        ("a < b", "Can't parse entities: unescaped character '<'"),
        ("<b>a", "Can't parse entities: can't find end tag"),
        ("a</b>", "Can't parse entities: unexpected end tag"),
        ("<b><i>a</b></i>", "Can't parse entities: unmatched end tag"),
        ("<p>a</p>", 'Can\'t parse entities: unsupported start tag "p"'),
        ("<br/>", "Can't parse entities"),
        ("<a href='javascript:x'>a</a>", 'Can\'t parse entities: tag "a" without a usable'),
    ],
)
async def test_texts_that_are_refused(api: BotApi, bot: Bot, text: str, refusal: str) -> None:
    api.user(PERSON)
    with pytest.raises(BadRequest) as raised:
        await bot.send_message(PERSON, text, parse_mode="HTML")
    assert refusal.lower() in raised.value.message.lower()
    assert api.messages(PERSON) == []


@pytest.mark.parametrize(
    ("text", "plain", "entities"),
    [
        ("x" * 4096, "x" * 4096, []),
        ("<i>" + "😀" * 2048 + "</i>", "😀" * 2048, [("italic", 0, 4096)]),
        ("&lt;&amp;&#39;&#x1F600;&quot;", "<&'😀\"", []),
        ("  <b>😀a</b> <u>b</u>\n", "😀a b", [("bold", 0, 3), ("underline", 4, 1)]),
        ("<a href='https://a.vn/?a=1&amp;b'>x</a>", "x", [("text_link", 0, 1)]),
        ("<blockquote><s>x</s></blockquote>", "x", [("blockquote", 0, 1), ("strikethrough", 0, 1)]),
    ],
)
async def test_texts_that_are_taken(api: BotApi, bot: Bot, text: str, plain: str, entities: list) -> None:
    api.user(PERSON)
    sent = await bot.send_message(PERSON, text, parse_mode="HTML")
    assert sent.text == plain
    assert [(e.type, e.offset, e.length) for e in sent.entities] == entities


@pytest.mark.parametrize(
    ("rows", "refusal"),
    [
        ([[{"text": "a", "callback_data": "x" * 65}]], "Button_data_invalid"),
        ([[{"text": "a", "callback_data": "ộ" * 22}]], "Button_data_invalid"),
        ([[{"text": "", "callback_data": "x"}]], "Can't parse inline keyboard button"),
        ([[{"text": "a"}]], "Can't parse inline keyboard button"),
        ([[{"text": "a", "callback_data": "x"}] * 9], "Reply markup is too long"),
        ([[{"text": "a", "callback_data": "x"}]] * 101, "Reply markup is too long"),
        ([[{"text": "a", "url": "http://localhost/"}]], "Inline keyboard button url"),
    ],
)
async def test_keyboards_that_are_refused(api: BotApi, bot: Bot, rows: Any, refusal: str) -> None:
    api.user(PERSON)
    with pytest.raises(BadRequest, match=refusal):
        await bot.send_message(PERSON, "a", api_kwargs={"reply_markup": {"inline_keyboard": rows}})


async def test_chats_a_bot_cannot_write_to(api: BotApi, bot: Bot) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(77, "a")
    api.user(78, started=False)
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        await bot.send_message(78, "a")
    api.user(PERSON).block()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(PERSON, "a")
    api.user(PERSON).unblock()
    assert (await bot.send_message(PERSON, "a")).message_id == 1
    statuses = [u.my_chat_member.new_chat_member.status for u in await bot.get_updates()]
    assert statuses == ["kicked", "member"]


async def test_edits_that_are_refused(api: BotApi, bot: Bot) -> None:
    person = api.user(PERSON)
    person.say("của tôi")
    sent = await bot.send_message(PERSON, "a", reply_markup=keyboard())
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_text("a", PERSON, sent.message_id, reply_markup=keyboard())
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_reply_markup(PERSON, sent.message_id, reply_markup=keyboard())
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("b", PERSON, 99)
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("b", PERSON, 1)
    await bot.edit_message_reply_markup(PERSON, sent.message_id)
    assert "reply_markup" not in person.received[-1]
    with pytest.raises(LookupError):
        person.tap(person.received[-1], "Đã đọc")


async def test_a_tap_is_answered_once_and_in_time(api: BotApi, bot: Bot) -> None:
    person = api.user(PERSON)
    await bot.send_message(PERSON, "a", reply_markup=keyboard())
    once = person.tap(person.received[-1], "read:1")
    assert await bot.answer_callback_query(once)
    late = person.tap(person.received[-1], "read:1")
    now = api.state.clock()
    api.state.clock = lambda: now + 31
    for callback_id in (once, late, "0"):
        with pytest.raises(BadRequest, match="Query is too old"):
            await bot.answer_callback_query(callback_id)
    person.tap(person.received[-1], "forged", forged=True)
    assert (await bot.get_updates())[-1].callback_query.data == "forged"


async def test_menus_by_scope_and_language(api: BotApi, bot: Bot) -> None:
    api.user(PERSON)
    here = BotCommandScopeChat(PERSON)
    await bot.set_my_commands([BotCommand("phat", "Phát tin")], scope=here, language_code="vi")
    assert (await bot.get_my_commands(scope=here, language_code="vi"))[0].command == "phat"
    assert await bot.get_my_commands() == ()
    await bot.delete_my_commands(scope=here, language_code="vi")
    assert await bot.get_my_commands(scope=here, language_code="vi") == ()
    for commands, refusal in [([("Phát", "a")], "Bot_command_invalid"), ([("a", "")], "description_invalid")]:
        with pytest.raises(BadRequest, match=refusal):
            await bot.set_my_commands(commands)
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.set_my_commands([("a", "b")], scope=BotCommandScopeChat(9))


async def test_strangers_are_turned_away(api: BotApi, bot: Bot, transport: type[BaseRequest]) -> None:
    with pytest.raises(InvalidToken):
        async with make_bot(api, transport, "1:other"):
            pass
    with pytest.raises(InvalidToken):
        await bot.get_my_name()
