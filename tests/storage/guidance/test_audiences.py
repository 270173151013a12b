"""An audience narrowed and widened: who gets it, once each, and everybody else for one reason."""

import pytest
from sqlalchemy import select, update

from bot.core.guidance.audience import Audience, Scope, Unreached, Why
from bot.core.people.members import Role
from bot.core.people.units import Level
from bot.storage.accounts import endpoints
from bot.storage.database import Database
from bot.storage.delivery import audiences
from bot.storage.delivery.planning import chosen
from bot.storage.guidance import briefings
from bot.storage.people import members
from bot.storage.tables import broadcast, member
from tests.storage.scene import ACCOUNT, NOW, OTHER, TOPIC, Scene, scene

TOP = "/TW/"
PEOPLE = {  # name: unit, roles
    "tinh": ("66", (Role.COMMUNICATOR,)),
    "quan-tri": ("66", (Role.ADMINISTRATOR,)),
    "kao": ("24169", (Role.COMMUNICATOR, Role.REPORTER)),
    "kao-khong": ("24169", (Role.REPORTER,)),  # does not follow
    "bmt": ("24133", (Role.COMMUNICATOR,)),
    "bmt-nghi": ("24133", (Role.COMMUNICATOR,)),  # suspended
    "lam-dong": ("67", (Role.REPORTER,)),
}


@pytest.fixture
async def home(database: Database) -> Scene:
    found = await scene(database)
    for name, (unit, roles) in PEOPLE.items():
        await found.member(name, unit, roles=roles, at=((OTHER if name == "bmt" else ACCOUNT, name),))
    async with database.write() as conn:
        await members.follow(conn, 4, TOPIC, False)
        await conn.execute(update(member).where(member.c.name == "bmt-nghi").values(state="suspended"))
        await endpoints.close(conn, ACCOUNT, "lam-dong", "blocked", NOW)
    return found


def meant(**changes: object) -> Audience:
    return Audience(unit="TW", topic=TOPIC).model_copy(update=changes)


ALL = {"tinh", "kao", "bmt", "lam-dong"}
CASES: list[tuple[Audience, set[str], dict[Why, int]]] = [
    (meant(), ALL, {Why.ROLE: 1, Why.TOPIC: 1, Why.SUSPENDED: 1}),
    (meant(followed=False), set(), {Why.ROLE: 1, Why.TOPIC: 5, Why.SUSPENDED: 1}),
    (
        meant(followed=False, compulsory_for=frozenset({Role.COMMUNICATOR})),
        ALL - {"lam-dong"},
        {Why.ROLE: 1, Why.TOPIC: 2, Why.SUSPENDED: 1},
    ),
    (meant(scope=Scope(everybody=True)), {*ALL, "kao-khong"}, {Why.ROLE: 1, Why.SUSPENDED: 1}),
    (meant(roles=frozenset(Role)), {*ALL, "quan-tri"}, {Why.TOPIC: 1, Why.SUSPENDED: 1}),
    (meant(units=("24169", "67")), {"kao", "lam-dong"}, {Why.TOPIC: 1}),
    (meant(units=("66", "24169")), ALL - {"lam-dong"}, {Why.ROLE: 1, Why.TOPIC: 1, Why.SUSPENDED: 1}),
    (
        meant(scope=Scope(levels=frozenset({Level.COMMUNE}))),
        {"kao", "bmt"},
        {Why.LEVEL: 3, Why.TOPIC: 1, Why.SUSPENDED: 1},
    ),
    (
        meant(scope=Scope(without_units=("24169",), without_members=(1,))),
        {"bmt", "lam-dong"},
        {Why.EXCLUDED: 3, Why.ROLE: 1, Why.SUSPENDED: 1},
    ),
    # Named: whatever role and topic, beside the units; left out is left out.
    (meant(named_only=True, scope=Scope(members=(2, 4, 5, 6))), {"quan-tri", "kao-khong", "bmt"}, {}),
    (
        meant(units=("24133",), scope=Scope(members=(2, 5), levels=frozenset({Level.COMMUNE}))),
        {"bmt", "quan-tri"},
        {Why.SUSPENDED: 1},
    ),
    (
        meant(scope=Scope(members=(2, 4, 1), levels=frozenset({Level.COMMUNE}), without_members=(4,))),
        {"kao", "bmt", "tinh", "quan-tri"},
        {Why.LEVEL: 1, Why.EXCLUDED: 1, Why.SUSPENDED: 1},
    ),
]


@pytest.mark.parametrize(("audience", "expected", "left_out"), CASES)
async def test_planning_and_the_preview_mean_the_same_people(
    home: Scene, audience: Audience, expected: set[str], left_out: dict[Why, int]
) -> None:
    async with home.database.read() as conn:
        ids = chosen(audience, TOP).subquery()
        names = select(member.c.name).join(ids, ids.c.id == member.c.id)
        planned = [row[0] for row in await conn.execute(names)]
        survey = await audiences.survey(conn, audience, TOP)
    assert sorted(planned) == sorted(expected)
    assert dict(survey.left_out) == left_out
    assert survey.count == survey.by_language["vi"] == len(expected)
    assert survey.by_unit == {
        unit: count
        for unit in ("66", "24169", "24133", "67")
        if (count := sum(PEOPLE[name][0] == unit for name in expected))
    }
    blocked = int("lam-dong" in expected)
    assert dict(survey.unreached) == ({Unreached.BLOCKED: 1} if blocked else {})
    assert survey.platforms.total() == len(expected) - blocked


async def test_without_any_address_or_in_a_small_unit_the_figures_are_the_same(home: Scene) -> None:
    await home.member("moi", "24169", at=())
    audience = Audience(unit="24169", topic=TOPIC, scope=Scope(everybody=True))
    async with home.database.read() as conn:
        survey = await audiences.survey(conn, audience, "/TW/66/24169/")
    assert (survey.count, dict(survey.unreached)) == (3, {Unreached.NO_ADDRESS: 1})


async def test_what_was_for_some_only_is_found_by_who_got_it(home: Scene) -> None:
    run = await home.run("mot", unit="66")
    async with home.database.write() as conn:
        await conn.execute(update(broadcast).values(narrow=True))
        row = await briefings.latest(conn, "mot")
        assert row is not None
        found = {}
        for reader, unit in ((3, "24169"), (4, "24169"), (1, "66")):
            path, roles = f"/TW/66/{unit}/", {Role.COMMUNICATOR}
            listed = await briefings.issued(conn, path, roles, {TOPIC}, (), 10, reader)
            may = await briefings.issued_to(conn, row.id, path, roles, reader)
            assert bool(listed) == (may is not None)
            found[reader] = may is not None
    assert (await home.look(run.id)).audience == 3
    assert found == {3: True, 4: False, 1: True}
