"""Coming in by invitation: consent first, each use once, and nothing to forge."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.acts.house import House
from bot.config import CONTENT
from bot.content.catalogues import read_texts
from bot.content.files import Folder
from bot.core.people.codes import Kind
from bot.core.people.guessing import IN_ALL, OF_A_CHAT
from bot.core.people.members import Role
from bot.core.talk.texts import template
from bot.storage.people import guesses, invitations, members, refusals
from bot.storage.tables import endpoint, invite
from tests.handlers.incomers import at, count
from tests.handlers.sending import demote
from tests.handlers.village import ACCOUNT, EA_KAO, PROVINCE, Village

CODE = "ABCD-2345-WXYZ"
DAY = 86_400_000


async def invitation(
    home: Village,
    code: str = CODE,
    *,
    uses: int = 1,
    expires: int = 7 * DAY,
    roles: tuple[Role, ...] = (),
    by: str = "cli",
) -> None:
    async with home.database.write() as conn:
        await invitations.invite_to(
            conn,
            code,
            EA_KAO,
            roles or (Role.COMMUNICATOR,),
            expires_at=home.now + expires,
            uses=uses,
            created_by=by,
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
        "1.3, ngày 28/11/2026",
        "91/2025/QH15",
        "Liên hệ về dữ liệu: quản trị đơn vị của đồng chí.",
        home.house.owner,
        "phản ánh, câu hỏi, buổi tuyên truyền nào của đồng chí, trong 90 ngày rồi xóa",
        "chuyên đề theo dõi",
        "hiểu bài",
        "nhật ký",
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
    assert given.version == "1.3, ngày 28/11/2026"
    assert given.at == home.now
    assert given.method == f"chat:{ACCOUNT}"
    assert await uses_left(home) == 0


@pytest.mark.parametrize("button", ["Tham gia", "Gửi yêu cầu tham gia"])
async def test_joining_by_a_button_ends_with_the_question(home: Village, button: str) -> None:
    await home.say("an", "xin chào" if button == "Tham gia" else "/start SAI-MA")
    welcome, consent, question, answer = await home.tap("an", button)
    assert [reply.kind for reply in (welcome, consent, question)] == ["send"] * 3
    assert "Đơn vị vận hành" in welcome.text
    assert "tự nguyện" in consent.text
    assert question.text.endswith("Đồng chí có đồng ý tham gia không?")
    assert question.labels[0] == "Tôi đồng ý tham gia"
    assert answer.kind == "answer"


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


@pytest.mark.parametrize(
    "words",
    [
        CODE,
        "abcd2345wxyz",
        f" {CODE} ",
        f"Mã mời: {CODE}",
        f"<{CODE}>",
        f"“{CODE.lower()}”",
        "https://t.me/x_bot?start=ABCD2345WXYZ",
    ],
)
async def test_a_code_is_understood_without_its_command(home: Village, words: str) -> None:
    await invitation(home)
    replies = await home.say("an", words)
    assert "1.3, ngày 28/11/2026" in replies[1].text
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
    await invitation(home, "SPENTSPENT22", uses=0)
    (reply,) = await home.say("an", "/start SPENTSPENT22")
    assert "hết lượt" in reply.text
    replies = await home.tap("an", "Gửi yêu cầu")
    assert "1.3, ngày 28/11/2026" in replies[1].text
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
    await home.tap("binh", "❌ Hủy")
    (screen, _) = await home.tap("binh", "Có, bỏ")
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
        assert (await members.consent(conn, found.id)).version == "1.3, ngày 28/11/2026"


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


async def test_a_good_code_says_what_it_opens_before_and_after(home: Village) -> None:
    await invitation(home, roles=(Role.REPORTER,))
    welcome, *_ = await home.say("an", f"/start {CODE}")
    assert "Mã mời vào Phường Ea Kao" in welcome.text
    assert "cộng tác viên dư luận xã hội" in welcome.text


async def test_a_code_falls_with_the_right_of_its_maker(home: Village) -> None:
    boss = await home.member("boss", "Quản trị", PROVINCE, Role.ADMINISTRATOR)
    await invitation(home, by=f"member:{boss}")
    await home.say("an", f"/start {CODE}")
    await home.tap("an", "Tôi đồng ý")
    await home.say("an", "An")
    await demote(home, boss)
    (screen, _) = await home.tap("an", "✅ Gửi")
    assert "hết lượt hoặc hết hạn" in screen.text
    (reply,) = await home.say("binh", f"/start {CODE}")
    assert "không còn hiệu lực" in reply.text
    assert (await at(home, "an"), await uses_left(home)) == (None, 1)


async def test_a_withdrawn_code_opens_nothing(home: Village) -> None:
    await invitation(home)
    async with home.database.write() as conn:
        assert await invitations.withdraw_invite(conn, 1, home.now)
    (reply,) = await home.say("an", f"/start {CODE}")
    assert "không còn hiệu lực" in reply.text


async def test_who_tries_many_codes_waits_and_the_top_is_told_once_an_hour(home: Village) -> None:
    await invitation(home)
    await home.member("tinh", "Quản trị tỉnh", PROVINCE, Role.ADMINISTRATOR)
    for number in range(5):
        (reply,) = await home.say("ke-do", f"/start AAAA-BBBB-CCC{number + 2}")
        assert "không đúng" in reply.text
    for words in (f"/start {CODE}", CODE):
        (reply,) = await home.say("ke-do", words)
        assert "nhập sai mã nhiều lần" in reply.text
    await home.say("ke-khac", "/start AAAA-BBBB-DDDD")
    told = [reply for reply in home.screens["tinh"] if "nhập sai mã" in reply.text]
    assert len(told) == 1
    home.now += 3_600_000
    assert "Mã mời vào" in (await home.say("ke-do", f"/start {CODE}"))[0].text


async def test_who_comes_back_does_so_after_they_left_whatever_the_clock_says(home: Village) -> None:
    await invitation(home)
    left = home.now + 365 * 86_400_000
    async with home.database.write() as conn:
        await refusals.remember(conn, ACCOUNT, "an", left)
    await home.say("an", f"/start {CODE}")
    await home.tap("an", "Tôi đồng ý")
    await home.say("an", "Hoa")
    await home.tap("an", "✅ Gửi")
    async with home.database.read() as conn:
        assert (await conn.execute(select(endpoint.c.changed_at))).scalar_one() == left + 1


async def test_wrong_codes_of_a_clock_that_has_gone_back_lock_nobody_out(home: Village) -> None:
    await invitation(home)
    async with home.database.write() as conn:
        for _ in range(OF_A_CHAT):
            await guesses.note(conn, Kind.INVITATION, ACCOUNT, "an", home.now + 365 * 86_400_000)
    assert "Mã mời vào" in (await home.say("an", f"/start {CODE}"))[0].text
    async with home.database.write() as conn:
        assert await guesses.forget(conn, home.now, home.now) == OF_A_CHAT


async def test_while_many_guess_everybody_else_still_comes_in(home: Village) -> None:
    await invitation(home)
    async with home.database.write() as conn:
        for number in range(IN_ALL):
            await guesses.note(conn, Kind.INVITATION, ACCOUNT, f"ke-{number}", home.now)
    assert "Mã mời vào" in (await home.say("an", f"/start {CODE}"))[0].text
    await home.say("binh", "/start AAAA-BBBB-CCCC")
    assert "nhập sai mã nhiều lần" in (await home.say("binh", f"/start {CODE}"))[0].text


async def test_a_code_of_the_old_kind_is_explained(home: Village) -> None:
    (reply,) = await home.say("an", "/start ABCD-2345")
    assert "Mã 8 chữ" in reply.text


@pytest.mark.parametrize(
    "name", ["0905 123 456", "😀", "xem t.me/abc nhé", "https://x.vn", "@hoa", "12", "Hoa 0905123456"]
)
async def test_what_is_no_name_is_asked_for_again(home: Village, name: str) -> None:
    await invitation(home)
    await home.say("an", f"/start {CODE}", name="\u200f")
    await home.tap("an", "Tôi đồng ý")
    await home.say("an", name)
    (screen, _) = await home.tap("an", "✅ Gửi")
    assert "Tên này chưa dùng được" in screen.text
    assert "hiển thị tên" in screen.text
    await home.say("an", "Hoa")
    await home.tap("an", "✅ Gửi")
    found = await at(home, "an")
    assert found is not None
    assert found.name == "Hoa"


async def test_a_members_new_code_offers_what_it_changes(home: Village) -> None:
    await home.member("an", "An", PROVINCE, Role.EDITOR)
    await invitation(home, roles=(Role.REPORTER,))
    (reply,) = await home.say("an", CODE)
    assert "chuyển đồng chí sang Phường Ea Kao" in reply.text
    assert await uses_left(home) == 1
    await home.member("binh", "Bình", PROVINCE, Role.EDITOR)
    (answer,) = await home.press("binh", reply.buttons[0].data)  # somebody else's button
    assert "không còn hiệu lực" in answer.toast
    await home.tap("an", "✅ Nhận theo mã này")
    found = await at(home, "an")
    assert found is not None
    assert (found.unit, found.roles) == (EA_KAO, {Role.REPORTER})
    assert await uses_left(home) == 0
    (answer,) = await home.press("an", reply.buttons[0].data)
    assert "không còn hiệu lực" in answer.toast


async def test_a_code_for_ones_own_unit_adds_its_roles(home: Village) -> None:
    await home.member("an", "An", EA_KAO, Role.COMMUNICATOR)
    await invitation(home, roles=(Role.REPORTER,))
    (reply,) = await home.say("an", f"/start {CODE}")
    assert "thêm vai trò" in reply.text
    await home.tap("an", "✅ Nhận theo mã này")
    found = await at(home, "an")
    assert found is not None
    assert found.roles == {Role.COMMUNICATOR, Role.REPORTER}
