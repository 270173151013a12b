"""What is told of a unit and a period: figures put together from months, and from what still runs."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from pydantic import Field

from bot.core.kernel.values import Frozen, UnitPath
from bot.core.opinion.disclosure import ALL
from bot.core.opinion.gathering import DUE, NOTHING, Cell, counted, grouping
from bot.core.opinion.periods import Period
from bot.core.opinion.quoting import minority
from bot.core.talk.form import Form

Breakdown = dict[str, int | None]


class DigestText(Frozen):
    """What was said, impersonally, by field: words, and which way people lean where that is told."""

    words: dict[str, str]
    beside: dict[str, str]


class GroupTexts(Frozen):
    """The texts of one answer to the first counted field. `group` None: of those that are not told apart."""

    group: str | None
    texts: tuple[DigestText, ...]


class Coverage(Frozen):
    """Who should have reported: paths of units with reporters, and those of them that did or did not.

    `nothing`: those that said there was nothing to report; they are not among the silent.
    """

    due: tuple[UnitPath, ...] = ()
    reported: tuple[UnitPath, ...] = ()
    nothing: tuple[UnitPath, ...] = ()
    silent: tuple[UnitPath, ...] = ()


class Figures(Frozen):
    """Counts. `total` None: fewer than may be told, and then there is nothing else.

    In a breakdown None is a count that is withheld, a cell that is not there is 0. `by`: a breakdown a
    counted field, in the form's order; `by_unit` has paths of units below. `least`: small groups of single
    months are not in some of them, so that these are at least as many.
    """

    total: int | None
    by: dict[str, Breakdown] = Field(default_factory=dict)
    by_unit: Breakdown = Field(default_factory=dict)
    least: bool = False


class Digest(Figures):
    """The opinions of `unit` (a path) and all below it, from `start` to `end`, both days included.

    `stepped`: the period still runs, or is a week: counts are told in whole steps of the threshold.
    `running`: the period is not over, and of what still runs there is a total alone.
    `by_field`: the topics that are told, added up by what they belong to, under its Vietnamese name.
    `before`: the period before, where it may be compared. `too_low`: a place below a commune, of which there
    is no digest.
    """

    unit: UnitPath
    start: date = Field(serialization_alias="from")
    end: date = Field(serialization_alias="to")
    threshold: int
    stepped: bool = False
    running: bool = False
    too_low: bool = False
    by_field: Breakdown = Field(default_factory=dict)
    texts: tuple[GroupTexts, ...] = ()
    coverage: Coverage = Coverage()
    before: Figures | None = None


def of_months(unit: UnitPath, months: Mapping[str, Sequence[Cell]], form: Form) -> tuple[Figures, Coverage]:
    """What closed months tell of a unit: by month, the cells that are kept of the units it touches."""
    parts = [_of_month(unit, cells, form) for cells in months.values()]
    return added([figures for figures, _ in parts], form), covered([coverage for _, coverage in parts])


def _of_month(unit: UnitPath, cells: Iterable[Cell], form: Form) -> tuple[Figures, Coverage]:
    cells = [one for one in cells if one.base.startswith(unit) or one.row.startswith(unit)]
    rows = [one for one in cells if one.row != ALL and one.value == ALL]
    mine = [one for one in rows if one.row.startswith(unit)]
    coverage = _coverage(
        *({UnitPath(one.row) for one in mine if one.field == key} for key in (DUE, ALL, NOTHING))
    )
    tops = {one.base for one in cells if one.base.startswith(unit)}
    meant = [
        one
        for one in cells
        if (one.row == ALL if tops else one.row != ALL) and one.field not in (DUE, NOTHING)
    ]
    whole = [one for one in meant if one.field == ALL]
    if not whole:
        return Figures(total=0), coverage
    total, least = _sum(one.count for one in whole)
    by: dict[str, Breakdown] = {}
    for key in counted(form):
        found: dict[str, list[int | None]] = {}
        for one in meant:
            if one.field == key:
                found.setdefault(one.value, []).append(one.count)
        by[key] = {value: _sum(counts)[0] for value, counts in sorted(found.items())}
        least |= any(_sum(counts)[1] for counts in found.values())
    if tops == {unit}:
        by_unit = {one.row: one.count for one in rows if one.field == ALL}
    else:
        by_unit = {(one.base if tops else one.row): one.count for one in whole}
    if total is None:
        return Figures(total=None), coverage
    return Figures(
        total=total, by=by, by_unit={} if set(by_unit) == {unit} else by_unit, least=least
    ), coverage


def _sum(counts: Iterable[int | None]) -> tuple[int | None, bool]:
    """What is told of them together, and whether some of it is missing there."""
    counts = list(counts)
    told = [count for count in counts if count is not None]
    return (sum(told) if told else None), bool(told) and len(told) < len(counts)


def added(parts: Sequence[Figures], form: Form) -> Figures:
    """Figures of several periods as one. What is withheld in some of them is not in the sum.

    A field that was not counted yet in some of them has no table: it would not add up to the total.
    """
    parts = [one for one in parts if one.total != 0]
    if not parts:
        return Figures(total=0)
    total, least = _sum(one.total for one in parts)
    if total is None:
        return Figures(total=None)
    told = [one for one in parts if one.total is not None]
    least |= any(one.least for one in told)

    def table(tables: Sequence[Breakdown]) -> Breakdown:
        nonlocal least
        found = {}
        for cell in sorted({cell for one in tables for cell in one}):
            found[cell], missing = _sum(one[cell] for one in tables if cell in one)
            least |= missing
        return found

    with_tables = [one.by for one in told if one.by]
    by = {
        key: table([one[key] for one in with_tables]) if all(one.get(key) for one in with_tables) else {}
        for key in counted(form)
    }
    by_unit = table([one.by_unit for one in told])
    return Figures(total=total, by=by, by_unit=by_unit, least=least)


def covered(parts: Iterable[Coverage]) -> Coverage:
    """Who reported in any of several periods."""
    parts = list(parts)
    return _coverage(
        {path for one in parts for path in one.due},
        {path for one in parts for path in one.reported},
        {path for one in parts for path in one.nothing},
    )


def _coverage(due: set[UnitPath], reported: set[UnitPath], nothing: Collection[UnitPath] = ()) -> Coverage:
    said = set(nothing) - reported
    return Coverage(
        due=tuple(sorted(due | reported | said)),
        reported=tuple(sorted(reported)),
        nothing=tuple(sorted(said)),
        silent=tuple(sorted(due - reported - said)),
    )


def texts_of(listed: Iterable[tuple[str, DigestText]]) -> tuple[GroupTexts, ...]:
    """Texts under their groups, sorted by what is said: the order of arrival cannot be read off."""
    grouped: dict[str | None, list[DigestText]] = {}
    for group, text in listed:
        grouped.setdefault(None if group == ALL else group, []).append(text)
    return tuple(
        GroupTexts(group=group, texts=tuple(sorted(grouped[group], key=_said)))
        for group in sorted(grouped, key=lambda group: (group is None, group or ""))
    )


def by_field(topics: Breakdown, fields: Mapping[str, str]) -> Breakdown:
    """What is told of topics, added up by their fields (by topic); "" has those of none.

    Nothing but told counts is added, so no more is told than before; of a field all of whose topics are
    withheld, nothing is.
    """
    tables: dict[str, list[int | None]] = {}
    for topic, count in topics.items():
        tables.setdefault(fields.get(topic, ""), []).append(count)
    return {field: _sum(counts)[0] for field, counts in sorted(tables.items())}


def fields_in_part(digest: Digest) -> bool:
    """Whether reports are counted whose topic is not told: they are in no field either."""
    return sum(count or 0 for count in digest.by_field.values()) < (digest.total or 0)


def quoted_in_part(digest: Digest) -> bool:
    """Whether reports are counted that are not quoted: what too few say alike is not.

    Of a week that quotes nothing, and of what runs, it is said otherwise that there is a total alone.
    """
    quoted = sum(len(one.texts) for one in digest.texts)
    alone = digest.running or (digest.stepped and not quoted)
    return not alone and quoted < (digest.total or 0)


def apart(digest: Digest, form: Form) -> tuple[tuple[GroupTexts, ...], tuple[GroupTexts, ...]]:
    """The texts of most people, and those of a minority by the way they lean: these stay, whoever sums up."""
    mark = grouping(form)[1]
    key = counted(form)[mark] if mark is not None else ""
    few = minority(digest.by.get(key, {}), digest.total or 0)

    def those(wanted: bool) -> tuple[GroupTexts, ...]:
        kept = [
            GroupTexts(
                group=one.group,
                texts=tuple(text for text in one.texts if (text.beside.get(key) in few) is wanted),
            )
            for one in digest.texts
        ]
        return tuple(one for one in kept if one.texts)

    return those(False), those(True)


def _said(text: DigestText) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    return list(text.words.items()), list(text.beside.items())


def digest_of(
    unit: UnitPath, period: Period, threshold: int, parts: Sequence[Figures], form: Form, **more: object
) -> Digest:
    """One digest of all its parts."""
    figures = added(parts, form)
    return Digest.model_validate(
        {
            **dict(figures),
            **more,
            "unit": unit,
            "start": period.first,
            "end": period.last,
            "threshold": threshold,
            "stepped": not period.whole,
            "running": period.running is not None,
        }
    )
