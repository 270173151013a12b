"""The steps through a form in a chat: its screens, and the state from what people press and type."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from secrets import token_hex

from bot.acts import handouts
from bot.acts.context import Refusal
from bot.core.kernel.richtext import Text
from bot.core.opinion.guard import mask
from bot.core.ports import Shared
from bot.core.talk.answering import cut_field
from bot.core.talk.filling import advance
from bot.core.talk.form import Form, FormState, Step, localized
from bot.core.talk.hearing import heard
from bot.core.talk.inputs import Edited, Given, Input, Other, Pressed, Typed
from bot.core.talk.message import Message
from bot.core.talk.offer import choices
from bot.core.talk.place import asking, current, fitted, move, start, takes_file
from bot.core.talk.taps.screens import Press
from bot.core.talk.when import read_back
from bot.core.talk.words import bare
from bot.storage.talk import conversations
from handlers import typed
from handlers.forms import HANDLERS, Again, Review
from handlers.screens import EXTRA, Extra, buttons, cancelling, offer, question, summary
from handlers.steps import after
from handlers.turn import Turn

STEERING = ("back", "skip", "keep", "send")  # buttons by which a form moves on, or is sent
Instead = Callable[[Turn, FormState, str], Awaitable[bool]]
"""What is done by words that are no answer where something is to be picked; False: nothing."""


async def begin(turn: Turn, slug: str, **context: str) -> None:
    """Begin a form, or offer to go on with the one that was left."""
    left = await conversations.get(turn.conn, turn.account, turn.chat_id, slug)
    form = turn.house.forms[slug]
    if left is not None and left.answers and left.context == context:
        await _offer(turn, form, left)
    else:
        await _show(turn, form, start(form, token_hex(3), context))


async def take_up(turn: Turn, state: FormState, notice: Text = ()) -> None:
    """Show a form as it is given; one of its kind that was left half filled in is offered first."""
    left = await conversations.get(turn.conn, turn.account, turn.chat_id, state.form)
    if left is not None and left.answers:
        await _offer(turn, turn.house.forms[state.form], left)
    else:
        await _show(turn, turn.house.forms[state.form], state, notice=notice)


async def take_typed(turn: Turn, state: FormState) -> None:
    """The same with an answer typed beforehand: the update holds it as it was before the mask."""
    turn.leave_no_trace()
    await take_up(turn, typed.noted(turn, state))


async def press(turn: Turn, tap: Press) -> None:
    """A form's button was pressed. A button of another screen has no effect: the present one is shown."""
    state = await _present(turn)
    if state is None or state.nonce != tap.nonce:
        turn.toast = turn.line("tap.stale")
    elif state.step != tap.step:
        turn.toast = turn.line("form.stale")
        await _show(turn, turn.house.forms[state.form], state, preview=False)
    else:
        await _step(turn, state, Pressed(tap.command, tap.argument))


async def asked(turn: Turn) -> tuple[FormState, bool] | None:
    """The form this chat is in, and whether it waits for words rather than for one of its choices."""
    state = await _present(turn)
    if state is None:
        return None
    item = asking(turn.house.forms[state.form], state)
    return state, item is not None and item.kind != "choice"


async def ask_again(turn: Turn, state: FormState, why: str = "form.other_number") -> None:
    """The number was meant for another screen: show the present one."""
    await show_again(turn, state, turn.text(why))


async def show_again(turn: Turn, state: FormState, notice: Text) -> None:
    """The present screen, with words above it."""
    await _show(turn, turn.house.forms[state.form], state, notice=notice, preview=False)


def steers(turn: Turn, text: str) -> bool:
    """Whether words stand for a button by which a form moves on or is sent."""
    return any(turn.house.words.means(button, text) for button in STEERING)


async def hear(turn: Turn, text: str, instead: Instead | None = None) -> bool:
    """Words for the form this chat is in; False where it is in none.

    `instead` is asked of words that the form would only answer with its question again.
    """
    state = await _present(turn)
    if state is None:
        return False
    if await HANDLERS[state.form].aside(turn, text):
        return True
    if instead is None or not _is_no_text(turn, state, text) or not await instead(turn, state, text):
        await _step(turn, state, Typed(text), instead)
    return True


def _is_no_text(turn: Turn, state: FormState, text: str) -> bool:
    """Whether a question for a text is given words that ask for help, or say that there is none to be had."""
    item = asking(turn.house.forms[state.form], state)
    if item is None or item.kind != "text":
        return False
    said = bare(text).replace(" ", "")
    return said == "trogiup" or (said == "khongphatsinh" and not item.optional and state.form == "opinion")


async def give_up(turn: Turn, state: FormState) -> None:
    """As its button of cancelling does: it asks first where something was answered."""
    await _step(turn, state, Pressed("cancel"))


async def leave(turn: Turn, state: FormState) -> None:
    """A form in which nothing was answered is over without a word."""
    await _end(turn, state)


async def take_file(turn: Turn, shared: Shared) -> bool:
    """A file for the form this chat is in; False where it is in none."""
    state = await _present(turn)
    if state is None:
        return False
    form, value = turn.house.forms[state.form], ""
    handler = HANDLERS[state.form]
    if handler.allowed(turn) and (led := await handler.file(turn, state, shared)) is not None:
        shown = typed.noted(turn, led.state) if shared.caption else led.state
        await _show(turn, form, shown, notice=led.notice)
        return True
    if turn.member is not None and takes_file(form, state, with_words=bool(shared.caption)):
        taken = await handouts.take_in(turn.context, turn.member, shared)
        if isinstance(taken, Refusal):
            notice = taken.text(turn.house.texts, turn.language)
            await _show(turn, form, state, notice=notice, preview=False)
            return True
        value = f"{shared.kind}:{taken}"
    elif turn.has_been_told:
        return True
    await _step(turn, state, Given(value, shared.name, shared.caption, turn.line(f"kind.{shared.kind}")))
    return True


async def take_other(turn: Turn, kind: str) -> bool:
    """What can be no answer, for the form this chat is in: how to mend it, and the question again."""
    state = await _present(turn)
    form = None if state is None else turn.house.forms[state.form]
    if state is not None and form is not None and kind == "voice" and any(one.mask for one in form.fields):
        await _show(turn, form, state, notice=turn.text("form.no_voice"), preview=False)
    elif state is not None:
        await _step(turn, state, Edited() if kind == "edited" else Other(turn.line(f"kind.{kind}")))
    return state is not None


async def go_on(turn: Turn, slug: str, mended: Callable[[FormState], FormState]) -> bool:
    """Show the form anew, as it is now, where this chat is in it; False where it is in another, or none."""
    state = await _present(turn)
    if state is None or state.form != slug:
        return False
    await _show(turn, turn.house.forms[slug], mended(state))
    return True


async def _present(turn: Turn) -> FormState | None:
    """The form this chat is in, as it stands now; None where it is in none we know."""
    state = await conversations.current(turn.conn, turn.account, turn.chat_id)
    if state is None or state.form not in turn.house.forms or state.form not in HANDLERS:
        return None
    return fitted(turn.house.forms[state.form], state)


async def _step(turn: Turn, state: FormState, given: Input, instead: Instead | None = None) -> None:
    form, handler = turn.house.forms[state.form], HANDLERS[state.form]
    cut = cut_field(form, state, turn.moment) if isinstance(given, Typed) else None
    masks = any(one is not None and one.mask for one in (current(form, state), cut))
    edited = isinstance(given, Edited) and any(one.mask for one in form.fields)
    if edited or masks:
        # The update itself holds what was typed before the mask: its row is emptied with this transaction.
        turn.leave_no_trace()
    if not handler.allowed(turn):
        await _end(turn, state, "form.not_allowed")
        return
    options = await handler.options(turn, state)
    if isinstance(given, Typed):
        offered = choices(buttons(turn, form, state, options, _extras(turn, form, state)))
        given = heard(form, state, offered, given, turn.house.words)
    if isinstance(given, Typed | Given) and masks:
        state = typed.noted(turn, state)
    if isinstance(given, Pressed) and given.command == EXTRA and _at_summary(state):
        turn.leave_no_trace()  # it may take something out of what was answered
        led = await handler.press(turn, state, given.argument)
        notice = () if led else turn.text("form.stale")
        await _show(turn, form, move(led or state), notice=notice)
        return
    if isinstance(given, Pressed) and given.command == "start_over" and state.offered:
        state = state.model_copy(update={"context": dict(handler.anew(state.context))})
    say = partial(read_back, turn.house.texts, turn.language, zone=turn.house.zone, after_ms=turn.now)
    result = advance(form, state, given, options, turn.language, turn.moment, mask, say)
    asks = instead if _missed(form, state, result) else None
    if isinstance(given, Typed) and asks is not None and await asks(turn, state, given.text):
        return
    notice = turn.text(result.notice, **result.values) if result.notice else ()
    if result.ended == "cancelled":
        await _end(turn, state, handler.cancelled)
    elif result.ended == "sent":
        refused = await handler.submit(turn, result.state)
        if refused is None:
            await _end(turn, state)
        elif isinstance(refused, Again):
            await _show(turn, form, refused.state, notice=refused.notice)
        else:
            await _show(turn, form, state, notice=turn.text(refused))
    else:
        # What stands above a summary is not said again where nothing changed.
        await _show(turn, form, result.state, notice=notice, preview=result.state != state)


def _missed(form: Form, state: FormState, result: Step) -> bool:
    """Whether words were no answer and found nothing. Of a text none are: all of them are its answer."""
    item = asking(form, state)
    there = (result.state.at, result.state.answers) == (state.at, state.answers) and not result.state.search
    return result.notice is not None and there and (item is None or item.kind != "text")


async def _end(turn: Turn, state: FormState, words: str | None = None) -> None:
    """The form is over, with `words` from the catalogue; another one that was left is not forgotten."""
    await conversations.drop(turn.conn, turn.account, turn.chat_id, state.form)
    if words is not None:
        ways = (*after(turn, state.form), *typed.ways(turn, state))
        await turn.show(Message(text=turn.text(words), buttons=ways))
    while (left := await _present(turn)) is not None:
        if left.answers and HANDLERS[left.form].allowed(turn):
            await _offer(turn, turn.house.forms[left.form], left)
            return
        await conversations.drop(turn.conn, turn.account, turn.chat_id, left.form)


async def _offer(turn: Turn, form: Form, left: FormState) -> None:
    state = move(left, offered=True)
    await conversations.keep(turn.conn, turn.account, turn.chat_id, state, turn.now)
    options = await HANDLERS[form.slug].options(turn, state)
    await turn.send(offer(turn, form, state, options))


async def _show(turn: Turn, form: Form, state: FormState, notice: Text = (), preview: bool = True) -> None:
    """Keep the state and show its screen; `preview` False leaves out what stands above a summary."""
    handler = HANDLERS[form.slug]
    options = await handler.options(turn, state)
    review = Review(notes=state.notes)
    if _at_summary(state):
        review = await handler.review(turn, state)
        state = state.model_copy(update={"notes": dict(review.notes)})
    await conversations.keep(turn.conn, turn.account, turn.chat_id, state, turn.now)
    if state.cancelling:
        await turn.show(cancelling(turn, form, state, options, notice))
    elif state.offered:
        await turn.show(offer(turn, form, state, options, notice))
    elif current(form, state) is not None:
        begun = state.skipped or not state.answers.keys() <= set(state.given)
        intro = "" if begun else localized(form.intro, turn.language)
        notice = (*notice, *await handler.above(turn, state))
        await turn.show(question(turn, form, state, options, notice, intro))
    else:
        for message in review.before if preview else ():
            await turn.send(message)
        await turn.show(summary(turn, form, state, options, notice, review.under, _extras(turn, form, state)))


def _at_summary(state: FormState) -> bool:
    return not (state.at or state.mend_menu or state.offered or state.cancelling)


def _extras(turn: Turn, form: Form, state: FormState) -> Sequence[Extra]:
    return HANDLERS[form.slug].extras(turn, state) if _at_summary(state) else ()
