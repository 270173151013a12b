"""Authority that changes at one moment, and by a code: no unit is left with nobody."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.acts import authority, invitations, linking, me, members
from bot.acts.addresses import Standing
from bot.acts.context import Context, Operator, Refusal
from bot.acts.invitations import Created, Invitation
from bot.acts.members import Changed
from bot.core.people import permissions
from bot.core.people.members import Member, Role
from bot.storage.accounts import endpoints
from bot.storage.people import members as stored
from bot.storage.tables import link_code, member
from tests.handlers.village import ACCOUNT, EA_KAO, PROVINCE, Village, settled
from tests.patience import PATIENCE_S
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

    async with asyncio.timeout(PATIENCE_S):
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


async def test_of_two_who_use_a_link_code_at_one_moment_one_is_let_in(home: Village) -> None:
    an = await _who(home, "an")
    assert an is not None
    async with home.database.write() as conn:
        code = await linking.offer(Context(conn, home.house, an, home.now, ACCOUNT, "an"))
    assert isinstance(code, str)
    both = asyncio.Barrier(2)

    async def uses(chat: str) -> Standing | Refusal:
        await both.wait()
        async with home.database.write() as conn:
            return await linking.join(Context(conn, home.house, None, home.now, ACCOUNT, chat), code)

    async with asyncio.timeout(PATIENCE_S):
        done = await asyncio.gather(uses("moi-1"), uses("moi-2"))
    assert sorted(isinstance(one, Refusal) for one in done) == [False, True]
    async with home.database.read() as conn:
        assert len(await endpoints.of(conn, an.id)) == 2


async def test_a_new_name_does_not_stay_with_who_has_left_meanwhile(home: Village) -> None:
    an = await _who(home, "an")
    assert an is not None
    async with home.database.write() as conn:
        await linking.offer(Context(conn, home.house, an, home.now, ACCOUNT, "an"))
        await me.leave(Context(conn, home.house, an, home.now, ACCOUNT, "an"))
        await me.rename(Context(conn, home.house, an, home.now, ACCOUNT, "an-2"), "Tên mới")
        assert (await conn.execute(select(member.c.name).where(member.c.id == an.id))).scalar_one() == ""
        assert (await conn.execute(select(link_code))).first() is None


async def test_who_may_do_an_act_over_a_unit_is_whoever_has_one_of_its_roles_the_nearest_first(
    home: Village,
) -> None:
    await home.member("ha", "Hà", EA_KAO, Role.APPROVER, Role.ADMINISTRATOR)
    await home.member("minh", "Minh", EA_KAO, Role.EDITOR)
    await home.member("tu", "Tư", PROVINCE, Role.APPROVER)
    async with home.database.read() as conn:
        ctx = Context(conn, home.house, Operator(), home.now)
        found = await authority.who_may(ctx, permissions.Act.ENDORSE_DIGEST, f"/TW/{PROVINCE}/{EA_KAO}/")
        assert [one.name for one in found] == ["Hà", "an", "binh", "Tư"]
        above = await authority.who_may(ctx, permissions.Act.APPROVE, f"/TW/{PROVINCE}/")
        assert [one.name for one in above] == ["Tư"]
