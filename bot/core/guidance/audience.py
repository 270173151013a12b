"""Whom a broadcast means, and why others at the same place get nothing."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.core.guidance.briefing import Topic
from bot.core.kernel.values import NOWHERE, Frozen, UnitPath
from bot.core.people.members import Role
from bot.core.people.units import Level, above, code_of

LISTENERS = frozenset({Role.COMMUNICATOR, Role.REPORTER})
MOST_NAMED = 200  # units or members named one by one


class Why(StrEnum):
    """Why a member at or below the units gets nothing: the first that holds. Its words: "audience."."""

    LEFT = "left"
    SUSPENDED = "suspended"
    EXCLUDED = "excluded"
    LEVEL = "level"
    ROLE = "role"
    TOPIC = "topic"


class Unreached(StrEnum):
    """Why a recipient cannot be reached: no address at all, or none that is open."""

    NO_ADDRESS = "no_address"
    BLOCKED = "blocked"


class Scope(Frozen):
    """What narrows an audience down, or widens it. Units stand for themselves and all below them.

    `units`: beside the first. `everybody`: whatever they follow. `members`: beside the others, whatever their
    roles and topics; without a unit they are all there is. Who is left out is left out, named or not.
    """

    units: tuple[str, ...] = ()
    levels: frozenset[Level] = frozenset()
    everybody: bool = False
    members: tuple[int, ...] = ()
    without_units: tuple[str, ...] = ()
    without_members: tuple[int, ...] = ()


class Audience(Frozen):
    """Members at or below `unit`, in one of `roles`, who follow `topic`, as `scope` has it.

    Those for whom the topic is compulsory follow it whatever they chose; `followed` is what counts
    where somebody has not chosen. `units`: those that are meant where it is not all of `unit`, which is then
    the lowest that they all stand under. `named_only`: nobody but the members that `scope` names.
    `only`: in training, nobody but these, whatever else is said.
    """

    unit: str
    topic: str
    roles: frozenset[Role] = LISTENERS
    compulsory_for: frozenset[Role] = frozenset()
    followed: bool = True
    scope: Scope = Scope()
    units: tuple[str, ...] = ()
    named_only: bool = False
    only: tuple[int, ...] | None = None

    @property
    def narrow(self) -> bool:
        """Whether it is not simply everybody of these roles below a unit who follows the topic."""
        one = self.scope
        chosen = self.units or self.named_only or one.levels or one.members or self.only is not None
        return bool(chosen or one.without_units or one.without_members)


@dataclass(slots=True)
class Survey:
    """Recipients by unit code, language and platform; those left out, and those not reached, by reason.

    Recipients without an address are among the recipients. Every member at or below the units that are meant
    is either a recipient or left out, for one reason.
    """

    by_unit: Counter[str] = field(default_factory=Counter)
    by_language: Counter[str] = field(default_factory=Counter)
    platforms: Counter[str] = field(default_factory=Counter)
    left_out: Counter[Why] = field(default_factory=Counter)
    unreached: Counter[Unreached] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        """How many recipients there are."""
        return sum(self.by_unit.values())

    def add(self, code: str, language: str, count: int) -> None:
        """So many recipients more, or fewer."""
        self.by_unit[code] += count
        self.by_language[language] += count


def audience(
    unit: str,
    topic: Topic,
    roles: frozenset[Role] = LISTENERS,
    scope: Scope | None = None,
    units: tuple[str, ...] = (),
    *,
    named_only: bool = False,
) -> Audience:
    """An audience for a topic as the content describes it."""
    return Audience(
        unit=unit,
        topic=topic.code,
        roles=roles,
        compulsory_for=topic.compulsory_for,
        followed=topic.followed,
        scope=scope or Scope(),
        units=units,
        named_only=named_only,
    )


def succeeded(
    meant: Audience, heirs: Mapping[str, tuple[str, ...]], paths: Mapping[str, UnitPath]
) -> Audience:
    """The same audience after units have ended: what each became (`heirs`, codes) is meant in its place.

    `paths`: those of the units that are named, and of all heirs.
    """

    def now(codes: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(heir for code in codes for heir in heirs.get(code, (code,))))

    scope, tops = meant.scope, now((meant.unit,))
    units = now(meant.units) if meant.units else tops if len(tops) > 1 else ()
    under = [paths[code] for code in (*tops, *units) if code in paths]
    top = code_of(common(under)) or tops[0]
    changed = {"units": now(scope.units), "without_units": now(scope.without_units)}
    whole = {"unit": top, "units": units, "scope": scope.model_copy(update=changed)}
    return meant.model_copy(update=whole)


def common(paths: Iterable[UnitPath]) -> UnitPath:
    """The path of the lowest unit that all of these stand at or below; empty where there is none."""
    lines = [above(path) for path in paths]
    found = NOWHERE
    for steps in zip(*lines, strict=False) if lines else ():
        if len(set(steps)) > 1:
            break
        found = steps[0]
    return found


def follows(topic: Topic, roles: frozenset[Role], choice: bool | None) -> bool:
    """Whether somebody with these roles, who chose so (None: not at all), follows a topic."""
    if topic.compulsory_for & roles:
        return True
    return topic.followed if choice is None else choice
