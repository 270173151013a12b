"""What a form of the chat does, said by the conversation it belongs to; its steps: `handlers.filling`."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module

from bot.core.kernel.errors import ContentError
from bot.core.kernel.richtext import Text
from bot.core.ports import Shared
from bot.core.talk.form import Form, FormState, Options
from bot.core.talk.message import Message
from bot.core.talk.needs import Need, refuse_lack, refuse_source
from handlers.screens import Extra
from handlers.turn import Turn


@dataclass(frozen=True, slots=True)
class Review:
    """What a summary shows beside the answers: messages before it, and words under the answers.

    `notes` are kept in the form's state, for `submit` to compare with what holds by then.
    """

    before: Sequence[Message] = ()
    under: Text = ()
    notes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Again:
    """Not taken yet: the form goes on from `state`, with `notice` above its screen."""

    state: FormState
    notice: Text = ()


async def _no_options(turn: Turn, state: FormState) -> Options:
    return {}


async def _nothing_above(turn: Turn, state: FormState) -> Text:
    return ()


async def _no_review(turn: Turn, state: FormState) -> Review:
    return Review()


def _no_extras(turn: Turn, state: FormState) -> Sequence[Extra]:
    return ()


async def _no_press(turn: Turn, state: FormState, argument: str) -> FormState | None:
    return None


async def _no_file(turn: Turn, state: FormState, shared: Shared) -> Again | None:
    return None


async def _no_aside(turn: Turn, words: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class FormHandler:
    """What a form does. `allowed` is asked at every step: a role may be lost in mid-form.

    `aside` takes typed words that are no answer (an invitation code, say) and is True where it did.

    `above`: words above a question, of what its choices lack.

    `submit` says the receipt itself and returns None; or a catalogue key that says why it was not taken, and
    the form stays where it is; or where the form goes on instead.

    `file` takes a file in a way of its own, and says where the form goes on; None: as any file.

    `extras`: buttons of the form's own at its summary; `press` answers one with the state it leads to, None
    where it leads nowhere any more.

    `sources`: the choices of the moment that `options` knows: a form that names another is refused.

    `anew`: what is given at the start where somebody starts over; by default the same.

    `needs`: what `submit` reads, as kinds by key; of kind "context", what is given at the start.
    """

    slug: str
    allowed: Callable[[Turn], bool]
    submit: Callable[[Turn, FormState], Awaitable[str | Again | None]]
    options: Callable[[Turn, FormState], Awaitable[Options]] = field(default=_no_options)
    sources: frozenset[str] = frozenset()
    above: Callable[[Turn, FormState], Awaitable[Text]] = field(default=_nothing_above)
    review: Callable[[Turn, FormState], Awaitable[Review]] = field(default=_no_review)
    aside: Callable[[Turn, str], Awaitable[bool]] = field(default=_no_aside)
    file: Callable[[Turn, FormState, Shared], Awaitable[Again | None]] = field(default=_no_file)
    extras: Callable[[Turn, FormState], Sequence[Extra]] = field(default=_no_extras)
    press: Callable[[Turn, FormState, str], Awaitable[FormState | None]] = field(default=_no_press)
    cancelled: str = "form.cancelled"
    anew: Callable[[Mapping[str, str]], Mapping[str, str]] = field(default=dict)
    needs: Mapping[str, Need] = field(default_factory=dict)


HANDLERS: dict[str, FormHandler] = {}


def register(handler: FormHandler) -> FormHandler:
    """Make a form known to the conversations."""
    HANDLERS[handler.slug] = handler
    return handler


def known() -> Mapping[str, FormHandler]:
    """Every form that a conversation asks: all conversations have made themselves known."""
    import_module("handlers.routes")  # here, for it knows this module
    return HANDLERS


def check(forms: Mapping[str, Form]) -> None:
    """Raises ContentError where the content lacks a form, or a field, that a handler needs."""
    for slug in known():
        if slug not in forms:
            raise ContentError(f"forms/{slug}.toml", "file", "(missing)", f"a file forms/{slug}.toml")
        check_one(forms[slug], f"forms/{slug}.toml")


def check_one(form: Form, file: str) -> None:
    """Raises ContentError where a form lacks a field that the conversation of its name needs, or asks for
    choices that it does not know.
    """
    if form.slug in known():
        refuse_lack(form, HANDLERS[form.slug].needs, file)
        refuse_source(form, HANDLERS[form.slug].sources, file)
