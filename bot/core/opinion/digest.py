"""Sums up the opinions of a subtree and a period, safe to share."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from pydantic import Field

from bot.core.kernel.values import Frozen
from bot.core.opinion.disclosure import suppress
from bot.core.people.units import is_within


class Opinion(Frozen):
    """One opinion report as it is summed up: no reporter and no code. `unit` is a unit's path."""

    topic: str
    group: str
    tendency: str
    scale: str
    urgency: str
    unit: str
    text: str
    proposal: str = ""
    day: date


class DigestText(Frozen):
    """What was said, impersonally. `tendency` is None where its count is withheld."""

    text: str
    proposal: str
    scale: str
    tendency: str | None


class TopicTexts(Frozen):
    """The texts of one topic. `topic` is None for those of all topics whose counts are withheld."""

    topic: str | None
    texts: tuple[DigestText, ...]


Breakdown = dict[str, int | None]


class Digest(Frozen):
    """The opinions of `unit` (a path) and all below it, from `start` to `end`, both days included.

    In a breakdown None is a count that is withheld (`disclosure`); a cell that is not there is 0.
    `by_unit` has the paths of the units directly below, and `unit` itself for what was reported there.
    """

    unit: str
    start: date = Field(serialization_alias="from")
    end: date = Field(serialization_alias="to")
    threshold: int
    total: int
    by_topic: Breakdown
    by_tendency: Breakdown
    by_group: Breakdown
    by_unit: Breakdown
    texts: tuple[TopicTexts, ...]


def summarise(opinions: Iterable[Opinion], unit: str, start: date, end: date, threshold: int) -> Digest:
    """The digest of the opinions within the unit's subtree and the period; others are left out.

    The order of the opinions has no influence. A text stands under its topic and with its tendency only
    where those are published, or listing the texts would tell the counts that were withheld.
    """
    within = [
        opinion for opinion in opinions if is_within(opinion.unit, unit) and start <= opinion.day <= end
    ]
    by_topic = _counted((opinion.topic for opinion in within), threshold)
    by_tendency = _counted((opinion.tendency for opinion in within), threshold)
    return Digest(
        unit=unit,
        start=start,
        end=end,
        threshold=threshold,
        total=len(within),
        by_topic=by_topic,
        by_tendency=by_tendency,
        by_group=_counted((opinion.group for opinion in within), threshold),
        by_unit=_counted((_below(opinion.unit, unit) for opinion in within), threshold),
        texts=_texts(within, by_topic, by_tendency),
    )


def _counted(cells: Iterable[str], threshold: int) -> Breakdown:
    return suppress(dict(sorted(Counter(cells).items())), threshold)


def _below(path: str, unit: str) -> str:
    """The path of the unit directly below `unit` that contains `path`, or `unit` itself."""
    step = path.removeprefix(unit).partition("/")[0]
    return f"{unit}{step}/" if step else unit


def _texts(
    opinions: Iterable[Opinion], topics: Mapping[str, int | None], tendencies: Mapping[str, int | None]
) -> tuple[TopicTexts, ...]:
    grouped: dict[str | None, list[DigestText]] = {}
    for opinion in opinions:
        topic = None if topics[opinion.topic] is None else opinion.topic
        tendency = None if tendencies[opinion.tendency] is None else opinion.tendency
        text = DigestText(
            text=opinion.text, proposal=opinion.proposal, scale=opinion.scale, tendency=tendency
        )
        grouped.setdefault(topic, []).append(text)
    # Sorted by what is said, so that the order of arrival, and with it the reporter, cannot be read off.
    return tuple(
        TopicTexts(topic=topic, texts=tuple(sorted(grouped[topic], key=_said)))
        for topic in sorted(grouped, key=lambda topic: (topic is None, topic or ""))
    )


def _said(text: DigestText) -> tuple[str, ...]:
    return (text.text, text.proposal, text.scale, text.tendency or "")
