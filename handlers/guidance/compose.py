"""/phat: compose a broadcast, see it as it will look, and schedule it."""

from collections.abc import Sequence
from hashlib import sha256
from secrets import token_hex

from bot.acts import broadcasts, first_screen, training
from bot.acts.broadcasts import Scheduled
from bot.acts.context import Refusal
from bot.acts.places import Place
from bot.core.kernel.formats import moment, number
from bot.core.kernel.richtext import plain_text
from bot.core.people.permissions import Act, may
from bot.core.ports import Tapped
from bot.core.talk.form import Answer, Choice, FormState, Options, localized
from bot.core.talk.message import Message
from bot.core.talk.place import ask, unanswered
from bot.core.talk.taps.screens import Go
from bot.core.talk.taps.sending import OnRun
from bot.core.talk.taps.sending import Preview as PreviewTap
from handlers import filling, forms
from handlers.forms import Again, Review
from handlers.guidance import fromword, whom
from handlers.guidance.draft import READ, goes_in_words, order, times
from handlers.guidance.reviewing import summary
from handlers.screens import Extra
from handlers.turn import Turn


async def compose(turn: Turn) -> None:
    """Begin a broadcast, or go on with the one that was left."""
    await filling.begin(turn, "compose")


async def prepared(turn: Turn, title: str, text: str, topic: str, place: Place) -> None:
    """A text of one's own, filled in for one's eyes: to a unit at once, as it is usual; nothing goes yet."""
    form = turn.house.forms["compose"]
    fields = {one.key: one for one in form.fields}

    def picked(key: str, value: str) -> Answer:
        choice = next(one for one in fields[key].choices if one.value == value)
        return Answer(value=value, shown=localized(choice.label, turn.language))

    named = turn.house.topics.get(topic)
    answers = {
        "source": picked("source", "own"),
        "title": Answer(value=title, shown=title),
        "text": Answer(value=text, shown=text),
        "urgency": picked("urgency", "ordinary"),
        "timing": picked("timing", "now"),
    }
    if named is not None:
        answers["topic"] = Answer(value=topic, shown=localized(named.name, turn.language))
    if turn.member is not None and may(turn.member, Act.SCHEDULE, place.path):
        answers["unit"] = Answer(value=place.code, shown=place.name)
    state = FormState(form="compose", nonce=token_hex(3), at="", answers=answers, skipped=("file",))
    lacks = unanswered(form, state)
    await filling.take_up(turn, ask(state, lacks.key if lacks else ""))


async def preview(turn: Turn, _tap: PreviewTap) -> None:
    """A button of a preview was pressed: it does nothing yet."""
    turn.toast = turn.line("compose.only_preview")


async def _options(turn: Turn, state: FormState) -> Options:
    match state.at:
        case "topic":
            topics = turn.house.topics.values()
            return {"topics": [Choice(value=topic.code, label=topic.name) for topic in topics]}
        case "at":
            return {"times": times(turn, state)}
        case "briefing":
            return {"briefings": _prepared(turn)}
    return await whom.options(turn, state)


def _prepared(turn: Turn) -> list[Choice]:
    today = turn.moment.date()
    valid = [one for one in turn.house.briefings.values() if not one.valid_until or one.valid_until >= today]
    valid.sort(key=lambda one: (-one.issued_on.toordinal(), one.slug))
    return [
        Choice(value=one.slug, label={language: body.title for language, body in one.bodies.items()})
        for one in valid
    ]


async def _review(turn: Turn, state: FormState) -> Review:
    wish = await order(turn, state)
    found = wish if isinstance(wish, Refusal) else await broadcasts.preview(turn.context, wish)
    if isinstance(found, Refusal):
        return Review(under=found.text(turn.house.texts, turn.language))
    draft = found.draft
    shown = first_screen.screen_of(turn.house, draft.briefing, draft.files, turn.language, draft.urgent)
    shown = first_screen.as_on(turn.house, turn.account, shown, turn.language)
    mark = sha256(shown.model_dump_json().encode()).hexdigest()[:16]
    # Coming back to a summary whose preview stands just above shows it once.
    before = () if state.notes.get("preview") == mark else (first_screen.inert(shown),)
    notes = {"count": str(draft.count), "preview": mark}
    return Review(before=before, under=summary(turn, found), notes=notes)


def _extras(turn: Turn, state: FormState) -> Sequence[Extra]:
    switch = "training.in_earnest" if "training" in state.answers else "training.begin"
    bare = (Extra(turn.line("compose.like_zalo"), "bare", last=True),) if turn.house.bare else ()
    return (
        *bare,
        Extra(turn.line("training.send_to_me"), "try", last=True),
        Extra(turn.line(switch), "train", last=True),
    )


async def _press(turn: Turn, state: FormState, argument: str) -> FormState | None:
    if argument == "train":
        answers = {key: answer for key, answer in state.answers.items() if key != "training"}
        if "training" not in state.answers:
            answers["training"] = Answer(value="yes", shown="TẬP HUẤN")
        return state.model_copy(update={"answers": answers})
    if argument == "bare":
        await _bare(turn, state)
        return state
    if argument != "try":
        return None
    wish = await order(turn, state)
    done = wish if isinstance(wish, Refusal) else await training.try_out(turn.context, wish)
    turn.said = turn.said or not isinstance(done, Refusal)  # it stands in this chat, above the summary
    turn.toast = turn.refusal(done) if isinstance(done, Refusal) else turn.line("training.tried_out")
    return state


async def _bare(turn: Turn, state: FormState) -> None:
    """What people see where there are no buttons, above the summary."""
    wish = await order(turn, state)
    found = wish if isinstance(wish, Refusal) else await broadcasts.preview(turn.context, wish)
    if isinstance(found, Refusal):
        turn.toast = turn.refusal(found)
        return
    draft = found.draft
    shown = first_screen.screen_of(turn.house, draft.briefing, draft.files, turn.language, draft.urgent)
    parts = first_screen.without_buttons(turn.house, shown, turn.language)
    for place, part in enumerate(parts, start=1):
        head = turn.text("compose.on_zalo", place=place, parts=len(parts))
        await turn.send(Message(text=(*head, *part)))


async def _submit(turn: Turn, state: FormState) -> Again | None:
    typed = state.answers.get("count")
    answers = {key: answer for key, answer in state.answers.items() if key != "count"}
    state = state.model_copy(update={"answers": answers})
    wish, shown = await order(turn, state), int(state.notes.get("count", "0"))
    if isinstance(wish, Refusal):
        return _refused(turn, state, wish)
    if shown > turn.house.ask_above and (typed is None or typed.value != str(shown)):
        found = await broadcasts.preview(turn.context, wish)
        if isinstance(found, Refusal):
            return _refused(turn, state, found)
        if found.draft.count == shown:  # else that it changed is said first
            key = "compose.type_count" if typed is None else "compose.wrong_count"
            return Again(ask(state, "count"), turn.text(key, count=number(shown, turn.language)))
    done = await broadcasts.schedule(turn.context, wish, shown)
    if isinstance(done, Refusal):
        return _refused(turn, state, done)
    await _receipt(turn, done)
    return None


def _refused(turn: Turn, state: FormState, why: Refusal) -> Again:
    words = why.text(turn.house.texts, turn.language)
    if why.key == "compose.changed" or not isinstance(turn.incoming.event, Tapped):
        return Again(ask(state, ""), words)
    # The summary says it too, under the answers; the notice is for who pressed and saw no change.
    turn.toast = " ".join(plain_text(words).split())
    return Again(ask(state, ""))


async def _receipt(turn: Turn, done: Scheduled) -> None:
    draft = done.draft
    words = turn.text(
        "approve.receipt" if done.state == "submitted" else "compose.receipt",
        number=done.id,
        title=draft.briefing.body(turn.language).title,
        when=goes_in_words(turn, draft),
        unit=draft.place.name,
        count=number(draft.count, turn.language),
    )
    if done.state == "submitted" and not done.told:
        words += turn.text("approve.no_approver")
    if done.adding and (until := done.addable_until) is not None:
        values = {
            "until": moment(turn.local(until), turn.language),
            "count": number(done.adding, turn.language),
        }
        words += turn.text("addendum.can_add", **values)
    follow = turn.button("button.progress", Go("tiendo"))
    if done.state == "submitted":
        follow = turn.button("compose.open", OnRun("next", done.id))
    buttons = (
        (follow,),
        (turn.button("compose.another", Go("phat")),),
    )
    await turn.show(Message(text=words, buttons=buttons))


forms.register(
    forms.FormHandler(
        slug="compose",
        allowed=lambda turn: may(turn.member, Act.SCHEDULE),
        submit=_submit,
        options=_options,
        sources=frozenset({"topics", "times", "briefings", "units", "people"}),
        above=whom.above,
        review=_review,
        extras=_extras,
        press=_press,
        file=fromword.taken,
        cancelled="compose.cancelled",
        needs={**READ, "count": "number"},
    )
)
