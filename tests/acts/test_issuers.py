"""A broadcast from above to one commune alone: the commune sees it, whoever issued it decides about it."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import update

from bot.acts import approval, broadcasts, reminders, runs
from bot.acts.context import STALE, Context, Refusal
from bot.core.people.members import Role
from bot.storage.people import members
from bot.storage.tables import broadcast, delivery, unit
from tests.handlers.sending import a_run, create, people, words
from tests.handlers.village import ACCOUNT, EA_KAO, PROVINCE, Village

Deciding = Callable[[Context, int], Awaitable[object]]
DECIDING: dict[str, Deciding] = {
    "pause": broadcasts.pause,
    "resume": broadcasts.resume,
    "cancel": broadcasts.cancel,
    "take_text": broadcasts.take_text,
    "submit": approval.submit,
    "automatic": lambda ctx, number: reminders.automatic(ctx, number, True),
    "resolve": lambda ctx, number: runs.resolve(ctx, 1, "accept"),
}


@pytest.fixture
async def town(home: Village) -> Village:
    """The province's run to Ea Kao; an administrator at each."""
    await people(home)
    await home.member("ea", "Quản trị Ea Kao", EA_KAO, Role.ADMINISTRATOR)
    await a_run(home, EA_KAO)
    async with home.database.write() as conn:
        await conn.execute(update(broadcast).values(issuer=PROVINCE))
    return home


async def _did(home: Village, chat: str, act: Deciding, number: int = 1) -> object:
    async with home.database.write() as conn:
        member = await members.at(conn, ACCOUNT, chat)
        return await act(Context(conn, home.house, member, home.now), number)


async def test_where_it_goes_it_is_seen_and_not_decided(town: Village) -> None:
    why = Refusal("progress.issuer", {"unit": "Tỉnh Đắk Lắk"})
    for name, act in DECIDING.items():
        assert await _did(town, "ea", act) == why, name
        assert await _did(town, "admin", act) != why, name
        assert await _did(town, "an", act) == STALE, name
    assert "do Tỉnh Đắk Lắk phát" in words(await town.press("ea", "run:resume:1"))
    number = await create(town, EA_KAO, at=town.now + 3_600_000, state="draft")
    assert await _did(town, "ea", broadcasts.cancel, number) is True  # their own


async def _offered(town: Village, chat: str, data: str) -> set[str]:
    """The steps that the buttons of a screen begin."""
    found = {button.data.split(":")[1] for reply in await town.press(chat, data) for button in reply.buttons}
    return found & {
        "auto",
        "noauto",
        "change",
        "pause",
        "resume",
        "cancel",
        "doubt",
        "hold",
        "go",
        "drop",
        "submit",
    }


async def test_nobody_is_offered_what_another_unit_decides(town: Village) -> None:
    async with town.database.write() as conn:
        await conn.execute(update(delivery).values(state="uncertain"))
    mine = {"pause", "cancel", "doubt", "auto"}
    assert await _offered(town, "admin", "run:show:1") == mine
    assert await _offered(town, "ea", "run:show:1") == set()
    later = await create(town, EA_KAO, at=town.now + 3_600_000)
    async with town.database.write() as conn:
        await conn.execute(update(broadcast).values(issuer=PROVINCE))
    assert await _offered(town, "admin", f"run:next:{later}") == {"change", "hold", "drop"}
    assert await _offered(town, "ea", f"run:next:{later}") == set()
    own = await create(town, EA_KAO, at=town.now + 3_600_000)
    assert await _offered(town, "ea", f"run:next:{own}") == {"change", "hold", "drop"}


async def test_who_issued_it_keeps_the_brakes_though_the_unit_moved_away(town: Village) -> None:
    async with town.database.write() as conn:
        await conn.execute(update(unit).where(unit.c.code == EA_KAO).values(path=f"/TW/OTHER/{EA_KAO}/"))
    assert await _did(town, "admin", broadcasts.pause) is True
    assert await _did(town, "admin", broadcasts.resume) == STALE  # nothing more goes there by their word
    assert await _did(town, "admin", broadcasts.cancel) is True
