"""What answers each command and each tap about oral briefings, conferences and the year in review."""

from bot.core.talk.taps.digests import OnYear
from bot.core.talk.taps.meetings import HeldIn, MeetingsIn, OnConference, OnMeeting, OnProposal
from handlers.meetings import conferences, held, held_figures, held_list, proposals, review
from handlers.turn import Command, OnTap

ANSWERS: dict[str, Command] = {
    "buoi": held.meetings_held,
    "hoinghi": conferences.conferences_of,
    "tongket": review.review,
}
# Each checks for itself who presses: data can be forged.
TAPS: OnTap = {
    OnMeeting: held.act,
    MeetingsIn: held_figures.show,
    HeldIn: held_list.show,
    OnConference: conferences.act,
    OnYear: review.act,
    OnProposal: proposals.act,
}
