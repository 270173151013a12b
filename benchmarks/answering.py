"""A library's own loop that answers /trogiup, keeps nothing, and runs until it is stopped.

python benchmarks/answering.py KIND --url URL       KIND: httpx, ptb (on our transport) or aiogram

aiogram lives in an environment of its own (.venv-bench), so nothing is imported before it is known.
"""

import argparse
import asyncio
from typing import Any

TOKEN = "4242:benchmark"
WORDS = "<b>Nhịp Cầu</b>\n\n" + "Đồng chí gõ một lệnh, hoặc bấm một nút dưới đây. " * 6
BUTTONS = (("Tin mới nhất", "go:moinhat"), ("Chuyên đề", "go:chude"))


def python_telegram_bot(url: str, on_ours: bool) -> None:
    """`Application` with its polling, one update after another as it comes."""
    from telegram import InlineKeyboardButton, InlineKeyboardMarkup
    from telegram.ext import ApplicationBuilder, CommandHandler

    async def answer(update: Any, _context: Any) -> None:
        rows = [[InlineKeyboardButton(label, callback_data=data)] for label, data in BUTTONS]
        await update.message.reply_text(WORDS, parse_mode="HTML", reply_markup=InlineKeyboardMarkup(rows))

    builder = ApplicationBuilder().token(TOKEN).base_url(url)
    if on_ours:
        from bot.channels.telegram.transport import AiohttpRequest

        builder = builder.request(AiohttpRequest()).get_updates_request(AiohttpRequest(connections=1))
    application = builder.build()
    application.add_handler(CommandHandler("trogiup", answer))
    application.run_polling()


def aiogram(url: str) -> None:
    """`Dispatcher` with its polling, which makes a task of each update."""
    from aiogram import Bot, Dispatcher
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.filters import Command
    from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Message

    dispatcher = Dispatcher()

    @dispatcher.message(Command("trogiup"))
    async def answer(message: Message) -> None:
        rows = [[InlineKeyboardButton(text=label, callback_data=data)] for label, data in BUTTONS]
        markup = InlineKeyboardMarkup(inline_keyboard=rows)
        await message.answer(WORDS, parse_mode="HTML", reply_markup=markup)

    async def run() -> None:
        session = AiohttpSession(api=TelegramAPIServer.from_base(url.removesuffix("/bot")))
        async with Bot(TOKEN, session=session) as bot:
            await dispatcher.start_polling(bot)

    asyncio.run(run())


def main() -> None:
    """The program."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=("httpx", "ptb", "aiogram"))
    parser.add_argument("--url", required=True)
    settings = parser.parse_args()
    if settings.kind == "aiogram":
        aiogram(settings.url)
    else:
        python_telegram_bot(settings.url, settings.kind == "ptb")


if __name__ == "__main__":
    main()
