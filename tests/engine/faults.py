"""Faults of the kind that lose messages or send them twice, planted one at a time."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from sqlalchemy import BigInteger, bindparam, false, insert, literal_column, select, true, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.outcome import Outcome, Throttled, Uncertain
from bot.core.delivery.states import Standing, State, Transition
from bot.engine import recording, waiting
from bot.engine.sender import Sender
from bot.engine.wire import Wire
from bot.storage.delivery import claims, deliveries, recovery, replies, rerouting, runs, settling
from bot.storage.guidance import broadcasts, falling_due
from bot.storage.people import erasing, suspension
from bot.storage.tables import delivery, run
from bot.storage.talk import inbox

Patch = tuple[object, str, Any]
FAULTS: dict[str, Callable[[], list[Patch]]] = {}


def fault(plant: Callable[[], list[Patch]]) -> Callable[[], list[Patch]]:
    """Names a fault by its function."""
    FAULTS[plant.__name__.replace("_", " ")] = plant
    return plant


@contextmanager
def planted(name: str) -> Iterator[None]:
    """The program with one fault."""
    patches = [patch.object(*where) for where in FAULTS[name]()]
    for one in patches:
        one.start()
    try:
        yield
    finally:
        for one in patches:
            one.stop()


async def _nothing(*_: Any, **__: Any) -> None:
    """Does not do what it should."""


def _settling(change: Callable[[Standing, Outcome, Transition], Transition]) -> list[Patch]:
    right = recording.settle

    def wrong(row: Standing, outcome: Outcome, now: int, jitter: float) -> Transition:
        return change(row, outcome, right(row, outcome, now, jitter))

    return [(recording, "settle", wrong)]


@fault
def after_a_crash_what_was_in_flight_goes_again() -> list[Patch]:
    async def recover(conn: AsyncConnection, account: str, now: int) -> dict[str, int]:
        mine = update(delivery).where(delivery.c.account == account, delivery.c.state == "inflight")
        return {"again": (await conn.execute(mine.values(state="pending", token=None))).rowcount}

    return [(recovery, "recover", recover)]


@fault
def after_a_crash_nothing_is_settled() -> list[Patch]:
    return [(recovery, "recover", _nothing)]


@fault
def a_result_is_recorded_without_looking_at_state_and_token() -> list[Patch]:
    patches: list[Patch] = []
    mine = bindparam("mine", type_=BigInteger)
    for name in ("_SETTLE", "_SETTLE_SENT"):
        wrong = getattr(settling, name)._clone()
        wrong._where_criteria = (delivery.c.id == bindparam("row"), mine > literal_column("0"))
        patches.append((settling, name, wrong))
    return patches


@fault
def requests_are_written_before_their_claim_is_committed() -> list[Patch]:
    right = claims.claim

    async def claim(conn: AsyncConnection, rows: Sequence[Any], token: int) -> None:
        await right(conn, rows, token)
        me = Sender.at_work  # type: ignore[attr-defined]
        me.wire.begin(list(rows), 0.0)
        await asyncio.sleep(0.01 if rows else 0)
        del rows[:]  # type: ignore[attr-defined]

    cycle = Sender.step

    async def at_work(self: Sender) -> bool:
        Sender.at_work = self  # type: ignore[attr-defined]
        return await cycle(self)

    return [(claims, "claim", claim), (Sender, "step", at_work)]


@fault
def what_is_in_doubt_is_sent_again() -> list[Patch]:
    def change(row: Standing, outcome: Outcome, to: Transition) -> Transition:
        return to._replace(state=State.RETRY) if isinstance(outcome, Uncertain) else to

    return _settling(change)


@fault
def throttling_counts_as_failure() -> list[Patch]:
    def change(row: Standing, outcome: Outcome, to: Transition) -> Transition:
        return to._replace(state=State.FAILED) if isinstance(outcome, Throttled) else to

    return _settling(change)


@fault
def a_part_that_was_accepted_is_not_counted() -> list[Patch]:
    def change(row: Standing, outcome: Outcome, to: Transition) -> Transition:
        return to._replace(part=row.part) if to.state is State.PENDING else to

    return _settling(change)


@fault
def the_next_part_goes_whatever_became_of_this_one() -> list[Patch]:
    def change(row: Standing, outcome: Outcome, to: Transition) -> Transition:
        more = row.part + 1 < row.parts
        return to._replace(state=State.PENDING, part=row.part + 1) if to.state is State.RETRY and more else to

    return _settling(change)


@fault
def an_urgent_row_is_resent_again_and_again() -> list[Patch]:
    return _settling(lambda row, outcome, to: to._replace(resent=False))


@fault
def results_are_dropped_when_a_commit_fails() -> list[Patch]:
    cycle = Sender.step

    async def forgetful(self: Sender) -> bool:
        try:
            return await cycle(self)
        except SQLAlchemyError:
            self.wire.ended.clear()
            raise

    return [(Sender, "step", forgetful), (recovery, "unclaim", _nothing)]


@fault
def after_a_stumble_what_is_under_way_is_claimed_again() -> list[Patch]:
    right = recovery.unclaim

    async def unclaim(conn: AsyncConnection, account: str, token: int, busy: Any) -> None:
        await right(conn, account, token, ())

    return [(recovery, "unclaim", unclaim)]


@fault
def what_is_ready_goes_whatever_came_since() -> list[Patch]:
    return [(Wire, "may_go", lambda *_: True)]


@fault
def what_is_given_back_is_forgotten() -> list[Patch]:
    return [(recovery, "release", _nothing)]


@fault
def cancelling_is_ignored() -> list[Patch]:
    right = broadcasts.set_state

    async def set_state(conn: AsyncConnection, broadcast_id: int, to: str) -> bool:
        return to == "cancelled" or await right(conn, broadcast_id, to)

    return [(broadcasts, "set_state", set_state)]


@fault
def pausing_is_ignored() -> list[Patch]:
    states = run.c.state.in_(("running", "paused"))
    query = select(run.c.priority, run.c.id).where(states, run.c.expires_at > bindparam("now"))
    return [(claims, "_OPEN_RUNS", query)]


@fault
def what_differs_goes_out_unasked() -> list[Patch]:
    states = run.c.state.in_(("running", "differs"))
    query = select(run.c.priority, run.c.id).where(states, run.c.expires_at > bindparam("now"))
    return [(claims, "_OPEN_RUNS", query)]


@fault
def leaving_stops_nothing() -> list[Patch]:
    return [(erasing, "skip", _nothing), (erasing, "_forget_chats", _nothing)]


@fault
def a_retry_does_not_wait_for_its_time() -> list[Patch]:
    right = claims.promote

    async def promote(conn: AsyncConnection, account: str, now: int) -> None:
        await right(conn, account, now + 3_600_000)

    return [(claims, "promote", promote)]


@fault
def an_occurrence_is_planned_again() -> list[Patch]:
    right = runs.open_for

    async def planned(*_: Any) -> bool:
        return True

    async def open_for(conn: AsyncConnection, row: Any, at: int, state: str, now: int) -> Any:
        return await right(conn, row, now, state, now)

    return [(falling_due, "planned", planned), (runs, "open_for", open_for)]


@fault
def going_elsewhere_leaves_a_copy_behind() -> list[Patch]:
    right = rerouting.reroute

    async def reroute(conn: AsyncConnection, row: Any, token: int, **how: Any) -> bool:
        old = (await conn.execute(select(delivery).where(delivery.c.id == row.id))).one()._asdict()
        moved = await right(conn, row, token, **how)
        if moved:
            copy = {**old, "id": None, "member_id": None, "state": "uncertain", "token": None}
            await conn.execute(insert(delivery).values(**copy))
        return moved

    return [(rerouting, "reroute", reroute)]


@fault
def an_account_that_stops_takes_along_what_is_in_flight() -> list[Patch]:
    wrong = rerouting._LEAVE._clone()
    wrong._where_criteria = rerouting._LEAVE._where_criteria[:-1]
    return [(rerouting, "_LEAVE", wrong)]


@fault
def expiry_is_ignored() -> list[Patch]:
    query = select(run.c.priority, run.c.id).where(run.c.state == "running", bindparam("now") > 0)
    return [(claims, "_OPEN_RUNS", query)]


@fault
def replies_of_a_chat_overtake_one_another() -> list[Patch]:
    wrong = claims._REPLIES._clone()
    wrong._where_criteria = claims._REPLIES._where_criteria[:-1]
    return [(claims, "_REPLIES", wrong)]


@fault
def an_update_is_handled_as_often_as_it_comes() -> list[Patch]:
    right = inbox.keep

    async def keep(conn: AsyncConnection, account: str, updates: Any, now: int) -> None:
        again = [replace(one, key=f"-{one.key}") for one in updates]
        before = (await conn.execute(select(inbox.inbox.c.id))).all()
        await right(conn, account, updates, now)
        if len((await conn.execute(select(inbox.inbox.c.id))).all()) == len(before):
            await right(conn, account, again, now)

    return [(inbox, "keep", keep)]


@fault
def an_operator_resends_what_was_sent() -> list[Patch]:
    right = deliveries.resolve

    async def resolve(conn: AsyncConnection, run_id: int, to: str, now: int) -> int:
        sent = update(delivery).where(delivery.c.run_id == run_id, delivery.c.state == "sent")
        await conn.execute(sent.values(state="uncertain"))
        return await right(conn, run_id, to, now)

    return [(deliveries, "resolve", resolve)]


@fault
def what_waits_for_who_is_suspended_goes_out() -> list[Patch]:
    return [(suspension, "skip", _nothing)]


def _hiding(name: str, *, all_of_them: bool) -> list[Patch]:
    """A statement that leaves out every edit of the chat, or none."""
    wrong = getattr(replies, name)._clone()
    chosen = list(wrong._where_criteria)
    chosen[4] = true() if all_of_them else false()
    wrong._where_criteria = tuple(chosen)
    return [(replies, name, wrong)]


@fault
def edits_of_one_message_are_all_made() -> list[Patch]:
    return _hiding("_REPLACED", all_of_them=False)


@fault
def a_screen_moves_on_behind_what_was_asked_for() -> list[Patch]:
    return _hiding("_UNASKED", all_of_them=False)


@fault
def what_was_asked_for_is_left_out() -> list[Patch]:
    return _hiding("_UNASKED", all_of_them=True)


@fault
def whatever_follows_a_press_stands_for_it() -> list[Patch]:
    return [(waiting.Waiting, "repeats", lambda *_: True)]
