"""The forms of a conference: announced by its host; a point confirmed or declined; a proposal sent."""

from collections.abc import Awaitable, Callable, Sequence

from bot.acts import conference_notices, conference_points, conference_proposals, conferences
from bot.acts.context import Refusal
from bot.core.kernel.formats import number
from bot.core.kernel.richtext import Text
from bot.core.kernel.values import NOWHERE
from bot.core.meetings.conference import (
    CHANGE_FORM,
    DECLINE_FORM,
    FORM,
    POINT_FORM,
    PROPOSAL_FORM,
    TAKES_PROPOSALS,
    Whom,
)
from bot.core.people.permissions import Act, may
from bot.core.talk.form import FormState
from bot.core.talk.message import Message
from bot.core.talk.needs import Need
from bot.core.talk.taps.meetings import OnConference
from handlers import filling, forms, guarded
from handlers.turn import Rows, Turn

Do = Callable[[Turn, int, dict[str, str]], Awaitable[object]]
RECEIPTS = {
    POINT_FORM: "conference.confirmed",
    DECLINE_FORM: "conference.declined",
    PROPOSAL_FORM: "proposal.kept",
    CHANGE_FORM: "conference.changed",
}
FOR_GOOD = ("conference.over", "conference.takes_none", "conference.enough_proposals")  # nothing mends it

BEGINS = {"confirm": POINT_FORM, "decline": DECLINE_FORM, "propose": PROPOSAL_FORM}


async def begin(turn: Turn, tap: OnConference) -> None:
    """Begin the form of a step, where one's unit has a point and it is not too late."""
    seen = await conference_points.look(turn.context, tap.number)
    if isinstance(seen, Refusal) or seen.own is None:
        turn.toast = turn.line("tap.stale")
    elif tap.step != "propose" and seen.row.state != "announced":
        turn.toast = turn.line("conference.over")
    elif tap.step == "propose" and seen.row.state not in TAKES_PROPOSALS:
        turn.toast = turn.line("conference.takes_none")
    else:
        await filling.begin(turn, BEGINS[tap.step], conference=str(tap.number))


async def begin_change(turn: Turn, conference: int) -> None:
    """Begin the host's form for another time or place, while it is to come."""
    seen = await conference_points.look(turn.context, conference)
    if isinstance(seen, Refusal) or not seen.hosts:
        turn.toast = turn.line("tap.stale")
    elif seen.row.state != "announced":
        turn.toast = turn.line("conference.over")
    else:
        await filling.begin(turn, CHANGE_FORM, conference=str(conference))


def _values(state: FormState) -> dict[str, str]:
    return {key: answer.value for key, answer in state.answers.items()}


async def _review(turn: Turn, state: FormState) -> forms.Review:
    """How many units will hear at once."""
    path = turn.member.path if turn.member else NOWHERE
    asked = await conferences.invited(turn.context, path, Whom(state.answers["whom"].value)) if path else []
    words = turn.text("conference.will_ask", count=number(len(asked), turn.language))
    return forms.Review(under=words + await _unheard(turn, [one.code for one in asked]))


async def _unheard(turn: Turn, units: Sequence[str]) -> Text:
    """How many of these units (codes) have nobody whom a message reaches; nothing where all have."""
    count = len(units) - len(await conference_notices.reached(turn.conn, units))
    return turn.text("conference.unheard", count=number(count, turn.language)) if count else ()


async def _announce(turn: Turn, state: FormState) -> forms.Again | None:
    done = await conferences.announce(turn.context, _values(state))
    if isinstance(done, Refusal):
        return forms.Again(state, done.text(turn.house.texts, turn.language))
    rows = ((turn.button("conference.open", OnConference("open", done.row.id)),),)
    count = number(len(done.units), turn.language)
    words = turn.text("conference.announced", title=done.row.title, count=count)
    words += await _unheard(turn, done.units)
    await turn.show(Message(text=words, buttons=rows))
    return None


def _submit(do: Do) -> Callable[[Turn, FormState], Awaitable[forms.Again | None]]:
    async def submit(turn: Turn, state: FormState) -> forms.Again | None:
        conference = int(state.context["conference"])
        done = await do(turn, conference, _values(state))
        rows: Rows = ((turn.button("conference.open", OnConference("open", conference)),),)
        if isinstance(done, Refusal) and done.key in FOR_GOOD:
            await turn.show(Message(text=done.text(turn.house.texts, turn.language), buttons=rows))
            return None
        if isinstance(done, Refusal):
            return forms.Again(state, done.text(turn.house.texts, turn.language))
        if state.form == PROPOSAL_FORM:
            rows = (*rows, (turn.button("proposal.another", OnConference("propose", conference)),))
        await turn.show(Message(text=turn.text(RECEIPTS[state.form]), buttons=rows))
        return None

    return submit


def _register(slug: str, act: Act, do: Do, needs: dict[str, Need]) -> None:
    forms.register(
        forms.FormHandler(
            slug=slug,
            allowed=lambda turn: may(turn.member, act),
            submit=_submit(do),
            review=guarded.review,
            extras=guarded.extras,
            press=guarded.take_out,
            needs={"conference": "context", **needs},
        )
    )


forms.register(
    forms.FormHandler(
        slug=FORM,
        allowed=lambda turn: may(turn.member, Act.CONFERENCE),
        submit=_announce,
        review=_review,
        needs={
            "title": "text",
            "at": "moment",
            "how": "choice",
            "place": "text",
            "agenda": "text",
            "whom": "choice",
            "days": "choice",
        },
    )
)
_register(
    POINT_FORM,
    Act.CONFIRM_POINT,
    lambda turn, one, said: conference_points.confirm(turn.context, one, said),
    {"place": "text", "heads": "choice", "contact": "text"},
)
_register(
    DECLINE_FORM,
    Act.DECLINE_POINT,
    lambda turn, one, said: conference_points.decline(turn.context, one, said),
    {"reason": "text"},
)
_register(
    CHANGE_FORM,
    Act.CHANGE_CONFERENCE,
    lambda turn, one, said: conferences.change(turn.context, one, said),
    {"at": "moment", "place": "text"},
)
_register(
    PROPOSAL_FORM,
    Act.PROPOSE,
    lambda turn, one, said: conference_proposals.propose(turn.context, one, said),
    {"kind": "choice", "words": "text", "level": "choice"},
)
