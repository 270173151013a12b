"""What the database and its statements do with states is what the lifecycles say, and nothing else."""

import re
from collections import defaultdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    insert,
    inspect,
    select,
    update,
)

from bot.core.delivery.states import DELIVERY, State
from bot.core.kernel.lifecycle import Lifecycle, Loop, UnknownMove
from bot.core.people.permissions import Act, OperatorAct
from bot.storage.database import Database
from bot.storage.metadata import standing
from bot.storage.moves import to_either, to_next, to_state
from bot.storage.tables import delivery, metadata
from tests.storage.lives import LIVES, WORKS, rows_in_every_state, stand

MOVERS = {*Act, *Loop, OperatorAct.FOLLOW}
# Who is removed or erased leaves; a message that is read again is confirmed as by its button.
AS_OTHERS = {Act.ERASE: Act.LEAVE, Act.REMOVE: Act.LEAVE, Act.READ_DELIVERED: Act.ACKNOWLEDGE}


async def moved(database: Database, name: str) -> set[tuple[str, str, str]]:
    """(table, from, to) of what one statement does to a row in each state; nothing of it is kept."""
    async with database.write() as conn:
        before, mark = await stand(conn), await conn.begin_nested()
        await WORKS[name][1](conn)
        after = await stand(conn)
        await mark.rollback()
    return {(key[0], before[key], to) for key, to in after.items() if before.get(key, to) != to}


async def test_statements_make_the_moves_of_the_lifecycles_and_no_other(database: Database) -> None:
    async with database.write() as conn:
        await rows_in_every_state(conn)
    made = defaultdict(set)
    for name, (by, _) in WORKS.items():
        for table, source, to in await moved(database, name):
            assert by in LIVES[table].moves[source].get(to, ()), f"{name} makes {to} of {source} ({table})"
            made[table, source, to].add(by)
    declared = {
        (one.name, source, to): {
            str(AS_OTHERS.get(Act(by), by)) if by in {*Act} else str(by) for by in movers
        }
        for one in LIVES.values()
        for source, targets in one.moves.items()
        for to, movers in targets.items()
        if to != source
    }
    assert {move: {str(by) for by in movers} for move, movers in made.items()} == declared


async def test_the_database_knows_the_states_that_are_declared(database: Database) -> None:
    def checks(connection: Any) -> dict[str, list[str]]:
        found = inspect(connection)
        return {
            table.name: sorted(re.findall(r"'(\w+)'", one["sqltext"]))
            for table in metadata.sorted_tables
            for one in found.get_check_constraints(table.name)
            if one["name"] == f"ck_{table.name}_state"
        }

    async with database.read() as conn:
        assert await conn.run_sync(checks) == {name: sorted(one.states) for name, one in LIVES.items()}


def test_what_is_over_stays_over() -> None:
    assert {one.name: set(one.final) for one in LIVES.values()} == {
        "account": set(),
        "endpoint": set(),
        "run": {"cancelled", "missed"},
        "delivery": {"sent", "failed", "skipped", "cancelled", "accepted"},
        "addendum": {"withdrawn"},
        "broadcast": {"cancelled", "finished", "superseded"},
        "member": {"left"},
        "join_request": {"accepted", "declined"},
        "inbox": {"done", "quarantined"},
        "question": {"closed"},
        "conference": {"closed", "cancelled"},
        "conference_point": set(),
        "submission": {"closed"},  # what was merged is new again where the other is taken back
        "digest": set(),  # what was forwarded may be returned
    }


def test_nothing_but_a_person_ends_a_doubt() -> None:
    for state in (State.UNCERTAIN, State.ABANDONED):
        movers = {by for given in DELIVERY.moves[state].values() for by in given}
        assert movers <= {Act.RESOLVE, Act.ACKNOWLEDGE, Act.READ_DELIVERED}


@pytest.mark.parametrize("name", LIVES)
def test_lifecycles_name_who_moves_and_lead_from_the_beginning(name: str) -> None:
    one = LIVES[name]
    movers = {by for targets in one.moves.values() for given in targets.values() for by in given}
    assert movers <= MOVERS
    reached, new = set[str](), set(one.initial)
    while new:
        reached |= new
        new = {to for state in new for to in one.moves[state]} - reached
    assert reached == set(one.states)


THING = Table("thing", MetaData(), Column("id", Integer, primary_key=True), Column("state", String))
NAMES = ("a", "b", "c", "d")
lifecycles = st.builds(
    lambda moves: Lifecycle("thing", ("a",), moves),
    st.fixed_dictionaries(
        {
            name: st.dictionaries(st.sampled_from(NAMES), st.sets(st.sampled_from(("x", "y")), min_size=1))
            for name in NAMES
        }
    ),
)


def _after(statement: Any) -> list[str]:
    """What becomes of one row in each state."""
    engine = create_engine("sqlite://")
    with engine.begin() as conn:
        THING.metadata.create_all(conn)
        conn.execute(insert(THING), [{"id": at, "state": name} for at, name in enumerate(NAMES)])
        conn.execute(statement)
        found = conn.execute(select(THING.c.state).order_by(THING.c.id)).scalars().all()
    engine.dispose()
    return list(found)


@given(lifecycles, st.sampled_from(NAMES), st.sampled_from(("x", "y")))
def test_whoever_moves_moves_only_what_the_lifecycle_lets_them(one: Lifecycle, to: str, by: str) -> None:
    admitted = [state for state in NAMES if by in one.moves[state].get(to, ())]
    if not admitted:
        with pytest.raises(UnknownMove):
            to_state(update(THING), one, to, by)
        return
    moved = [to if state in admitted else state for state in NAMES]
    assert _after(to_state(update(THING), one, to, by)) == moved
    first = admitted[0]
    only = [to if state == first else state for state in NAMES]
    assert _after(to_state(update(THING), one, to, by, only=(first,), found=True)) == only
    assert _after(to_either(update(THING), one, first, by, (THING.c.id >= 0, to), otherwise=to)) == only
    for state in set(NAMES) - set(admitted):
        with pytest.raises(UnknownMove):
            to_state(update(THING), one, to, by, only=(state,))
        with pytest.raises(UnknownMove):
            to_either(update(THING), one, state, by, otherwise=to)


@given(lifecycles, st.sampled_from(("x", "y")))
def test_each_moves_where_it_is_moved_from_where_it_stands(one: Lifecycle, by: str) -> None:
    ways = {state: [to for to, movers in one.moves[state].items() if by in movers] for state in NAMES}
    if not any(ways.values()) or any(len(targets) > 1 for targets in ways.values()):
        with pytest.raises(UnknownMove):
            to_next(update(THING), one, by)
        return
    assert _after(to_next(update(THING), one, by)) == [(ways[state] or [state])[0] for state in NAMES]


def test_an_index_of_states_that_there_are_not_is_refused() -> None:
    with pytest.raises(ValueError, match="waiting"):
        standing(DELIVERY, "waiting")


def test_results_that_are_no_end_of_a_flight_are_refused() -> None:
    with pytest.raises(UnknownMove, match="accepted"):
        to_state(update(delivery), DELIVERY, State.ACCEPTED, Loop.SENDER)
