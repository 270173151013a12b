"""What is said where a reply was refused for good, so that nobody is left without a word."""

from bot.core.kernel.richtext import paragraph
from bot.core.talk.message import Message
from bot.core.talk.reply import AnswerReply, DeleteReply, EditReply, Reply, SendReply


def owed(act: Reply) -> bool:
    """Whether somebody waits for a word where this reply is refused."""
    match act:
        case EditReply():
            return not act.unasked and bool(act.message.text or act.message.buttons)
        case SendReply():
            return not act.last
        case DeleteReply():
            return True
        case AnswerReply():
            return bool(act.text) and act.chat_id is not None
    return False


def as_message(notice: AnswerReply) -> SendReply:
    """The words of an answer to a press that came too late to be shown as one."""
    return SendReply(message=Message(text=(paragraph(notice.text),)), last=True)


def instead(act: SendReply | EditReply, sorry: Message, *, file_refused: bool) -> SendReply:
    """The reply that takes its place; `sorry` says what happened and what can be done.

    A screen that cannot be put in its place comes as a new message. A screen whose picture was refused comes
    without it. Of anything else only `sorry` is said, and nothing where that is refused too.
    """
    message = act.message
    if isinstance(act, EditReply) and message.text:
        return SendReply(message=message)
    if isinstance(act, EditReply):
        return SendReply(message=Message(text=sorry.text, buttons=message.buttons))
    if file_refused and message.text and message.buttons:  # else the words are about the file
        return SendReply(message=Message(text=(*message.text, *sorry.text), buttons=message.buttons))
    return SendReply(message=sorry, last=True)
