"""The steps through a form: one input, one next screen."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from bot.core.kernel.formats import number
from bot.core.talk.form import (
    Answer,
    Choice,
    Edited,
    Field,
    Form,
    FormState,
    Given,
    Input,
    Mask,
    Options,
    Other,
    Pressed,
    Step,
    localized,
)
from bot.core.talk.place import PAGE, asked, asking, current, matching, move, shown, start, unanswered
from bot.core.talk.timing import Say, as_json, typed_moment, typed_schedule
from bot.core.talk.words import bare

ONE_LINE = 200  # answers no longer than this are one line
# Apps cut a text in pieces at their platform's limit, and send them one right after the other.
CUT_FROM, TOGETHER_MS = 1_900, 10_000


def advance(
    form: Form,
    state: FormState,
    given: Input,
    options: Options,
    language: str,
    now: datetime,
    mask: Mask,
    say: Say = as_json,
) -> Step:
    """One input, one step. Always a next screen; nothing that was answered is lost except by cancel.

    `mask` takes personal data out of what is typed into a field that is to be masked; `say` reads a schedule
    back.
    """
    item = asking(form, state)
    if isinstance(given, Pressed):
        return _pressed(form, state, given, options, language)
    if isinstance(given, Edited):
        return Step(state, notice=_mended_how(state))
    if isinstance(given, Other):
        return _not_taken(state, item, given.what)
    if isinstance(given, Given):
        return (
            _not_taken(state, None, given.what)
            if item is None
            else _given(form, state, item, given, mask, now)
        )
    if item is None:
        return Step(state, notice=_no_answer(state))
    match item.kind:
        case "choice":
            return _typed_choice(form, state, item, given.text.strip(), options, language)
        case "text":
            return _typed_text(form, state, item, given.text.strip(), mask, now)
        case "number":
            return _typed_number(form, state, item, given.text)
        case "moment" | "time":
            return typed_moment(item, state, given.text.strip(), language, now, partial(_keep, form))
        case "schedule":
            return typed_schedule(item, state, given.text.strip(), language, now, say, partial(_keep, form))
        case "file":
            return Step(state, notice="form.want_file")


def _no_answer(state: FormState) -> str:
    """Words where no question stands: at the summary they may be meant to mend a line, and did not."""
    at_summary = not (state.at or state.offered or state.cancelling or state.mend_menu)
    return "form.not_mended" if at_summary else "form.use_choices"


def _not_taken(state: FormState, item: Field | None, what: str) -> Step:
    kind = "choice" if item is None or item.kind == "choice" else "file" if item.kind == "file" else "words"
    return Step(state, notice=f"form.want_{kind}_not", values={"what": what})


def _mended_how(state: FormState) -> str:
    if state.offered or state.cancelling or not state.answers:
        return "form.edited"
    return "form.edited_back" if state.at else "form.edited_mend"


def _pressed(form: Form, state: FormState, given: Pressed, options: Options, language: str) -> Step:
    if given.command == "cancel":
        if not state.answers:
            return Step(state, ended="cancelled")
        return Step(move(state, cancelling=True, page=state.page, search=state.search))
    if state.cancelling:
        return _asked_to_drop(state, given)
    if state.offered:
        return _resumed(form, state, given)
    item = current(form, state)
    if given.command == "back":
        return Step(_back(form, state))
    if item is None:
        return _pressed_at_summary(form, state, given)
    match given.command:
        case "skip" if item.optional:
            return Step(_skip(form, state, item))
        case "keep" if item.key in state.answers:
            return Step(_onward(form, state, item))
        case "page":
            pages = max(1, -(-len(matching(item, state, options, language)) // PAGE))
            return Step(move(state, page=(state.page + 1) % pages, search=state.search))
        case "pick":
            choices = shown(item, state, options, language)
            if given.argument.isdecimal() and int(given.argument) < len(choices):
                return _keep(form, state, item, _picked(choices[int(given.argument)], language))
    return Step(state, notice="form.stale")


def _asked_to_drop(state: FormState, given: Pressed) -> Step:
    match given.command:
        case "drop":
            return Step(state, ended="cancelled")
        case "stay":
            return Step(move(state, offered=False, page=state.page, search=state.search))
    return Step(state, notice="form.stale")


def _resumed(form: Form, state: FormState, given: Pressed) -> Step:
    match given.command:
        case "go_on":
            return Step(move(state, offered=False))
        case "start_over":
            anew = start(form, state.nonce, state.context)
            return Step(move(anew, step=state.step + 1))
    return Step(state, notice="form.stale")


def _pressed_at_summary(form: Form, state: FormState, given: Pressed) -> Step:
    match given.command:
        case "send" if not state.mend_menu:
            missing = unanswered(form, state)
            if missing is not None:
                return Step(move(state, at=missing.key, mending=True), notice="form.missing")
            return Step(state, ended="sent")
        case "mend":
            return Step(move(state, mend_menu=True))
        case "line" if any(item.key == given.argument for item in asked(form, state)):
            return Step(move(state, at=given.argument, mending=True, mend_menu=False))
    return Step(state, notice="form.stale")


def _typed_choice(
    form: Form, state: FormState, item: Field, text: str, options: Options, language: str
) -> Step:
    everything = move(state, search="", page=0)
    choices = matching(item, everything, options, language)
    said = bare(text)
    exact = [choice for choice in choices if said in _names(choice, language)]
    found = exact or (matching(item, move(everything, search=text), options, language) if said else [])
    if len(found) == 1:
        return _keep(form, state, item, _picked(found[0], language))
    if found and len(choices) > PAGE:
        return Step(
            move(everything, search=text[:60]), notice="form.found", values={"count": str(len(found))}
        )
    return Step(everything, notice="form.use_choices")


def _names(choice: Choice, language: str) -> set[str]:
    return {bare(one) for one in (localized(choice.label, language), *choice.words)}


def _typed_text(form: Form, state: FormState, item: Field, text: str, mask: Mask, now: datetime) -> Step:
    if item.max_length <= ONE_LINE:
        text = " ".join(text.split())
    if not text:
        return Step(state, notice="form.empty")
    at = int(now.timestamp() * 1000)
    # What follows at once on a text that was too long is the rest of it, and no answer by itself.
    length = len(text) + (state.long if 0 <= at - state.long_at <= TOGETHER_MS else 0)
    if length > item.max_length:
        lengths = {"length": str(length), "maximum": str(item.max_length)}
        cut = {"long": length, "long_at": at} if length >= CUT_FROM else {}
        return Step(state.model_copy(update=cut), notice="form.too_long", values=lengths)
    if not item.mask:
        return _keep(form, state, item, Answer(value=text, shown=text))
    masked = mask(text)
    answer = Answer(value=masked.text, shown=masked.text, masked=masked.found)
    return _keep(form, state, item, answer, notice="form.masked" if masked.found else None)


def _typed_number(form: Form, state: FormState, item: Field, text: str) -> Step:
    digits = "".join(text.split()).replace(".", "")  # "1.234" is how people write it
    if not digits.isdecimal() or len(digits) > 9 or not item.minimum <= int(digits) <= item.maximum:
        bounds = {"minimum": number(item.minimum), "maximum": number(item.maximum)}
        return Step(state, notice="form.number", values=bounds)
    return _keep(form, state, item, Answer(value=str(int(digits)), shown=number(int(digits))))


def _given(form: Form, state: FormState, item: Field, given: Given, mask: Mask, now: datetime) -> Step:
    answer = Answer(value=given.value, shown=given.name)
    if item.kind == "file":
        return _keep(form, state, item, answer)
    following = _next(form, state, item.key)
    if item.kind == "text" and given.caption and following is not None and following.kind == "file":
        # A picture sent with words answers both questions.
        both = _typed_text(form, state, item, given.caption, mask, now)
        if both.state.at == following.key:
            return _keep(form, both.state, following, answer)
        return both
    return _not_taken(state, item, given.what)


def _picked(choice: Choice, language: str) -> Answer:
    return Answer(value=choice.value, shown=localized(choice.label, language))


def _keep(
    form: Form,
    state: FormState,
    item: Field,
    answer: Answer,
    notice: str | None = None,
    values: Mapping[str, str] | None = None,
) -> Step:
    skipped = tuple(key for key in state.skipped if key != item.key)
    kept = move(state, answers={**state.answers, item.key: answer}, skipped=skipped)
    if answer.value in item.ends:
        return Step(kept, ended="cancelled")
    if item.confirms:
        return Step(kept, ended="sent")
    # An answer that opened questions may have changed: what no longer applies is not kept.
    applies = {other.key for other in asked(form, kept)}
    answers = {key: value for key, value in kept.answers.items() if key in applies}
    return Step(
        _onward(form, kept.model_copy(update={"answers": answers}), item), notice=notice, values=values or {}
    )


def _skip(form: Form, state: FormState, item: Field) -> FormState:
    answers = {key: kept for key, kept in state.answers.items() if key != item.key}
    skipped = (*(key for key in state.skipped if key != item.key), item.key)
    return _onward(form, move(state, answers=answers, skipped=skipped), item)


def _onward(form: Form, state: FormState, item: Field) -> FormState:
    if state.mending:
        # A mended answer may have opened questions that were not asked before.
        open_field = unanswered(form, state)
        return move(state, at=open_field.key if open_field else "", mending=open_field is not None)
    following = _next(form, state, item.key)
    return move(state, at=following.key if following else "")


def _next(form: Form, state: FormState, key: str) -> Field | None:
    fields = asked(form, state)
    keys = [item.key for item in fields]
    place = keys.index(key) + 1
    return fields[place] if place < len(fields) else None


def _back(form: Form, state: FormState) -> FormState:
    if state.mend_menu or (state.mending and not (state.search or state.page)):
        return move(state, at="", mending=False, mend_menu=False)
    if state.search or state.page:
        return move(state)
    keys = [item.key for item in asked(form, state)]
    place = keys.index(state.at) if state.at else len(keys)
    return move(state, at=keys[max(0, place - 1)])
