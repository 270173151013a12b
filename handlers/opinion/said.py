"""/giaidap: answers to what was said on a topic, and what the units that raised it say of them."""

from datetime import date, timedelta

from bot.acts import desk_words, topic_answers
from bot.acts.context import Refusal
from bot.acts.topic_answers import Given
from bot.core.kernel.formats import date_long, number
from bot.core.kernel.richtext import Text
from bot.core.people.permissions import Act, may
from bot.core.talk.form import Choice, FormState, Options
from bot.core.talk.message import Message
from bot.core.talk.taps.reports import OnAnswer
from bot.core.talk.taps.screens import Go
from handlers import filling, forms, guarded
from handlers.turn import Turn


async def answers(turn: Turn) -> None:
    """The last answers of one's unit, and the way to a new one."""
    found = await topic_answers.given(turn.context)
    if isinstance(found, Refusal):
        turn.toast = turn.refusal(found)
        return
    words = [*turn.text("said.title")]
    for one in found:
        words += _one(turn, one)
    if not found:
        words += turn.text("said.none")
    rows = ((turn.button("said.new", OnAnswer("new", 0)),), (turn.button("menu.banxuly", Go("banxuly")),))
    await turn.show(Message(text=tuple(words), buttons=rows))


async def act(turn: Turn, tap: OnAnswer) -> None:
    """Begin an answer; or a reporter's word on one."""
    if tap.choice == "new":
        if may(turn.member, Act.ANSWER_TOPIC):
            await filling.begin(turn, "giaidap")
        else:
            turn.toast = turn.line("tap.stale")
        return
    done = await topic_answers.settle(turn.context, tap.answer, settled=tap.choice == "settled")
    if isinstance(done, Refusal):
        turn.toast = turn.refusal(done)
        return
    turn.toast = turn.line(f"said.noted_{tap.choice}")
    other = OnAnswer("not_yet" if tap.choice == "settled" else "settled", tap.answer)
    rows = ((f"said.is_{tap.choice}", tap), (f"said.change_{other.choice}", other))
    await turn.buttons(tuple((turn.button(key, to),) for key, to in rows))


def _one(turn: Turn, one: Given) -> Text:
    language = turn.language
    marks = {
        key: turn.line("digest.withheld") if count is None else number(count, language)
        for key, count in one.marks.items()
    }
    topic = desk_words.topic_name(turn.house, language, one.answer.topic)
    days = [date_long(date.fromisoformat(day), language) for day in (one.answer.first, one.answer.last)]
    head = turn.text("said.one", topic=topic, first=days[0], last=days[1], words=one.answer.words)
    if all(count is None for count in one.marks.values()):
        return (*head, *turn.text("said.marks_withheld"))
    counts = {f"said.count_{key}": marks.get(key, "0") for key in ("settled", "not_yet", "silent")}
    line = " · ".join(turn.line(key, count=count) for key, count in counts.items())
    return (*head, *turn.text("said.marks", marks=line))


async def _options(turn: Turn, state: FormState) -> Options:
    topics = turn.house.topics.values()
    return {"topics": [Choice(value=topic.code, label=topic.name) for topic in topics]}


def _period(today: date, which: str) -> tuple[date, date]:
    """First and last day of what was picked, none of them to come."""
    first = today.replace(day=1)
    match which:
        case "WEEK":
            return today - timedelta(days=today.weekday()), today
        case "LAST_MONTH":
            last = first - timedelta(days=1)
            return last.replace(day=1), last
        case "QUARTER":
            return first.replace(month=(today.month - 1) // 3 * 3 + 1), today
    return first, today


async def _submit(turn: Turn, state: FormState) -> str | forms.Again | None:
    values = {key: answer.value for key, answer in state.answers.items()}
    first, last = _period(turn.moment.date(), values["period"])
    done = await topic_answers.give(turn.context, values["topic"], first, last, values["words"])
    if isinstance(done, Refusal):
        return forms.Again(state, done.text(turn.house.texts, turn.language))
    topic = desk_words.topic_name(turn.house, turn.language, done.answer.topic)
    rows = ((turn.button("menu.giaidap", Go("giaidap")),),)
    await turn.show(Message(text=turn.text("said.given", topic=topic), buttons=rows))
    return None


forms.register(
    forms.FormHandler(
        slug="giaidap",
        allowed=lambda turn: may(turn.member, Act.ANSWER_TOPIC),
        submit=_submit,
        options=_options,
        sources=frozenset({"topics"}),
        review=guarded.review,
        extras=guarded.extras,
        press=guarded.take_out,
        needs={"topic": "choice", "period": "choice", "words": "text"},
    )
)
