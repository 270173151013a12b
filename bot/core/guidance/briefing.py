"""Topics and briefings, as values."""

from datetime import date

from pydantic import Field

from bot.core.kernel.languages import FALLBACK, chain
from bot.core.kernel.richtext import FileKind, Text
from bot.core.kernel.values import Frozen, UnitPath
from bot.core.people.members import Role

TRAINING = "TẬP HUẤN"  # the same in every language, as on printed papers
IN_TRAINING = "--tap-huan"  # at the end of a slug


class Topic(Frozen):
    """What members subscribe to. Compulsory for some roles; `followed` is where others start.

    `field`: what several topics belong to, by its name in each language. `observed`: the months ("2026-12")
    in which reporters are asked to listen for it.
    """

    code: str
    name: dict[str, str]
    description: dict[str, str] = Field(default_factory=dict)
    compulsory_for: frozenset[Role] = frozenset()
    followed: bool = True
    field: dict[str, str] = Field(default_factory=dict)
    observed: frozenset[str] = frozenset()


class Body(Frozen):
    """A briefing's text in one language: what is delivered, and the whole text (empty: there is no more)."""

    title: str
    brief: Text
    full: Text = ()


class FromWord(Frozen):
    """What a document of an editor says. `pictures`: rows of files; `lost`: what a chat cannot carry, by key;
    `personal`: what looks like somebody's data in it."""

    body: Body
    pictures: tuple[int, ...] = ()
    lost: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    checks: tuple["Check", ...] = ()


class BriefingFile(Frozen):
    """A file that belongs to a briefing: a path under its folder, shown as `name`."""

    path: UnitPath
    name: str
    media_type: str
    kind: FileKind


class Check(Frozen):
    """A question of understanding, words by language. `right`: which of the choices is right, from 0.

    `sentence`: of the briefing, which shows it.
    """

    question: dict[str, str]
    choices: tuple[dict[str, str], ...]
    right: int
    sentence: dict[str, str]


class Briefing(Frozen):
    """Guidance with its attribution. `bodies` by BCP-47 language; "vi" is always there.

    `recordings` and `scripts` for the loudspeaker by language too; a briefing without them, or without
    `checks`, is kept as before there were any: its version is its words'.
    """

    slug: str
    topic: str
    issuer: str
    number: str
    issued_on: date
    source: str
    bodies: dict[str, Body]
    valid_until: date | None = None
    not_before: date | None = None
    sample: bool = False
    files: tuple[BriefingFile, ...] = ()
    recordings: dict[str, BriefingFile] = Field(default_factory=dict, exclude_if=lambda found: not found)
    scripts: dict[str, Text] = Field(default_factory=dict, exclude_if=lambda found: not found)
    checks: tuple[Check, ...] = Field(default=(), exclude_if=lambda found: not found)

    def in_training(self) -> "Briefing":
        """The same for practice: a briefing of its own, which says so wherever its title stands."""
        bodies = {
            language: one.model_copy(update={"title": f"{TRAINING} · {one.title}"})
            for language, one in self.bodies.items()
        }
        return self.model_copy(update={"slug": f"{self.slug}{IN_TRAINING}", "bodies": bodies})

    def body(self, language: str) -> Body:
        """The text in that language, else in what stands in for it."""
        return next(self.bodies[one] for one in chain(language) if one in self.bodies)

    def recorded(self, language: str) -> str | None:
        """The language of the recording for who speaks one; None where they read a text nearer to theirs."""
        for one in chain(language):
            if one in self.recordings or one in self.bodies:
                return one if one in self.recordings else None
        return None

    def script(self, language: str) -> Text:
        """What the loudspeaker says in that language, else in what stands in for it; () for nothing."""
        return next((self.scripts[one] for one in chain(language) if one in self.scripts), ())

    @property
    def languages(self) -> frozenset[str]:
        """Those that it is written or recorded in."""
        return frozenset({*self.bodies, *self.recordings})

    def reaches(self, language: str) -> bool:
        """Whether who speaks this language gets it in that, and not in Vietnamese in its place."""
        spoken = [one for one in chain(language) if one != FALLBACK or language.startswith(FALLBACK)]
        return any(one in self.languages for one in spoken)
