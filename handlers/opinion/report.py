"""/baocao: what people say, as an impersonal report."""

from bot.acts import opinions
from bot.acts.context import Refusal
from bot.core.kernel.formats import moment
from bot.core.opinion.guard import suspects
from bot.core.people.permissions import Act, may
from bot.core.talk.form import Choice, FormState, Options
from bot.core.talk.message import Message
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
    masked = [item.key for item in turn.house.forms["opinion"].fields if item.mask]
    written = [state.answers[key].value for key in masked if key in state.answers]
    names = dict.fromkeys(name for text in written for name in suspects(text))
    if not names:
        return forms.Review()
    return forms.Review(under=turn.text("opinion.names", names=", ".join(names)))


async def _submit(turn: Turn, state: FormState) -> str | None:
    answers = {key: answer.value for key, answer in state.answers.items()}
    code = await opinions.submit(turn.context, answers)
    if isinstance(code, Refusal):
        return code.key
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
