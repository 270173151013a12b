"""/phat: compose a broadcast, see it as it will look, and schedule it."""

from hashlib import sha256

from bot.acts import places
from bot.core.kernel.formats import number
from bot.core.kernel.richtext import Text, plain_text
from bot.core.people.permissions import Act, may
from bot.core.talk.form import Choice, FormState, Options, ask
from bot.core.talk.message import Button, Message
from bot.core.talk.taps import Go, Preview
from bot.storage.accounts import files
from bot.storage.delivery import progress
from bot.storage.guidance import briefings, broadcasts
from bot.storage.people import audit
from handlers import forms
from handlers.forms import Again, Review
from handlers.guidance import cost, reading
from handlers.guidance.draft import Draft, in_words, understand
from handlers.places import by_child, own_first
from handlers.turn import Turn

CHILDREN = 7  # lines of units under a preview


async def compose(turn: Turn) -> None:
    """Begin a broadcast, or go on with the one that was left."""
    await forms.begin(turn, "compose")


async def preview(turn: Turn, _tap: Preview) -> None:
    """A button of a preview was pressed: it does nothing yet."""
    turn.toast = turn.line("compose.only_preview")


async def _options(turn: Turn, state: FormState) -> Options:
    match state.at:
        case "unit":
            return {"units": await own_first(turn)}
        case "topic":
            topics = turn.house.topics.values()
            return {"topics": [Choice(value=topic.code, label=topic.name) for topic in topics]}
        case "briefing":
            return {"briefings": _prepared(turn)}
    return {}


def _prepared(turn: Turn) -> list[Choice]:
    today = turn.moment.date()
    valid = [one for one in turn.house.briefings.values() if not one.valid_until or one.valid_until >= today]
    valid.sort(key=lambda one: (-one.issued_on.toordinal(), one.slug))
    return [
        Choice(value=one.slug, label={language: body.title for language, body in one.bodies.items()})
        for one in valid
    ]


async def _review(turn: Turn, state: FormState) -> Review:
    draft = await understand(turn, state)
    if not isinstance(draft, Draft):
        return Review(under=draft)
    shown = reading.compose(turn.house, draft.briefing, draft.files, turn.language)
    mark = sha256(shown.model_dump_json().encode()).hexdigest()[:16]
    # Coming back to a summary whose preview stands just above shows it once.
    before = () if state.notes.get("preview") == mark else (_inert(shown),)
    notes = {"count": str(draft.count), "preview": mark}
    return Review(before=before, under=await _whom(turn, draft), notes=notes)


def _inert(message: Message) -> Message:
    rows = tuple(
        tuple(Button(label=button.label, data=Preview().encode(), url=button.url) for button in row)
        for row in message.buttons
    )
    return message.model_copy(update={"buttons": rows})


async def _whom(turn: Turn, draft: Draft) -> Text:
    words = [*turn.text("compose.when", when=in_words(turn, draft.schedule))]
    if not draft.count:
        return (*words, *turn.text("compose.nobody", unit=draft.place.name))
    words += turn.text("compose.count", count=number(draft.count, turn.language))
    below = await places.below(turn.conn, draft.place.path)
    gathered = by_child(draft.by_unit, below, draft.place) if len(below) > 1 else []
    for place, count in gathered[:CHILDREN]:
        name = turn.line("unit.directly") if place.code == draft.place.code else place.name
        words += turn.text("compose.unit", unit=name, count=number(count, turn.language))
    if len(gathered) > CHILDREN:
        rest = sum(count for _, count in gathered[CHILDREN:])
        counts = {
            "units": number(len(gathered) - CHILDREN, turn.language),
            "count": number(rest, turn.language),
        }
        words += turn.text("compose.other_units", **counts)
    stars = await cost.at_most(
        turn.house, turn.conn, draft.briefing, draft.files, draft.audience, draft.place.path
    )
    if stars:
        words += turn.text("compose.cost", stars=number(stars, turn.language))
    words += await _languages(turn, draft)
    if draft.count > turn.house.ask_above:
        words += turn.text("compose.will_ask")
    return tuple(words)


async def _languages(turn: Turn, draft: Draft) -> Text:
    spoken = await progress.by_language(turn.conn, draft.audience, draft.place.path)
    lacking = {language: count for language, count in spoken.items() if language not in draft.briefing.bodies}
    if not lacking:
        return ()
    return turn.text(
        "compose.languages",
        count=number(sum(lacking.values()), turn.language),
        lacking=", ".join(_language(turn, one) for one in sorted(lacking)),
        there=", ".join(_language(turn, one) for one in sorted(draft.briefing.bodies)),
    )


def _language(turn: Turn, code: str) -> str:
    key = f"compose.language_{code.lower()}"
    return turn.line(key) if key in turn.house.texts.keys() else code  # noqa: SIM118 - not a mapping


async def _submit(turn: Turn, state: FormState) -> Again | None:
    typed = state.answers.get("count")
    answers = {key: answer for key, answer in state.answers.items() if key != "count"}
    state = state.model_copy(update={"answers": answers})
    draft = await understand(turn, state)
    if not isinstance(draft, Draft):
        # The summary says it too, under the answers; the notice is for who pressed and saw no change.
        turn.toast = " ".join(plain_text(draft).split())
        return Again(ask(state, ""))
    if not draft.count:
        turn.toast = turn.line("compose.nobody", unit=draft.place.name)
        return Again(ask(state, ""))
    count = number(draft.count, turn.language)
    if state.notes.get("count") != str(draft.count):
        seen = number(int(state.notes.get("count", "0")), turn.language)
        return Again(ask(state, ""), turn.text("compose.changed", before=seen, count=count))
    if draft.count > turn.house.ask_above and (typed is None or typed.value != str(draft.count)):
        key = "compose.type_count" if typed is None else "compose.wrong_count"
        return Again(ask(state, "count"), turn.text(key, count=count))
    await _schedule(turn, draft)
    return None


async def _schedule(turn: Turn, draft: Draft) -> None:
    if turn.member is None:
        raise LookupError("nobody composes without a member")
    briefing_id = draft.briefing_id
    if briefing_id is None:
        attached = [(file.file_id, file.kind, file.inline) for file in draft.files]
        briefing_id = await briefings.keep(turn.conn, draft.briefing, attached, turn.now)
        await files.publish(turn.conn, [file.file_id for file in draft.files], turn.member.id)
    broadcast_id = await broadcasts.create(
        turn.conn,
        briefing_id,
        draft.audience,
        draft.schedule,
        urgent=draft.urgent,
        late_limit_ms=turn.house.late_limit_ms,
        expiry_ms=turn.house.expiry_ms,
        created_by=turn.member.id,
        now=turn.now,
    )
    detail = f"{draft.briefing.slug} to unit:{draft.place.code}, {draft.count} recipients"
    actor, subject = f"member:{turn.member.id}", f"broadcast:{broadcast_id}"
    await audit.note(turn.conn, actor, str(Act.SCHEDULE), subject, detail, turn.now)
    words = turn.text(
        "compose.receipt",
        number=broadcast_id,
        title=draft.briefing.body(turn.language).title,
        when=in_words(turn, draft.schedule),
        unit=draft.place.name,
        count=number(draft.count, turn.language),
    )
    buttons = (
        (turn.button("button.progress", Go("tiendo")),),
        (turn.button("compose.another", Go("phat")),),
    )
    await turn.show(Message(text=words, buttons=buttons))


forms.register(
    forms.FormHandler(
        slug="compose",
        allowed=lambda turn: may(turn.member, Act.SCHEDULE),
        submit=_submit,
        options=_options,
        review=_review,
        cancelled="compose.cancelled",
        needs={
            "source": "choice",
            "briefing": "choice",
            "title": "text",
            "text": "text",
            "file": "file",
            "topic": "choice",
            "unit": "choice",
            "urgency": "choice",
            "timing": "choice",
            "at": "moment",
            "day": "number",
            "time": "time",
            "count": "number",
        },
    )
)
