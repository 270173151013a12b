"""A correction in somebody's own words waits for a second person where its unit's broadcasts do."""

import pytest
from sqlalchemy import func, select

from bot.acts import corrections, mends
from bot.acts.context import Context, Operator, Refusal
from bot.acts.corrections import Waits
from bot.core.people.members import Role
from bot.storage.people import members, rules
from bot.storage.tables import correction, mend
from tests.handlers.guidance.test_corrections import sent
from tests.handlers.sending import audited, words
from tests.handlers.village import ACCOUNT, PROVINCE, Village


@pytest.fixture
async def town(home: Village) -> Village:
    """A text of the province's own has gone out; Hà and Sơn approve there, Hà writes too."""
    await sent(home, "12")
    await home.member("ha", "Hà", PROVINCE, Role.APPROVER, Role.EDITOR)
    await home.member("son", "Sơn", PROVINCE, Role.APPROVER)
    async with home.database.write() as conn:
        await rules.choose_approval(conn, PROVINCE, True)
    return home


async def _count(home: Village, table: str) -> int:
    of = {"mend": mend, "correction": correction}[table]
    async with home.database.read() as conn:
        return int((await conn.execute(select(func.count()).select_from(of))).scalar_one())


async def _ask(home: Village, chat: str, old: str, new: str) -> str:
    await home.press(chat, "run:mend:1")
    await home.say(chat, old)
    await home.say(chat, new)
    return words(await home.tap(chat, "✅ Gửi"))


async def _by_hand(home: Village, old: str, new: str) -> int:
    """As the shell proposes it."""
    async with home.database.write() as conn:
        made = await corrections.correct(Context(conn, home.house, Operator(), home.now), 1, old, new)
    assert isinstance(made, Waits)
    return made.id


async def test_nothing_is_corrected_before_a_second_person_has_seen_it(town: Village) -> None:
    assert "đang chờ duyệt. Đã báo 1 người duyệt" in await _ask(town, "ha", "29/11", "28/11")
    assert (await _count(town, "mend"), await _count(town, "correction")) == (1, 0)
    assert "“29/11” sửa thành “28/11”" in town.screens["son"][-1].text
    # Hà sees it, and cannot let it go herself: neither by its screen nor by a tap that she makes up.
    own = await town.press("ha", "mend:see:1")
    assert "không tự duyệt được" in words(own)
    assert "mend:yes" not in str(own)
    assert "không tự duyệt được" in words(await town.press("ha", "mend:yes:1"))
    assert await _count(town, "correction") == 0
    # Sơn reads the text as it will stand, and lets it go.
    assert "✏️ 29/11 → 28/11" in str(await town.press("son", "go:duyet"))
    shown = await town.press("son", "mend:see:1")
    assert "Hà đề nghị đính chính" in words(shown)
    assert shown[0].text.startswith("Khi được duyệt, bản tin sẽ gửi như sau:")  # it is not corrected yet
    assert "Chiều 28/11 thôn họp" in words(shown)
    assert "Đang gửi đính chính" in words(await town.press("son", "mend:yes:1"))
    assert (await _count(town, "mend"), await _count(town, "correction")) == (0, 1)
    assert "Sơn đã duyệt đính chính" in town.screens["ha"][-1].text
    assert "không còn chờ duyệt" in words(await town.press("son", "mend:yes:1"))
    async with town.database.read() as conn:
        ha = await members.at(conn, ACCOUNT, "ha")
        assert ha is not None
        assert (await conn.execute(select(correction.c.by))).scalar_one() == f"member:{ha.id}"
    assert "mends.decide" in await audited(town)


async def test_what_is_returned_says_why_and_leaves_the_text(town: Village) -> None:
    await _ask(town, "ha", "29/11", "28/11")
    await town.press("son", "mend:no:1")
    await town.say("son", "Ngày họp vẫn là 29")
    assert "Đã trả lại" in words(await town.tap("son", "✅ Gửi"))
    told = town.screens["ha"][-1].text
    assert "Sơn trả lại đính chính" in told
    assert "Ngày họp vẫn là 29" in told
    assert (await _count(town, "mend"), await _count(town, "correction")) == (0, 0)


async def test_what_the_shell_proposes_a_member_lets_go(town: Village) -> None:
    number = await _by_hand(town, "29/11", "28/11")
    async with town.database.write() as conn:
        shell = Context(conn, town.house, Operator(), town.now)
        assert await mends.decide(shell, number, True) == Refusal("approve.own")
        assert await mends.decide(shell, number, False, "x") == Refusal("approve.own")
    assert "Đang gửi đính chính" in words(await town.press("ha", f"mend:yes:{number}"))


async def test_whoever_proposes_again_replaces_what_they_said(town: Village) -> None:
    first = await _by_hand(town, "29/11", "28/11")
    second = await _by_hand(town, "29/11", "30/11")
    assert await _count(town, "mend") == 1
    assert "không còn chờ duyệt" in words(await town.press("son", f"mend:yes:{first}"))
    assert "Đang gửi" in words(await town.press("son", f"mend:yes:{second}"))


async def test_a_place_that_is_gone_can_only_be_returned(town: Village) -> None:
    ha = await _ask(town, "ha", "29/11", "28/11")
    assert "chờ duyệt" in ha
    await _by_hand(town, "29/11", "30/11")
    assert "Đang gửi" in words(await town.press("son", "mend:yes:2"))
    seen = await town.press("son", "mend:see:1")
    assert "không còn chữ “29/11”" in words(seen)
    assert "mend:no:1" in str(seen)
    await town.press("son", "mend:yes:1")
    assert await _count(town, "correction") == 1


async def test_what_is_taken_back_waits_for_no_correction(town: Village) -> None:
    await _ask(town, "ha", "29/11", "28/11")
    await town.press("ha", "run:recall!:1")
    assert await _count(town, "mend") == 0
    assert "không còn chờ duyệt" in words(await town.press("son", "mend:see:1"))


async def test_a_marking_or_words_that_are_not_there_are_refused_before_they_wait(town: Village) -> None:
    async with town.database.write() as conn:
        ctx = Context(conn, town.house, Operator(), town.now)
        assert await corrections.correct(ctx, 1, "31/12", "1/1") == Refusal(
            "correct.not_found", {"words": "31/12"}
        )
        refused = await corrections.correct(ctx, 1, "29/11", "TỐI MẬT")
        assert isinstance(refused, Refusal)
        assert refused.key == "compose.secret"
    assert await _count(town, "mend") == 0
