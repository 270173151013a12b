"""Sums up the opinions of a subtree and a period, safe to share."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from pydantic import Field

from bot.core.kernel.values import Frozen
from bot.core.opinion.disclosure import suppress
from bot.core.talk.form import Form

UNANSWERED = ""  # the cell of those who were not asked, or left it out


class Opinion(Frozen):
    """One opinion report as it is summed up: no reporter and no code. `unit` is a unit's path."""

    unit: str
    day: date
    answers: Mapping[str, str]


class DigestText(Frozen):
    """What was said, impersonally, by field: words, and what the form shows beside them.

    A counted answer whose count is withheld is not there.
    """

    words: dict[str, str]
    beside: dict[str, str]


class GroupTexts(Frozen):
    """The texts of one answer to the first counted field. `group` None: of all whose counts are withheld."""

    group: str | None
    texts: tuple[DigestText, ...]


Breakdown = dict[str, int | None]


class Digest(Frozen):
    """The opinions of `unit` (a path) and all below it, from `start` to `end`, both days included.

    `total` None: from 1 to `threshold` − 1 reports, of which nothing more is told. `by`: a breakdown a
    counted field, in the form's order. In a breakdown None is a count that is withheld (`disclosure`), a
    cell that is not there is 0. `by_unit` has the paths of the units directly below, and `unit` itself for
    what was reported there.
    """

    unit: str
    start: date = Field(serialization_alias="from")
    end: date = Field(serialization_alias="to")
    threshold: int
    total: int | None
    by: dict[str, Breakdown] = Field(default_factory=dict)
    by_unit: Breakdown = Field(default_factory=dict)
    texts: tuple[GroupTexts, ...] = ()


def summarise(
    opinions: Iterable[Opinion], form: Form, unit: str, start: date, end: date, threshold: int
) -> Digest:
    """The digest of the opinions within the unit's subtree and the period; others are left out.

    The form says what is counted. The order of the opinions has no influence. A text stands under its group
    and with its counted answers only where those are published, or listing the texts would tell the counts
    that were withheld.
    """
    within = [
        opinion for opinion in opinions if opinion.unit.startswith(unit) and start <= opinion.day <= end
    ]
    empty = Digest(unit=unit, start=start, end=end, threshold=threshold, total=None)
    if 0 < len(within) < threshold:
        return empty
    counted = [item.key for item in form.fields if item.counted]
    by = {key: _counted((one.answers.get(key, UNANSWERED) for one in within), threshold) for key in counted}
    by_unit = _counted((_below(one.unit, unit) for one in within), threshold)
    texts = _texts(within, form, by)
    return empty.model_copy(update={"total": len(within), "by": by, "by_unit": by_unit, "texts": texts})


def _counted(cells: Iterable[str], threshold: int) -> Breakdown:
    return suppress(dict(sorted(Counter(cells).items())), threshold)


def _below(path: str, unit: str) -> str:
    """The path of the unit directly below `unit` that contains `path`, or `unit` itself."""
    step = path.removeprefix(unit).partition("/")[0]
    return f"{unit}{step}/" if step else unit


def _texts(opinions: Iterable[Opinion], form: Form, by: Mapping[str, Breakdown]) -> tuple[GroupTexts, ...]:
    grouped: dict[str | None, list[DigestText]] = {}
    first = next(iter(by), None)
    for opinion in opinions:
        group = None if first is None else _published(opinion, first, by)
        words = {item.key: opinion.answers.get(item.key, "") for item in form.fields if item.mask}
        beside = {item.key: _published(opinion, item.key, by) for item in form.fields if item.beside}
        text = DigestText(
            words={key: said for key, said in words.items() if said},
            beside={key: value for key, value in beside.items() if value},
        )
        grouped.setdefault(group, []).append(text)
    # Sorted by what is said, so that the order of arrival, and with it the reporter, cannot be read off.
    return tuple(
        GroupTexts(group=group, texts=tuple(sorted(grouped[group], key=_said)))
        for group in sorted(grouped, key=lambda group: (group is None, group or ""))
    )


def _published(opinion: Opinion, key: str, by: Mapping[str, Breakdown]) -> str | None:
    """An answer, unless its count is withheld."""
    value = opinion.answers.get(key, UNANSWERED)
    return None if key in by and by[key][value] is None else value


def _said(text: DigestText) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    return list(text.words.items()), list(text.beside.items())
