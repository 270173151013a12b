"""The commands there are and who may use each: the menu and the routes both read it here."""

from dataclasses import dataclass

from bot.acts.house import House
from bot.core.people.members import Member
from bot.core.people.permissions import Act, may
from bot.core.talk.message import MenuEntry


@dataclass(frozen=True, slots=True)
class Access:
    """Members only, unless `anyone`; `act` where a role is needed. Not `listed`: typed by who knows it."""

    anyone: bool = False
    act: Act | None = None
    listed: bool = True


# In the order of the menu; commands are written without diacritics.
COMMANDS: dict[str, Access] = {
    "start": Access(anyone=True),
    "moinhat": Access(act=Act.LATEST),
    "chude": Access(act=Act.FOLLOW),
    "tim": Access(act=Act.SEARCH),
    "hoi": Access(act=Act.SEARCH_KIT),
    "baocao": Access(act=Act.REPORT),
    "khongphatsinh": Access(act=Act.NOTHING_NEW),
    "cuatoi": Access(act=Act.REPORT),
    "buoi": Access(act=Act.RECORD_MEETING),
    "hoinghi": Access(act=Act.CONFERENCES),
    "tongket": Access(act=Act.REVIEW),
    "banxuly": Access(act=Act.DESK),
    "giaidap": Access(act=Act.TOPIC_ANSWERS),
    "cauhoi": Access(act=Act.QUESTIONS),
    "phat": Access(act=Act.SCHEDULE),
    "lich": Access(act=Act.CALENDAR),
    "tiendo": Access(act=Act.PROGRESS),
    "duyet": Access(act=Act.TO_APPROVE),
    "tonghop": Access(act=Act.DIGESTS),
    "moi": Access(act=Act.INVITE),
    "thanhvien": Access(act=Act.MEMBERS),
    "xinvao": Access(act=Act.REQUESTS),
    "nhatky": Access(act=Act.AUDIT),
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
    access = COMMANDS[name]
    if access.act is not None:
        return may(member, access.act)
    return access.anyone or member is not None


def menu(house: House, member: Member | None, language: str) -> tuple[MenuEntry, ...]:
    """The commands somebody can use, in their language."""
    return tuple(
        MenuEntry(command=name, description=house.texts.line(language, f"menu.{name}"))
        for name, access in COMMANDS.items()
        if access.listed and open_to(name, member)
    )
