"""Rows of a list of members, understood: who each is, or what is wrong with it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot.content.sheets import Row
from bot.core.kernel.values import NO_CHAT, ChatId, Ms
from bot.core.people.consent import consent_day
from bot.core.people.members import Role, parse_roles
from bot.core.people.names import LONGEST, clean_name
from bot.core.people.unit_names import NONE, Former, Gazetteer
from bot.core.people.units import Unit, in_force
from bot.core.schedule.instants import milliseconds
from bot.storage.people.bulk import NewMember

# What names in TCVN3 and VNI fonts look like without them: signs, and vowels that do not stand together.
_OLD_FONT = re.compile("[§¨©ª«¬®µ¶¸¹»¼½¾]|[ae][áàãäåâêëéèăúùûü]")
Address = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that cannot be taken: its number, the column, what stands there and what is allowed."""

    line: int
    column: str
    found: str
    allowed: str


@dataclass(frozen=True, slots=True)
class Person:
    """One line, understood. `chat_id` empty: they come in by an invitation of their own."""

    line: int
    member: NewMember
    account: str
    chat_id: ChatId


@dataclass(slots=True)
class Understood:
    """What a list says. Nothing is registered while there are problems."""

    people: list[Person] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def understand(
    rows: Sequence[Row],
    units: Sequence[Unit],
    languages: Sequence[str],
    addresses: Mapping[str, Address],
    zone: ZoneInfo,
    now: Ms,
    former: Former = NONE,
) -> Understood:
    """Every line judged; `addresses`: account → what an address may be there, raising ValueError in words.

    Units that have ended are found by what they became (`former`).
    """
    today = datetime.fromtimestamp(now / 1000, zone).date()
    names = Gazetteer((one for one in units if in_force(one, today)), former)
    reading = _Reading(names, languages, addresses, zone, now)
    found = Understood()
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        problems: list[Problem] = []
        person = reading.person(row, problems)
        if person is not None and person.chat_id:
            first = seen.setdefault((person.account, person.chat_id), row.line)
            if first != row.line:
                allowed = f"each chat once: line {first} has it too"
                problems.append(Problem(row.line, "chat_id", person.chat_id, allowed))
        if problems or person is None:
            found.problems += problems
        else:
            found.people.append(person)
    return found


class _Reading:
    """Understands lines one after another; what many lines share is worked out once."""

    def __init__(
        self,
        units: Gazetteer[Unit],
        languages: Sequence[str],
        addresses: Mapping[str, Address],
        zone: ZoneInfo,
        now: Ms,
    ) -> None:
        self._units = units
        self._languages = languages
        self._addresses = addresses
        self._zone = zone
        self._now = now
        self._places: dict[str, str] = {}
        self._roles: dict[str, frozenset[Role]] = {}
        self._days: dict[str, Ms] = {}

    def person(self, row: Row, problems: list[Problem]) -> Person | None:
        """The line's person; what is wrong is added to `problems`."""
        cells = row.cells

        def judged(column: str, judge: Callable[[str], str]) -> str:
            text = cells.get(column, "")
            try:
                return judge(text)
            except ValueError as error:
                problems.append(Problem(row.line, column, text[:40], str(error)))
                return ""

        def roles_of(text: str) -> str:
            self._roles[text] = self._roles.get(text) or _roles(text)
            return text

        def day_of(text: str) -> str:
            if text not in self._days:
                self._days[text] = self._day(text)
            return text

        name = judged("name", lambda text: _name(f"{cells.get('surname', '')} {text}"))
        unit = judged("unit", self._place)
        roles, consent = judged("roles", roles_of), judged("consent", day_of)
        language = judged("language", self._language)
        account = judged("account", self._account) if cells.get("chat_id") else ""
        chat_id = NO_CHAT
        if account:
            chat_id = ChatId(judged("chat_id", self._addresses[account]))
        if problems:
            return None
        member = NewMember(
            name, unit, self._roles[roles], language, consent_at=self._days[consent], consent_method=consent
        )
        return Person(row.line, member, account, chat_id)

    def _place(self, text: str) -> str:
        if text not in self._places:
            found = self._units.find(text)
            if not found:
                raise ValueError("a unit's code or name (nhipcau unit list)")
            if len(found) > 1:
                raise ValueError(f"one of {', '.join(f'{one.code} {one.name}' for one in found[:6])}")
            self._places[text] = found[0].code
        return self._places[text]

    def _day(self, text: str) -> Ms:
        today = datetime.fromtimestamp(self._now / 1000, self._zone).date()
        day = consent_day(text, today)
        return milliseconds(datetime.combine(day, time(), self._zone))

    def _language(self, text: str) -> str:
        if not text:
            return self._languages[0]
        if text.lower() not in self._languages:
            raise ValueError(f"one of {', '.join(self._languages)}")
        return text.lower()

    def _account(self, text: str) -> str:
        if not text and len(self._addresses) == 1:
            return next(iter(self._addresses))
        if text not in self._addresses:
            raise ValueError(f"one of {', '.join(sorted(self._addresses)) or 'none: no account is set'}")
        return text


def _roles(text: str) -> frozenset[Role]:
    found = parse_roles(text)
    if not found:
        raise ValueError(f"one or more of {', '.join(Role)}, with ';' between")
    return found


def _name(text: str) -> str:
    if _OLD_FONT.search(text):
        raise ValueError(
            "a name in Unicode: these are the letters of an old font (TCVN3, VNI), converted first"
        )
    name = clean_name(text)
    if name is None:
        raise ValueError(f"a name of 1 to {LONGEST} characters: no number, link or sign alone")
    return name
