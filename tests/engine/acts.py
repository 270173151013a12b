"""What can be done to a world in one step, and what the ledger has to know of it."""

from collections.abc import Callable
from typing import Any

from bot.core.delivery.outcome import (
    Denied,
    HandleLost,
    Moved,
    NotSent,
    Outcome,
    Rejected,
    Sent,
    Throttled,
    Uncertain,
    Unreachable,
)
from bot.storage.delivery import deliveries
from bot.storage.guidance import broadcasts
from tests.engine.desk import until
from tests.engine.script import Asked
from tests.engine.world import Line, World

ANSWERS = (
    *("sent",) * 12,
    "not sent",
    "throttled",
    "throttled long",
    "unreachable",
    "unreachable",
    "moved",
    "rejected",
    "handle lost",
    "denied",
    "accepted, answer lost",
    "accepted, answer lost",
    "not accepted, answer lost",
    "accepted, raises",
    "not accepted, raises",
)
OPEN_WORK = """SELECT 1 FROM delivery WHERE state IN ('pending', 'inflight', 'retry')
               UNION ALL SELECT 1 FROM run WHERE state NOT IN ('finished', 'cancelled', 'missed')
               UNION ALL SELECT 1 FROM inbox WHERE state = 'new'
               UNION ALL SELECT 1 FROM broadcast WHERE state = 'scheduled'"""


def outcome_of(kind: str, chat: str) -> Outcome | Exception:
    """What the sender is told, in one of the words of ANSWERS."""
    told: dict[str, Callable[[], Outcome | Exception]] = {
        "sent": lambda: Sent("1"),
        "not sent": lambda: NotSent("connect timeout"),
        "throttled": lambda: Throttled(None),
        "throttled long": lambda: Throttled(3000.0),
        "unreachable": lambda: Unreachable("blocked"),
        "moved": lambda: Moved(f"{chat}'") if chat else Rejected("no chat"),
        "rejected": lambda: Rejected("bad request"),
        "handle lost": lambda: HandleLost("wrong file"),
        "denied": lambda: Denied("401"),
    }
    if kind in told:
        return told[kind]()
    return RuntimeError("bug") if kind.endswith("raises") else Uncertain("timeout")


async def answer(world: World, line: Line, asked: Asked, kind: str) -> None:
    """The platform answers a request."""
    ledger, chat = world.ledger, asked.chat or ""
    if kind == "sent" or kind.startswith("accepted"):
        ledger.accepted(asked)
    outcome = outcome_of(kind, chat)
    if isinstance(outcome, Throttled) and asked in line.with_platform(line.sender):
        pause = 30.0 if outcome.retry_after is None else outcome.retry_after
        ledger.held[line.channel.account, chat] = world.clock.ticks + pause
    if isinstance(outcome, Unreachable | Rejected):
        ledger.final.add(ledger.place(asked)[0])
    if isinstance(outcome, Exception):
        asked.answer.set_exception(outcome)
    else:
        asked.answer.set_result(outcome)
    await until(lambda: asked not in line.channel.waiting)
    for sender in (line.sender, *line.stale):
        if sender is not None:
            await line.settled(sender)  # what was ready follows the answer


async def crash(world: World, line: Line, kinds: list[str]) -> None:
    """The process is killed; what it had written may arrive all the same."""
    for asked, kind in zip(line.with_platform(line.sender), kinds, strict=False):
        if kind == "sent" or kind.startswith("accepted"):
            world.ledger.accepted(asked)
    await line.die()


async def speak_late(world: World, line: Line, sender: Any, kinds: list[str]) -> None:
    """A process that lost its lock has its answers, and writes down what it thinks is so."""
    for asked, kind in zip(line.with_platform(sender), kinds, strict=False):
        await answer(world, line, asked, kind)
    await sender.stop()


async def order(world: World, broadcast_id: int, act: str) -> None:
    """An operator pauses, resumes ("scheduled") or cancels."""
    async with world.database.write() as conn:
        changed = await broadcasts.set_state(conn, broadcast_id, act)
    if changed:
        barred = world.ledger.barred
        (barred.discard if act == "scheduled" else barred.add)(broadcast_id)


async def resolve(world: World, run_id: int, to: str) -> None:
    """An operator decides about what is in doubt."""
    ledger = world.ledger
    doubtful = f"SELECT id FROM delivery WHERE run_id = {run_id} AND state = 'uncertain'"
    rows = {row["id"] for row in ledger.all(doubtful)}
    async with world.database.write() as conn:
        await deliveries.resolve(conn, run_id, to, world.clock.now_ms())
    moved = rows - {row["id"] for row in ledger.all(doubtful)}
    ledger.permitted |= moved
    if to == "pending":
        for row_id in moved:
            ledger.allowed[row_id] += 1


async def heal(world: World) -> None:
    """The platform is healthy, every process lives, nothing is paused."""
    for line in world.lines.values():
        line.channel.probed = Sent
        while line.stale:
            await speak_late(world, line, line.stale.pop(), [])
    for broadcast_id in world.broadcasts:
        await order(world, broadcast_id, "scheduled")


async def healthy_round(world: World, count: int) -> bool:
    """One round of everybody's work. False where everything has ended."""
    await world.dispatch()
    await world.planner.step()
    for one in world.ledger.all("SELECT broadcast_id FROM run WHERE state = 'differs'"):
        await order(world, one["broadcast_id"], "scheduled")
    world.ledger.look()
    for line in world.lines.values():
        if line.sender is None:
            await line.start()
        await line.step()
        for asked in list(line.channel.waiting):
            await answer(world, line, asked, "sent")
        await line.step()
        world.ledger.look()
    world.clock.advance(4000.0 if count % 10 == 9 else 2.0)
    return bool(world.ledger.all(OPEN_WORK))


async def close(world: World) -> None:
    """Nothing runs any more."""
    for line in world.lines.values():
        for sender in (*line.stale, line.sender):
            line.sender = sender
            await line.die()
