"""Changes of the tree from a list as people have it: every line is understood before anything is written.

What is taken up goes into the content (`bot.content.unit_changes`), which is where the tree comes from; the
store follows it. People whom a split sends elsewhere than the rest are named in the list alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.acts import members, roster
from bot.acts.context import Context, Refusal
from bot.acts.import_rows import Problem
from bot.content.sheets import Row
from bot.content.unit_changes import LONGEST_NAME, codes_in
from bot.content.units import CODE, day_of
from bot.core.kernel.formats import fold
from bot.core.people.permissions import OperatorAct
from bot.core.people.unit_changes import ORDER, Change, Impossible, Kind, Tree, apply, in_order
from bot.core.people.unit_names import Gazetteer
from bot.core.people.units import Level, Unit, in_force
from bot.storage import succession as stored
from bot.storage.succession import Hanging

HEADINGS = {
    "day": ("ngày", "ngày hiệu lực", "hiệu lực từ", "từ ngày", "date", "effective from"),
    "kind": ("việc", "loại", "thay đổi", "hình thức", "change"),
    "unit": ("đơn vị", "mã đơn vị", "đơn vị cũ", "mã"),
    "into": ("thành", "vào", "nhập vào", "thuộc", "đơn vị mới", "cấp trên", "to", "parent"),
    "name": ("tên", "tên mới", "new name"),
    "level": ("cấp",),
    "decree": ("căn cứ", "nghị quyết", "quyết định", "số văn bản", "source"),
    "member": ("thành viên", "mã thành viên", "người", "member id"),
}
NEEDED = ("day", "kind", "unit")
MOST = 2_000  # lines
MEMBER = "member"
KINDS = {
    Kind.NEW: ("thành lập", "lập mới", "mới"),
    Kind.RENAME: ("đổi tên",),
    Kind.MOVE: ("chuyển", "điều chuyển"),
    Kind.MERGE: ("nhập", "sáp nhập", "hợp nhất"),
    Kind.SPLIT: ("chia", "tách", "chia tách"),
    Kind.CLOSE: ("giải thể", "kết thúc"),
    MEMBER: ("thành viên", "người"),
}
LEVELS = {
    Level.PROVINCE: ("tỉnh", "thành phố"),
    Level.COMMUNE: ("xã", "phường", "đặc khu"),
    Level.GRASSROOTS: ("cơ sở", "thôn", "buôn", "tổ", "tổ dân phố"),
    Level.CENTRAL: ("trung ương",),
}
_KINDS = {fold(word): kind for kind, words in KINDS.items() for word in (kind, *words)}
_LEVELS = {fold(word): level for level, words in LEVELS.items() for word in (level, *words)}


@dataclass(frozen=True, slots=True)
class Sent:
    """Somebody of a unit that is split, whom a line sends to another part than the rest."""

    line: int
    member: int
    unit: str
    into: str


@dataclass(slots=True)
class Understood:
    """What a list says, its changes in the order in which they are made."""

    changes: list[Change] = field(default_factory=list)
    people: list[Sent] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ending:
    """A unit that ends, what it becomes, and what hangs on it now."""

    unit: Unit
    heirs: tuple[Unit, ...]
    hanging: Hanging


def understand(rows: Sequence[Row], tree: Tree, today: date) -> Understood:
    """Every line judged, against the tree with what was decided before; units by code or by name."""
    found, lines = Understood(), dict[int, int]()
    if len(rows) > MOST:
        found.problems.append(Problem(rows[MOST].line, "day", f"{len(rows)} lines", f"at most {MOST}"))
        return found
    read = [(row, _read(row, found.problems)) for row in rows]
    reading = _Reading(tree)
    ordered = sorted(((row, one) for row, one in read if one), key=lambda both: _place(both[1]))
    for row, (day, kind) in ordered:
        try:
            if kind == MEMBER:
                found.people.append(reading.person(row, day, today))
            else:
                change = reading.change(row, day, Kind(kind))
                lines[id(change)] = row.line
                found.changes.append(change)
        except Impossible as error:
            found.problems.append(Problem(row.line, error.column, error.found[:60], error.allowed))
    if not found.problems:
        _together(tree, found, lines)
    return found


def _place(read: tuple[date, str]) -> tuple[date, int]:
    day, kind = read
    return day, len(ORDER) if kind == MEMBER else ORDER[Kind(kind)]


def _read(row: Row, problems: list[Problem]) -> tuple[date, str] | None:
    cells = row.cells
    kind = _KINDS.get(fold(cells["kind"]))
    if kind is None:
        allowed = "; ".join(f"{one} ({words[0]})" for one, words in KINDS.items())
        problems.append(Problem(row.line, "kind", cells["kind"][:60], allowed))
    try:
        day = day_of(cells["day"])
    except ValueError:
        problems.append(Problem(row.line, "day", cells["day"][:60], "a day such as 2026-07-01 or 1/7/2026"))
        return None
    return None if kind is None else (day, kind)


def _together(tree: Tree, found: Understood, lines: Mapping[int, int]) -> None:
    """The changes among those that were decided before, some of them perhaps for later days."""
    state = {unit.code: unit for unit in tree.listed}
    for change in in_order((*tree.changes, *found.changes)):
        try:
            apply(state, change)
        except Impossible as error:
            line = lines.get(id(change), 0)
            where = "" if line else f" (in what was decided for {change.day} before)"
            found.problems.append(Problem(line, error.column, error.found, error.allowed + where))
            return


class _Reading:
    """Lines one after another, in the order of their days; each sees what those before it made."""

    def __init__(self, tree: Tree) -> None:
        self._state = {unit.code: unit for unit in tree.listed}
        self._before = in_order(tree.changes)
        self._known: tuple[date, Gazetteer[Unit]] | None = None
        self._splits: dict[str, Change] = {}
        self._once: dict[str, list[str]] = {}  # what the list itself renames is known by both names

    def change(self, row: Row, day: date, kind: Kind) -> Change:
        cells = row.cells
        self._come_to(day, kind)
        level = cells.get("level", "")
        if level and fold(level) not in _LEVELS:
            raise Impossible("level", level, ", ".join(Level))
        name = " ".join(cells.get("name", "").split())
        if len(name) > LONGEST_NAME:
            raise Impossible("name", name, f"at most {LONGEST_NAME} characters")
        new = kind is Kind.NEW
        codes = codes_in(cells["unit"])
        if new and not all(CODE.fullmatch(code) for code in codes):
            raise Impossible("unit", cells["unit"], "a code: 1 to 20 letters A-Z, digits and hyphens")
        change = Change(
            day=day,
            kind=kind,
            units=codes if new else self._codes("unit", cells["unit"], day),
            into=self._codes("into", cells.get("into", ""), day),
            name=name,
            level=_LEVELS[fold(level)] if level else None,
            decree=cells.get("decree", "")[:LONGEST_NAME],
        )
        renamed = [self._state[code] for code in change.units if kind is Kind.RENAME]
        apply(self._state, change)
        self._known = None
        for one in renamed:
            self._once.setdefault(one.code, []).append(one.name)
        if kind is Kind.SPLIT:
            self._splits[change.units[0]] = change
        return change

    def person(self, row: Row, day: date, today: date) -> Sent:
        cells = row.cells
        number = cells.get("member", "")
        if not (number.isascii() and number.isdecimal() and len(number) < 16):
            raise Impossible("member", number, "a member's number (nhipcau member list)")
        if day > today:
            allowed = "today or before: people are sent on the day itself, or moved one by one"
            raise Impossible("day", day.isoformat(), allowed)
        whole = Gazetteer(self._state[code] for code in self._splits).find(cells["unit"])
        if len(whole) != 1:
            raise Impossible("unit", cells["unit"], "a unit that this list splits")
        split = self._splits[whole[0].code]
        into = self._codes("into", cells.get("into", ""), day)
        if len(into) != 1 or into[0] not in split.into:
            raise Impossible("into", cells.get("into", ""), f"one of {', '.join(split.into)}")
        return Sent(row.line, int(number), split.units[0], into[0])

    def _come_to(self, day: date, kind: Kind) -> None:
        while self._before and (self._before[0].day, ORDER[self._before[0].kind]) <= (day, ORDER[kind]):
            apply(self._state, self._before.pop(0))
            self._known = None

    def _codes(self, column: str, cell: str, day: date) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._code(column, name, day) for name in codes_in(cell)))

    def _code(self, column: str, name: str, day: date) -> str:
        if name in self._state:
            return name
        if self._known is None or self._known[0] != day:
            there = (one for one in self._state.values() if in_force(one, day))
            self._known = day, Gazetteer(there, self._once)
        found = self._known[1].find(name)
        if len(found) != 1:
            several = ", ".join(f"{one.code} {one.name}" for one in found[:6])
            allowed = f"one of {several}" if found else f"the code or name of a unit that there is on {day}"
            raise Impossible(column, name, allowed)
        return found[0].code


async def endings(ctx: Context, before: Mapping[str, Unit], after: Sequence[Unit]) -> list[Ending]:
    """The units that end by a list (`before` and `after` it, at its last day), with what hangs on each."""
    units = {unit.code: unit for unit in after}
    found = []
    for unit in after:
        old = before.get(unit.code)
        if unit.until is not None and (old is None or old.until != unit.until):
            hanging = await stored.hanging(ctx.conn, unit.code, ctx.now)
            found.append(Ending(unit, tuple(units[code] for code in unit.heirs), hanging))
    return found


async def strangers(ctx: Context, people: Sequence[Sent]) -> list[Problem]:
    """The lines that send somebody who is not in the unit that is split."""
    found = []
    for one in people:
        person = await roster.person(ctx, one.member)
        if isinstance(person, Refusal) or person.member.unit != one.unit:
            found.append(Problem(one.line, "member", str(one.member), f"somebody of unit {one.unit}"))
    return found


async def take_up(ctx: Context, file: str, people: Sequence[Sent]) -> Refusal | None:
    """Changes are in the content now, as `file`, and in the store: who is named goes where the list says."""
    await ctx.note(OperatorAct.CHANGE_UNITS, "units", file)
    for one in people:
        moved = await members.move(ctx, one.member, one.into, sure=True)
        if isinstance(moved, Refusal) and moved != members.UNCHANGED:
            return moved
    return None
