"""A digest as a paper: headings, sentences, tables and quotations, before any file format."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.core.kernel.formats import date_long, fold, number
from bot.core.opinion.digest import (
    Breakdown,
    Coverage,
    Digest,
    GroupTexts,
    apart,
    fields_in_part,
    quoted_in_part,
)
from bot.core.opinion.gathering import UNANSWERED
from bot.core.opinion.signing import without
from bot.core.talk.form import Field, Form, localized
from bot.core.talk.texts import Texts


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: what it is, how many, and how much of all, in per cent."""

    name: str
    count: int | None
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, sentences, a table, and quotations under their own small headings.

    `grid`: a table of its own columns, the first row above them.
    """

    heading: str
    sentences: tuple[str, ...] = ()
    table: tuple[Row, ...] = ()
    quotations: tuple[tuple[str, tuple[str, ...]], ...] = ()
    key: str = ""
    grid: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """`title`: what it is about; `columns`: the words above a table; `said`: those above quotations."""

    title: str
    unit: str
    year: int
    owner: str
    draft: str
    columns: tuple[str, str, str]
    withheld: str
    sections: tuple[Section, ...]
    said: str = ""


class Writer:
    """Puts a digest into words of the catalogue."""

    def __init__(
        self,
        texts: Texts,
        form: Form,
        topics: Mapping[str, Mapping[str, str]],
        fields: Mapping[str, Mapping[str, str]],
        owner: str,
        language: str,
        most: int | None = None,
    ) -> None:
        """`topics`, `fields`: their names in each language.

        `most`: how many texts are quoted at most, every group its share; None all of them.
        """
        self._texts, self._form, self._topics, self._fields = texts, form, topics, fields
        self._owner, self._language, self._most = owner, language, most

    @property
    def language(self) -> str:
        """What it is written in."""
        return self._language

    def paper(self, digest: Digest, names: Mapping[str, str], left_out: Collection[str] = ()) -> Paper:
        """The whole of it. `names`: of units, by path; `left_out`: views of few that are not quoted."""
        unit = names.get(digest.unit, digest.unit)
        first, last = (date_long(day, self._language) for day in (digest.start, digest.end))
        sections = [self._overview(digest, names)]
        if digest.total:
            fields = {item.key: item for item in self._form.fields}
            sections += [self._table(fields[key], digest.by[key]) for key in digest.by if digest.by[key]]
            if any(digest.by_field.values()):
                sections.append(self._by_field(digest))
            if digest.by_unit:
                here = {**names, digest.unit: self.line("unit.directly")}
                rows = _rows(digest.by_unit, here)
                sections.append(Section(plain(self.line("digest.by_unit")), table=rows, key="unit"))
            main, few = apart(digest, self._form)
            few = without(few, self._form, left_out)
            sections += [
                self._quoted(plain(self.line(title)), self._said(groups), key)
                for title, groups, key in (("digest.minority", few, "few"), ("digest.texts", main, "said"))
                if groups
            ]
        return Paper(
            title=self.line("paper.title", unit=unit, first=first, last=last),
            unit=unit,
            year=digest.end.year,
            owner=self._owner,
            draft=self.line("paper.draft"),
            columns=(self.line("paper.item"), self.line("paper.count"), self.line("paper.share")),
            withheld=self.line("digest.withheld"),
            sections=tuple(sections),
            said=plain(self.line("digest.texts")),
        )

    def names_of(self, field: Field) -> dict[str, str]:
        """What the values of a field are called."""
        known = self._topics if field.source == "topics" else {}
        labels = {**known, **{choice.value: choice.label for choice in field.choices}}
        named = {value: localized(dict(label), self._language) for value, label in labels.items()}
        return {**named, UNANSWERED: self.line("digest.unanswered")}

    def line(self, key: str, **values: object) -> str:
        """Words of the catalogue, in the language of the paper."""
        return self._texts.line(self._language, key, **values)

    def _overview(self, digest: Digest, names: Mapping[str, str]) -> Section:
        few = {"unit": names.get(digest.unit, digest.unit), "threshold": digest.threshold}
        if digest.too_low:
            return Section(self.line("paper.overview"), (self.line("digest.too_low"),))
        if digest.total is None:
            return Section(self.line("paper.overview"), (self.line("digest.few", **few),))
        key = "paper.total_least" if digest.stepped or digest.least else "paper.total"
        change, before = "", digest.before
        if before is not None and before.total and not before.least and not digest.least:
            more = digest.total - before.total
            word = "digest.more" if more > 0 else "digest.fewer" if more < 0 else "digest.same"
            change = f" {self.line(word, count=number(abs(more), self._language))}"
        said = [self.line(key, count=number(digest.total, self._language), change=change)]
        said += self._coverage(digest.coverage, names, digest.unit)
        tables = (*digest.by.values(), digest.by_unit)
        if digest.stepped:
            said.append(self.line("digest.in_steps"))
            if digest.running:
                said.append(self.line("digest.running"))
        if any(count is None for table in tables for count in table.values()):
            said.append(self.line("digest.withheld_why", threshold=digest.threshold))
        if quoted_in_part(digest):
            said.append(self.line("digest.not_all"))
        if digest.least:
            said.append(self.line("digest.at_least", threshold=digest.threshold))
        return Section(self.line("paper.overview"), tuple(said))

    def _coverage(self, one: Coverage, names: Mapping[str, str], unit: str) -> list[str]:
        if not one.due or set(one.due) == {unit}:
            return []
        counts = {
            key: number(len(getattr(one, key)), self._language) for key in ("due", "reported", "nothing")
        }
        said = [self.line("digest.coverage", **counts)]
        if one.silent:
            silent = sorted((names.get(path, path) for path in one.silent), key=fold)
            count = number(len(silent), self._language)
            said.append(self.line("digest.silent", count=count, units=", ".join(silent)))
        return said

    def _table(self, field: Field, table: Breakdown) -> Section:
        label = localized(field.label, self._language)
        title = plain(self.line("digest.by", name=label[:1].lower() + label[1:]))
        return Section(title, table=_rows(table, self.names_of(field)), key=field.key)

    def _by_field(self, digest: Digest) -> Section:
        named = {code: localized(dict(names), self._language) for code, names in self._fields.items()}
        rows = _rows(digest.by_field, {**named, "": self.line("digest.no_field")})
        why = (self.line("digest.by_field_why"),) if fields_in_part(digest) else ()
        return Section(plain(self.line("digest.by_field")), why, table=rows, key="field")

    def _quoted(self, title: str, groups: tuple[tuple[str, tuple[str, ...]], ...], key: str) -> Section:
        if self._most is None:
            return Section(title, quotations=groups, key=key)
        share = max(1, self._most // len(groups))
        quoted = tuple((name, said[:share]) for name, said in groups)
        left = sum(len(said[share:]) for _, said in groups)
        after = (self.line("digest.left_out", count=number(left, self._language)),) if left else ()
        return Section(title, after, quotations=quoted, key=key)

    def _said(self, groups: tuple[GroupTexts, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
        fields = {item.key: item for item in self._form.fields}
        counted = [item for item in self._form.fields if item.counted]
        named = self.names_of(counted[0]) if counted else {}
        found = []
        for group in groups:
            name = self.line("digest.other_topics")
            if group.group is not None:
                name = named.get(group.group, group.group)
            said = []
            for one in group.texts:
                marks = [self.names_of(fields[key]).get(value, value) for key, value in one.beside.items()]
                first, *more = [(key, " ".join(text.split())) for key, text in one.words.items()] or [
                    ("", "")
                ]
                words = first[1] + (f" ({', '.join(marks).lower()})" if marks else "")
                for key, text in more:
                    words += f" {localized(fields[key].label, self._language)}: {text}"
                said.append(words)
            found.append((name, tuple(said)))
        return tuple(found)


def plain(words: str) -> str:
    """Without the marks of a chat."""
    return words.strip("* \n")


def _rows(table: Breakdown, names: Mapping[str, str]) -> tuple[Row, ...]:
    """The largest first, what is withheld last."""
    whole = sum(count for count in table.values() if count)
    complete = bool(whole) and None not in table.values()
    cells = sorted(table.items(), key=lambda cell: (-(cell[1] or 0), fold(names.get(cell[0], cell[0]))))
    return tuple(
        Row(names.get(code, code), count, count / whole * 100 if complete and count is not None else None)
        for code, count in cells
    )
