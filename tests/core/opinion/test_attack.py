"""All that digests tell, set against one another: no small group follows from it by linear algebra.

Whoever sees every digest of a province, of its communes, of months and of what is made of them, has so many
equations over the counts of commune, month and answer. A group that is not to be told of must not be a sum
of theirs.
"""

from dataclasses import dataclass
from random import Random

import numpy as np
import pytest

from bot.core.opinion.digest import of_months
from bot.core.opinion.disclosure import ALL, publish, tells, totals
from bot.core.opinion.gathering import Cell, Gathering, Seen, placing
from tests.core.opinion.lots import drawn, whole
from tests.core.opinion.test_digest import FORM

BASE, K = "/TW/66/", 5
MONTHS, TOPICS, LEANS = ("2026-09", "2026-10"), ("a", "b", "c"), ("FOR", "AGAINST", "UNCLEAR")
SIZES = (0, 0, 1, 2, 3, 4, 5, 6, 8, 12)


@dataclass
class Told:
    """A province's reports, and all that is told of them."""

    communes: list[str]
    reports: dict[str, list[Seen]]
    kept: dict[str, list[Cell]]


def _province(chance: Random) -> Told:
    communes = [f"{BASE}{number}/" for number in range(1, chance.randint(2, 6))]
    place = placing({"66": "TINH", **{path.split("/")[3]: "XA" for path in communes}})
    reports: dict[str, list[Seen]] = {}
    kept = {}
    for month in MONTHS:
        reports[month] = [
            Seen(
                0,
                "",
                path,
                chance.choice((int(path.split("/")[3]) * 10, int(path.split("/")[3]) * 10 + 1)),
                (topic, chance.choice(LEANS)),
            )
            for path in communes
            for topic in TOPICS
            for _ in range(chance.choice(SIZES))
        ]
        gathering = Gathering(FORM, place)
        for place_, one in enumerate(reports[month]):
            gathering.add(one._replace(id=place_, code=str(place_)))
        kept[month] = gathering.published(
            {"topic": TOPICS, "tendency": LEANS}, K, drawn(chance.randrange(99))
        )[0]
    return Told(communes, reports, kept)


@pytest.mark.parametrize("seed", range(60))
def test_no_small_group_follows_from_all_digests_together(seed: int) -> None:
    told = _province(Random(seed))
    atoms = {
        (path, month, topic, lean): number
        for number, (path, month, topic, lean) in enumerate(
            (path, month, topic, lean)
            for path in told.communes
            for month in MONTHS
            for topic in TOPICS
            for lean in LEANS
        )
    }

    def vector(paths: list[str], months: tuple[str, ...], field: str = "", value: str = "") -> np.ndarray:
        found = np.zeros(len(atoms))
        for (path, month, topic, lean), number in atoms.items():
            meant = {"": True, "topic": topic == value, "tendency": lean == value}[field]
            found[number] = path in paths and month in months and meant
        return found

    equations = []
    for months in ((MONTHS[0],), (MONTHS[1],), MONTHS):
        for unit in (BASE, *told.communes):
            kept = {month: told.kept[month] for month in months}
            figures = of_months(unit, kept, FORM)[0]
            if figures.total is None or figures.least:
                continue  # a sum without the small ones is made of the months, which are here
            paths = [path for path in told.communes if path.startswith(unit)]
            equations.append(vector(paths, months))
            for field, table in figures.by.items():
                values = TOPICS if field == "topic" else LEANS
                equations += [
                    vector(paths, months, field, value) for value in values if table.get(value, 0) is not None
                ]
            equations += [
                vector([path], months) for path, count in figures.by_unit.items() if count is not None
            ]
    known = np.array(equations) if equations else np.zeros((1, len(atoms)))
    rank = np.linalg.matrix_rank(known)
    for month in MONTHS:
        for paths in ([path] for path in told.communes):
            for field, values in (("", ("",)), ("topic", TOPICS), ("tendency", LEANS)):
                for value in values:
                    _judge(
                        told,
                        known,
                        int(rank),
                        month,
                        paths,
                        field,
                        value,
                        vector(paths, (month,), field, value),
                    )
        for field, values in (("", ("",)), ("topic", TOPICS), ("tendency", LEANS)):
            for value in values:
                _judge(
                    told,
                    known,
                    int(rank),
                    month,
                    told.communes,
                    field,
                    value,
                    vector(told.communes, (month,), field, value),
                )


def _judge(
    told: Told,
    known: np.ndarray,
    rank: int,
    month: str,
    paths: list[str],
    field: str,
    value: str,
    group: np.ndarray,
) -> None:
    at = {"topic": 0, "tendency": 1}.get(field)
    meant = [
        one for one in told.reports[month] if one.path in paths and (at is None or one.values[at] == value)
    ]
    if not meant or (len(meant) >= K and len({one.author for one in meant}) > 1):
        return
    assert np.linalg.matrix_rank(np.vstack([known, group])) > rank, f"{paths} {month} {field}={value} follows"


def test_the_attack_finds_what_a_table_alone_would_give_away() -> None:
    """A commune withheld alone follows from the whole and the others: the attack above sees that."""
    known = np.array([[1, 1, 1], [1, 0, 0], [0, 1, 0]])
    assert np.linalg.matrix_rank(np.vstack([known, [0, 0, 1]])) == np.linalg.matrix_rank(known)


@pytest.mark.parametrize("seed", range(20))
def test_along_each_line_what_is_withheld_keeps_two_values(seed: int) -> None:
    told = _province(Random(1000 + seed))
    for cells in told.kept.values():
        units = [one for one in cells if (one.field, one.value) == (ALL, ALL)]
        counts = {
            path: sum(one.path == path for one in told.reports[month])
            for month in told.kept
            if told.kept[month] is cells
            for path in told.communes
        }
        hidden = [counts[one.row] for one in units if one.row != ALL and one.count is None]
        whole = next((one.count for one in units if one.row == ALL), None)
        assert whole is None or not hidden or not tells(hidden, K)


def test_a_table_without_reports_is_empty() -> None:
    assert totals({}, K, whole) == {ALL: 0}
    assert publish({}, ["x"], {ALL: 0}, K, whole) == {(ALL, "x"): 0}
