"""Every kind of tap there is, with its parts and their types. Who may do it is judged when it is done.

The words are in messages that stand in chats for years: a kind is never renamed, only added or taken away.
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints
from pydantic.dataclasses import dataclass

from bot.core.talk.tap import Code, Delivery, Key, Mark, Number, Step, Tap

Few = Annotated[int, Field(ge=0, lt=10**9)]

SORTED_BY = 28  # letters of a topic, a unit or words by which a desk is sorted


@dataclass(frozen=True)
class Go(Tap, word="go"):
    """Do what a command does."""

    command: Code


@dataclass(frozen=True)
class Press(Tap, word="f"):
    """A button of a form's screen: which form (nonce), which of its screens, and what it means there."""

    nonce: Mark
    step: Annotated[int, Field(ge=0, lt=10**9)]
    command: Mark
    argument: Key = ""


@dataclass(frozen=True)
class Confirm(Tap, word="ack"):
    """I have read this delivery."""

    delivery: Delivery


@dataclass(frozen=True)
class ConfirmFull(Tap, word="ackf"):
    """I have read this delivery: pressed below its whole text."""

    delivery: Delivery


@dataclass(frozen=True)
class Full(Tap, word="full"):
    """The whole text of a delivered briefing."""

    delivery: Delivery


@dataclass(frozen=True)
class Files(Tap, word="files"):
    """The files of a delivered briefing."""

    delivery: Delivery


@dataclass(frozen=True)
class Noted(Tap, word="noted"):
    """I know of this correction: the delivery that told of it."""

    delivery: Delivery


@dataclass(frozen=True)
class Reread(Tap, word="reread"):
    """The first screen of a delivered briefing again."""

    delivery: Delivery


@dataclass(frozen=True)
class Open(Tap, word="open"):
    """A briefing of a list."""

    briefing: Number


@dataclass(frozen=True)
class FullOf(Tap, word="bfull"):
    """The whole text of a briefing opened from a list."""

    briefing: Number


@dataclass(frozen=True)
class FilesOf(Tap, word="bfiles"):
    """The files of a briefing opened from a list."""

    briefing: Number


@dataclass(frozen=True)
class Outline(Tap, word="page"):
    """A page to speak from, or the loudspeaker's words: of a delivery ("to") or of one in a list ("of")."""

    of: Literal["of", "to"]
    number: Number
    form: Literal["ask", "docx", "pdf", "loa"]


@dataclass(frozen=True)
class Preview(Tap, word="preview"):
    """A button of a preview, which does nothing yet."""


@dataclass(frozen=True)
class Follow(Tap, word="topic"):
    """Follow a topic, or stop following it."""

    topic: Code


@dataclass(frozen=True)
class Mine(Tap, word="me"):
    """A step of /toi; `language` goes with "lang"."""

    step: Step
    language: Key = ""


@dataclass(frozen=True)
class Admit(Tap, word="admit"):
    """Accept or decline a request to join; declining without a reason asks for one."""

    choice: Literal["yes", "no"]
    request: Number
    reason: Key = ""


@dataclass(frozen=True)
class OnRun(Tap, word="run"):
    """A step on a run, or on the broadcast it will be of; "!" marks what was asked for twice."""

    step: Step
    number: Number


@dataclass(frozen=True)
class Unread(Tap, word="unread"):
    """Those of one's own unit who have not read a run, from so many on."""

    run: Number
    skip: Number


@dataclass(frozen=True)
class OnPlan(Tap, word="plan"):
    """A step on a broadcast as it was shown: which of its revisions, and for how many."""

    step: Step
    number: Number
    revision: Few
    count: Few = 0


@dataclass(frozen=True)
class OnAddendum(Tap, word="add"):
    """A step on what one's unit adds to briefings; `number` of a broadcast, or of an addendum."""

    step: Step
    number: Number = 0


@dataclass(frozen=True)
class Rule(Tap, word="rule"):
    """Whether one's own unit's broadcasts need approval; "!" marks what was asked for twice."""

    step: Step


@dataclass(frozen=True)
class Week(Tap, word="week"):
    """The plan of the week that begins on a day, by its ordinal."""

    day: Annotated[int, Field(ge=1, lt=10**7)]


@dataclass(frozen=True)
class DigestOf(Tap, word="dig"):
    """The digest of a period."""

    period: Step


@dataclass(frozen=True)
class DigestFile(Tap, word="digf"):
    """The digest of a period as a file; `form` "ask" asks which, "docx.CODE" names a layout.

    `period`: its name, or two ISO dates with "_" between.
    """

    form: Code
    period: Code


@dataclass(frozen=True)
class OnDigest(Tap, word="dgs"):
    """A step on a unit's stored digest as it was seen; "!" marks what was asked for twice.

    `about`: a part or a file's format by its name, a theme or view by its place; the days to draw up.
    """

    step: Step
    number: Number
    revision: Few = 0
    about: Key = ""


@dataclass(frozen=True)
class Seek(Tap, word="seek"):
    """Search for these words, folded, with "_" between them."""

    words: Code


@dataclass(frozen=True)
class Take(Tap, word="take"):
    """What a member's new code opens; `proof` shows that it was offered to this chat."""

    invitation: Number
    proof: Code


@dataclass(frozen=True)
class People(Tap, word="people"):
    """A unit's own people, from so many on."""

    unit: Code
    skip: Number


@dataclass(frozen=True)
class Log(Tap, word="log"):
    """What was done at or below a unit, before a line of the audit log (0: the newest)."""

    unit: Code
    before: Number


@dataclass(frozen=True)
class Below(Tap, word="below"):
    """The units below a unit that have people, from so many on."""

    unit: Code
    skip: Number


@dataclass(frozen=True)
class OnMember(Tap, word="who"):
    """A step on a member; "!" marks what was asked for twice. `roles`: letters of those chosen so far."""

    step: Step
    member: Number
    roles: Key = ""


@dataclass(frozen=True)
class OnRequest(Tap, word="asks"):
    """A request to join, as the list of them shows it."""

    request: Number


@dataclass(frozen=True)
class Desk(Tap, word="desk"):
    """A page of one's desk. `show`: open, over or passed; topics or units: by which one to sort them.

    `by`: all, topic, unit or words, and `value` which; "-" for none.
    """

    show: Step
    by: Literal["all", "topic", "unit", "words"] = "all"
    value: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]+$", max_length=SORTED_BY)] = "-"
    skip: Annotated[int, Field(ge=0, lt=10**7)] = 0


@dataclass(frozen=True)
class OnReport(Tap, word="rep"):
    """A step on a report at a desk, by code; "!" marks what was asked for twice. `other`: a second code."""

    step: Step
    report: Mark
    other: Key = ""


@dataclass(frozen=True)
class OnMine(Tap, word="mine"):
    """A step on one of one's own reports; "-" stands for the list of them."""

    step: Step
    report: Mark = "-"
    skip: Number = 0


@dataclass(frozen=True)
class OnAnswer(Tap, word="said"):
    """Begin an answer to a topic; or a reporter's word on one: settled, or not yet."""

    choice: Literal["new", "settled", "not_yet"]
    answer: Number


@dataclass(frozen=True)
class OnMeeting(Tap, word="held"):
    """A step on an oral briefing that one held; "-" stands for the list of them."""

    step: Step
    meeting: Mark = "-"
    skip: Number = 0


@dataclass(frozen=True)
class MeetingsIn(Tap, word="heldin"):
    """The oral briefings held in a period, of one's unit and below."""

    period: Step


@dataclass(frozen=True)
class AskOn(Tap, word="hoi"):
    """What is asked and answered about a delivered briefing."""

    delivery: Delivery


@dataclass(frozen=True)
class KitOf(Tap, word="kit"):
    """The same of a briefing opened from a list, from so many entries on."""

    briefing: Number
    skip: Number = 0


@dataclass(frozen=True)
class OnEntry(Tap, word="kite"):
    """A step on an entry of a kit; "!" marks what was asked for twice. "add": of the kit of a briefing."""

    step: Step
    number: Number


@dataclass(frozen=True)
class AskAbout(Tap, word="ask"):
    """Ask something about a briefing; 0: about none that is named yet."""

    briefing: Number


@dataclass(frozen=True)
class MyQuestion(Tap, word="myq"):
    """A step on one of one's own questions."""

    step: Step
    number: Number


@dataclass(frozen=True)
class Questions(Tap, word="qs"):
    """A page of the questions that one's unit is to answer: open or over, from so many on."""

    show: Step
    skip: Number = 0


@dataclass(frozen=True)
class OnQuestion(Tap, word="q"):
    """A step on a question at one's unit; "!" marks what was asked for twice."""

    step: Step
    number: Number


@dataclass(frozen=True)
class OnYear(Tap, word="year"):
    """A year in review: `form` "show", or a kind of file; "docx.CODE" names a layout."""

    form: Code
    year: Few


@dataclass(frozen=True)
class OnConference(Tap, word="conf"):
    """A step on a conference; 0 stands for the list of them. `other`: a broadcast, or from which line on."""

    step: Step
    number: Number = 0
    other: Number = 0


@dataclass(frozen=True)
class OnProposal(Tap, word="prop"):
    """A step on a difficulty or a proposal that one's unit sent for a conference."""

    step: Step
    proposal: Mark


@dataclass(frozen=True)
class Quiz(Tap, word="quiz"):
    """A choice (from 1; 0: later) of a question of understanding (from 1) about a delivered briefing."""

    delivery: Number
    question: Annotated[int, Field(ge=1, le=9)]
    choice: Annotated[int, Field(ge=0, le=9)]
