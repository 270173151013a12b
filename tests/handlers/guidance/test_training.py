"""Practising: a test to oneself, and broadcasts that can reach nobody but their author and testers."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.acts import addenda, broadcasts, corrections, reminders, training
from bot.acts.broadcasts import Preview, Scheduled
from bot.acts.context import Context, Operator, Refusal
from bot.acts.orders import Order
from bot.acts.training import Training
from bot.core.guidance.audience import Scope
from bot.core.people.members import Role
from bot.core.schedule.occurrences import Once
from bot.storage.delivery import runs
from bot.storage.guidance import editions
from bot.storage.people import members
from bot.storage.tables import delivery
from tests.handlers.sending import SLUG, create, fill, people, plan, publish, put, scheduled, words
from tests.handlers.village import ACCOUNT, EA_KAO, PROVINCE, Village

COMPOSE = ("/phat", "[Bản tin có sẵn]", "kỳ họp thứ 6", "[Cả tỉnh Đắk Lắk]", "[Bình thường]")


@pytest.fixture
async def town(home: Village) -> Village:
    await people(home)
    await publish(home)
    return home


async def got(home: Village) -> dict[str, str]:
    """What runs say, by chat."""
    query = select(delivery.c.chat_id, delivery.c.edition_id).where(delivery.c.run_id.is_not(None))
    found = {}
    async with home.database.read() as conn:
        for chat, edition in (await conn.execute(query)).all():
            message = await editions.get(conn, edition)
            assert message is not None
            found[chat] = message.text[0].spans[0].text
    return found


async def test_a_test_goes_to_oneself_and_counts_for_nothing(town: Village) -> None:
    await fill(town, "admin", *COMPOSE, "[Gửi ngay]")
    replies = await town.tap("admin", "Gửi thử cho mình")
    assert "Bản gửi thử" in replies[0].text
    assert replies[1].text.startswith("📌")
    assert {button.data for button in replies[1].buttons} == {"preview"}
    assert "Người nhận: 3" in words(replies)  # the summary stands below it, as it was
    assert not await scheduled(town)
    assert {chat for chat in town.screens if "Bản gửi thử" in words(town.screens[chat])} == {"admin"}
    async with town.database.write() as conn:
        ctx = Context(conn, town.house, Operator(), town.now)
        an = await members.at(conn, ACCOUNT, "an")
        assert an is not None
        order = Order(SLUG, "", Once(at=town.now), scope=Scope(members=(an.id,)))
        assert await training.try_out(ctx, order, an.id) == 1
        assert await training.try_out(ctx, order, 999) == Refusal("compose.no_member", {"member": "999"})


async def test_a_test_shows_where_the_rest_is_on_an_account_that_carries_no_files(town: Village) -> None:
    town.house = replace(town.house, linking=frozenset({ACCOUNT}), public_url="https://nhipcau.example")
    shown = await fill(town, "admin", *COMPOSE, "[Gửi ngay]")
    where = "Đọc đủ: https://nhipcau.example/f/…"
    assert where in words(shown), "the preview"
    assert where in (await town.tap("admin", "Gửi thử cho mình"))[1].text


async def test_a_broadcast_in_training_reaches_its_author_alone_and_says_so_everywhere(town: Village) -> None:
    await fill(town, "admin", *COMPOSE, "[Gửi ngay]")
    shown = await town.tap("admin", "Tập huấn: chỉ gửi cho mình")
    assert "TẬP HUẤN · " in shown[0].text
    assert "Người nhận: 1" in words(shown)
    assert "Người nhận: 3" in words(await town.tap("admin", "Thôi tập huấn, gửi thật"))
    await town.tap("admin", "Tập huấn: chỉ gửi cho mình")
    assert "TẬP HUẤN · " in words(await town.tap("admin", "✅ Gửi"))
    await plan(town)
    ((chat, said),) = (await got(town)).items()
    assert chat == "admin"
    assert "TẬP HUẤN · " in said
    assert "TẬP HUẤN · " in words(await town.say("admin", "/tiendo"))
    assert "TẬP HUẤN" not in words(await town.say("an", "/tim Quốc hội"))
    (row,) = await scheduled(town)
    assert row.training


async def test_a_unit_in_training_reaches_nobody_else_whichever_door_and_whenever_made(town: Village) -> None:
    before = await create(town, PROVINCE, at=town.now + 60_000)  # in earnest, while it was not yet
    async with town.database.write() as conn:
        admin, an = [await members.at(conn, ACCOUNT, chat) for chat in ("admin", "an")]
        assert admin is not None
        assert an is not None
        ctx = Context(conn, town.house, admin, town.now)
        assert await training.rule(ctx, PROVINCE, True, (999,)) == Refusal(
            "compose.no_member", {"member": "999"}
        )
        on = await training.rule(ctx, PROVINCE, True, (an.id,))
        assert isinstance(on, Training)
        assert (on.on, [one.id for one in on.testers]) == (True, [an.id])
        wish = Order(SLUG, PROVINCE, Once(at=town.now))
        shell = replace(ctx, actor=Operator())
        for one, count in ((ctx, 2), (shell, 1)):
            shown = await broadcasts.preview(one, wish)
            assert isinstance(shown, Preview)
            assert shown.draft.count == count
            assert isinstance(await broadcasts.schedule(one, wish, count), Scheduled)
    await town.read("nobody")
    assert "người thử" in words(town.screens["an"])
    town.now += 120_000
    await plan(town)
    await town.read("nobody")
    found = await got(town)
    assert set(found) == {"admin", "an"}
    assert all("TẬP HUẤN · " in said for said in found.values())
    states = {row.id: row.state for row in await scheduled(town)}
    assert states[before] == "returned"  # it did not go out, and its people were told why
    assert "đang tập huấn" in words(town.screens["admin"])
    async with town.database.read() as conn:
        assert sorted(run.audience for run in await runs.every(conn)) == [1, 2]


async def test_a_commune_below_a_unit_in_training_is_in_training_too(town: Village) -> None:
    await town.say("admin", "/duyet")
    await town.tap("admin", "Bật tập huấn")
    assert "đang TẬP HUẤN" in words(await town.tap("admin", "Bật tập huấn"))
    await town.member("bt", "Biên tập", EA_KAO, Role.EDITOR)
    steps = ("/phat", "[Bản tin có sẵn]", "kỳ họp thứ 6", "[Cả phường Ea Kao]", "[Bình thường]", "[Gửi ngay]")
    assert "TẬP HUẤN" in words(await fill(town, "bt", *steps))
    await town.tap("bt", "✅ Gửi")
    await plan(town)
    assert set(await got(town)) == {"bt"}
    for data in ("rule:real!", "rule:train!"):  # whose unit it is not
        await town.press("bt", data)
    await town.say("admin", "/duyet")
    await town.tap("admin", "Tắt tập huấn")
    assert "đang TẬP HUẤN" not in words(await town.tap("admin", "Tắt tập huấn"))


async def test_who_practises_adds_corrects_and_reminds_nothing_that_is_real(town: Village) -> None:
    await create(town, PROVINCE)
    await plan(town)
    await put(town, 1, "sent", 1000)
    async with town.database.write() as conn:
        shell = Context(conn, town.house, Operator(), town.now)
        order = Order(SLUG, PROVINCE, Once(at=town.now + 12 * 3_600_000))
        shown = await broadcasts.preview(shell, order)
        assert isinstance(shown, Preview)
        planned = await broadcasts.schedule(shell, order, shown.draft.count)
        assert isinstance(planned, Scheduled)
        await training.rule(shell, EA_KAO, True)
        refused = Refusal("training.for_real")
        editor = Context(conn, town.house, await members.at(conn, ACCOUNT, "editor-a"), town.now)
        assert await addenda.write(editor, planned.id, "Họp lúc 14 giờ.") == refused
        assert await reminders.remind(shell, 1, EA_KAO) == refused
        await training.rule(shell, PROVINCE, True)
        assert await corrections.hindered(shell, 1) == refused
        assert await corrections.correct(shell, 1) == refused
        assert not isinstance(await corrections.recall(shell, 1), Refusal)  # the brake holds always
    assert "TẬP HUẤN" in words(await town.press("editor-a", f"add:look:{planned.id}"))
