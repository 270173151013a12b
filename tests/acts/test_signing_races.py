"""Two who work on one digest at the same moment, on a server: neither passes over what the other did."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.acts import closing, signing
from bot.acts.context import Context, Operator, Refusal
from bot.acts.digest_papers import Opened
from bot.core.opinion.signing import Part
from bot.core.people.members import Role
from bot.storage.opinion import digests
from bot.storage.people import members
from tests.acts.test_signing import DISSENT, MONTH, opened
from tests.handlers.opinion.test_agreeing import until_it_waits
from tests.handlers.opinion.test_digest import OVER, heard
from tests.handlers.sending import people
from tests.handlers.village import ACCOUNT, EA_KAO, PROVINCE, Village, settled
from tests.patience import PATIENCE_S
from tests.stores import store

Try = Callable[[Context, int], Awaitable[Opened | Refusal]]
STEPS: dict[str, tuple[str, Try]] = {
    "edits": ("editor-a", lambda ctx, one: signing.edit(ctx, one, 0, {Part.OPENING: "Một"})),
    "edits too": ("admin-a", lambda ctx, one: signing.edit(ctx, one, 0, {Part.OPENING: "Hai"})),
    "endorses": ("head-a", lambda ctx, one: signing.endorse(ctx, one, 0)),
    "endorses too": ("admin-a", lambda ctx, one: signing.endorse(ctx, one, 0)),
    "forwards": ("editor-a", lambda ctx, one: signing.forward(ctx, one, 0)),
    "forwards too": ("admin-a", lambda ctx, one: signing.forward(ctx, one, 0)),
    "returns": ("admin", lambda ctx, one: signing.send_back(ctx, one, 0, "Thiếu kiến nghị")),
    "returns too": ("head", lambda ctx, one: signing.send_back(ctx, one, 0, "Thiếu số liệu")),
}
BEFORE = {"draft": (), "endorsed": ("endorses",), "forwarded": ("endorses", "forwards")}


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Village]:
    async with store("postgres", tmp_path) as database:
        home = await settled(database)
        await people(home)
        await home.member("head-a", "Lãnh đạo xã", EA_KAO, Role.APPROVER)
        await home.member("admin-a", "Quản trị xã", EA_KAO, Role.ADMINISTRATOR)
        await home.member("head", "Lãnh đạo tỉnh", PROVINCE, Role.APPROVER, Role.EDITOR)
        await heard(home, EA_KAO, 25, "Đồng tình", day=OVER)
        await heard(home, EA_KAO, 6, "Không đồng tình", day=OVER, **DISSENT)
        await closing.close_over(database, home.house, home.now)
        yield home


async def does(town: Village, step: str, number: int, then: Callable[[], Awaitable[object]]) -> str:
    """One of the steps in a transaction of its own; "" where it was done, else why not."""
    who, act = STEPS[step]
    async with town.database.write() as conn:
        ctx = Context(conn, town.house, await members.at(conn, ACCOUNT, who), town.now, ACCOUNT, who)
        done = await act(ctx, number)
        await then()
    return done.key if isinstance(done, Refusal) else ""


async def nothing() -> None:
    """Commit at once."""


@pytest.mark.parametrize(
    ("state", "first", "second", "refused", "after"),
    [
        ("draft", "edits", "edits too", "signing.edited", ("draft", 1)),
        ("draft", "edits", "endorses", "signing.edited", ("draft", 1)),
        ("draft", "endorses", "endorses too", "signing.edited", ("endorsed", 0)),
        ("draft", "endorses", "edits", "", ("draft", 1)),  # an edit voids what stood before it
        ("endorsed", "edits", "forwards", "signing.edited", ("draft", 1)),
        ("endorsed", "forwards", "edits", "signing.edited", ("forwarded", 0)),
        ("endorsed", "forwards", "forwards too", "signing.edited", ("forwarded", 0)),
        ("forwarded", "returns", "returns too", "signing.edited", ("draft", 1)),
        ("forwarded", "returns", "forwards", "signing.forwarded", ("draft", 1)),
    ],
)
async def test_of_two_at_one_moment_the_second_is_judged_by_what_the_first_did(
    town: Village, state: str, first: str, second: str, refused: str, after: tuple[str, int]
) -> None:
    async with town.database.write() as conn:
        number = opened(
            await signing.draw(Context(conn, town.house, Operator(), town.now), EA_KAO, *MONTH)
        ).row.id
    for step in BEFORE[state]:
        assert await does(town, step, number, nothing) == ""
    did, commits = asyncio.Event(), asyncio.Event()

    async def holds() -> None:
        did.set()
        await commits.wait()

    async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as both:
        one = both.create_task(does(town, first, number, holds))
        await did.wait()
        other = both.create_task(does(town, second, number, nothing))
        await until_it_waits(town, other)
        commits.set()
    assert (one.result(), other.result()) == ("", refused)
    async with town.database.read() as conn:
        row = await digests.get(conn, number)
    assert row is not None
    assert (row.state, row.revision) == after
    assert bool(row.endorsed_on) is (after[0] != "draft")
    assert await does(town, "forwards", number, nothing) == (
        "signing.edited" if after[1] else _over(after[0])
    )


def _over(state: str) -> str:
    return "" if state == "endorsed" else "signing.forwarded"
