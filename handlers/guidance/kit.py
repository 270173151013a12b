"""/hoi and "Hỏi về nội dung này": what is asked and answered about a briefing; who issued it adds to it."""

from datetime import date

from bot.acts import briefings, kits
from bot.acts.context import STALE, Refusal
from bot.acts.kits import EntryRow, Kit, Look
from bot.core.guidance.kit import Entry
from bot.core.kernel.formats import cut_short, date_long, read_day
from bot.core.kernel.richtext import Block, Span, Text, paragraph
from bot.core.people.permissions import Act, may
from bot.core.talk.form import FormState
from bot.core.talk.message import Button, Message
from bot.core.talk.taps.kits import AskOn, KitOf, OnEntry
from bot.core.talk.taps.questions import AskAbout
from bot.core.talk.taps.reading import Open
from bot.core.talk.taps.screens import Go
from handlers import filling, forms
from handlers.opinion import questions
from handlers.turn import Rows, Turn

PAGE = 5
LABEL = 60  # characters of a question on a button


async def ask(turn: Turn) -> None:
    """The command: with words, what answers them, or a question; without, one's own questions."""
    words = " ".join(turn.arguments.split())
    if not words:
        await questions.mine(turn)
        return
    found = await kits.search(turn.context, words)
    if not found:
        await turn.say("kit.none_found", words=cut_short(words, LABEL))
        await questions.begin_with(turn, words)
        return
    rows: list[tuple[Button, ...]] = [_entry_row(turn, one) for one in found]
    rows.append((turn.button("question.ask_other", AskAbout(0)),))
    text = turn.text("kit.found", words=cut_short(words, LABEL), count=len(found))
    await turn.send(Message(text=text, buttons=tuple(rows)))


def _entry_row(turn: Turn, one: EntryRow) -> tuple[Button, ...]:
    question, _ = one.entry.spoken(turn.language)
    return (Button.of(cut_short(question, LABEL), OnEntry("open", one.id)),)


async def of_delivered(turn: Turn, tap: AskOn) -> None:
    """The kit of a briefing that was delivered."""
    one = (
        await briefings.read_delivered(turn.context, tap.delivery) if isinstance(tap.delivery, int) else STALE
    )
    await _show(
        turn, one if isinstance(one, Refusal) else await kits.entries(turn.context, one.briefing.slug), 0
    )


async def of_briefing(turn: Turn, tap: KitOf) -> None:
    """The kit of a briefing by its number."""
    await _show(
        turn, await kits.entries(turn.context, await kits.slug_of(turn.context, tap.briefing)), tap.skip
    )


async def of_slug(turn: Turn, slug: str) -> None:
    """The kit of a briefing that somebody is sending."""
    await _show(turn, await kits.entries(turn.context, slug), 0)


async def _show(turn: Turn, kit: Kit | Refusal, skip: int) -> None:
    if isinstance(kit, Refusal):
        turn.toast = turn.refusal(kit)
        return
    title = kit.briefing.body(turn.language).title
    page = kit.entries[skip : skip + PAGE]
    key = "kit.title" if kit.entries else "kit.empty"
    text = turn.text(key, title=title, count=len(kit.entries))
    rows: list[tuple[Button, ...]] = [_entry_row(turn, one) for one in page]
    ways = [turn.button("roster.before", KitOf(kit.briefing_id, max(0, skip - PAGE)))] if skip else []
    if skip + PAGE < len(kit.entries):
        ways.append(turn.button("roster.after", KitOf(kit.briefing_id, skip + PAGE)))
    rows += [tuple(ways)] if ways else []
    key = "question.ask_other" if kit.entries else "question.ask"
    rows.append((turn.button(key, AskAbout(kit.briefing_id)),))
    if kit.writes:
        rows.append((turn.button("kit.add", OnEntry("add", kit.briefing_id)),))
    back = Open(kit.briefing_id) if kit.reads else Go("tiendo")
    rows.append((turn.button("button.back", back),))
    await turn.send(Message(text=text, buttons=tuple(rows)))


async def act(turn: Turn, tap: OnEntry) -> None:
    """A step on an entry, or on the kit of a briefing."""
    if tap.step == "add":
        await filling.begin(turn, "kit", briefing=str(tap.number))
        return
    if tap.step == "drop!":
        await _drop(turn, tap.number)
        return
    found = await kits.look(turn.context, tap.number)
    if isinstance(found, Refusal):
        turn.toast = turn.refusal(found)
    elif tap.step == "open":
        await turn.send(Message(text=said(turn, found.entry.entry), buttons=_below(turn, found)))
    elif tap.step == "drop" and found.writes:
        rows = (
            (turn.button("kit.sure_drop", OnEntry("drop!", tap.number)),),
            (turn.button("button.back", OnEntry("open", tap.number)),),
        )
        await turn.show(
            Message(text=turn.text("kit.ask_drop", words=found.entry.entry.question), buttons=rows)
        )
    else:
        turn.toast = turn.line("tap.stale")


def said(turn: Turn, one: Entry) -> Text:
    """A question, its answer, where that stands and how long it holds."""
    parts = [turn.line("briefing.source", source=one.source)]
    if one.valid_until is not None:
        parts.append(turn.line("kit.valid_until", day=date_long(one.valid_until, turn.language)))
    asked, answer = one.spoken(turn.language)
    question = Block(spans=(Span(text=asked, bold=True),))
    return (question, paragraph(answer), paragraph(" · ".join(parts)))


def _below(turn: Turn, found: Look) -> Rows:
    rows: Rows = ((turn.button("question.ask_other", AskAbout(found.briefing_id)),),)
    if found.writes and not found.entry.prepared:
        rows = (*rows, (turn.button("kit.drop", OnEntry("drop", found.entry.id)),))
    return (*rows, (turn.button("button.back", KitOf(found.briefing_id)),))


async def _drop(turn: Turn, entry: int) -> None:
    gone = await kits.remove(turn.context, entry)
    if isinstance(gone, Refusal):
        turn.toast = turn.refusal(gone)
        return
    rows = ((turn.button("button.latest", Go("moinhat")),),)
    await turn.show(Message(text=turn.text("kit.dropped", words=gone.entry.question), buttons=rows))


async def _submit(turn: Turn, state: FormState) -> str | forms.Again | None:
    values = {key: answer.value for key, answer in state.answers.items()}
    last: date | None = None
    if written := values.get("valid_until"):
        try:
            last = read_day(written)
        except ValueError:
            return "kit.no_day"
    slug = await kits.slug_of(turn.context, int(state.context["briefing"]))
    entry = Entry(
        question=values["question"], answer=values["answer"], source=values["source"], valid_until=last
    )
    done = await kits.add(turn.context, slug, entry)
    if isinstance(done, Refusal):
        return forms.Again(state, done.text(turn.house.texts, turn.language))
    back = int(state.context["briefing"])
    rows = (
        (turn.button("kit.see", KitOf(back)),),
        (turn.button("kit.add_more", OnEntry("add", back)),),
    )
    await turn.show(Message(text=turn.text("kit.added", words=done.entry.question), buttons=rows))
    return None


forms.register(
    forms.FormHandler(
        slug="kit",
        allowed=lambda turn: may(turn.member, Act.ADD_TO_KIT),
        submit=_submit,
        needs={
            "briefing": "context",
            "question": "text",
            "answer": "text",
            "source": "text",
            "valid_until": "text",
        },
    )
)
