"""A PostgreSQL server that goes away, and comes back: `run` goes on by itself, as if nothing had been."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from tests.chance import SEED, SOAK
from tests.crash.ledger import assert_honest, assert_settled, snapshot
from tests.crash.reception import CHATS, Reception
from tests.crash.wire import Wire
from tests.crash.world import World, world
from tests.stable import Command, Stable, until
from tests.stores import postgres_server

MEMBERS = 120
WINDOW = 16
CUTS = 40 if SOAK else 12
PACE = {"constants": {"bot.engine.sender.IDLE_S": 0.05, "bot.engine.loop.STORE_PAUSE_S": 0.05}}


@contextmanager
def _wired(
    folder: Path, stable: Stable, members: int, role: str = "communicator"
) -> Iterator[tuple[World, Wire]]:
    with postgres_server() as server, Wire(make_url(server).port or 5432) as wire:
        through = make_url(server).set(host="127.0.0.1", port=wire.port).render_as_string(False)
        with world(
            folder, stable, members=members, window=WINDOW, role=role, server=server, through=through
        ) as made:
            yield made, wire


@contextmanager
def _running(made: World, mischief: dict[str, Any]) -> Iterator[Command]:
    command = made.run(mischief)
    try:
        # A server that is away at the start ends the command: these cuts are for one that runs.
        until(lambda: "event=running" in command.said or command.code is not None, "it does not start")
        yield command
        command.stop()
    finally:
        command.kill()


def _cut_and_mend(
    wire: Wire, chance: random.Random, number: int, work: Callable[[], None] = lambda: None
) -> None:
    """Now, or as soon as something is committed and nobody is told; `work` makes something to commit."""

    def cut() -> bool:
        work()
        return not wire.whole

    time.sleep(chance.uniform(0, 0.2))
    if number % 2:
        wire.cut()
    else:
        wire.cut_at_commit()
        until(cut, "nothing is committed", 0.001)
    time.sleep(chance.uniform(0, 0.1))
    wire.mend()


def test_a_broadcast_goes_on_and_leaves_nothing_in_doubt(
    tmp_path: Path, stable: Stable, figures: Callable[[str], None]
) -> None:
    chance = random.Random(SEED)
    with _wired(tmp_path, stable, MEMBERS) as (made, wire):
        with _running(made, PACE):
            for number in range(CUTS):
                before = made.platform.count()
                made.broadcast(number)
                until(lambda before=before: made.platform.count() > before, "nothing is sent")
                _cut_and_mend(wire, chance, number)
            until(lambda: snapshot(made).settled, "rows stay open", 1)
        now, accepted = snapshot(made), made.platform.accepted()
    assert_honest(now, accepted, MEMBERS, WINDOW)
    tally = assert_settled(now, accepted)
    assert (tally.sent, tally.uncertain) == (tally.deliveries, 0)
    figures(f"server, seed {SEED}: {CUTS} cuts of its wire in one run; {tally}")


def test_each_update_takes_effect_once(
    tmp_path: Path, stable: Stable, figures: Callable[[str], None]
) -> None:
    chance = random.Random(SEED)
    with _wired(tmp_path, stable, CHATS, "reporter") as (made, wire):
        reception = Reception(made, chance)
        with _running(made, {**reception.mischief, **PACE}) as command:
            for number in range(CUTS):
                reception.talk(command, time.monotonic() + chance.uniform(0.1, 0.4))
                _cut_and_mend(wire, chance, number, lambda: reception.talk(command, time.monotonic() + 0.02))
        came = reception.finish()
    figures(f"server, seed {SEED}: {CUTS} cuts of its wire while people write; {came}")
