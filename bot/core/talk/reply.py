"""What a conversation puts in the outbox: say, change, answer a press, show a menu."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from bot.core.kernel.values import Frozen
from bot.core.talk.message import MenuEntry, Message


class SendReply(Frozen):
    """Say something new in a chat."""

    kind: Literal["send"] = "send"
    message: Message


class EditReply(Frozen):
    """Change a message that stands. May be done again without harm."""

    kind: Literal["edit"] = "edit"
    message_id: str
    message: Message


class AnswerReply(Frozen):
    """Answer a button's press. May be done again without harm."""

    kind: Literal["answer"] = "answer"
    callback_id: str
    text: str = ""


class MenuReply(Frozen):
    """Show a chat its commands. May be done again without harm."""

    kind: Literal["menu"] = "menu"
    language: str | None = None
    menu: tuple[MenuEntry, ...] = ()


REPEATABLE = (EditReply, AnswerReply, MenuReply)
Reply = Annotated[SendReply | EditReply | AnswerReply | MenuReply, Field(discriminator="kind")]
ReplyAdapter: TypeAdapter[SendReply | EditReply | AnswerReply | MenuReply] = TypeAdapter(Reply)
