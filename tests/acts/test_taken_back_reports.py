"""What its author took back after a backup was made does not come back with it."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, union_all

from bot.acts import desk, me, meetings, opinions, reporting
from bot.acts import store as acts
from bot.acts.context import Context
from bot.core.people.members import Role
from bot.storage import backup
from bot.storage.database import Database
from bot.storage.people import journal, members
from bot.storage.tables import answer, report_clock, response, submission
from tests.acts.test_departures import destroyed
from tests.acts.test_store import in_place_of
from tests.files import holding
from tests.handlers.village import ACCOUNT, EA_KAO, ZONE, Village, settled
from tests.storage.test_residue import cleared
from tests.stores import store

GONE, HALL, STAYS = "lụt-4711", "nhà-rông-4712", "hạn-4713"


class Town:
    """A reporter, their unit's administrator, and what they did."""

    def __init__(self, home: Village) -> None:
        self.home, self.database = home, home.database
        self.said = {"topic": next(iter(home.house.topics)), "tendency": "BAN_KHOAN", "urgency": "THUONG"}

    async def do(self, act: Any, *given: Any, who: str = "rep") -> Any:
        """One act of somebody's, in a transaction of its own."""
        self.home.now += 1000
        async with self.database.write() as conn:
            member = await members.at(conn, ACCOUNT, who)
            return await act(Context(conn, self.home.house, member, self.home.now, ACCOUNT, who), *given)

    async def reports(self, words: str) -> str:
        """The code of a report that says this."""
        return str(await self.do(opinions.submit, {**self.said, "content": words}))

    async def briefs(self) -> str:
        """The code of an oral briefing that was held."""
        day = self.home.house.local(self.home.now).date().isoformat()
        said = {"day": day, "place": "KHAC", "place_words": HALL, "topics": self.said["topic"], "how": "LOA"}
        return str((await self.do(meetings.record, {**said, "heads": "20-49"})).row.code)

    async def words(self) -> str:
        """All that stands in reports and in answers to them."""
        said = union_all(select(answer.c.value), select(response.c.words), select(submission.c.search))
        async with self.database.read() as conn:
            return " ".join((await conn.execute(said)).scalars())


async def town(database: Database) -> Town:
    home = await settled(database)
    await home.member("rep", "Trần Thị Rép", EA_KAO, Role.REPORTER, Role.COMMUNICATOR)
    await home.member("xa", "Quản trị xã", EA_KAO, Role.ADMINISTRATOR)
    return Town(home)


async def _put_back(here: Town, copy: Path, how: str) -> None:
    """A command puts it back, the store being there or lost; or somebody does by hand, and it is started."""
    if how == "lost":
        await destroyed(here.database)
    if how == "by hand":
        await here.database.close()
        in_place_of(here.database.path, copy)
        await acts.take_departures(here.database, here.home.now)
    else:
        await acts.restore(here.database, copy, here.home.now, ZONE)


@pytest.mark.parametrize(
    ("kind", "how"),
    [(kind, how) for kind in ("sqlite", "postgres") for how in ("there", "lost")] + [("sqlite", "by hand")],
)
async def test_what_was_taken_back_since_a_copy_is_in_no_table_and_no_file(
    kind: str, how: str, tmp_path: Path
) -> None:
    (tmp_path / "store").mkdir()
    async with store(kind, tmp_path / "store") as database:
        here = await town(database)
        await acts.take_departures(database, here.home.now)  # as at each start
        code, other, hall = await here.reports(GONE), await here.reports(STAYS), await here.briefs()
        await here.do(desk.merge, other, code, who="xa")
        copy = tmp_path / "copy"
        await asyncio.to_thread(backup.copy, database, copy)
        assert await here.do(reporting.take_back, code) == code
        assert await here.do(meetings.take_back, hall) == hall
        await here.do(me.erase)
        assert code not in database.beside(journal.NAME).read_text()
        await _put_back(here, copy, how)
        for kept in database.beside("x").parent.glob("*before-restore*"):
            kept.unlink()  # as the guide asks for
        said = await here.words()
        assert (GONE in said, HALL in said, STAYS in said) == (False, False, True)
        async with database.read() as conn:
            left = (await conn.execute(select(submission.c.code, submission.c.state))).all()
            rings = (await conn.execute(select(report_clock.c.submission_id))).scalars().all()
        assert ([tuple(one) for one in left], len(rings)) == ([(other, "received")], 1)
        if kind == "postgres":
            await cleared(database)
        assert await holding(database, [GONE, HALL, "Trần Thị Rép"]) == []


async def test_a_start_drops_nothing_that_stands(tmp_path: Path) -> None:
    async with store("sqlite", tmp_path) as database:
        here = await town(database)
        code = await here.reports(GONE)
        await here.reports(STAYS)
        await here.do(reporting.take_back, code)
        await acts.take_departures(database, here.home.now)
        assert STAYS in await here.words()
