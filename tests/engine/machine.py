"""The delivery machine: whatever happens in whatever order, the invariants hold after every step."""

from collections.abc import Coroutine
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from bot.core.delivery.outcome import Sent, Uncertain
from tests.engine import acts
from tests.engine.acts import ANSWERS
from tests.engine.lab import Lab
from tests.engine.ledger import require
from tests.engine.world import LINES, YEAR_MS, World

HOUR_MS = 3_600_000
ROUNDS = 150  # of a healthy platform, at most, before everything must have ended
BROADCASTS = 4  # at most, in one example
TROUBLE = ("crash", "crash after a claim", "stays down", "lock", "lock", "before", "before", "after")
ORDERS = ("paused", "scheduled", "scheduled", "cancelled", "pending", "pending", "accepted", "abandoned")
SAID = (
    "hello",
    "hello",
    "elsewhere",
    "long",
    "long",
    "edit",
    "press",
    "moves",
    "tap",
    "tap",
    "leave",
    "erase",
)
HANDLED = "handled"
IN_A_ROW = {  # what somebody does one after the other
    "press": ("press", "press", "hello", "press"),
    "edit": ("edit", HANDLED, "edit"),
    "moves": ("moves", HANDLED, "moves", HANDLED, "elsewhere"),
}
WORDS = (*SAID, "suspend", "suspend", "reinstate", "reinstate")
TIMES = (0.2, 2.0, 40.0, 700.0, 4000.0, "back", "forth", "year back", "year forth", "down", "up", "up")
JUMPS = {"back": -HOUR_MS, "forth": HOUR_MS, "year back": -YEAR_MS, "year forth": YEAR_MS}
# One rule with weights, not a rule for each: left to itself, a machine spends most examples on few rules.
WEIGHTS = {"work": 8, "step": 1, "answer": 2, "plan": 1, "announce": 1, "write": 2, "order": 1, "time": 1}
HAPPENINGS = [what for what, weight in {**WEIGHTS, "trouble": 3}.items() for _ in range(weight)]
kinds = st.lists(st.sampled_from(ANSWERS), min_size=3, max_size=3)
numbers = st.integers(0, 100)
reached = st.lists(
    st.sampled_from((("alpha", "beta"), ("alpha",), ("beta", "alpha"), ("beta",), ("alpha",), ())),
    min_size=4,
    max_size=8,
)


class DeliveryMachine(RuleBasedStateMachine):
    """Everything that can happen to deliveries."""

    def __init__(self, lab: Lab) -> None:
        super().__init__()
        self.lab = lab
        self.lab.runner.run(lab.wipe())
        self.world = World(lab)

    def do(self, act: Coroutine[Any, Any, object]) -> None:
        """One step; then everything must hold."""
        self.lab.runner.run(act)
        self.world.ledger.look()

    @initialize(reached=reached, one=numbers)
    def begins(self, reached: list[tuple[str, ...]], one: int) -> None:
        """Who there is, and a first run."""
        self.do(self.world.begin(reached))
        self.announce("alpha", one, [])

    @rule(
        what=st.sampled_from(HAPPENINGS),
        account=st.sampled_from((LINES[0], *LINES)),
        one=numbers,
        kinds=kinds,
    )
    def happens(self, what: str, account: str, one: int, kinds: list[str]) -> None:
        """One of the things below."""
        getattr(self, what)(account, one, kinds)

    def announce(self, account: str, one: int, kinds: list[str]) -> None:
        """A broadcast, planned at once; some are urgent, some end within the hour, some promised too many."""
        if len(self.world.broadcasts) < BROADCASTS:
            urgent, parts, brief = one % 2 == 0, 1 + one % 3, one % 5 == 4
            promised = 1000 if one % 7 == 6 else None
            self.do(self.world.announce(parts, urgent, HOUR_MS // 2 if brief else 50 * YEAR_MS, promised))
            self.plan(account, 1, kinds)

    def plan(self, account: str, one: int, kinds: list[str]) -> None:
        """The planner goes round."""
        for _ in range(1 + one % 2):
            self.do(self.world.planner.step())

    def work(self, account: str, one: int, kinds: list[str]) -> None:
        """A turn, an answer to each request, and a turn that records them and asks again."""
        world, line = self.world, self.world.lines[account]
        if line.sender is None:
            self.do(line.start())
        self.do(line.step())
        for asked, kind in zip(list(line.channel.waiting), kinds, strict=False):
            self.do(acts.answer(world, line, asked, kind))
        world.clock.advance((0.1, 1.0, 1.0, 40.0)[one % 4])
        self.do(line.step())

    def step(self, account: str, one: int, kinds: list[str]) -> None:
        """A turn of one sender."""
        self.do(self.world.lines[account].step())

    def answer(self, account: str, one: int, kinds: list[str]) -> None:
        """The platform answers one request."""
        line = self.world.lines[account]
        if waiting := line.channel.waiting:
            self.do(acts.answer(self.world, line, waiting[one % len(waiting)], kinds[0]))

    def write(self, account: str, one: int, kinds: list[str]) -> None:
        """A person writes, presses a button that did arrive, or goes; the update comes twice."""
        number, ledger = one % len(self.world.people), self.world.ledger
        what = WORDS[one % len(WORDS)]
        if what in ("leave", "erase") and number in ledger.left:
            return
        if what == "tap":
            arrived = [
                (row_id, person)
                for (slug, person), row_id in ledger.rows.items()
                if ledger.copies[row_id, ledger.parts[slug] - 1]
                and person not in ledger.left | ledger.suspended
            ]
            if not arrived:
                return
            row_id, number = arrived[one % len(arrived)]
            what = f"tap:{row_id}"
        for word in IN_A_ROW.get(what, (what,)):
            if word == HANDLED:
                self.do(self.world.dispatch())
                continue
            self.do(self.world.write(number, account, word))
            self.do(self.world.write(number, account, word, again=True))
        self.do(self.world.dispatch())

    def order(self, account: str, one: int, kinds: list[str]) -> None:
        """An operator pauses, resumes, cancels, or decides about what is in doubt."""
        world, act = self.world, ORDERS[one % len(ORDERS)]
        broadcast_id = world.broadcasts[one % len(world.broadcasts)]
        if act in ("paused", "scheduled", "cancelled"):
            self.do(acts.order(world, broadcast_id, act))
        for run in world.ledger.all("SELECT id FROM run WHERE broadcast_id = ?", broadcast_id):
            if act in ("pending", "accepted", "abandoned"):
                self.do(acts.resolve(world, run["id"], act))

    def trouble(self, account: str, one: int, kinds: list[str]) -> None:
        """A process is killed, loses its lock to another, or its store does not answer."""
        world, line, what = self.world, self.world.lines[account], TROUBLE[one % len(TROUBLE)]
        if what in ("before", "after"):  # a commit is undone; or is made, and nobody is told
            self.answer(account, one, kinds)
            world.database.fails = (what,) * (1 + one % 2)
            self.do(line.step())
            world.database.fails = ()
        elif what == "lock" and line.stale:
            self.do(acts.speak_late(world, line, line.stale.pop(), kinds))
        elif what == "lock" and line.sender is not None:
            line.stale.append(line.sender)
            world.clock.advance(1.0)  # no process is up sooner
            self.do(line.start())
        else:
            if what == "crash after a claim":
                self.do(line.step())
            self.do(acts.crash(world, line, kinds))
            if what != "stays down":
                self.do(line.start())

    def time(self, account: str, one: int, kinds: list[str]) -> None:
        """Time passes, somebody sets the clock on the wall, or probes are answered or not from now on."""
        world, how = self.world, TIMES[one % len(TIMES)]
        if isinstance(how, float):
            world.clock.advance(how)
        elif how in JUMPS:
            world.clock.wall += JUMPS[how]
        else:
            answered = how == "up"
            world.lines[account].channel.probed = lambda: Sent() if answered else Uncertain("timeout")

    def teardown(self) -> None:
        """The platform is healthy again and time passes: everything ends."""
        world, run = self.world, self.lab.runner.run
        try:
            if world.people:
                run(acts.heal(world))
                rounds = range(ROUNDS)
                ended = any(not run(acts.healthy_round(world, count)) for count in rounds)
                rows = [tuple(row) for row in world.ledger.seen.values()]
                require(ended, f"still at work: {rows}")
                world.ledger.end()
        finally:
            run(acts.close(world))
