"""Whose turn it is to write: in the order they came, some before all others, and none lost."""

import asyncio

from bot.storage.turns import Turns


async def _waiting(turns: Turns, order: list[str], name: str, *, first: bool = False) -> "asyncio.Task[None]":
    async def come() -> None:
        async with turns.turn(first=first):
            order.append(name)

    task = asyncio.create_task(come())
    await asyncio.sleep(0)
    return task


async def test_in_the_order_they_came_and_who_is_first_before_all_who_wait() -> None:
    turns, order = Turns(), list[str]()
    async with turns.turn():
        assert not turns.crowded
        tasks = [await _waiting(turns, order, name) for name in ("a", "b")]
        tasks += [await _waiting(turns, order, name, first=True) for name in ("hook", "other hook")]
        assert turns.crowded
    await asyncio.gather(*tasks)
    assert order == ["hook", "other hook", "a", "b"]
    assert not turns.crowded


async def test_who_is_cancelled_while_waiting_or_just_as_it_is_their_turn_keeps_nobody_back() -> None:
    turns, order = Turns(), list[str]()
    async with turns.turn():
        gone = await _waiting(turns, order, "gone")
        late = await _waiting(turns, order, "late")
        last = await _waiting(turns, order, "last")
        gone.cancel()
    late.cancel()  # it was given its turn just now, and has not run yet
    await asyncio.gather(gone, late, last, return_exceptions=True)
    assert order == ["last"]
    async with turns.turn():
        assert not turns.crowded


async def test_an_error_within_a_turn_ends_it() -> None:
    turns = Turns()
    for _ in range(2):
        try:
            async with turns.turn():
                raise ValueError
        except ValueError:
            pass
    assert not turns.crowded
