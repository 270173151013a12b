"""A unit's digest on its way up: drawn up, edited, endorsed, forwarded; what travels with it.

Its numbers are those of a closed period and are never edited. What few people say is not passed over in
silence: whoever leaves a view out leaves a mark with a reason, and marks from below are counted above.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum

from pydantic import Field

from bot.core.guidance.figures import child_of
from bot.core.kernel.lifecycle import Lifecycle
from bot.core.kernel.values import Frozen, UnitPath
from bot.core.opinion.digest import Digest, DigestText, GroupTexts, apart
from bot.core.opinion.disclosure import ALL
from bot.core.opinion.gathering import UNANSWERED, counted
from bot.core.people.permissions import Act
from bot.core.talk.form import Form

DIGEST = Lifecycle(
    "digest",
    initial=("draft",),
    moves={
        "draft": {"draft": (Act.EDIT_DIGEST, Act.RETURN_DIGEST), "endorsed": (Act.ENDORSE_DIGEST,)},
        "endorsed": {"draft": (Act.EDIT_DIGEST,), "forwarded": (Act.FORWARD_DIGEST,)},
        "forwarded": {"draft": (Act.RETURN_DIGEST,)},
    },
)
SIGNED = ("endorsed", "forwarded")
LONGEST = 3000  # characters of one part of its words
REASON = 300  # characters of why something was left out or returned
FEWEST_UNITS = 2  # whose digests must have a view before it is told of above
THEMES = 5


class Part(StrEnum):
    """What is written into a digest by people, in its order on paper."""

    OPENING = "opening"
    ASSESSMENT = "assessment"
    PROPOSALS = "proposals"


class Sources(Frozen):
    """From what a digest was made, of the units directly below its own.

    `due`: those that should have sent theirs; `endorsed`, `forwarded`: how many did; `reports`: how many
    reports their digests tell of, at least so many where `least`. `views`: what few people say, by view, in
    how many of those digests; `left_out`: how many views were left out below. `alone`: of how
    many views their digests tell the number alone. `silent`: paths.
    """

    due: int = 0
    endorsed: int = 0
    forwarded: int = 0
    reports: int = 0
    least: bool = False
    views: dict[str, int] = Field(default_factory=dict)
    left_out: int = 0
    alone: int = 0
    silent: tuple[UnitPath, ...] = ()


class Words(Frozen):
    """What people added. `themes`: those a person confirmed; `left_out`: why each view is not in it."""

    parts: dict[Part, str] = Field(default_factory=dict)
    themes: tuple[str, ...] = ()
    left_out: dict[str, str] = Field(default_factory=dict)


class Signing(Frozen):
    """How far a digest came, with all that travels with its numbers. `views`: its own; days ISO, "" none."""

    state: str
    words: Words
    sources: Sources
    views: tuple[str, ...] = ()
    endorsed_on: str = ""
    forwarded_on: str = ""

    @property
    def kept(self) -> tuple[str, ...]:
        """The views that the level above gets: its own and those it carries, without what it left out."""
        every = {*self.views, *carried(self.sources, self.views)}
        return tuple(sorted(every - self.words.left_out.keys()))


class Below(Frozen):
    """The digest of a unit below as its upper level counts it."""

    unit: str  # a path
    state: str
    total: int | None
    least: bool
    views: tuple[str, ...]
    left_out: int
    alone: int = 0


def views_of(digest: Digest, form: Form) -> tuple[str, ...]:
    """What few people say, as "group=mark"; the group "*" where it is not told."""
    few = apart(digest, form)[1]
    return tuple(sorted({_view(group, text, form) for group in few for text in group.texts}))


def without(few: Sequence[GroupTexts], form: Form, left_out: Collection[str]) -> tuple[GroupTexts, ...]:
    """What few people say, but for the views that were left out."""
    kept = [
        GroupTexts(
            group=group.group,
            texts=tuple(text for text in group.texts if _view(group, text, form) not in left_out),
        )
        for group in few
    ]
    return tuple(group for group in kept if group.texts)


def _view(group: GroupTexts, text: DigestText, form: Form) -> str:
    return f"{group.group or ALL}={text.beside.get(_lean(form), '')}"


def _lean(form: Form) -> str:
    """The field that says which way people lean."""
    return next((item.key for item in form.fields if item.counted and item.beside), "")


def named(view: str, form: Form) -> tuple[tuple[str, str], ...]:
    """A view as (field, value), what is not told left out."""
    group, _, lean = view.rpartition("=")
    fields = counted(form)
    pairs = ((fields[0] if fields else "", group), (_lean(form), lean))
    return tuple((key, value) for key, value in pairs if key and value not in (ALL, ""))


def suggested(digest: Digest, form: Form) -> tuple[str, ...]:
    """Themes that the numbers suggest, the strongest first; they are in no digest before a person says so."""
    counts = _groups(digest, form)
    return tuple(sorted(counts, key=lambda one: (-counts[one], one))[:THEMES])


def _groups(digest: Digest, form: Form) -> dict[str, int]:
    fields = counted(form)
    table = digest.by.get(fields[0], {}) if fields else {}
    return {value: count for value, count in table.items() if count and value != UNANSWERED}


def known_themes(digest: Digest, form: Form) -> Collection[str]:
    """What may be confirmed as a theme: whatever is told of at all."""
    return _groups(digest, form).keys()


def due_below(digest: Digest) -> list[UnitPath]:
    """The units directly below that should send a digest: those below which somebody should report."""
    found = {child_of(path, digest.unit) for path in digest.coverage.due}
    return sorted(found - {digest.unit})


def is_directly_below(path: UnitPath, top: UnitPath) -> bool:
    """Whether a unit with this path stands directly below another."""
    return path != top and path.startswith(top) and child_of(path, top) == path


def gathered(due: Sequence[str], below: Iterable[Below]) -> Sources:
    """What the digests of the units below come to."""
    ready = {one.unit: one for one in below if one.state in SIGNED}
    sent = [one for one in ready.values() if one.state == "forwarded"]
    views: dict[str, int] = {}
    for one in sent:
        for view in one.views:
            views[view] = views.get(view, 0) + 1
    return Sources(
        due=len({*due, *ready}),
        endorsed=len(ready),
        forwarded=len(sent),
        reports=sum(one.total or 0 for one in sent),
        least=any(one.total is None or one.least for one in sent),
        views=dict(sorted(views.items())),
        left_out=sum(one.left_out for one in sent),
        alone=sum(one.alone for one in sent),
        silent=tuple(unit for unit in due if unit not in ready),
    )


def carried(sources: Sources, own: Collection[str]) -> dict[str, int]:
    """Views that come from below alone: told of where several units' digests have them."""
    return {view: count for view, count in sources.views.items() if view not in own and count >= FEWEST_UNITS}


def untold(sources: Sources, own: Collection[str]) -> int:
    """How many views are of one unit alone, below or further down: how many, and no more, is told."""
    here = sum(1 for view, count in sources.views.items() if view not in own and count < FEWEST_UNITS)
    return here + sources.alone


def may_leave_out(view: str, sources: Sources, own: Collection[str]) -> bool:
    """Whether there is such a view in this digest."""
    return view in own or view in carried(sources, own)


def edited(
    words: Words,
    parts: Mapping[Part, str],
    themes: Sequence[str] | None = None,
    left_out: Mapping[str, str] | None = None,
) -> Words:
    """Words after an edit: parts by name, all the themes, views with a reason (empty: it is back)."""
    reasons = {**words.left_out, **(left_out or {})}
    return Words(
        parts={**words.parts, **parts},
        themes=words.themes if themes is None else tuple(dict.fromkeys(themes)),
        left_out={view: reason for view, reason in sorted(reasons.items()) if reason},
    )


class Obstacle(StrEnum):
    """Why somebody may not endorse a digest."""

    OVER = "over"
    OWN = "own"
    EDITED = "edited"


def obstacle(
    state: str, revision: int, seen: int, who: str, authors: Collection[str], *, by_another: bool
) -> Obstacle | None:
    """What stands in the way of endorsing; None: nothing. `by_another`: whoever wrote it may not."""
    if state != "draft":
        return Obstacle.OVER
    if by_another and who in authors:
        return Obstacle.OWN
    return Obstacle.EDITED if revision != seen else None
