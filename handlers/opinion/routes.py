"""What answers each command and each tap about reports, the desks, questions and digests."""

from bot.core.talk.taps.digests import DigestFile, DigestOf, OnDigest
from bot.core.talk.taps.questions import AskAbout, MyQuestion, OnQuestion, Questions
from bot.core.talk.taps.reports import Desk, OnAnswer, OnMine, OnReport
from handlers.opinion import (
    desk,
    digest,
    digest_file,
    mine,
    onreport,
    question_desk,
    questions,
    said,
    signing,
    zero,
)
from handlers.opinion import report as opinion
from handlers.turn import Command, OnTap

ANSWERS: dict[str, Command] = {
    "baocao": opinion.report,
    "khongphatsinh": zero.nothing_new,
    "cuatoi": mine.mine,
    "banxuly": desk.desk_of,
    "giaidap": said.answers,
    "cauhoi": question_desk.questions,
    "tonghop": digest.digest,
}
# Each checks for itself who presses: data can be forged.
TAPS: OnTap = {
    DigestOf: digest.show,
    DigestFile: digest_file.show,
    OnDigest: signing.act,
    Desk: desk.show,
    OnReport: onreport.act,
    OnMine: mine.act,
    OnAnswer: said.act,
    AskAbout: questions.begin,
    MyQuestion: questions.act,
    Questions: question_desk.show,
    OnQuestion: question_desk.act,
}
