"""What somebody is told whose reply the platform refused: what happened, what was kept, what to do next."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts.house import House
from bot.core.delivery.reasons import OF_FILES, Reason
from bot.core.kernel.richtext import paragraph
from bot.core.kernel.values import ChatId
from bot.core.talk.instead import as_message, instead, owed
from bot.core.talk.message import Attachment, Button, Message
from bot.core.talk.reply import AnswerReply, DeleteReply, EditReply, Reply, SendReply
from bot.core.talk.taps.screens import Go
from bot.core.talk.texts import FALLBACK
from bot.storage.accounts import files
from bot.storage.people import members, refusals

_OF_FILES = {
    Reason.FILE_TOO_LARGE: "refused.file_too_large",
    Reason.FILE_LOST: "refused.file_lost",
    Reason.NO_FILES: "refused.no_files",
}


async def in_its_place(
    house: House, conn: AsyncConnection, account: str, chat_id: ChatId, act: Reply, part: int, reason: Reason
) -> SendReply | None:
    """What is said in a chat where `part` of a reply was refused for good; None: nobody is owed a word."""
    if not owed(act):
        return None
    if isinstance(act, AnswerReply):
        return as_message(act) if await refusals.left_at(conn, account, chat_id) is None else None
    if not isinstance(act, SendReply | EditReply | DeleteReply):
        return None
    member = await members.at(conn, account, chat_id)
    if isinstance(act, DeleteReply):
        words = house.texts.text(member.language if member else FALLBACK, "refused.deletion")
        return SendReply(message=Message(text=words), last=True)
    file = act.message.attachment if part == 0 else None
    if file is not None and member is None:
        return None  # files are members': who left meanwhile is told nothing more
    language = member.language if member else FALLBACK
    refused = file is not None and (reason in OF_FILES or reason is Reason.OTHER)
    if isinstance(act, EditReply):
        words = (paragraph(act.notice),) if act.notice else house.texts.text(language, "refused.buttons")
        sorry = Message(text=words)
    elif file is not None and refused:
        sorry = await _of_file(house, conn, file, reason, language)
    else:
        sorry = _with_help(house, language, "refused.reply")
    return instead(act, sorry, file_refused=refused)


async def _of_file(
    house: House, conn: AsyncConnection, file: Attachment, reason: Reason, language: str
) -> Message:
    row = await files.get(conn, file.file_id)
    name = f" “{row.name}”" if row else ""
    return _with_help(house, language, _OF_FILES.get(reason, "refused.file"), name=name)


def _with_help(house: House, language: str, key: str, **values: object) -> Message:
    button = Button.of(house.texts.line(language, "button.help"), Go("trogiup"))
    return Message(text=house.texts.text(language, key, **values), buttons=((button,),))
