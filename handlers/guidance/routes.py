"""What answers each command and each tap about briefings: read, asked about, sent, followed up."""

from bot.core.talk.taps.kits import AskOn, KitOf, OnEntry
from bot.core.talk.taps.reading import (
    Confirm,
    ConfirmFull,
    Files,
    FilesOf,
    Follow,
    Full,
    FullOf,
    Noted,
    Open,
    Outline,
    Quiz,
    Reread,
    Seek,
)
from bot.core.talk.taps.sending import OnAddendum, OnMend, OnPlan, OnRun, Preview, Rule, Unread, Week
from handlers.guidance import (
    adding,
    approving,
    calendar,
    compose,
    finding,
    kit,
    outline,
    progress,
    quiz,
    reading,
    seconding,
    topics,
    unread,
    verifying,
)
from handlers.turn import Command, OnTap

ANSWERS: dict[str, Command] = {
    "moinhat": finding.latest,
    "chude": topics.topics,
    "tim": finding.search,
    "hoi": kit.ask,
    "phat": compose.compose,
    "lich": calendar.calendar,
    "tiendo": progress.progress,
    "duyet": approving.waiting,
    "xacminh": verifying.verify,
}
# Each checks for itself who presses: data can be forged.
TAPS: OnTap = {
    Confirm: reading.acknowledge,
    ConfirmFull: reading.acknowledge,
    Full: reading.full,
    Files: reading.attachments,
    Reread: reading.reread,
    Noted: reading.noted,
    Open: reading.open_briefing,
    FullOf: reading.full_of_briefing,
    FilesOf: reading.attachments_of_briefing,
    Outline: outline.show,
    Follow: topics.toggle,
    Preview: compose.preview,
    OnRun: progress.act,
    Unread: unread.listed,
    OnPlan: approving.act,
    OnAddendum: adding.act,
    OnMend: seconding.act,
    Rule: approving.rule,
    Week: calendar.show,
    Seek: finding.seek,
    Quiz: quiz.answer,
    AskOn: kit.of_delivered,
    KitOf: kit.of_briefing,
    OnEntry: kit.act,
}
