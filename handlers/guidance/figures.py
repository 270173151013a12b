"""A run's figures as people read them: bars, counts, and reasons in plain words."""

from collections import Counter
from collections.abc import Iterable, Mapping

from bot.core.delivery.reasons import Reason, key, known
from bot.core.guidance.figures import UnitCount
from bot.core.kernel.formats import blocks, capital, number, percent
from bot.core.kernel.richtext import Text
from bot.core.talk.texts import Texts

REASONS = 6  # kinds of reasons a screen names


def bar(texts: Texts, language: str, count: UnitCount) -> str:
    """`▓▓▓▓▓▓░░░░ 62 % đã đọc (31/50) · 3 chưa rõ đã đến · 1 lỗi`; never full before everybody has read."""
    if not count.audience:
        return texts.line(language, "progress.nobody")
    share = percent(100 * count.read // count.audience, language)
    parts = [
        texts.line(
            language,
            "progress.bar",
            blocks=blocks(count.read, count.audience),
            share=share,
            read=number(count.read, language),
            audience=number(count.audience, language),
        )
    ]
    if count.uncertain:
        parts.append(texts.line(language, "progress.bar_uncertain", count=number(count.uncertain, language)))
    if count.failed:
        parts.append(texts.line(language, "progress.bar_failed", count=number(count.failed, language)))
    return " · ".join(parts)


def tally(texts: Texts, language: str, counts: Mapping[str, int]) -> str:
    """Sent, read, not yet read, and what else there is, in one line."""
    sent = counts["sent"] + counts["accepted"]
    figures = {
        "sent": sent,
        "read": counts["acknowledged"],
        "unread": max(0, sent - counts["acknowledged"]),
        "waiting": counts["pending"] + counts["retry"] + counts["inflight"],
        "unfetched": counts["unfetched"],
        "failed": counts["failed"] + counts["abandoned"],
        "skipped": counts["skipped"],
        "cancelled": counts["cancelled"],
    }
    always = ("sent", "read", "unread")
    parts = [
        texts.line(language, f"progress.tally_{name}", count=number(count, language))
        for name, count in figures.items()
        if count or name in always
    ]
    return capital(" · ".join(parts))


def why(texts: Texts, language: str, rows: Iterable[tuple[str, str, int]]) -> Text:
    """What was not delivered and why, the most frequent reason first. `rows` are (state, reason, count)."""
    found: Counter[Reason] = Counter()
    for state, reason, count in rows:
        found[Reason.ABANDONED if state == "abandoned" else known(reason)] += count
    words: list[Text] = [
        texts.text(
            language, "progress.why", reason=texts.line(language, key(reason)), count=number(count, language)
        )
        for reason, count in found.most_common(REASONS)
    ]
    return tuple(block for text in words for block in text)
