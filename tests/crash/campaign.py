"""Broadcasts under way, and `run` killed again and again; after each kill the ledger must be honest."""

import random
import signal
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.crash.ledger import Snapshot, Tally, assert_honest, assert_settled, snapshot
from tests.crash.world import World
from tests.stable import Command, until

MEMBERS = 120
WINDOW = 16
ENOUGH = 90  # open rows, so that a kill comes while there is something to lose
PATIENCE_S = 3.0
# A run is planned, and ended, in three transactions.
PLANNING = {"constants": {f"bot.engine.{where}.CHUNK": 50 for where in ("chunks", "planner", "ending")}}
# Each with the latest passage of it at which the process dies.
POINTS = {
    "recovery.before_commit": 1,
    "recovery.after_commit": 1,
    "planner.open.before_commit": 1,
    "planner.open.after_commit": 1,
    "planner.chunk.before_commit": 3,
    "planner.chunk.after_commit": 3,
    "planner.end.before_commit": 1,
    "planner.end.after_commit": 1,
    "sender.before_commit": 12,
    "sender.after_commit": 12,
    "sender.before_send": 60,
    "sender.after_answer": 60,
}
# A platform out of order, at random: one chat has blocked the bot, another moves.
FAULTS: list[dict[str, object]] = [
    {"kind": "403", "method": "send", "chat_id": 1003, "times": None},
    {"kind": "migrate", "method": "send", "chat_id": 1005, "to": 2005},
    {"kind": "429", "method": "send", "retry_after": 0.2, "probability": 0.02, "times": None},
    {"kind": "500", "method": "send", "probability": 0.003, "times": None},
    {"kind": "502-html", "method": "send", "accept": True, "probability": 0.003, "times": None},
    {"kind": "504-empty", "method": "send", "probability": 0.003, "times": None},
    {"kind": "200-truncated", "method": "send", "accept": True, "probability": 0.003, "times": None},
    {"kind": "200-cut", "method": "send", "accept": True, "probability": 0.003, "times": None},
    {"kind": "200-no-result", "method": "send", "accept": True, "probability": 0.003, "times": None},
    {"kind": "200-html", "method": "send", "probability": 0.003, "times": None},
    {"kind": "reset-before", "method": "send", "probability": 0.004, "times": None},
    {"kind": "reset-after", "method": "send", "probability": 0.004, "times": None},
    {"kind": "refuse", "method": "send", "seconds": 0.2, "probability": 0.002, "times": None},
    {"kind": "502-html", "method": "getupdates", "probability": 0.05, "times": None},
]
RANDOM, STOPPING = "at a random moment", "while stopping"


@dataclass
class Campaign:
    """Kills `run` on one world. `slack`: rows that faults of the platform may leave uncertain besides."""

    world: World
    random: random.Random
    faulty: bool = False
    mischief: dict[str, object] = field(default_factory=dict)
    kills: Counter[str] = field(default_factory=Counter)
    broadcasts: int = 0
    doubtful: int = 0  # rows in flight at the deaths
    worst: int = 0

    def go(self, kills: int) -> Tally:
        """Kill so many times, then let it finish."""
        plan = self._plan(kills)
        now = snapshot(self.world)
        for way in plan:
            self._supply(now, new=way.startswith("planner"))
            self._one(way)
            now = self._examine()
        return self._finish()

    def _plan(self, kills: int) -> list[str]:
        """Each point in its turn, and as many kills at random moments and while stopping."""
        plan: list[str] = []
        while len(plan) < kills:
            ways = [*POINTS, *[RANDOM] * 10, *[STOPPING] * 3]
            self.random.shuffle(ways)
            plan += ways
        return plan[:kills]

    def _supply(self, now: Snapshot, new: bool) -> None:
        open_rows = now.count("pending", "retry", "inflight") + MEMBERS * now.waiting
        while open_rows < ENOUGH or new:
            urgent = ["--urgent"] if self.broadcasts % 5 == 4 else []
            self.world.broadcast(self.broadcasts, *urgent)
            self.broadcasts += 1
            open_rows += MEMBERS
            new = False

    def _one(self, way: str) -> None:
        mischief = {**PLANNING, **self.mischief}
        if way in POINTS:
            mischief |= {"point": way, "passage": self.random.randint(1, POINTS[way])}
        before = self.world.platform.count()
        command = self.world.run(mischief)
        try:
            if way in POINTS:
                self._wait_for_death(command)
            elif way == RANDOM:
                self._wait(command, self.random.uniform(0, 0.8))
            else:
                more = self.random.randint(1, 60)
                until(lambda: self.world.platform.count() >= before + more, "nothing is sent")
                command.signal(signal.SIGTERM)
                self._wait(command, self.random.uniform(0, 0.05))
        finally:
            died = command.code is not None
            command.kill()
        assert command.code in (-signal.SIGKILL, 0 if way == STOPPING else -signal.SIGKILL), command.said
        self.kills[way if died or way not in POINTS else RANDOM] += 1

    def _wait_for_death(self, command: Command) -> None:
        end = time.monotonic() + PATIENCE_S
        while command.code is None and time.monotonic() < end:
            time.sleep(0.005)

    def _wait(self, command: Command, seconds: float) -> None:
        end = time.monotonic() + seconds
        while command.code is None and time.monotonic() < end:
            time.sleep(0.002)

    def _examine(self) -> Snapshot:
        """After a death: sound, honest, and no more in doubt than were in flight."""
        self.world.rest()
        now = snapshot(self.world)
        assert_honest(now, self.world.platform.accepted(), MEMBERS, WINDOW)
        inflight = now.count("inflight")
        self.doubtful += inflight
        self.worst = max(self.worst, inflight)
        self._assert_bounded(now)
        return now

    def _assert_bounded(self, now: Snapshot) -> None:
        answers = int(self.world.platform.steer("state")["doubtful"]) if self.faulty else 0
        assert now.count("uncertain") <= self.doubtful + answers, (
            "more in doubt than deaths and faults explain"
        )

    def _finish(self) -> Tally:
        if self.faulty:
            self.world.platform.steer("clear")
        command = self.world.run({**PLANNING, **self.mischief})
        try:
            until(lambda: snapshot(self.world).settled, "rows stay open with a healthy platform", 0.05)
            command.stop()
        finally:
            command.kill()
        now = snapshot(self.world)
        accepted = self.world.platform.accepted()
        assert_honest(now, accepted, MEMBERS, WINDOW)
        self._assert_bounded(now)
        return assert_settled(now, accepted)
