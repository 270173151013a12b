"""/lienket: one person, two chats, one member."""

import pytest
from sqlalchemy import select, update

from bot.acts import linking
from bot.acts.context import Context, Refusal
from bot.core.people.guessing import OF_A_CHAT
from bot.core.people.members import Role
from bot.core.talk.taps.people import Mine
from bot.storage.accounts import endpoints
from bot.storage.people import members, refusals
from bot.storage.tables import delivery
from tests.handlers.incomers import at, count
from tests.handlers.sending import Reply, a_run, words
from tests.handlers.village import ACCOUNT, EA_KAO, Village

MINUTE = 60_000


@pytest.fixture
async def town(home: Village) -> Village:
    await home.member("an", "An", EA_KAO, Role.COMMUNICATOR)
    return home


async def code(town: Village) -> str:
    text = words(await town.say("an", "/lienket"))
    return text.partition("Mã liên kết: ")[2][:9]


@pytest.mark.parametrize("form", ["{}", "/start {}", "mã liên kết: {}"])
async def test_a_second_account_is_the_same_member(town: Village, form: str) -> None:
    replies = await town.say("an-2", form.format(await code(town)))
    assert "Đã nối tài khoản này với đồng chí An" in replies[0].text
    assert await at(town, "an") == await at(town, "an-2")
    assert await count(town) == 1
    assert "Một tài khoản khác vừa được nối" in town.screens["an"][-1].text
    async with town.database.read() as conn:
        assert [one.chat_id for one in await endpoints.of(conn, 1)] == ["an", "an-2"]


async def test_a_link_code_holds_once_and_for_minutes(town: Village) -> None:
    first = await code(town)
    late = await code(town)
    await town.say("an-2", f"/start {first}")
    assert await at(town, "an-2") is None  # a newer one took its place
    town.now += 10 * MINUTE
    await town.say("an-2", f"/start {late}")
    assert await at(town, "an-2") is None
    good = await code(town)
    await town.say("an-2", f"/start {good}")
    await town.say("la", f"/start {good}")
    assert await at(town, "an-2") is not None
    assert await at(town, "la") is None


async def test_nobody_takes_over_a_member_by_a_link(town: Village) -> None:
    await town.member("binh", "Bình", EA_KAO, Role.COMMUNICATOR)
    given = await code(town)
    assert "không phải ở đây" in words(await town.say("an", f"/start {given}"))
    assert "đã là một thành viên khác" in words(await town.say("binh", f"/start {given}"))
    found = await at(town, "binh")
    assert found is not None
    assert found.name == "Bình"


async def test_wrong_link_codes_are_counted_apart_from_invitations(town: Village) -> None:
    good = await code(town)
    for number in range(OF_A_CHAT):
        await town.say("ke-do", f"/start AAAA-BBB{number + 2}")
    assert "nhập sai mã nhiều lần" in words(await town.say("ke-do", good))
    assert await at(town, "ke-do") is None
    for number in range(OF_A_CHAT):
        await town.say("khach", f"/start AAAA-BBBB-CCC{number + 2}")
    await town.say("khach", good)
    assert await at(town, "khach") == await at(town, "an")


async def test_a_member_guesses_no_more_link_codes_than_anybody(town: Village) -> None:
    await town.member("binh", "Bình", EA_KAO, Role.COMMUNICATOR)
    good = await code(town)
    for number in range(OF_A_CHAT):
        await town.say("binh", f"/lienket AAAA-BBB{number + 2}")
    assert "đã là một thành viên khác" not in words(await town.say("binh", f"/lienket {good}"))


async def test_who_is_reached_in_two_chats_chooses_where_and_may_choose_again(town: Village) -> None:
    assert not offered(await town.say("an", "/toi"))
    given = await code(town)
    joined = await town.say("an-2", given)
    assert offered(joined)
    assert "Từ nay bản tin đến cuộc trò chuyện này" in words(await town.tap("an-2", "Nhận bản tin tại đây"))
    assert await chats(town) == ["an-2", "an"]
    assert not offered(await town.say("an-2", "/toi"))
    await town.say("an", "/toi")
    await town.tap("an", "Nhận bản tin tại đây")
    assert await chats(town) == ["an", "an-2"]


def offered(replies: list[Reply]) -> bool:
    """Whether somebody may choose to be written to here."""
    return any("Nhận bản tin tại đây" in reply.labels for reply in replies)


async def chats(town: Village) -> list[str]:
    """Where the member is written to, the first before the second."""
    async with town.database.read() as conn:
        return [one.chat_id for one in await endpoints.of(conn, 1)]


async def test_a_lost_chat_is_taken_away_and_does_nothing_any_more(town: Village) -> None:
    await town.say("an-2", await code(town))
    await town.say("an-2", "/lienket")  # whoever has it in hand asks for a code of their own
    assert "Chỉ giữ cuộc trò chuyện này" in labels(await town.say("an", "/toi"))
    assert "mất điện thoại" in words(await town.tap("an", "Chỉ giữ cuộc trò chuyện này"))
    await town.tap("an", "Đồng ý gỡ các nơi khác")
    assert await at(town, "an") is not None
    assert await at(town, "an-2") is None
    assert any("không còn nối" in reply.text for reply in town.screens["an-2"])
    assert "Chỉ giữ" not in labels(await town.say("an", "/toi"))
    async with town.database.read() as conn:
        assert [one.chat_id for one in await endpoints.of(conn, 1)] == ["an"]
        assert await refusals.left_at(conn, ACCOUNT, "an-2") is not None  # no backup brings it back


async def test_who_joined_a_chat_does_not_put_out_who_was_there(town: Village) -> None:
    await town.say("an-2", await code(town))
    assert "Chỉ giữ" not in labels(await town.say("an-2", "/toi"))
    await town.tap("an-2", "Nhận bản tin tại đây")  # chosen, it still is not the first
    assert "Chỉ giữ" not in labels(await town.say("an-2", "/toi"))
    await town.press("an-2", Mine("only!").encode())
    assert await at(town, "an") == await at(town, "an-2") is not None


async def test_an_administrator_takes_a_chat_away_and_never_the_only_one(town: Village) -> None:
    await town.member("xa", "Quản trị", EA_KAO, Role.ADMINISTRATOR)
    await town.say("an-2", await code(town))
    run = await a_run(town, EA_KAO)
    async with town.database.write() as conn:
        await conn.execute(update(delivery).where(delivery.c.chat_id == "an").values(chat_id="an-2"))
        actor = await members.at(conn, ACCOUNT, "xa")
        ctx = Context(conn, town.house, actor, town.now, ACCOUNT, "xa")
        assert await linking.unlink(ctx, 1, ACCOUNT) == Refusal("link.which_chat", {"account": ACCOUNT})
        assert not isinstance(await linking.unlink(ctx, 1, ACCOUNT, "an-2"), Refusal)
        assert await linking.unlink(ctx, 1, ACCOUNT, "an") == Refusal("link.only_chat", {"account": ACCOUNT})
        query = select(delivery.c.chat_id).where(delivery.c.run_id == run, delivery.c.member_id == 1)
        assert (await conn.execute(query)).scalar_one() == "an"  # what waited for them goes to the other chat


def labels(replies: list[Reply]) -> str:
    return " ".join(label for reply in replies for label in reply.labels)
