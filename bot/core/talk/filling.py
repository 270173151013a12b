"""The steps through a form: one input, one next screen."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from bot.core.talk.answering import cut_field, picked, picked_day, toggled, typed, typed_rest, typed_text
from bot.core.talk.form import PICKED, Answer, Choice, Field, Form, FormState, Mask, Options, Step
from bot.core.talk.inputs import Edited, Given, Input, Other, Pressed
from bot.core.talk.place import (
    asked,
    asking,
    chosen,
    current,
    matching,
    move,
    pages,
    shown,
    start,
    unanswered,
)
from bot.core.talk.timing import Say, as_json


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
        return _pressed(form, state, given, options, language, now)
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
    if (cut := cut_field(form, state, now)) is not None:
        return typed_rest(cut, state, given.text, language, now, mask, partial(_keep, form))
    if item is None:
        return Step(state, notice=_no_answer(state))
    return typed(item, state, given.text, options, language, now, mask, say, partial(_keep, form))


def _no_answer(state: FormState) -> str:
    """Words where no question stands: at the summary they may be meant to mend a line, and did not."""
    at_summary = not (state.at or state.offered or state.cancelling or state.mend_menu)
    return "form.not_mended" if at_summary else "form.use_choices"


def _not_taken(state: FormState, item: Field | None, what: str) -> Step:
    kind = "words" if item is not None else "choice"
    if item is not None and item.kind in ("choice", "several", "file", "photo"):
        kind = "choice" if item.kind in PICKED else item.kind
    return Step(state, notice=f"form.want_{kind}_not", values={"what": what})


def _mended_how(state: FormState) -> str:
    if state.offered or state.cancelling or not state.answers:
        return "form.edited"
    return "form.edited_back" if state.at else "form.edited_mend"


def _pressed(
    form: Form, state: FormState, given: Pressed, options: Options, language: str, now: datetime
) -> Step:
    if given.command == "cancel":
        if not state.answers:
            return Step(state, ended="cancelled")
        return Step(move(state, cancelling=True, page=state.page, search=state.search, picked=state.picked))
    if state.cancelling:
        return _asked_to_drop(state, given)
    if state.offered:
        return _resumed(form, state, given)
    item = current(form, state)
    if given.command == "back":
        before = _back(form, state)
        stays = state.at and before.at == state.at and not (state.search or state.page)
        return Step(before, notice="form.first" if stays else None)
    if item is None:
        return _pressed_at_summary(form, state, given)
    match given.command:
        case "skip" if item.optional:
            return Step(_skip(form, state, item))
        case "keep" if item.key in state.answers:
            return Step(_onward(form, state, item))
        case "page":
            page = (state.page + 1) % pages(item, state, options, language)
            return Step(move(state, page=page, search=state.search, picked=state.picked))
        case "pick":
            choices = shown(item, state, options, language)
            if given.argument.isdecimal() and int(given.argument) < len(choices):
                return _picked(form, state, item, choices[int(given.argument)], language, now)
        case "done" if item.kind == "several":
            return _several(form, state, item, options, language)
    return Step(state, notice="form.stale")


def _picked(form: Form, state: FormState, item: Field, one: Choice, language: str, now: datetime) -> Step:
    if item.kind == "several":
        return Step(toggled(item, state, one))
    return _keep(
        form, state, item, picked_day(one, language, now) if item.kind == "date" else picked([one], language)
    )


def _several(form: Form, state: FormState, item: Field, options: Options, language: str) -> Step:
    """What was ticked is the answer; nothing is none."""
    values = chosen(item, state)
    every = matching(item, move(state, search=""), options, language)
    if not (found := [one for one in every if one.value in values]):
        return Step(_skip(form, state, item)) if item.optional else Step(state, notice="form.pick_some")
    return _keep(form, state, item, picked(found, language))


def _asked_to_drop(state: FormState, given: Pressed) -> Step:
    match given.command:
        case "drop":
            return Step(state, ended="cancelled")
        case "stay":
            return Step(move(state, offered=False, page=state.page, search=state.search, picked=state.picked))
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


def _given(form: Form, state: FormState, item: Field, given: Given, mask: Mask, now: datetime) -> Step:
    answer = Answer(value=given.value, shown=given.name)
    if item.kind == "file" or (item.kind == "photo" and given.value.startswith("photo:")):
        return _keep(form, state, item, answer)
    following = _next(form, state, item.key)
    if item.kind == "text" and given.caption and following is not None and following.kind == "file":
        # A picture sent with words answers both questions.
        both = typed_text(item, state, given.caption, mask, now, partial(_keep, form))
        if both.state.at == following.key:
            return _keep(form, both.state, following, answer)
        return both
    return _not_taken(state, item, given.what)


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
    while following is not None and following.key in state.given and following.key in state.answers:
        following = _next(form, state, following.key)
    return move(state, at=following.key if following else "")


def _next(form: Form, state: FormState, key: str) -> Field | None:
    fields = [item for item in asked(form, state) if item.key == key or not item.offered]
    place = [item.key for item in fields].index(key) + 1
    return fields[place] if place < len(fields) else None


def _back(form: Form, state: FormState) -> FormState:
    if state.mend_menu or (state.mending and not (state.search or state.page)):
        return move(state, at="", mending=False, mend_menu=False)
    if state.search or state.page:
        return move(state)
    keys = [item.key for item in asked(form, state)]
    place = keys.index(state.at) if state.at else len(keys)
    return move(state, at=keys[max(0, place - 1)] if keys else "")
