"""The commands there are and who may use each: the menu and the routes both read it here."""

from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from bot.acts.house import House
from bot.core.people.members import Member, Role
from bot.core.people.permissions import Act, holds
from bot.core.talk.message import MenuEntry

Part = Literal["briefings", "opinions", "sending", "people", "self"]
PARTS: tuple[Part, ...] = get_args(Part)


@dataclass(frozen=True, slots=True)
class Access:
    """Members only, unless `anyone`; `act` where a role is needed. Not `listed`: typed by who knows it.

    `part`: the heading under which a long list has it.
    """

    anyone: bool = False
    act: Act | None = None
    listed: bool = True
    part: Part = "self"


# In the order of the menu; commands are written without diacritics.
COMMANDS: dict[str, Access] = {
    "start": Access(anyone=True),
    "moinhat": Access(act=Act.LATEST, part="briefings"),
    "chude": Access(act=Act.FOLLOW, part="briefings"),
    "tim": Access(act=Act.SEARCH, part="briefings"),
    "hoi": Access(act=Act.SEARCH_KIT, part="briefings"),
    "baocao": Access(act=Act.REPORT, part="opinions"),
    "khongphatsinh": Access(act=Act.NOTHING_NEW, part="opinions"),
    "cuatoi": Access(act=Act.REPORT, part="opinions"),
    "buoi": Access(act=Act.RECORD_MEETING, part="briefings"),
    "hoinghi": Access(act=Act.CONFERENCES, part="briefings"),
    "tongket": Access(act=Act.REVIEW, part="people"),
    "banxuly": Access(act=Act.DESK, part="opinions"),
    "giaidap": Access(act=Act.TOPIC_ANSWERS, part="opinions"),
    "cauhoi": Access(act=Act.QUESTIONS, part="opinions"),
    "phat": Access(act=Act.SCHEDULE, part="sending"),
    "lich": Access(act=Act.CALENDAR, part="sending"),
    "tiendo": Access(act=Act.PROGRESS, part="sending"),
    "duyet": Access(act=Act.TO_APPROVE, part="sending"),
    "tonghop": Access(act=Act.DIGESTS, part="opinions"),
    "moi": Access(act=Act.INVITE, part="people"),
    "thanhvien": Access(act=Act.MEMBERS, part="people"),
    "xinvao": Access(act=Act.REQUESTS, part="people"),
    "nhatky": Access(act=Act.AUDIT, part="people"),
    "toi": Access(),
    "dulieucuatoi": Access(act=Act.EXPORT, listed=False),  # these three stand behind /toi, too
    "rutdongy": Access(act=Act.LEAVE, listed=False),
    "xoa": Access(act=Act.ERASE, listed=False),
    "lienket": Access(act=Act.OFFER_LINK),
    "xacminh": Access(anyone=True),
    "trogiup": Access(anyone=True),
}


def open_to(name: str, member: Member | None) -> bool:
    """Whether somebody may use a command."""
    return name in opened(None if member is None else member.roles)


@cache
def opened(roles: frozenset[Role] | None) -> frozenset[str]:
    """The commands for who has these roles; None: for who is not in."""
    found = set()
    for name, access in COMMANDS.items():
        if access.act is not None:
            allowed = roles is not None and holds(roles, access.act)
        else:
            allowed = access.anyone or roles is not None
        if allowed:
            found.add(name)
    return frozenset(found)


def menu(house: House, member: Member | None, language: str) -> tuple[MenuEntry, ...]:
    """The commands somebody can use, in their language."""
    return tuple(
        MenuEntry(command=name, description=house.texts.line(language, f"menu.{name}"))
        for name, access in COMMANDS.items()
        if access.listed and open_to(name, member)
    )
