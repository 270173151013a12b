"""People fill in reports while `run` is killed again and again; each update must take effect exactly once."""

import random
import re
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from tests.crash.ledger import assert_sound
from tests.crash.world import FIRST_CHAT, World
from tests.stable import Command, until

CHATS = 24
PATIENCE_S = 2.0
POINTS = {
    "recovery.after_commit": 1,
    "receiver.before_commit": 3,
    "receiver.after_commit": 3,
    "dispatcher.between": 12,
    "dispatcher.before_commit": 6,
    "dispatcher.after_commit": 6,
    "sender.before_commit": 6,
    "sender.after_commit": 6,
    "sender.before_send": 12,
    "sender.after_answer": 12,
}
RANDOM = "at a random moment"
# A report by typed words alone: as on a platform without buttons.
STEPS = ("/baocao", "1", "1", "1", "1", "{words}", "bỏ qua", "1", "gửi")
SENT = len(STEPS) - 1
_IN_FLIGHT = "SELECT count(*) FROM delivery WHERE state = 'inflight'"
_UNSURE = "SELECT count(*) FROM delivery WHERE state = 'uncertain'"
_SENT_REPLIES = "SELECT message_id FROM delivery WHERE state = 'sent' AND message_id IS NOT NULL"
_STILL = "SELECT count(*) FROM delivery WHERE state IN ('pending', 'retry', 'inflight')"
_WORDS = "SELECT count(*) FROM delivery WHERE act IS NOT NULL OR chat_id IS NOT NULL"
# A report that is like an earlier one is told so, by that one's code.
_RECEIPT = re.compile(r"Đã ghi nhận phản ánh (?:<b>)?(DL-[A-Z0-9]{6,8})")


@dataclass(frozen=True)
class Typed:
    """One update: which step of which report of which chat."""

    update_id: int
    chat: int
    report: int
    step: int

    @property
    def words(self) -> str:
        """What the report of this chat says."""
        return f"Bà con thôn {self.chat} nói điều thứ {self.report}."


@dataclass
class Reception:
    """One world with reporters, and the updates they cause."""

    world: World
    random: random.Random
    chats: int = CHATS
    mischief: dict[str, object] = field(default_factory=dict)
    kills: Counter[str] = field(default_factory=Counter)
    typed: list[Typed] = field(default_factory=list)
    doubtful: int = 0

    def __post_init__(self) -> None:
        self.mischief = {"chat_burst": 10_000, **self.mischief}
        self._next: dict[int, Iterator[tuple[int, int]]] = {
            FIRST_CHAT + place: ((report, step) for report in range(10_000) for step in range(len(STEPS)))
            for place in range(self.chats)
        }

    def go(self, kills: int) -> str:
        """Kill so many times, then let everybody finish. What came of it."""
        plan: list[str] = []
        while len(plan) < kills:
            ways = [*POINTS, *[RANDOM] * len(POINTS)]
            self.random.shuffle(ways)
            plan += ways
        for way in plan[:kills]:
            self._one(way)
            self._examine()
        return self.finish()

    def _say(self, updates: int, whole: bool = False) -> None:
        """So many more updates, each chat's own in order; `whole`: until nobody is in mid-report."""
        said = []
        chats = list(self._next)
        while updates > 0 or whole:
            if whole:
                chats = [chat for chat in self._next if self._step_of(chat) not in (None, SENT)]
                if not chats:
                    break
            said.append(self._type(self.random.choice(chats)))
            updates -= 1
        if said:
            self.world.platform.steer("inject", updates=said)

    def _step_of(self, chat: int) -> int | None:
        return next((one.step for one in reversed(self.typed) if one.chat == chat), None)

    def _type(self, chat: int) -> dict[str, Any]:
        report, step = next(self._next[chat])
        typed = Typed(1000 + len(self.typed), chat, report, step)
        self.typed.append(typed)
        person = {"id": chat, "is_bot": False, "first_name": f"Người {chat}", "language_code": "vi"}
        message = {
            "message_id": 1_000_000 + len(self.typed),
            "date": 1_795_000_000,
            "chat": {"id": chat, "type": "private", "first_name": person["first_name"]},
            "from": person,
            "text": STEPS[step].format(words=typed.words),
        }
        return {"update_id": typed.update_id, "message": message}

    def _one(self, way: str) -> None:
        mischief = dict(self.mischief)
        if way in POINTS:
            mischief |= {"point": way, "passage": self.random.randint(1, POINTS[way])}
        self._say(self.random.randint(3, 12))
        command = self.world.run(mischief)
        try:
            if way in POINTS:
                # A slow machine takes long to start: the point is waited for from then on.
                until(lambda: command.code is not None or "event=running" in command.said, "it does not run")
            alive = PATIENCE_S if way in POINTS else self.random.uniform(0, 0.6)
            self.talk(command, time.monotonic() + alive)
        finally:
            died = command.code is not None
            command.kill()
        assert command.code == -signal.SIGKILL, command.said
        self.kills[way if died else RANDOM] += 1

    def talk(self, command: Command, end: float) -> None:
        """Updates arrive while it runs, a few at a time."""
        while command.code is None and time.monotonic() < end:
            self._say(self.random.randint(1, 2))
            pause = time.monotonic() + 0.06
            while command.code is None and time.monotonic() < min(end, pause):
                time.sleep(0.005)

    def _examine(self) -> None:
        """After a death: a report stands in the store exactly where its last update is closed."""
        self.world.rest()
        with self.world.store() as store:
            assert_sound(store)
            self._assert_once(store)
            self.doubtful += store.execute(_IN_FLIGHT).fetchone()[0]
            assert store.execute(_UNSURE).fetchone()[0] <= self.doubtful

    def _assert_once(self, store: sqlite3.Connection) -> int:
        states = dict(store.execute("SELECT CAST(update_key AS INTEGER), state FROM inbox").fetchall())
        assert set(states.values()) <= {"new", "done"}, "an update was given up"
        done = {one.update_id for one in self.typed if states.get(one.update_id) == "done"}
        expected = Counter(one.words for one in self.typed if one.step == SENT and one.update_id in done)
        found = Counter(row[0] for row in store.execute("SELECT value FROM answer WHERE field = 'content'"))
        assert found == expected, "a report stands that should not, or the other way round"
        # An update is kept before the next is asked for: what is kept has no gaps.
        kept = sorted(states)
        assert kept == [one.update_id for one in self.typed[: len(kept)]], "an update was lost"
        return len(done)

    def finish(self) -> str:
        """Let everybody finish their report. What came of it."""
        self._say(0, whole=True)
        command = self.world.run(self.mischief)
        try:
            until(self._done, "updates or replies stay open", 0.25 if self.world.server else 0.05)
            command.stop()
        finally:
            command.kill()
        with self.world.store() as store:
            assert_sound(store)
            assert self._assert_once(store) == len(self.typed)
            codes = {row[0] for row in store.execute("SELECT code FROM submission")}
            sent = [int(row[0]) for row in store.execute(_SENT_REPLIES)]
            unsure: int = store.execute(_UNSURE).fetchone()[0]
            assert not store.execute(_WORDS).fetchone()[0], "a reply that has ended keeps its words"
        arrived = self._assert_told(codes, sent, unsure)
        return (
            f"{len(self.typed)} updates in {self.chats} chats, each took effect once; {len(codes)} reports; "
            f"{arrived} replies arrived, {unsure} uncertain, none twice"
        )

    def _done(self) -> bool:
        with self.world.store() as store, suppress(sqlite3.DatabaseError):  # copied in the middle of a write
            new = store.execute("SELECT count(*) FROM inbox WHERE state = 'new'").fetchone()[0]
            kept = store.execute("SELECT count(*) FROM inbox").fetchone()[0]
            return kept == len(self.typed) and not new and not store.execute(_STILL).fetchone()[0]
        return False

    def _assert_told(self, codes: set[str], sent: list[int], unsure: int) -> int:
        """Each update has one reply, and none arrived twice; a receipt arrived only for a report that stands.

        How many replies arrived.
        """
        accepted = self.world.platform.accepted()
        assert len(sent) + unsure == len(self.typed), "not one reply an update"
        numbers = {one["message_id"] for one in accepted}
        assert len(set(sent)) == len(sent)
        assert set(sent) <= numbers, "sent, but never accepted"
        assert len(numbers) == len(accepted)
        assert len(accepted) - len(sent) <= unsure, "a reply arrived twice"
        seen = [code for one in accepted for code in _RECEIPT.findall(one["text"])]
        assert len(seen) == len(set(seen)), "a receipt arrived twice"
        assert set(seen) <= codes, "a receipt for a report that does not stand"
        assert len(codes) == sum(one.step == SENT for one in self.typed)
        assert len(codes) - len(seen) <= unsure, "a report of which its author was not told"
        return len(accepted)
