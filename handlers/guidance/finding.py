"""Finding a briefing: the latest of what the member follows, and search."""

from collections.abc import Sequence

from bot.acts import briefings
from bot.acts.briefings import Found
from bot.core.kernel.formats import cut_short, date_long, fold
from bot.core.kernel.richtext import Block, Span, Text
from bot.core.talk.form import localized
from bot.core.talk.message import Button, Message
from bot.core.talk.taps.reading import Open, Seek
from bot.core.talk.taps.screens import Go
from handlers import offers
from handlers.access import open_to
from handlers.steps import next_steps
from handlers.turn import Turn

SHOWN = 5
LABEL = 60  # characters of a title on a button
WORDS = 8


async def latest(turn: Turn) -> None:
    """The recent briefings of the topics the member follows."""
    rows = await briefings.latest(turn.context, SHOWN + 1)
    if not rows:
        buttons = (
            (turn.button("button.topics", Go("chude")),),
            (turn.button("button.help", Go("trogiup")),),
        )
        await turn.say("latest.empty", buttons=buttons)
        return
    await _list(turn, turn.text("latest.title"), rows, "latest.more")


async def search(turn: Turn) -> None:
    """Briefings that hold all the words, with or without diacritics."""
    await _search(turn, turn.arguments, turn.arguments)


async def seek(turn: Turn, tap: Seek) -> None:
    """The same for a button's words, which are shown as its label has them while that is the last screen."""
    if not open_to("tim", turn.member):
        turn.toast = turn.line("tap.stale")
        return
    offered, _ = await offers.last(turn)
    labels = [one.label.partition(":")[2] for one in offered if one.data == tap.encode()]
    words = tap.words.replace("_", " ")
    await _search(turn, words, labels[0] if labels else words)


async def _search(turn: Turn, arguments: str, shown: str) -> None:
    words = fold(arguments[:200]).split()[:WORDS]
    if not words:
        await turn.say("search.how", buttons=next_steps(turn))
        return
    rows = await briefings.search(turn.context, words, SHOWN + 1)
    asked = " ".join(shown.split())[:100]
    if not rows:
        buttons = (
            (turn.button("button.latest", Go("moinhat")),),
            (turn.button("button.help", Go("trogiup")),),
        )
        await turn.say("search.none", words=asked, buttons=buttons)
        return
    await _list(turn, turn.text("search.found", words=asked), rows, "search.more")


async def _list(turn: Turn, heading: Text, rows: Sequence[Found], more: str) -> None:
    lines, buttons = [], []
    for row in rows[:SHOWN]:
        body = row.briefing.body(turn.language)
        topic = turn.house.topics.get(row.briefing.topic)
        about = [localized(topic.name, turn.language)] if topic else []
        about.append(date_long(row.briefing.issued_on, turn.language))
        title = turn.line("briefing.urgent", title=body.title) if row.urgent else body.title
        spans = (Span(text=title, bold=True), Span(text=f"\n{' · '.join(about)}"))
        lines.append(Block(spans=spans, kind="item", marker="•"))
        label = cut_short(title, LABEL)
        buttons.append((Button.of(label, Open(row.id)),))
    note = turn.text(more) if len(rows) > SHOWN else ()
    await turn.send(Message(text=(*heading, *lines, *note), buttons=tuple(buttons)))
