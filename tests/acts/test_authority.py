"""Authority that changes at one moment, and by a code: no unit is left with nobody."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.acts import authority, invitations, members
from bot.acts.context import Context, Operator, Refusal
from bot.acts.invitations import Created, Invitation
from bot.acts.members import Changed
from bot.core.people.members import Member, Role
from bot.storage.people import members as stored
from tests.handlers.village import ACCOUNT, EA_KAO, PROVINCE, Village, settled
from tests.stores import store

Act = Callable[[Context, int], Awaitable[Changed | Refusal]]


@pytest.fixture(params=["sqlite", "postgres"])
async def home(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Village]:
    """A village with two administrators of the province, on each kind of database."""
    async with store(request.param, tmp_path) as database:
        found = await settled(database)
        for name in ("an", "binh"):
            await found.member(name, name, PROVINCE, Role.ADMINISTRATOR)
        yield found


async def _who(home: Village, name: str) -> Member | None:
    async with home.database.read() as conn:
        return await stored.at(conn, ACCOUNT, name)


@pytest.mark.parametrize(
    "act",
    [
        members.suspend,
        members.remove,
        lambda ctx, number: members.change_roles(ctx, number, [Role.EDITOR]),
        lambda ctx, number: members.move(ctx, number, EA_KAO),
    ],
)
async def test_of_two_who_take_each_others_right_at_one_moment_one_keeps_it(home: Village, act: Act) -> None:
    an, binh = await _who(home, "an"), await _who(home, "binh")
    assert an is not None
    assert binh is not None
    both_know = asyncio.Barrier(2)

    async def strikes(who: Member, whom: Member) -> Changed | Refusal:
        await both_know.wait()  # each was in force when their update began
        async with home.database.write() as conn:
            return await act(Context(conn, home.house, who, home.now, ACCOUNT, who.name), whom.id)

    async with asyncio.timeout(30):
        done = await asyncio.gather(strikes(an, binh), strikes(binh, an))
    assert [isinstance(one, Changed) for one in done].count(True) == 1
    async with home.database.read() as conn:
        assert len(await stored.with_role_over(conn, Role.ADMINISTRATOR, "/TW/66/")) == 1


async def test_a_code_takes_the_last_administrator_nowhere_else_and_is_not_used_up(home: Village) -> None:
    an, binh = await _who(home, "an"), await _who(home, "binh")
    assert an is not None
    assert binh is not None
    async with home.database.write() as conn:
        operator = Context(conn, home.house, Operator(), home.now)
        made = await invitations.create(operator, EA_KAO, [Role.EDITOR], days=1, uses=1)
        assert isinstance(made, Created)
        await members.suspend(operator, binh.id)
        found = await invitations.look(operator, made.code)
        assert isinstance(found, Invitation)
        ctx = Context(conn, home.house, an, home.now, ACCOUNT, "an")
        proof = invitations.proof(ctx, found)
        refused = await invitations.take(ctx, found.id, proof)
        assert refused == Refusal("me.last_administrator", {"unit": "Tỉnh Đắk Lắk"})
        assert (await stored.get(conn, an.id)) == an
        await members.reinstate(operator, binh.id)
        moved = await invitations.take(ctx, found.id, proof)
        assert not isinstance(moved, Refusal)
        assert moved.member is not None
        assert (moved.member.unit, moved.member.roles) == (EA_KAO, {Role.EDITOR})


async def test_who_was_suspended_meanwhile_acts_no_more(home: Village) -> None:
    an, binh = await _who(home, "an"), await _who(home, "binh")
    assert an is not None
    assert binh is not None
    async with home.database.write() as conn:
        operator = Context(conn, home.house, Operator(), home.now)
        await members.suspend(operator, an.id)
        late = Context(conn, home.house, an, home.now, ACCOUNT, "an")
        assert (await authority.in_turn(late)).actor is None
        assert await members.suspend(late, binh.id) == Refusal("tap.stale")
