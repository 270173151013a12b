"""/moi: a code that is shown once and kept as a fingerprint, only into one's own subtree."""

import re
from secrets import choice

import pytest
from sqlalchemy import select, update

from bot.core.kernel.codes import ALPHABET, new_code
from bot.core.people.codes import grouped
from bot.core.people.members import Role
from bot.storage.accounts import accounts, files
from bot.storage.people import invitations
from bot.storage.tables import account, audit, invite
from bot.storage.talk import conversations
from handlers.people.inviting import qr
from tests.handlers.sending import demote, fill, people, words
from tests.handlers.village import ACCOUNT, BUON_MA_THUOT, EA_KAO, PROVINCE, Village

STEPS = ("/moi", "ea kao", "[Cả hai vai trò trên]", "[7 ngày]", "[10 người]")
LINK = "https://t.me/nhipcau_bot?start={code}"


@pytest.fixture
async def town(home: Village) -> Village:
    await people(home)
    async with home.database.write() as conn:
        await accounts.set_link(conn, ACCOUNT, LINK)
    return home


def code_in(text: str) -> str:
    """The code a receipt shows."""
    found = re.search(r"Mã mời: ([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})", text)
    assert found, text
    return found[1].replace("-", "")


async def test_a_code_with_its_link_and_picture(town: Village) -> None:
    replies = await fill(town, "admin", *STEPS, "[✅ Gửi]")
    text = words(replies)
    code = code_in(text)
    assert LINK.replace("{code}", code) in text
    assert "Dùng được đến: 08:00 ngày 09/11/2026" in text
    assert "Số người dùng: 10" in text
    picture = next(reply.message for reply in replies if reply.message.attachment)
    assert picture.attachment is not None
    assert picture.attachment.kind == "photo"
    async with town.database.read() as conn:
        found = await invitations.find_invite(conn, invitations.fingerprint(conn, code))
        stored = list(await conn.execute(select(invite)))
        noted = list(
            await conn.execute(select(audit.c.act, audit.c.subject, audit.c.detail).order_by(audit.c.id))
        )
        drawn = await files.data(conn, picture.attachment.file_id)
    assert found is not None
    assert (found.unit, found.uses_left) == (EA_KAO, 10)
    assert found.roles == {Role.COMMUNICATOR, Role.REPORTER}
    assert code not in repr(stored) + repr(noted)
    assert drawn == qr(LINK.replace("{code}", code))
    assert drawn is not None
    assert drawn.startswith(b"\x89PNG")


async def test_without_a_link_the_code_is_typed(town: Village) -> None:
    async with town.database.write() as conn:
        await conn.execute(update(account).values(link=None))
    replies = await fill(town, "admin", *STEPS, "[✅ Gửi]")
    assert f"/start {grouped(code_in(words(replies)))}" in words(replies)
    assert not any(reply.message.attachment for reply in replies)


async def test_the_code_lets_somebody_in(town: Village) -> None:
    code = code_in(words(await fill(town, "admin", *STEPS, "[✅ Gửi]")))
    async with town.database.write() as conn:
        assert await invitations.use_invite(conn, invitations.fingerprint(conn, code.lower()), town.now)


async def test_an_administrator_of_a_commune_invites_only_there(town: Village) -> None:
    await town.member("xã", "Quản trị xã", EA_KAO, Role.ADMINISTRATOR)
    replies = await fill(town, "xã", "/moi")
    labels = [label for reply in replies for label in reply.labels]
    assert "Phường Ea Kao" in labels
    assert not any("Buôn Ma Thuột" in label or "Đắk Lắk" in label for label in labels)
    await fill(town, "xã", "[Phường Ea Kao]", "[Quản trị đơn vị]", "[1 ngày]", "[1 người]")
    for unit in (BUON_MA_THUOT, PROVINCE, "không-có"):
        async with town.database.write() as conn:
            state = await conversations.get(conn, ACCOUNT, "xã", "invite")
            assert state is not None
            answer = state.answers["unit"].model_copy(update={"value": unit})
            forged = state.model_copy(update={"answers": {**state.answers, "unit": answer}})
            await conversations.keep(conn, ACCOUNT, "xã", forged, town.now)
        assert "không phụ trách" in words(await town.tap("xã", "✅ Gửi"))
    async with town.database.read() as conn:
        assert not list(await conn.execute(select(invite)))


async def test_editors_and_the_demoted_invite_nobody(town: Village) -> None:
    boss = await town.member("boss", "Quản trị", PROVINCE, Role.ADMINISTRATOR)
    await fill(town, "boss", *STEPS)
    await demote(town, boss)
    await town.tap("boss", "✅ Gửi")
    await town.say("editor-a", "/moi")
    async with town.database.read() as conn:
        assert not list(await conn.execute(select(invite)))
        assert await conversations.get(conn, ACCOUNT, "editor-a", "invite") is None


async def test_cancelled_makes_no_code(town: Village) -> None:
    assert "Chưa tạo mã nào" in words(await fill(town, "admin", *STEPS, "[❌ Hủy]", "[Có, bỏ]"))
    async with town.database.read() as conn:
        assert not list(await conn.execute(select(invite)))


async def test_the_link_is_the_account_one_writes_from(town: Village) -> None:
    async with town.database.write() as conn:
        for name in ("aaa", "zzz"):
            await accounts.register(conn, name, "telegram")
            await accounts.set_link(conn, name, f"https://{name}/{{code}}")
        links = []
        for writing_from in ("zzz", None):
            made = await invitations.make_invite(
                conn,
                EA_KAO,
                [Role.REPORTER],
                expires_at=town.now + 1000,
                uses=1,
                created_by="cli",
                now=town.now,
                account=writing_from,
            )
            links.append((made.link, made.code))
    assert links[0][0] == f"https://zzz/{links[0][1]}"
    assert links[1][0] == f"https://aaa/{links[1][1]}"


def test_codes_are_unambiguous_and_differ() -> None:
    codes = {new_code(8, choice) for _ in range(1000)}
    assert len(codes) == 1000
    assert all(len(code) == 8 and set(code) <= set(ALPHABET) for code in codes)
    assert not set("01IO") & set(ALPHABET)


async def test_the_codes_in_use_are_listed_and_taken_back(town: Village) -> None:
    receipt = await fill(town, "admin", *STEPS, "[✅ Gửi]")
    await fill(town, "admin", *STEPS, "[✅ Gửi]")
    await town.press(
        "admin", next(b.data for r in receipt for b in r.buttons if "Mã mời đang dùng" in b.label)
    )
    (listed,) = [reply for reply in town.screens["admin"][-2:] if "Mã mời đang dùng: 2" in reply.text]
    assert "Phường Ea Kao" in listed.text
    assert "còn 10/10 lượt · đến 08:00 ngày 09/11/2026" in listed.text
    first = listed.buttons[0].label
    assert first == "Phường Ea Kao, đến thứ Hai 09/11"
    await town.tap("admin", first)
    assert "Thu hồi mã này?" in words(await town.tap("admin", "❌ Thu hồi mã này"))
    after = words(await town.tap("admin", "❌ Thu hồi"))
    assert "Mã mời đang dùng: 1" in after
    assert "Đã thu hồi" in after
    async with town.database.read() as conn:
        left = (await conn.execute(select(invite.c.withdrawn_at).order_by(invite.c.id))).scalars().all()
    assert [one is None for one in left] == [True, False]
    assert "codes" not in words(await town.press("an", "codes:list:0"))
    assert "Mã mời đang dùng" not in words(town.screens.get("an", []))
