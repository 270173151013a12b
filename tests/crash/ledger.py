"""What the store says against what the platform accepted: the invariants of delivery, asserted."""

import re
import sqlite3
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from tests.crash.world import World

TERMINAL = frozenset({"sent", "failed", "skipped", "uncertain", "cancelled", "accepted", "abandoned"})
IN_DOUBT = frozenset({"inflight", "uncertain", "accepted", "abandoned"})
MOVED = {2005: 1005}  # chats a faulty platform gives another number
_MARKER = re.compile(r"K-(\d+)-K")
_WAITING = "SELECT count(*) FROM broadcast WHERE state = 'scheduled' AND next_at IS NOT NULL"
_SKIPPED = "SELECT count(*) FROM delivery WHERE run_id IS NOT NULL AND state = 'skipped'"
_PLACE = re.compile(r"Đoạn (\d+) của")


@dataclass(frozen=True)
class Row:
    """One delivery of a run; `number` is its briefing's."""

    id: int
    number: int
    chat: int
    state: str
    part: int
    resent: bool


@dataclass(frozen=True)
class Snapshot:
    """The store at one moment. `runs`: state, audience and rows of each run."""

    rows: tuple[Row, ...]
    runs: tuple[tuple[str, int, int], ...]
    waiting: int  # broadcasts whose time has come and that have no run yet
    skipped: int  # rows of members who can no longer be reached

    def count(self, *states: str) -> int:
        """Rows in these states."""
        return sum(row.state in states for row in self.rows)

    @property
    def settled(self) -> bool:
        """Nothing waits, and nothing is open."""
        return not (self.waiting or self.count("pending", "retry", "inflight")) and all(
            state == "finished" for state, _, _ in self.runs
        )


def snapshot(world: World) -> Snapshot:
    """Read a copy of the store, and assert that it is sound."""
    with world.store() as store:
        assert_sound(store)
        return Snapshot(_rows(store), _runs(store), _number(store, _WAITING), _number(store, _SKIPPED))


def assert_sound(store: sqlite3.Connection) -> None:
    """Invariant 11."""
    assert [row[0] for row in store.execute("PRAGMA integrity_check")] == ["ok"]
    assert store.execute("PRAGMA foreign_key_check").fetchall() == []


def _rows(store: sqlite3.Connection) -> tuple[Row, ...]:
    found = store.execute(
        "SELECT d.id, b.slug, d.chat_id, d.state, d.part, d.resent FROM delivery d"
        " JOIN run r ON r.id = d.run_id JOIN broadcast c ON c.id = r.broadcast_id"
        " JOIN briefing b ON b.id = c.briefing_id WHERE d.chat_id IS NOT NULL ORDER BY d.id"
    )
    return tuple(
        Row(one[0], int(one[1].rpartition("-")[2]), _first(int(one[2])), one[3], one[4], bool(one[5]))
        for one in found
    )


def _runs(store: sqlite3.Connection) -> tuple[tuple[str, int, int], ...]:
    found = store.execute(
        "SELECT r.state, r.audience, count(d.id) FROM run r"
        " LEFT JOIN delivery d ON d.run_id = r.id GROUP BY r.id"
    )
    return tuple((one[0], one[1], one[2]) for one in found)


def _number(store: sqlite3.Connection, query: str) -> int:
    return int(store.execute(query).fetchone()[0])


def _first(chat: int) -> int:
    """A chat's first number, wherever it moved."""
    return MOVED.get(chat, chat)


def copies(accepted: list[dict[str, Any]]) -> dict[tuple[int, int], list[int]]:
    """(briefing, chat) → the parts that were accepted, each by its first paragraph, in their order."""
    found: dict[tuple[int, int], list[int]] = defaultdict(list)
    for one in accepted:
        marker, place = _MARKER.search(one["text"]), _PLACE.search(one["text"])
        assert marker is not None, one
        assert place is not None, one
        found[int(marker[1]), _first(one["chat_id"])].append(int(place[1]))
    return found


def assert_honest(now: Snapshot, accepted: list[dict[str, Any]], members: int, window: int) -> None:
    """Invariants 1 to 4 and 8, at any moment."""
    for state, audience, rows in now.runs:
        assert audience == rows, "the states do not sum to the audience"
        assert state in ("planning", "held") or audience == members
    assert now.count("inflight") <= window
    delivered = copies(accepted)
    known = {(row.number, row.chat): row for row in now.rows}
    assert delivered.keys() <= known.keys(), "accepted, but not in the ledger"
    for key, row in known.items():
        places = delivered.get(key, [])
        parts = sorted(set(places))
        # With one resend allowed the part in doubt may have come twice; otherwise nothing comes twice.
        assert len(places) - len(parts) <= row.resent, f"sent twice: {row} {places}"
        assert places == sorted(places), f"out of order: {row} {places}"
        assert len(parts) >= row.part, f"recorded as accepted, but was not: {row} {places}"
        if len(parts) > row.part:
            assert len(parts) == row.part + 1
            assert row.state in IN_DOUBT or row.resent, f"accepted, but the ledger does not know: {row}"


@dataclass
class Tally:
    """What came of a campaign, to be printed."""

    messages: int
    deliveries: int
    sent: int
    uncertain: int
    arrived: int  # uncertain ones that had been accepted
    failed: int
    skipped: int
    lost: int  # counted as sent, and not all of it accepted
    twice: int  # accepted twice, and no resend allowed

    def __str__(self) -> str:
        return (
            f"{self.deliveries} deliveries: {self.sent} sent, {self.uncertain} uncertain "
            f"({self.arrived} of them had arrived), {self.failed} refused, {self.skipped} skipped; "
            f"lost {self.lost}, twice {self.twice}; {self.messages} messages accepted"
        )


def assert_settled(now: Snapshot, accepted: list[dict[str, Any]]) -> Tally:
    """Invariant 10: with a healthy platform and time nothing stays open. What came of it all."""
    assert {row.state for row in now.rows} <= TERMINAL
    assert {state for state, _, _ in now.runs} <= {"finished"}
    delivered = copies(accepted)
    places = {row: delivered.get((row.number, row.chat), []) for row in now.rows}
    doubtful = [row for row in now.rows if row.state == "uncertain"]
    tally = Tally(
        messages=len(accepted),
        deliveries=len(now.rows),
        sent=now.count("sent"),
        uncertain=len(doubtful),
        arrived=sum(len(set(places[row])) > row.part for row in doubtful),
        failed=now.count("failed"),
        skipped=now.skipped,
        lost=sum(row.state == "sent" and len(set(places[row])) < row.part for row in now.rows),
        twice=sum(len(places[row]) - len(set(places[row])) > row.resent for row in now.rows),
    )
    assert tally.lost == tally.twice == 0
    return tally
