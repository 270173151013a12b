"""What a conversation puts in the outbox: say, change, answer a press, show a menu."""

from json import dumps
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from bot.core.kernel.values import ChatId, Frozen
from bot.core.talk.message import MenuEntry, Message


class SendReply(Frozen):
    """Say something new in a chat. `last`: where it is refused, nothing is said in its place."""

    kind: Literal["send"] = "send"
    message: Message
    last: bool = False


class EditReply(Frozen):
    """Change a message that stands. May be done again without harm.

    `notice`: what a press came to, said with the buttons where those alone change and cannot. `unasked`:
    nobody pressed anything; where it is refused, nobody waits for it.
    """

    kind: Literal["edit"] = "edit"
    message_id: str
    message: Message
    notice: str = ""
    unasked: bool = False


class AnswerReply(Frozen):
    """Answer a button's press. May be done again without harm.

    `chat_id`: where the words go as a message when the press cannot be answered any more; None: nobody would
    miss them, for something else was said there.
    """

    kind: Literal["answer"] = "answer"
    callback_id: str
    text: str = ""
    chat_id: ChatId | None = None


class DeleteReply(Frozen):
    """Take messages out of a chat, one after another. May be done again without harm."""

    kind: Literal["delete"] = "delete"
    messages: tuple[str, ...]


class MenuReply(Frozen):
    """Show a chat its commands. May be done again without harm."""

    kind: Literal["menu"] = "menu"
    language: str | None = None
    menu: tuple[MenuEntry, ...] = ()


class KnockReply(Frozen):
    """Tell somebody who may not be written to that something waits, by a template of the platform's.

    `data`: the template's fields. What cannot be said so is said to nobody.
    """

    kind: Literal["knock"] = "knock"
    template: str
    data: dict[str, str]


UNASKED = ',"unasked":true}'  # how `written` ends such an edit
REPEATABLE = (EditReply, DeleteReply, AnswerReply, MenuReply)
_Kinds = SendReply | EditReply | DeleteReply | AnswerReply | MenuReply | KnockReply
Reply = Annotated[_Kinds, Field(discriminator="kind")]
ReplyAdapter: TypeAdapter[_Kinds] = TypeAdapter(Reply)


def hides(later: Reply, waiting: Reply) -> bool:
    """Whether nobody sees an edit that still waits, once `later` answers what its chat's person did.

    An edit of the same message takes its place. A screen that moves by itself stands still when its person
    asks for something else: that is what they look at. What they asked for themselves is never left out.
    """
    if not isinstance(waiting, EditReply):
        return False
    match later:
        case EditReply(message_id=waiting.message_id):
            return True
        case SendReply() | EditReply(unasked=False):
            return waiting.unasked
    return False


def is_said(words: str) -> bool:
    """Whether what `written` wrote says something new: it is no edit, no answer to a tap and no menu."""
    return words.startswith(('{"kind":"send"', '{"kind":"knock"'))


def named(chat_id: ChatId) -> str:
    """How `written` writes the chat of an answer to a press."""
    return f'"chat_id":{dumps(chat_id, ensure_ascii=False)}'


def written(act: Reply) -> str:
    """The JSON that the outbox keeps; `ReplyAdapter` reads it. The kind stands first, for recovery."""
    rest = act.model_dump_json(exclude_defaults=True)  # leaves the kind out: it is a default
    return f'{{"kind":"{act.kind}"{"," if len(rest) > 2 else ""}{rest[1:]}'
