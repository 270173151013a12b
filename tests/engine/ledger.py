"""What the platform saw, held against what the store says: the invariants of reliability.md."""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.core.delivery.states import MAX_ATTEMPTS, MAX_THROTTLED, THROTTLE_LONGEST_S, State
from bot.core.talk.reply import EditReply, Reply, hides
from bot.engine.wire import READY_S
from bot.storage.delivery.claims import ClaimedRow
from tests.engine.script import Asked, ScriptedClock

OPEN = {"pending", "inflight", "retry"}
MAYBE_ACCEPTED = {"inflight", "uncertain", "sent", "accepted", "abandoned"}
DAY_MS = int(THROTTLE_LONGEST_S * 1000)


class Violation(AssertionError):
    """An invariant does not hold."""


def require(holds: bool, what: str) -> None:
    """Raises Violation."""
    if not holds:
        raise Violation(what)


def person(chat: str) -> int:
    """Whose chat it is: chats are called "m2@alpha"."""
    return int(chat[1 : chat.index("@")])


@dataclass
class Ledger:
    """Looks through a connection of its own, so it sees what is committed and nothing else."""

    peek: sqlite3.Connection
    clock: ScriptedClock
    window: int
    parts: dict[str, int] = field(default_factory=dict)  # briefing → how many parts it has
    replies: dict[str, int] = field(default_factory=dict)  # a reply's words → its row
    said: dict[int, tuple[str, str, Reply]] = field(default_factory=dict)  # row → account, chat, what it says
    presses: dict[str, tuple[str, str]] = field(default_factory=dict)  # update → account, chat of a button
    copies: Counter[tuple[int, int]] = field(default_factory=Counter)  # (row, part) → accepted
    allowed: defaultdict[int, int] = field(default_factory=lambda: defaultdict(lambda: 1))
    final: set[int] = field(default_factory=set)  # rows that the platform refused for good
    permitted: set[int] = field(default_factory=set)  # rows a person has changed since the last look
    barred: set[int] = field(default_factory=set)  # broadcasts that were paused or cancelled
    left: set[int] = field(default_factory=set)  # people who left or were erased
    suspended: set[int] = field(default_factory=set)
    held: dict[tuple[str, str], float] = field(default_factory=dict)  # (account, chat) → end of its pause
    claimed: dict[int, float] = field(default_factory=dict)  # row → when it was claimed last
    faults: list[str] = field(default_factory=list)  # found where raising would not be heard
    seen: dict[int, Any] = field(default_factory=dict)  # deliveries at the last look
    rows: dict[tuple[str, int], int] = field(default_factory=dict)  # (briefing, person) → row
    audience: dict[int, int] = field(default_factory=dict)  # run → rows, once planned
    slugs: dict[int, str] = field(default_factory=dict)  # run → its briefing

    def all(self, query: str, *values: Any) -> list[Any]:
        """Rows of a query, at once, leaving nothing open."""
        return self.peek.execute(query, values).fetchall()

    def place(self, asked: Asked) -> tuple[int, int]:
        """The row and the part that a request is for."""
        slug, _, part = asked.words.partition(".")
        if asked.words.startswith("b"):
            assert asked.chat is not None
            return self.rows[slug, person(asked.chat)], int(part)
        return self.replies[slug], int(part or 0)

    def asked(self, account: str, asked: Asked) -> None:
        """A request is about to be written. What is wrong is told at the next look."""
        try:
            self._may_be_asked(account, asked)
        except Exception as error:
            self.faults.append(f"{asked.words} to {asked.chat}: {error!r}")

    def _may_be_asked(self, account: str, asked: Asked) -> None:
        row_id, part = self.place(asked)
        row = self.all("SELECT * FROM delivery WHERE id = ?", row_id)[0]
        require(row["state"] == "inflight", f"written before its claim was committed ({row['state']})")
        require(row["part"] == part, f"part {part} where {row['part']} is due")
        require(all(self.copies[row_id, p] for p in range(part)), "a part before the one before it")
        before = self.seen.get(row_id)
        if before is not None and (before["state"] == "retry" or row["attempts"] > before["attempts"]):
            early = self.clock.wall < row["not_before"] <= self.clock.wall + DAY_MS
            require(not early, "tried before its time")
        if asked.chat is not None:
            free = self.held.get((account, asked.chat), 0.0)
            require(self.clock.ticks >= free - 0.001, "written in a chat's pause")
        if row["run_id"] is not None:
            age = self.clock.ticks - self.claimed[row_id]
            require(age <= READY_S, f"written {age} s after its claim")
        elif asked.chat is not None:
            older = "SELECT id FROM delivery WHERE run_id IS NULL AND account = ? AND chat_id = ? AND id < ?"
            still = f"{older} AND state IN ('pending', 'inflight', 'retry')"
            require(not self.all(still, account, asked.chat, row_id), "a reply before the one before it")

    def claims(self, rows: Sequence[ClaimedRow]) -> None:
        """A claim was committed: what has been done since then comes too late for it."""
        for row in rows:
            self.claimed[row.id] = self.clock.ticks
            try:
                self._may_be_claimed(row)
            except Exception as error:
                self.faults.append(f"row {row.id} to {row.chat_id}: {error!r}")

    def _may_be_claimed(self, row: ClaimedRow) -> None:
        if row.run_id is None:
            return
        run = self.all("SELECT * FROM run WHERE id = ?", row.run_id)[0]
        require(run["broadcast_id"] not in self.barred, "claimed after a pause or a cancel")
        require(run["expires_at"] > self.clock.wall, "claimed after the run had expired")
        require(person(row.chat_id or "") not in self.left, "claimed after a leave or an erasure")
        require(person(row.chat_id or "") not in self.suspended, "claimed while its member is suspended")

    def waits_in_vain(self, row_id: int, looks: bool, waiting: Sequence[int]) -> None:
        """A reply stands in the outbox beside what waits in its chat; its person `looks` at it now."""
        later = self.said[row_id][2]
        for one in waiting:
            before = self.said[one][2] if one in self.said and one != row_id else later
            same = isinstance(later, EditReply) and isinstance(before, EditReply)
            same = same and later.message_id == before.message_id
            if one != row_id and (looks or same) and hides(later, before):
                self.faults.append(f"row {one} waits, and nobody sees it beside row {row_id}")

    def _left_out(self, row: Any) -> None:
        account, chat, act = self.said[row["id"]]
        after = [one for key, one in self.said.items() if key > row["id"]]
        there = [one[2] for one in after if one[:2] == (account, chat)]
        require(any(hides(one, act) for one in there), f"row {row['id']} was left out, and nothing hides it")

    def accepted(self, asked: Asked) -> None:
        """The platform took it: somebody will read it."""
        if asked.words[0] in "eq":
            return  # edits and answers to taps may be repeated
        row_id, part = self.place(asked)
        self.copies[row_id, part] += 1
        if self.copies[row_id, part] > self.allowed[row_id]:
            self.faults.append(f"{asked.words} accepted {self.copies[row_id, part]} times in {asked.chat}")

    def look(self) -> None:
        """Everything that holds at every moment."""
        require(not self.faults, "; ".join(self.faults))
        rows = {row["id"]: row for row in self.all("SELECT * FROM delivery")}
        for row in rows.values():
            self._row(row, self.seen.get(row["id"]))
        require(rows.keys() >= self.seen.keys(), "a row is gone")
        inflight = Counter(row["account"] for row in rows.values() if row["state"] == "inflight")
        require(all(n <= self.window for n in inflight.values()), f"too many in flight: {inflight}")
        self.seen = rows
        self.permitted.clear()
        self._runs()
        self._effects()

    def _row(self, row: Any, before: Any) -> None:
        row_id, state = row["id"], row["state"]
        if before is None and row["run_id"] is not None:
            slug = self._slug(row["run_id"])
            names = self.all("SELECT name FROM member WHERE id = ?", row["member_id"])
            require(bool(names), "planned for nobody")
            key = (slug, int(names[0]["name"]))
            require(key not in self.rows, f"two rows for {key}")
            self.rows[key] = row_id
            if row["priority"] == 1:
                self.allowed[row_id] += 1
        if before is not None and before["state"] not in OPEN and row_id not in self.permitted:
            require(state == before["state"], f"row {row_id} was {before['state']} and became {state}")
        if state == "failed":
            spent = row["attempts"] >= MAX_ATTEMPTS or row_id in self.final
            require(spent, f"row {row_id} failed ({row['reason']}) without a reason")
        if row["reason"] == "replaced" and (before is None or before["reason"] != "replaced"):
            self._left_out(row)
        require(row["attempts"] <= MAX_THROTTLED, f"row {row_id} tried {row['attempts']} times")
        self._acceptance(row)

    def _acceptance(self, row: Any) -> None:
        row_id, state, part = row["id"], row["state"], row["part"]
        count = max((p + 1 for p in range(3) if self.copies[row_id, p]), default=0)
        if state == "sent" and row["run_id"] is not None:
            require(count == self.parts[self._slug(row["run_id"])], f"row {row_id} is sent in {count} parts")
        if count > part and self.allowed[row_id] == 1:
            require(state in MAYBE_ACCEPTED, f"row {row_id} was accepted and is {state}")
        require(count <= part + 1, f"row {row_id} is at part {part}, and {count} were accepted")
        require(all(self.copies[row_id, p] for p in range(count)), f"row {row_id} lacks a part")

    def _slug(self, run_id: int) -> str:
        if run_id in self.slugs:
            return self.slugs[run_id]
        query = """SELECT slug FROM briefing b JOIN broadcast c ON c.briefing_id = b.id
                   JOIN run r ON r.broadcast_id = c.id WHERE r.id = ?"""
        return self.slugs.setdefault(run_id, str(self.all(query, run_id)[0]["slug"]))

    def _runs(self) -> None:
        once = "SELECT broadcast_id FROM run GROUP BY broadcast_id HAVING count(*) > 1"
        require(not self.all(once), "an occurrence has two runs")
        count = Counter(row["run_id"] for row in self.seen.values())
        for run in self.all("SELECT * FROM run"):
            require(count[run["id"]] == run["audience"], f"run {run['id']}: {count} rows, {tuple(run)}")
            if run["state"] not in ("planning", "held"):
                if run["state"] == "differs":
                    rows = {row["state"] for row in self.seen.values() if row["run_id"] == run["id"]}
                    require(
                        rows <= {"pending", "skipped", "cancelled"}, f"run {run['id']} was not let go: {rows}"
                    )
                frozen = self.audience.setdefault(run["id"], run["audience"])
                require(run["audience"] == frozen, "the audience changed after planning")

    def _effects(self) -> None:
        twice = "SELECT subject FROM audit WHERE act = 'effect' GROUP BY subject HAVING count(*) > 1"
        require(not self.all(twice), "an update took effect twice")

    def end(self) -> None:
        """With a healthy platform and time, everything has ended, and every update took effect."""
        self.look()
        stuck = [tuple(row) for row in self.seen.values() if row["state"] in OPEN]
        require(not stuck, f"still open: {stuck}")
        runs = self.all("SELECT * FROM run WHERE state NOT IN ('finished', 'cancelled', 'missed')")
        require(not runs, f"runs not ended: {[tuple(run) for run in runs]}")
        effects = "SELECT subject FROM audit WHERE act = 'effect'"
        require(not self.all("SELECT 1 FROM inbox WHERE state != 'done'"), "an update was not handled")
        without = f"SELECT update_key FROM inbox WHERE update_key NOT IN ({effects})"
        for (update,) in self.all(without):
            same = [int(one) for one, where in self.presses.items() if where == self.presses.get(update)]
            require(int(update) < max(same, default=0), f"update {update} took no effect")
        require({row["state"] for row in self.seen.values()} <= set(State), "an unknown state")
        for check in ("integrity_check", "foreign_key_check"):
            require([tuple(r) for r in self.all(f"PRAGMA {check}")] in ([], [("ok",)]), check)
