"""Members: who they are, and that leaving and erasure do what they say."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from bot.core.delivery.outcome import NotSent, Sent
from bot.core.people.members import Role
from bot.core.ports import RawUpdate
from bot.core.talk.form import FormState
from bot.storage.database import Database
from bot.storage.delivery import claims, recovery
from bot.storage.opinion import counting, opinions
from bot.storage.people import erasing, members, requests
from bot.storage.tables import endpoint, metadata, unit
from bot.storage.talk import conversations, inbox
from tests.storage.scene import ACCOUNT, NOW, OTHER, PATHS, Scene, scene

NAME, CHAT, SECOND = "Hờ Ri Na Xóa Tên", "chat-9182736455", "chat-5546372819"
ACTS = pytest.mark.parametrize("act", [erasing.leave, erasing.erase])


async def test_a_member_is_who_writes_from_their_chat(database: Database) -> None:
    home = await scene(database)
    roles = (Role.REPORTER, Role.EDITOR)
    member_id = await home.member("an", "24169", roles=roles, at=((ACCOUNT, "1"), (OTHER, "2")))
    async with database.read() as conn:
        found = [await members.at(conn, *where) for where in ((ACCOUNT, "1"), (OTHER, "2"), (OTHER, "1"))]
        assert found[0] == found[1] == await members.get(conn, member_id)
        assert (await members.consent(conn, member_id)).method == "test"
    assert found[0] is not None
    assert (found[0].name, found[0].path, found[0].roles) == ("an", PATHS["24169"], set(roles))
    assert found[2] is None


async def test_whom_the_audit_log_names_is_found_while_they_are_here(database: Database) -> None:
    home = await scene(database)
    number = await home.member("an")
    async with database.write() as conn:
        known = [await members.logged_as(conn, who) for who in (f"member:{number}", "cli", "unit:66", None)]
        assert [one.id if one else None for one in known] == [number, None, None, None]
        await erasing.leave(conn, number)
        assert await members.logged_as(conn, f"member:{number}") is None


async def test_roles_add_up_and_are_looked_for_upwards(database: Database) -> None:
    home = await scene(database)
    top = await home.member("top", "66", roles=(Role.ADMINISTRATOR,))
    near = await home.member("near", "24169")
    await home.member("beside", "24133", roles=(Role.ADMINISTRATOR,))
    async with database.write() as conn:
        for _ in range(2):
            await members.grant(conn, near, (Role.ADMINISTRATOR,))
        found = await members.with_role_over(conn, Role.ADMINISTRATOR, PATHS["24169"])
    assert [one.id for one in found] == [near, top]
    assert found[0].roles == {Role.ADMINISTRATOR, Role.COMMUNICATOR}
    async with database.write() as conn:  # their unit stands nowhere in the tree by now
        await conn.execute(update(unit).where(unit.c.code == "24133").values(path=""))
        for path, over in ((PATHS["24169"], [near, top]), ("", [])):
            found = await members.with_role_over(conn, Role.ADMINISTRATOR, path)
            assert [one.id for one in found] == over


async def test_a_choice_of_topic_is_the_latest_one(database: Database) -> None:
    home = await scene(database)
    member_id = await home.member("an")
    async with database.write() as conn:
        for following in (True, False):
            await members.follow(conn, member_id, "t", following)
        await members.follow(conn, member_id, "u", True)
        assert await members.follows(conn, member_id) == {"t": False, "u": True}


@ACTS
async def test_nothing_is_claimed_for_who_left(database: Database, act: Any) -> None:
    home = await scene(database)
    member_id = await home.member("an", at=((ACCOUNT, "a"), (OTHER, "b")))
    await home.member("binh")
    first, second = await home.run("mot"), await home.run("hai")
    (row,) = [one for one in await home.queue(first.id) if one.member_id == member_id]
    await home.claim([row])
    await home.settle(row, NotSent("no route"))
    async with database.write() as conn:
        await act(conn, member_id)
        await claims.promote(conn, ACCOUNT, NOW + 3_600_000)
    for run in (first, second):
        assert await home.states(run.id) == {"skipped": 1, "pending": 1}
        assert [one.chat_id for one in await home.queue(run.id)] == ["binh"]
    third = await home.run("ba")
    assert third.audience == 1


@ACTS
@pytest.mark.parametrize(("outcome", "parts"), [(NotSent("no route"), 1), (Sent("1"), 2)])
async def test_what_is_under_way_as_somebody_leaves_does_not_go_again(
    database: Database, act: Any, outcome: Any, parts: int
) -> None:
    home = await scene(database)
    member_id = await home.member("an")
    run = await home.run()
    (row,) = await home.queue(run.id)
    await home.claim([row])
    async with database.write() as conn:
        await act(conn, member_id)
    await home.settle(row, outcome, parts=parts)
    assert await home.states(run.id) == {"skipped": 1}


@ACTS
@pytest.mark.parametrize("urgent", [False, True])
async def test_what_was_under_way_in_a_crash_does_not_go_again_to_who_left(
    database: Database, act: Any, urgent: bool
) -> None:
    home = await scene(database)
    member_id = await home.member("an")
    run = await home.run(urgent=urgent)
    await home.claim(await home.queue(run.id))
    async with database.write() as conn:
        await act(conn, member_id)
        await recovery.recover(conn, ACCOUNT, NOW)
    assert await home.states(run.id) == {"uncertain": 1}


async def test_who_left_has_no_roles_no_chat_and_no_place_in_counts(database: Database) -> None:
    home = await scene(database)
    member_id = await home.member("an", roles=(Role.ADMINISTRATOR,))
    async with database.write() as conn:
        await erasing.leave(conn, member_id)
        assert await members.count(conn) == 0
        assert await members.get(conn, member_id) is None
        assert await members.at(conn, ACCOUNT, "an") is None
        assert await members.page(conn, 0, 10) == []
        assert await members.with_role_over(conn, Role.ADMINISTRATOR, PATHS["66"]) == []


async def lived(home: Scene) -> int:
    """A member with everything a member can leave behind."""
    database = home.database
    member_id = await home.member(NAME, at=((ACCOUNT, CHAT), (OTHER, SECOND)))
    for slug in ("mot", "hai", "ba"):
        run = await home.run(slug)
        rows = [row for row in await home.queue(run.id) if row.member_id == member_id]
        if slug != "ba":
            await home.claim(rows)
            await home.settle(rows[0], Sent("1"))
    await home.say(CHAT, f"Chào {NAME}")
    rows = await home.queue()
    await home.claim(rows)
    await home.settle(rows[0])
    async with database.write() as conn:
        updates = [RawUpdate(str(n), CHAT, f'{{"from": "{NAME}", "chat": "{CHAT}"}}') for n in range(3)]
        await inbox.keep(conn, ACCOUNT, updates, NOW)
        first, second, third = await inbox.waiting(conn, 3)
        for _ in range(3):
            await inbox.failed(conn, first.id, "KeyError", 3, NOW)
        for row in (second, third):
            await inbox.close(conn, row.id, NOW)
        await requests.add(conn, ACCOUNT, CHAT, NAME, "vi", "66", "1", NOW)
        form = FormState(form="opinion", nonce="n", at="text")
        await conversations.keep(conn, ACCOUNT, CHAT, form, NOW)
        await members.follow(conn, member_id, "t", True)
        report = opinions.Kept("DL-AAAAAA", "v", "66", "2026-11-02", {"content": "mưa"})
        await opinions.add(conn, report, member_id, "2026-12-01")
    return member_id


async def cells(database: Database) -> set[str]:
    """Every value of every column of every table."""
    found: set[str] = set()
    async with database.read() as conn:
        for table in metadata.sorted_tables:
            for row in await conn.execute(select(table)):
                found.update(str(cell) for cell in row)
    return found


def traces(database: Database) -> list[str]:
    """Where in the files of a SQLite store the erased person is still to be read."""
    words = [word.encode() for word in (NAME, CHAT, SECOND)]
    path = database.path
    files = sorted(path.parent.glob(f"{path.name}*")) if path is not None else []
    return [f"{file.name}: {word!r}" for file in files for word in words if word in Path(file).read_bytes()]


async def test_erasure_leaves_no_name_and_no_chat_anywhere(database: Database) -> None:
    home = await scene(database)
    for number in range(60):  # enough for pages to split, which moves what they hold
        await home.member(f"Người thứ {number}", at=((ACCOUNT, f"{number}"), (OTHER, f"{number}")))
    member_id = await lived(home)
    assert any(NAME in cell for cell in await cells(database))
    assert database.path is None or traces(database)
    async with database.write() as conn:
        await erasing.erase(conn, member_id)
    left = await cells(database)
    assert not [cell for cell in left if any(word in cell for word in (NAME, CHAT, SECOND))]
    assert traces(database) == []
    assert await database.check() == []


async def test_a_reader_does_not_hold_up_erasure_and_the_next_act_cleans_up(database: Database) -> None:
    home = await scene(database)
    member_id = await lived(home)
    async with database.read() as conn:
        await conn.execute(select(endpoint))
        async with database.write() as writer:
            await erasing.erase(writer, member_id)
    async with database.write() as conn:
        await conn.execute(delete(endpoint).where(endpoint.c.chat_id == "nobody"))
    assert traces(database) == []


async def test_erasure_keeps_what_others_are_counted_by(database: Database) -> None:
    home = await scene(database)
    await home.member("binh")
    member_id = await lived(home)
    async with database.write() as conn:
        await erasing.erase(conn, member_id)
        assert await counting.count(conn, PATHS["66"], "2026-01-01", "2026-12-31") == 1
    for run_id, expected in ((1, {"sent": 1, "pending": 1}), (3, {"skipped": 1, "pending": 1})):
        assert await home.states(run_id) == expected
