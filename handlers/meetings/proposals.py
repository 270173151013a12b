"""Difficulties and proposals that units sent for a conference, summed up for its host."""

from bot.acts import conference_points, conference_proposals
from bot.acts.context import Refusal
from bot.core.kernel.formats import cut_short, number
from bot.core.kernel.richtext import Block
from bot.core.meetings.conference import PROPOSAL_FORM
from bot.core.talk.form import localized
from bot.core.talk.message import Button, Message
from bot.core.talk.taps.meetings import OnConference, OnProposal
from handlers.turn import Turn

WORDS = 300  # characters of one on the screen; the file has them whole
SHOWN = 10  # of each kind


async def show(turn: Turn, number_: int) -> None:
    """Those that one may see, by kind; of one's own unit, the way to take each back."""
    found = await conference_proposals.listed(turn.context, number_)
    seen = await conference_points.look(turn.context, number_)
    if isinstance(found, Refusal) or isinstance(seen, Refusal):
        turn.toast = turn.line("tap.stale")
        return
    words: list[Block] = [*turn.text("proposal.title", title=seen.row.title)]
    kinds = next(one for one in turn.house.forms[PROPOSAL_FORM].fields if one.key == "kind").choices
    for kind in kinds:
        mine = [one for one in found if one.answers.get("kind") == kind.value]
        if mine:
            name = localized(kind.label, turn.language)
            words += turn.text("proposal.kind", name=name, count=number(len(mine), turn.language))
        for one in mine[:SHOWN]:
            said = cut_short(" ".join(one.answers.get("words", "").split()), WORDS)
            words += turn.text("proposal.one", unit=one.unit, words=said)
        if len(mine) > SHOWN:
            words += turn.text("proposal.more", count=number(len(mine) - SHOWN, turn.language))
    if not found:
        words += turn.text("proposal.none")
    rows: list[tuple[Button, ...]] = []
    own = [one for one in found if turn.member is not None and one.row.unit == turn.member.unit]
    for one in own[:SHOWN]:
        said = cut_short(" ".join(one.answers.get("words", "").split()), 30)
        rows.append((turn.button("proposal.drop", OnProposal("drop", one.row.code), words=said),))
    if found and seen.hosts:
        rows.append((turn.button("conference.sheet", OnConference("sheet", number_)),))
    rows.append((turn.button("button.back", OnConference("open", number_)),))
    await turn.show(Message(text=tuple(words), buttons=tuple(rows)))


async def act(turn: Turn, tap: OnProposal) -> None:
    """One of one's own unit is taken back."""
    gone = await conference_proposals.take_back(turn.context, tap.proposal)
    if isinstance(gone, Refusal):
        turn.toast = turn.refusal(gone)
        return
    turn.toast = turn.line("proposal.dropped")
    await show(turn, gone.conference)
