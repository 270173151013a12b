"""Once a link is cut, nothing in the store tells any more whose report it was."""

from sqlalchemy import String, cast, or_, select, update

from bot.core.people.members import Role
from bot.core.talk.taps.reports import OnMine
from bot.engine.retention import tidy
from bot.storage import residue
from bot.storage.opinion import cutting
from bot.storage.tables import delivery, metadata, submission_author
from tests.files import holding
from tests.handlers.opinion.test_desk import opened, sent, town
from tests.handlers.village import EA_KAO, ZONE, Village
from tests.storage.test_residue import cleared

__all__ = ["town"]

DAY_MS = 86_400_000
OF_THE_REPORT = {"submission", "audit"}  # with its code, and nobody's chat


async def naming(town: Village, code: str) -> dict[str, list[str]]:
    """The rows with this code, by table."""
    found: dict[str, list[str]] = {}
    async with town.database.read() as conn:
        for table in metadata.sorted_tables:
            texts = [cast(column, String) for column in table.c if column.type.python_type is str]
            if texts:
                rows = await conn.execute(select(table).where(or_(*(one.contains(code) for one in texts))))
                if said := [str(tuple(row)) for row in rows]:
                    found[table.name] = said
    return found


async def test_with_the_link_goes_what_its_authors_chat_keeps_of_the_report(town: Village) -> None:
    code = await sent(town)
    town.now += 89 * DAY_MS
    await town.press("rep", OnMine("mend", code).encode())  # half filled in when the link is cut
    await opened(town, "xa", code)
    await town.tap("xa", "Trả lại")
    await town.say("xa", "Chưa rõ ở đâu")
    await town.tap("xa", "✅ Gửi")
    async with town.database.write() as conn:  # what its author was to hear waits: their account rests
        waits = update(delivery).where(delivery.c.chat_id == "rep", delivery.c.act.contains("trả lại"))
        assert (await conn.execute(waits.values(state="pending"))).rowcount == 1
    town.now += DAY_MS
    await tidy(town.database, ZONE, town.now, 14, 14)
    assert {"conversation", "offer", "delivery"} <= (await naming(town, code)).keys()
    town.now += DAY_MS
    await tidy(town.database, ZONE, town.now, 14, 14)
    found = await naming(town, code)
    assert not [row for rows in found.values() for row in rows if "'rep'" in row]
    town.now += 2 * DAY_MS
    await tidy(town.database, ZONE, town.now, 14, 14)  # and the desk's screens have gone
    assert (await naming(town, code)).keys() - {"offer"} == OF_THE_REPORT
    async with town.database.read() as conn:
        ended = select(delivery.c.state, delivery.c.act).where(delivery.c.reason == "expired")
        assert (await conn.execute(ended)).first() in (None, ("skipped", None))
    assert "Không có phản ánh" in (await town.say("rep", code))[0].text


async def test_on_a_server_too_a_link_that_is_cut_is_in_no_file(town: Village) -> None:
    await sent(town)
    until = town.house.local(town.now + town.house.link_days * DAY_MS).date().isoformat()
    assert await holding(town.database, [until])
    town.now += 95 * DAY_MS
    await tidy(town.database, ZONE, town.now, 14, 14)
    if town.database.dialect != "sqlite":
        await cleared(town.database, residue.LINKED)
    assert await holding(town.database, [until]) == []


async def test_what_is_linked_still_is_mended_as_it_was_begun(town: Village) -> None:
    await town.member("rep2", "Lê Văn Hai", EA_KAO, Role.REPORTER)
    cut = await sent(town)
    kept = await sent(town, "Giá cà phê tăng, ai cũng mừng")
    async with town.database.write() as conn:
        first = select(submission_author.c.submission_id).order_by(submission_author.c.submission_id).limit(1)
        mine = submission_author.c.submission_id == first.scalar_subquery()
        await conn.execute(update(submission_author).where(mine).values(until="2026-11-01"))
    await town.press("rep", OnMine("mend", kept).encode())
    async with town.database.write() as conn:
        assert await cutting.drop_links(conn, "2026-11-02") == 1
    assert "conversation" in await naming(town, kept)
    assert "conversation" not in await naming(town, cut)
    assert f"Đã gửi lại phản ánh {kept}" in (await town.tap("rep", "✅ Gửi"))[0].text
