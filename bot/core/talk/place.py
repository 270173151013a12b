"""Where somebody is in a form: which fields apply, which one is asked, and which buttons the screen has."""

from collections.abc import Mapping

from bot.core.talk import units
from bot.core.talk.form import UNITS, Choice, Field, Form, FormState, Options, localized, values_of
from bot.core.talk.inputs import Pressed
from bot.core.talk.words import bare

PAGE = 7  # choices a screen, at most (voice: no more than 7)


def asked(form: Form, state: FormState) -> list[Field]:
    """The fields that apply, given the context and the answers to those before them that apply."""
    known: dict[str, tuple[str, ...]] = {key: (value,) for key, value in state.context.items()}
    fields = []
    for item in form.fields:
        if item.confirms and item.key != state.at:
            continue
        if item.offered and item.key != state.at and item.key not in state.answers:
            continue
        if not all(set(known.get(key, ())) & set(allowed) for key, allowed in item.when.items()):
            continue
        fields.append(item)
        if (answer := state.answers.get(item.key)) is not None:
            known[item.key] = values_of(item, answer.value)
    return fields


def total(form: Form, state: FormState) -> int | None:
    """How many questions it asks; None while an answer that is still to come decides on others.

    What is asked at the end alone, or only where somebody wants it, is not counted.
    """
    known: dict[str, tuple[str, ...]] = {key: (value,) for key, value in state.context.items()}
    undecided: set[str] = set()
    count = 0
    for item in form.fields:
        if item.confirms or item.offered:
            continue
        missing = [key for key, allowed in item.when.items() if not set(known.get(key, ())) & set(allowed)]
        if not undecided.issuperset(missing):
            continue
        if missing:
            return None
        count += 1
        if (answer := state.answers.get(item.key)) is not None:
            known[item.key] = values_of(item, answer.value)
        elif item.key not in state.skipped:
            undecided.add(item.key)
    return count


def start(form: Form, nonce: str, context: Mapping[str, str] | None = None) -> FormState:
    """The first screen. `context` is kept beside the answers (an invitation, say)."""
    empty = FormState(form=form.slug, nonce=nonce, at="", context=dict(context or {}))
    return empty.model_copy(update={"at": next((item.key for item in asked(form, empty)), "")})


def ask(state: FormState, key: str) -> FormState:
    """The screen of one field out of its turn, then the summary again; key "" is the summary itself."""
    return move(state, at=key, mending=bool(key), mend_menu=False)


def move(state: FormState, **changes: object) -> FormState:
    """A new screen: buttons of the old one become stale; a search, page or tick holds where it was made."""
    fresh = {"page": 0, "search": "", "picked": None, "cancelling": False, "long": 0, "said": "", "cut": ""}
    return state.model_copy(update={**fresh, "step": state.step + 1, **changes})


def current(form: Form, state: FormState) -> Field | None:
    """The field being asked, None at the summary."""
    return next((item for item in form.fields if item.key == state.at), None)


def asking(form: Form, state: FormState) -> Field | None:
    """The field that the screen asks; None at the summary, and where it asks about the form itself."""
    return None if state.offered or state.cancelling else current(form, state)


def chosen(item: Field, state: FormState) -> tuple[str, ...]:
    """The values that are ticked where several may be: as they are now, at first those answered before."""
    if state.picked is not None:
        return state.picked
    answer = state.answers.get(item.key) if item.kind == "several" else None
    return tuple(answer.value.split()) if answer else ()


def unanswered(form: Form, state: FormState) -> Field | None:
    """The first field that applies and was neither answered nor skipped."""
    done = {*state.answers, *state.skipped}
    return next((item for item in asked(form, state) if item.key not in done), None)


def takes_file(form: Form, state: FormState, with_words: bool) -> bool:
    """Whether a file is of use now: it is asked for, or it comes with the words asked for before it."""
    item = asking(form, state)
    if item is None:
        return False
    fields = asked(form, state)
    following = fields[fields.index(item) + 1 :][:1]
    follows = item.kind == "text" and with_words and any(one.kind == "file" for one in following)
    return item.kind == "file" or follows


def fitted(form: Form, state: FormState) -> FormState:
    """A stored state as the form stands now: it may have changed since, and what is gone is not asked."""
    fields = asked(form, state)
    known = {item.key for item in fields} | {item.key for item in form.fields if item.confirms}
    answers = {key: answer for key, answer in state.answers.items() if key in known}
    here = not state.at or any(item.key == state.at for item in fields)
    if here and answers == state.answers:
        return state
    kept = move(state, answers=answers)
    item = unanswered(form, kept)
    return kept if here else kept.model_copy(update={"at": item.key if item else ""})


def matching(item: Field, state: FormState, options: Options, language: str) -> list[Choice]:
    """The choices of a field that fit what was typed to search them."""
    choices = list(item.choices or options.get(item.source or "", ()))
    wanted = bare(state.search)
    if not wanted:
        return choices
    if item.source == UNITS:
        return units.like(choices, state.search, language)
    return [choice for choice in choices if _holds(bare(localized(choice.label, language)), wanted)]


def _holds(label: str, wanted: str) -> bool:
    """Whether a label has these letters, with or without the gaps: "ea hleo" finds "Ea H'Leo"."""
    return wanted in label or wanted.replace(" ", "") in label.replace(" ", "")


def pages(item: Field, state: FormState, options: Options, language: str) -> int:
    """How many screens the choices take that fit what was typed."""
    return max(1, -(-len(matching(item, state, options, language)) // PAGE))


def shown(item: Field, state: FormState, options: Options, language: str) -> list[Choice]:
    """The choices on the present page."""
    return matching(item, state, options, language)[state.page * PAGE : (state.page + 1) * PAGE]


def screen(form: Form, state: FormState, options: Options, language: str) -> list[list[Pressed]]:
    """The buttons of the present screen, in rows. Numbered through, they are what a typed number means."""
    if state.cancelling:
        return [[Pressed("drop")], [Pressed("stay")]]
    if state.offered:
        return [[Pressed("go_on")], [Pressed("start_over")], [Pressed("cancel")]]
    item = current(form, state)
    if item is None:
        if state.mend_menu:
            return [[Pressed("line", field.key)] for field in asked(form, state)] + [[Pressed("back")]]
        return [[Pressed("send")], [Pressed("mend"), Pressed("cancel")]]
    rows = [[Pressed("pick", str(place))] for place in range(len(shown(item, state, options, language)))]
    if state.page + 1 < pages(item, state, options, language):
        rows.append([Pressed("page")])
    if item.kind == "several" and chosen(item, state):
        rows.append([Pressed("done")])
    if item.optional:
        rows.append([Pressed("skip")])
    if item.key in state.answers and not state.mending and item.kind != "several":
        rows.append([Pressed("keep")])
    return [*rows, [Pressed("back"), Pressed("cancel")]]
