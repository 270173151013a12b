"""Coming in by invitation: consent first, each use once, and nothing to forge."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.acts.house import House
from bot.content.catalogues import read_texts
from bot.content.files import Folder
from bot.core.people.members import Role
from bot.core.talk.texts import template
from bot.storage.people import joining, members
from bot.storage.tables import invite
from tests.handlers.incomers import at, count
from tests.handlers.village import ACCOUNT, CONTENT, EA_KAO, Village

CODE = "ABCD-2345"
DAY = 86_400_000


async def invitation(
    home: Village, code: str = CODE, *, uses: int = 1, expires: int = 7 * DAY, roles: tuple[Role, ...] = ()
) -> None:
    async with home.database.write() as conn:
        await joining.invite_to(
            conn,
            code,
            EA_KAO,
            roles or (Role.COMMUNICATOR,),
            expires_at=home.now + expires,
            uses=uses,
            created_by="cli",
            now=home.now,
        )


async def uses_left(home: Village) -> int:
    async with home.database.read() as conn:
        return int((await conn.execute(select(invite.c.uses_left))).scalar_one())


async def test_joining_with_a_code(home: Village) -> None:
    await invitation(home, roles=(Role.COMMUNICATOR, Role.REPORTER))
    welcome, consent, question = await home.say("an", f"/start {CODE}", name="An Nguyễn")
    assert home.house.owner in welcome.text
    for words in (
        "tên hiển thị",
        "địa chỉ",
        "1.0, ngày 01/11/2026",
        home.house.owner,
        "xóa",
        "/toi",
        "tự nguyện",
    ):
        assert words in consent.text, words
    assert question.labels == ["Tôi đồng ý tham gia", "Không tham gia", "↩️ Quay lại", "❌ Hủy"]
    assert await count(home) == 0
    await home.tap("an", "Tôi đồng ý")
    replies = await home.say("an", "  Nguyễn Thị\n An ")
    assert "Tên hiển thị: Nguyễn Thị An" in replies[0].text
    replies = await home.tap("an", "✅ Gửi")
    assert "tuyên truyền viên, cộng tác viên dư luận xã hội" in replies[0].text
    assert [reply.kind for reply in replies] == ["send", "menu", "answer"]
    found = await at(home, "an")
    assert found is not None
    assert (found.name, found.unit) == ("Nguyễn Thị An", EA_KAO)
    assert found.roles == {Role.COMMUNICATOR, Role.REPORTER}
    async with home.database.read() as conn:
        given = await members.consent(conn, found.id)
    assert given.version == "1.0, ngày 01/11/2026"
    assert given.at == home.now
    assert given.method == f"chat:{ACCOUNT}"
    assert await uses_left(home) == 0


async def test_the_name_at_hand_is_offered_and_taken(home: Village) -> None:
    await invitation(home)
    await home.say("an", f"/start {CODE.lower()}", name="An  Nguyễn")
    (screen,) = await home.say("an", "1", name="An  Nguyễn")
    assert screen.labels[0] == "An Nguyễn"
    await home.say("an", "1", name="An  Nguyễn")
    await home.say("an", "gửi")
    found = await at(home, "an")
    assert found is not None
    assert found.name == "An Nguyễn"


@pytest.mark.parametrize("words", [CODE, "abcd2345", f" {CODE} "])
async def test_a_code_is_understood_without_its_command(home: Village, words: str) -> None:
    await invitation(home)
    replies = await home.say("an", words)
    assert "1.0, ngày 01/11/2026" in replies[1].text
    await home.say("binh", "/start")
    replies = await home.say("binh", words)
    await home.tap("binh", "Tôi đồng ý")
    replies = await home.say("binh", "Bình")
    assert "Đơn vị" not in replies[0].text  # an invitation names the unit itself


async def test_unknown_spent_and_expired_codes(home: Village) -> None:
    (reply,) = await home.say("an", "/start SAI-MA")
    assert "không đúng" in reply.text
    assert reply.labels == ["Gửi yêu cầu tham gia", "Trợ giúp"]
    await invitation(home, expires=0)
    (reply,) = await home.say("an", f"/start {CODE}")
    assert "hết hạn ngày 02/11/2026" in reply.text
    await invitation(home, "SPENT", uses=0)
    (reply,) = await home.say("an", "/start SPENT")
    assert "hết lượt" in reply.text
    replies = await home.tap("an", "Gửi yêu cầu")
    assert "1.0, ngày 01/11/2026" in replies[1].text
    assert await count(home) == 0


async def test_two_at_once_cannot_take_the_last_use(home: Village) -> None:
    await invitation(home)
    for chat_id in ("an", "binh"):
        await home.say(chat_id, f"/start {CODE}")
        await home.tap(chat_id, "Tôi đồng ý")
        await home.say(chat_id, chat_id)
    await home.tap("an", "✅ Gửi")
    (screen, _) = await home.tap("binh", "✅ Gửi")
    assert "vừa hết lượt" in screen.text
    assert "Tên hiển thị: binh" in screen.text
    assert (await at(home, "an") is not None, await at(home, "binh")) == (True, None)
    (screen, _) = await home.tap("binh", "❌ Hủy")
    assert screen.labels == ["Tham gia", "Trợ giúp"]


async def test_a_code_that_expires_in_mid_form(home: Village) -> None:
    await invitation(home, expires=60_000)
    await home.say("an", f"/start {CODE}")
    home.now += 60_000
    await home.tap("an", "Tôi đồng ý")
    await home.say("an", "An")
    (screen, _) = await home.tap("an", "✅ Gửi")
    assert "hết hạn" in screen.text
    assert await uses_left(home) == 1


async def test_consent_refused_keeps_nothing(home: Village) -> None:
    await invitation(home)
    await home.say("an", f"/start {CODE}")
    (screen, _) = await home.tap("an", "Không tham gia")
    assert "chưa tham gia" in screen.text
    assert len(screen.buttons) == 2
    assert (await count(home), await uses_left(home)) == (0, 1)
    (reply,) = await home.say("an", "An")
    assert "chưa tham gia" in reply.text


async def test_a_member_is_greeted_and_joins_no_second_time(home: Village) -> None:
    await invitation(home)
    await home.member("an", "An", EA_KAO, Role.COMMUNICATOR)
    reply, menu = await home.say("an", f"/start {CODE}")
    assert menu.kind == "menu"
    assert "Chào đồng chí An" in reply.text
    assert "Phường Ea Kao" in reply.text
    assert await uses_left(home) == 1


async def test_consent_is_recorded_as_it_was_shown(home: Village) -> None:
    await invitation(home)
    await home.say("an", f"/start {CODE}")
    await home.tap("an", "Tôi đồng ý")
    await home.say("an", "An")
    home.house = _with_version(home.house, "2.0")
    await home.tap("an", "✅ Gửi")
    found = await at(home, "an")
    assert found is not None
    async with home.database.read() as conn:
        assert (await members.consent(conn, found.id)).version == "1.0, ngày 01/11/2026"


def _with_version(house: House, version: str) -> House:
    found = read_texts(Folder(CONTENT))
    found._templates["vi"]["consent.version"] = template(version)
    return replace(house, texts=found)


async def test_forged_form_taps_admit_nobody(home: Village) -> None:
    for data in ("f:aaa:0:send:", "f:aaa:7:pick:0", "f:::::", "f:a:b:c", f"f:{'a' * 40}:1:send:"):
        (answer,) = await home.press("la", data)
        assert "không còn hiệu lực" in answer.toast
    await home.say("la", "/start")
    nonce = home.screens["la"][-1].buttons[0].data.split(":")[1]
    for data in (
        f"f:{nonce}:0:send:",
        f"f:{nonce}:0:line:name",
        f"f:{nonce}:0:pick:99",
        f"f:{nonce}:0:pick:-1",
    ):
        replies = await home.press("la", data)
        assert "Đồng chí có đồng ý tham gia không?" in replies[0].text
    assert await count(home) == 0
