"""A run's figures as people read them: bars, counts, and reasons in plain words."""

from collections import Counter
from collections.abc import Iterable, Mapping

from bot.core.kernel.formats import number, percent
from bot.core.kernel.richtext import Text
from bot.core.talk.texts import Texts
from bot.storage.delivery.progress import UnitCount
from handlers.places import child_of

BLOCKS = 10
REASONS = 6  # kinds of reasons a screen names
# A platform's own words for a refusal, and the plain words for it; the first that fits counts.
SIGNS = (
    ("no endpoint", "no_endpoint"),
    ("left", "left"),
    ("expired", "expired"),
    ("blocked", "blocked"),
    ("deactivated", "deactivated"),
    ("chat not found", "not_started"),
    ("initiate conversation", "not_started"),
    ("stopped while sending", "stopped"),
    ("timeout", "timeout"),
    ("gave up", "gave_up"),
    ("file", "file"),
)


def bar(texts: Texts, language: str, count: UnitCount) -> str:
    """`▓▓▓▓▓▓░░░░ 62 % đã đọc (31/50) · 3 chưa rõ đã đến · 1 lỗi`; never full before everybody has read."""
    if not count.audience:
        return texts.line(language, "progress.nobody")
    full = BLOCKS * count.read // count.audience
    share = percent(100 * count.read // count.audience, language)
    parts = [
        texts.line(
            language,
            "progress.bar",
            blocks="▓" * full + "░" * (BLOCKS - full),
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


def total(counts: Mapping[str, int]) -> UnitCount:
    """A whole run's figures, from its rows by state."""
    everybody = sum(count for state, count in counts.items() if state != "acknowledged")
    failed = counts["failed"] + counts["abandoned"]
    return UnitCount(None, everybody, counts["acknowledged"], counts["uncertain"], failed)


def tally(texts: Texts, language: str, counts: Mapping[str, int]) -> str:
    """Sent, read, not yet read, and what else there is, in one line."""
    sent = counts["sent"] + counts["accepted"]
    figures = {
        "sent": sent,
        "read": counts["acknowledged"],
        "unread": max(0, sent - counts["acknowledged"]),
        "waiting": counts["pending"] + counts["retry"] + counts["inflight"],
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


def capital(line: str) -> str:
    """The line with a capital first letter."""
    return line[:1].upper() + line[1:]


def why(texts: Texts, language: str, rows: Iterable[tuple[str, str, int]]) -> Text:
    """What was not delivered and why, the most frequent reason first. `rows` are (state, reason, count)."""
    found: Counter[str] = Counter()
    for state, reason, count in rows:
        found[_sign(state, reason)] += count
    words: list[Text] = [
        texts.text(language, "progress.why", reason=texts.line(language, key), count=number(count, language))
        for key, count in found.most_common(REASONS)
    ]
    return tuple(block for text in words for block in text)


def _sign(state: str, reason: str) -> str:
    if state == "abandoned":
        return "progress.reason_abandoned"
    said = reason.lower()
    known = next((name for sign, name in SIGNS if sign in said), None)
    if known is None:
        return "progress.reason_uncertain" if state == "uncertain" else "progress.reason_refused"
    return f"progress.reason_{known}"


def gather(rows: Iterable[UnitCount], top: str, threshold: int) -> tuple[list[UnitCount], UnitCount | None]:
    """Figures by the units directly below `top`, the behind first; small groups apart, merged into one.

    What is merged is no small group itself, else the run's total would tell it: the smallest of the others
    joins it.
    """
    groups: dict[str | None, UnitCount] = {}
    for row in rows:
        path = child_of(row.path, top) if row.path and row.path.startswith(top) else None
        groups[path] = _sum(path, groups.get(path), row)
    small = [one for path, one in groups.items() if path is None or one.audience < threshold]
    shown = sorted((one for one in groups.values() if one not in small), key=lambda one: one.audience)
    while small and shown and sum(one.audience for one in small) < threshold:
        small.append(shown.pop(0))
    merged: UnitCount | None = None
    for one in small:
        merged = _sum(None, merged, one)
    return sorted(shown, key=lambda one: (one.read / one.audience, -one.audience, one.path or "")), merged


def _sum(path: str | None, before: UnitCount | None, one: UnitCount) -> UnitCount:
    if before is None:
        return UnitCount(path, one.audience, one.read, one.uncertain, one.failed)
    return UnitCount(
        path,
        before.audience + one.audience,
        before.read + one.read,
        before.uncertain + one.uncertain,
        before.failed + one.failed,
    )
