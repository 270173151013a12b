"""When nothing ordinary of one's own unit goes out: said below /duyet, changed by a form."""

from bot.acts import quieting
from bot.acts.context import Refusal
from bot.core.kernel.richtext import Text
from bot.core.people.permissions import Act, may
from bot.core.talk.form import FormState
from bot.core.talk.message import Message
from bot.core.talk.place import ask
from bot.core.talk.taps.screens import Go
from bot.core.talk.taps.sending import Rule
from handlers import filling, forms
from handlers.turn import Rows, Turn

FORM, USUAL = "gionghi", "như chung"


async def lines(turn: Turn) -> tuple[Text, Rows]:
    """The night of one's own unit, and the button that changes it; nothing for who may not."""
    found = await quieting.ruled(turn.context, turn.member.unit) if turn.member else None
    if found is None or isinstance(found, Refusal):
        return (), ()
    words = turn.text("quiet.rule_own" if found.own else "quiet.rule_usual", night=_shown(found.night))
    return words, ((turn.button("quiet.switch", Rule("night")),),)


async def begin(turn: Turn) -> None:
    """Ask for another night."""
    found = await quieting.ruled(turn.context, turn.member.unit) if turn.member else None
    if found is None or isinstance(found, Refusal):
        turn.toast = turn.line("tap.stale")
    else:
        await filling.begin(turn, FORM, unit=found.place.code)


async def _submit(turn: Turn, state: FormState) -> forms.Again | None:
    said = state.answers["night"].value
    done = await quieting.rule(turn.context, state.context["unit"], None if said == USUAL else said)
    if isinstance(done, Refusal):
        return forms.Again(ask(state, "night"), done.text(turn.house.texts, turn.language))
    words = turn.text("quiet.ruled", unit=done.place.name, night=_shown(done.night))
    await turn.show(Message(text=words, buttons=((turn.button("menu.duyet", Go("duyet")),),)))
    return None


def _shown(night: str) -> str:
    return night.replace("-", "–")


forms.register(
    forms.FormHandler(
        slug=FORM,
        allowed=lambda turn: may(turn.member, Act.QUIET_RULE),
        submit=_submit,
        needs={"unit": "context", "night": "text"},
    )
)
