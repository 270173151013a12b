"""What people wrote into a digest, and what travels with it, set around its numbers."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from bot.core.kernel.formats import date_long, fold, number, read_day
from bot.core.opinion import signing as rules
from bot.core.opinion.digest import Digest
from bot.core.opinion.gathering import counted
from bot.core.opinion.signing import Part, Signing, Sources
from bot.core.talk.form import Form
from bot.reports.paper import Paper, Row, Section, Writer


def signed(writer: Writer, form: Form, digest: Digest, names: Mapping[str, str], signing: Signing) -> Paper:
    """The paper of a digest that a unit drew up: a draft, also once it is endorsed: nobody issued it."""
    made = writer.paper(digest, names, signing.words.left_out)
    overview, *rest = made.sections
    said = (*overview.sentences, *from_below(writer, names, signing.sources))
    sections = (
        *_part(writer, signing, Part.OPENING),
        replace(overview, sentences=said),
        *_themes(writer, form, digest, signing),
        *rest,
        *_marks(writer, form, signing),
        *_part(writer, signing, Part.ASSESSMENT),
        *_part(writer, signing, Part.PROPOSALS),
    )
    draft = made.draft
    if signing.endorsed_on:
        draft = writer.line("paper.endorsed", day=date_long(read_day(signing.endorsed_on), writer.language))
    return replace(made, sections=sections, draft=draft)


def from_below(writer: Writer, names: Mapping[str, str], sources: Sources) -> tuple[str, ...]:
    """From how many units' digests it was made, of how many reports; who has not endorsed theirs."""
    if not sources.due:
        return ()
    shown = {
        key: number(getattr(sources, key), writer.language)
        for key in ("forwarded", "endorsed", "due", "reports")
    }
    key = "paper.sources_least" if sources.least else "paper.sources"
    said = [writer.line(key, **shown)]
    if sources.silent:
        units = ", ".join(sorted((names.get(path, path) for path in sources.silent), key=fold))
        count = number(len(sources.silent), writer.language)
        said.append(writer.line("paper.not_endorsed", count=count, units=units))
    return tuple(said)


def view_name(writer: Writer, form: Form, view: str) -> str:
    """What a view of few is called: its topic and which way people lean."""
    fields = {item.key: item for item in form.fields}
    words = [writer.names_of(fields[key]).get(value, value) for key, value in rules.named(view, form)] or [
        writer.line("digest.other_topics")
    ]
    return " · ".join(words)


def marks(writer: Writer, form: Form, signing: Signing) -> tuple[str, ...]:
    """What is said of views that are not quoted: carried from below, left out here or there."""
    words, sources = signing.words, signing.sources
    said = [
        writer.line("paper.carried", view=view_name(writer, form, view), count=number(count, writer.language))
        for view, count in rules.carried(sources, signing.views).items()
        if view not in words.left_out
    ]
    alone = rules.untold(sources, signing.views)
    if alone:
        said.append(writer.line("paper.of_one_unit", count=number(alone, writer.language)))
    for reason, count in sorted(Counter(words.left_out.values()).items()):
        values = {"count": number(count, writer.language), "reason": reason}
        said.append(writer.line("paper.left_out", **values))
    if sources.left_out:
        said.append(writer.line("paper.left_out_below", count=number(sources.left_out, writer.language)))
    return tuple(said)


def _marks(writer: Writer, form: Form, signing: Signing) -> tuple[Section, ...]:
    said = marks(writer, form, signing)
    return (Section(writer.line("paper.other_views"), said, key="marks"),) if said else ()


def _part(writer: Writer, signing: Signing, part: Part) -> tuple[Section, ...]:
    words = signing.words.parts.get(part, "")
    lines = tuple(line.strip() for line in words.splitlines() if line.strip())
    return (Section(writer.line(f"paper.{part}"), lines, key=str(part)),) if lines else ()


def _themes(writer: Writer, form: Form, digest: Digest, signing: Signing) -> tuple[Section, ...]:
    fields = counted(form)
    if not signing.words.themes or not fields:
        return ()
    item = next(one for one in form.fields if one.key == fields[0])
    table, named = digest.by.get(item.key, {}), writer.names_of(item)
    rows = tuple(Row(named.get(one, one), table.get(one)) for one in signing.words.themes)
    return (Section(writer.line("paper.themes"), table=rows, key="themes"),)
