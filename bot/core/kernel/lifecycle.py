"""Lifecycles as data: the states of a thing, its moves, and who makes each of them.

One is declared for each kind of thing, beside its rules. The constraints of the database and every statement
that changes a state are made from it (`bot.storage.moves`).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Loop(StrEnum):
    """Who moves things by themselves. What people do is named by their acts (`core.people.permissions`)."""

    RECEIVER = "receiver"
    DISPATCHER = "dispatcher"
    PLANNER = "planner"
    SENDER = "sender"
    RETENTION = "retention"
    ESCALATION = "escalation"
    START = "start"  # of the program, for each account in its settings
    RESTORE = "restore"  # a copy was put in the store's place


class UnknownMove(ValueError):
    """A state was to change in a way that its lifecycle does not have."""


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """`moves`: from each state, in the order the database lists them, to others: by whom.

    A state may move to itself where what it stands for begins anew.
    """

    name: str
    initial: Collection[str]
    moves: Mapping[str, Mapping[str, Collection[str]]]

    def __post_init__(self) -> None:
        named = {*self.initial, *(to for moves in self.moves.values() for to in moves)}
        if unknown := named - set(self.moves):
            raise UnknownMove(f"{self.name}: {sorted(unknown)} are not declared")

    @property
    def states(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(self.moves)

    @property
    def final(self) -> frozenset[str]:
        """Those that nothing leaves."""
        return frozenset(state for state, moves in self.moves.items() if not moves)

    def admits(self, source: str, to: str, by: str) -> bool:
        """Whether this one may move a thing from `source` to `to`."""
        return by in self.moves[source].get(to, ())

    def sources(self, to: str, by: str) -> tuple[str, ...]:
        """The states from which this one moves a thing to `to`. Raises UnknownMove where there is none."""
        found = tuple(state for state in self.moves if self.admits(state, to, by))
        if not found:
            known = [
                state for state in self.moves if any(by in m.get(state, ()) for m in self.moves.values())
            ]
            raise UnknownMove(f"{self.name}: {to!r} by {by}; allowed are {', '.join(known) or 'none'}")
        return found

    def targets(self, source: str, by: str) -> frozenset[str]:
        """The states to which this one moves a thing that stands in `source`."""
        return frozenset(to for to, movers in self.moves[source].items() if by in movers)

    def steps(self, by: str) -> dict[str, str]:
        """From → to, for one who moves each state to a single other."""
        found = {state: self.targets(state, by) for state in self.moves}
        if forks := [state for state, targets in found.items() if len(targets) > 1]:
            raise UnknownMove(f"{self.name}: {by} moves {forks} more than one way")
        if not any(found.values()):
            raise UnknownMove(f"{self.name}: {by} moves nothing")
        return {state: to for state, targets in found.items() for to in targets}

    def begin(self, state: str) -> str:
        """The state of a new thing. Raises UnknownMove where none begins so."""
        if state not in self.initial:
            raise UnknownMove(f"{self.name}: nothing begins as {state!r}")
        return str(state)

    def renew(self, state: str, by: str) -> str:
        """The state of a thing that is new, or else comes to it from wherever it stood."""
        if set(self.sources(state, by)) | {state} != set(self.moves):
            raise UnknownMove(f"{self.name}: {by} does not make {state!r} of every state")
        return self.begin(state)
