"""/baocao: what people say, as an impersonal report."""

from datetime import timedelta
from secrets import choice

from bot.core.kernel.codes import new_code
from bot.core.kernel.formats import moment
from bot.core.opinion.guard import suspects
from bot.core.people.permissions import Act, may
from bot.core.talk.form import Choice, FormState, Options
from bot.core.talk.message import Message
from bot.storage.opinion import opinions
from handlers import forms
from handlers.turn import Turn


async def report(turn: Turn) -> None:
    """Begin a report, or go on with the one that was left."""
    await forms.begin(turn, "opinion")


async def _options(turn: Turn, state: FormState) -> Options:
    topics = turn.house.topics.values()
    return {"topics": [Choice(value=topic.code, label=topic.name) for topic in topics]}


async def _review(turn: Turn, state: FormState) -> forms.Review:
    """Names are not taken out by machine: where one seems to stand, the reporter is asked to look again."""
    written = (state.answers[key].value for key in ("content", "proposal") if key in state.answers)
    names = dict.fromkeys(name for text in written for name in suspects(text))
    if not names:
        return forms.Review()
    return forms.Review(under=turn.text("opinion.names", names=", ".join(names)))


async def _submit(turn: Turn, state: FormState) -> str | None:
    if turn.member is None:
        return "form.not_allowed"
    code = f"DL-{new_code(6, choice)}"
    while await opinions.taken(turn.conn, code):
        code = f"DL-{new_code(8, choice)}"
    names = ("topic", "people", "tendency", "scale", "content", "proposal", "urgency")
    answers = {name: state.answers[name].value if name in state.answers else "" for name in names}
    values = {
        **answers,
        "code": code,
        "unit": turn.member.unit,
        "sample": False,
        "day": turn.moment.date().isoformat(),
    }
    until = (turn.moment.date() + timedelta(days=turn.house.link_days)).isoformat()
    await opinions.add(turn.conn, values, turn.member.id, until)
    when = moment(turn.moment, turn.language)
    await turn.show(Message(text=turn.text("opinion.receipt", code=code, when=when)))
    return None


forms.register(
    forms.FormHandler(
        slug="opinion",
        allowed=lambda turn: may(turn.member, Act.REPORT),
        submit=_submit,
        options=_options,
        review=_review,
        cancelled="opinion.cancelled",
    )
)
