"""What hangs on a unit that has ended goes to what it became, once; what happened stays."""

from datetime import date

import pytest
from sqlalchemy import insert, select

from bot.core.guidance.audience import Audience, Scope
from bot.core.people.members import Role
from bot.core.people.units import Unit
from bot.storage import succession
from bot.storage.database import Database
from bot.storage.delivery import runs
from bot.storage.guidance import broadcasts, falling_due
from bot.storage.meetings import conferences, followed, points
from bot.storage.meetings.conferences import ConferenceRow
from bot.storage.people import invitations, requests, units
from bot.storage.succession import Hanging
from bot.storage.tables import broadcast, delivery, invite, join_request, member, question, run, submission
from tests.storage.scene import NOW, UNITS, Scene, scene

DAY = date(2026, 7, 1)
OLD, NEW, TOP = "24169", "24133", "66"
HEIRS = {OLD: (NEW,)}


@pytest.fixture
async def town(database: Database) -> Scene:
    return await scene(database)


def ended(*heirs: str) -> list[Unit]:
    """The tree, one of its communes ended."""
    update = {"until": DAY, "heirs": heirs}
    return [one.model_copy(update=update) if one.code == OLD else one for one in UNITS]


async def report(database: Database, code: str, state: str) -> None:
    async with database.write() as conn:
        await conn.execute(
            insert(submission).values(
                code=code,
                form="opinion",
                form_version="1",
                unit=OLD,
                unit_path="/TW/66/24169/",
                sample=False,
                day="2026-06-30",
                state=state,
                desk=OLD,
            )
        )


async def test_all_that_is_open_follows_and_twice_is_as_once(town: Scene) -> None:
    database = town.database
    await town.member("an", OLD)
    await town.member("binh", OLD, roles=(Role.ADMINISTRATOR,))
    for number, state in enumerate(("received", "verified", "answered", "closed")):
        await report(database, f"DL-{number}", state)
    async with database.write() as conn:
        for state in ("waiting", "closed"):
            asked = {"slug": "", "words": "?", "day": "2026-06-30"}
            await conn.execute(insert(question).values(**asked, unit=OLD, desk=OLD, state=state))
        for until in (NOW + 1, NOW - 1):
            made = {"expires_at": until, "uses": 1, "created_by": "cli", "now": NOW - 2}
            await invitations.make_invite(conn, OLD, [Role.REPORTER], **made)
        await requests.add(conn, "alpha", "x", "Dung", "vi", OLD, "1", NOW)
        before = await succession.hanging(conn, OLD, NOW)
        await units.synchronise(conn, ended(NEW))
        assert await units.became(conn, "2026-06-30") == {}
        assert await units.became(conn, DAY.isoformat()) == HEIRS
        moved = await succession.follow(conn, OLD, NEW, NOW)
        again = await succession.follow(conn, OLD, NEW, NOW)
        assert before == moved == Hanging(members=2, invitations=1, requests=1, reports=3, questions=1)
        assert not again
        assert not await succession.hanging(conn, OLD, NOW)
        assert set(await conn.scalars(select(member.c.unit))) == {NEW}
        assert list(await conn.scalars(select(invite.c.unit).order_by(invite.c.id))) == [NEW, OLD]
        assert set(await conn.scalars(select(join_request.c.unit))) == {NEW}
        rows = (
            await conn.execute(select(submission.c.desk, submission.c.unit, submission.c.unit_path))
        ).all()
    assert sorted(row.desk for row in rows) == [*[NEW] * 3, OLD]
    assert {(row.unit, row.unit_path) for row in rows} == {(OLD, "/TW/66/24169/")}


async def test_a_broadcast_that_waits_means_what_its_unit_became(town: Scene) -> None:
    waits, over = await town.broadcast("mot", unit=OLD), await town.broadcast("hai", unit=OLD)
    wide = Audience(
        unit=TOP, topic="x", units=(OLD, NEW), scope=Scope(units=(OLD,), without_units=(OLD, "TW"))
    )
    async with town.database.write() as conn:
        row = await broadcasts.get(conn, waits)
        assert row is not None
        third = await broadcasts.create(
            conn,
            row.briefing_id,
            wide,
            row.schedule,
            late_limit_ms=1,
            expiry_ms=1,
            created_by=None,
            now=NOW,
        )
        done = broadcast.update().where(broadcast.c.id == over).values(state="finished")
        await conn.execute(done)
        assert (await succession.hanging(conn, OLD, NOW)).broadcasts == 2
        await units.synchronise(conn, ended(NEW))
        assert await succession.redirect(conn, HEIRS) == {waits: (OLD,), third: (OLD,)}
        assert await succession.redirect(conn, HEIRS) == {}
        found = [await broadcasts.get(conn, number) for number in (waits, over, third)]
    first, second, last = (one for one in found if one is not None)
    assert first.audience is not None
    assert (first.unit, first.issuer, first.audience.unit, first.audience.units) == (NEW, NEW, NEW, ())
    assert (second.unit, second.issuer) == (OLD, OLD)
    assert last.audience is not None
    assert (last.unit, last.audience.unit, last.audience.units) == (TOP, TOP, (NEW,))
    assert (last.audience.scope.units, last.audience.scope.without_units) == ((NEW,), (NEW, "TW"))


async def test_after_a_split_a_broadcast_means_all_parts_and_reaches_each_person_once(town: Scene) -> None:
    an, _ = await town.member("an", OLD), await town.member("binh", NEW)
    far = await town.member("chi", "67")
    number = await town.broadcast(unit=OLD, promised=3)
    async with town.database.write() as conn:
        await units.synchronise(conn, ended(NEW, "67"))
        await succession.redirect(conn, {OLD: (NEW, "67")})
        await succession.follow(conn, OLD, NEW, NOW)
        row = await broadcasts.get(conn, number)
        assert row is not None
        assert row.audience is not None
        assert (row.unit, row.audience.unit, row.audience.units) == ("TW", "TW", (NEW, "67"))
        assert row.audience.narrow
        await falling_due.planned(conn, row, town.now)
        opened = await runs.open_for(conn, row, town.now, "planning", town.now)
    assert opened is not None
    await town.plan(opened.id, row.audience)
    async with town.database.read() as conn:
        reached = list(await conn.scalars(select(delivery.c.member_id).order_by(delivery.c.member_id)))
        state = (await conn.execute(select(run.c.state))).scalar_one()
    assert (len(reached), an in reached, far in reached, state) == (3, True, True, "running")


async def test_a_run_that_was_planned_keeps_the_unit_it_stood_in(town: Scene) -> None:
    await town.member("an", OLD)
    await town.run(unit=OLD)
    async with town.database.write() as conn:
        before = [tuple(row) for row in await conn.execute(select(run.c.place, run.c.place_name))]
        rows = [tuple(row) for row in await conn.execute(select(delivery.c.place))]
        await units.synchronise(conn, ended(NEW))
        await succession.redirect(conn, HEIRS)
        await succession.follow(conn, OLD, NEW, NOW)
        assert [tuple(row) for row in await conn.execute(select(run.c.place, run.c.place_name))] == before
        assert [tuple(row) for row in await conn.execute(select(delivery.c.place))] == rows
    assert (before, rows) == ([("/TW/66/24169/", None)], [("/TW/66/24169/",)])


async def announced(database: Database, host: str, *asked: str) -> int:
    """A conference of a unit, with points in others."""
    async with database.write() as conn:
        path = await units.paths_of(conn, (host, *asked))
        row = ConferenceRow(0, host, path[host], "Hội nghị", NOW, "x", "x", "x", NOW, "announced")
        number = await conferences.add(conn, row, {}, NOW)
        await points.ask(conn, number, [(code, path[code]) for code in asked])
    return number


async def test_a_conference_to_come_has_host_and_points_that_answer_now(town: Scene) -> None:
    database = town.database
    alone, both = await announced(database, TOP, OLD), await announced(database, TOP, OLD, NEW)
    said, hosts = await announced(database, TOP, OLD, NEW), await announced(database, OLD, NEW)
    over = await announced(database, TOP, OLD)
    async with database.write() as conn:
        await points.confirm(conn, said, OLD, "Hội trường", "20-49", "Văn phòng")
        assert await conferences.cancel(conn, over)
        moved = [one.model_copy(update={"parent": "67"}) if one.code == NEW else one for one in ended(NEW)]
        await units.synchronise(conn, moved)
        for _ in range(2):  # the second time it has no point left of its own, and takes the one that was said
            await followed.follow(conn, OLD, NEW)
            await followed.stand(conn)
        found = {
            number: [(one.unit, one.path) for one in await points.every(conn, number)]
            for number in (alone, both, said, over)
        }
        host = await conferences.get(conn, hosts)
    # Under another province now, it is asked no more; what was said of a point stays to be read.
    there = (NEW, "/TW/67/24133/")
    # And nobody of that province answers for it, or counts it among its own.
    assert (found[alone], found[both], found[said]) == ([], [], [(OLD, "/TW/66/24169/")])
    assert found[over] == [(OLD, "/TW/66/24169/")]
    assert host is not None
    assert (host.unit, host.unit_path) == there
