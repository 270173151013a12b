"""What answers each command and each tap about people: who comes in, oneself, the people of a unit."""

from functools import partial

from bot.core.talk.taps.people import Admit, Anew, Below, Log, Mine, OnCode, OnMember, OnRequest, People, Take
from handlers.people import asking, auditing, authority, codes, inviting, joining, linking, me, roster
from handlers.turn import Command, OnTap

ANSWERS: dict[str, Command] = {
    "moi": inviting.invite,
    "thanhvien": roster.members,
    "xinvao": asking.waiting,
    "nhatky": auditing.log,
    "toi": me.me,
    "dulieucuatoi": me.my_data,
    "rutdongy": partial(me.act, tap=Mine("leave")),
    "xoa": partial(me.act, tap=Mine("erase")),
    "lienket": linking.offer,
}
# Each checks for itself who presses: data can be forged.
TAPS: OnTap = {
    Mine: me.act,
    Admit: joining.decide,
    Anew: joining.anew,
    OnCode: codes.act,
    Take: joining.take,
    People: roster.people,
    Below: roster.below,
    Log: auditing.show,
    OnMember: authority.act,
    OnRequest: asking.show,
}
