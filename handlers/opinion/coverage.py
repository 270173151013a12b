"""Who should have reported and who did; what changed since the period before."""

from bot.acts.digests import Summed
from bot.core.kernel.formats import fold, number
from bot.core.kernel.richtext import Block, Text
from bot.core.opinion.digest import Digest
from bot.core.talk.texts import Texts

SILENT = 10  # units named


def change(texts: Texts, language: str, digest: Digest) -> str:
    """How many more or fewer than in the period before, where both are told; else nothing."""
    before = digest.before
    if before is None or not before.total or before.least or digest.least or digest.total is None:
        return ""
    more = digest.total - before.total
    key = "digest.more" if more > 0 else "digest.fewer" if more < 0 else "digest.same"
    return f" {texts.line(language, key, count=number(abs(more), language))}"


def said_of_coverage(texts: Texts, summed: Summed, language: str) -> Text:
    """How many units should have reported, how many did, and which are silent; nothing for a single one."""
    one = summed.digest.coverage
    if not one.due or set(one.due) == {summed.digest.unit}:
        return ()
    counts = {name: number(len(getattr(one, name)), language) for name in ("due", "reported", "nothing")}
    words: list[Block] = [*texts.text(language, "digest.coverage", **counts)]
    if one.silent:
        names = sorted((summed.names.get(path, path) for path in one.silent), key=fold)
        named = ", ".join(names[:SILENT]) + (" …" if len(names) > SILENT else "")
        words += texts.text(language, "digest.silent", count=number(len(names), language), units=named)
    return tuple(words)
