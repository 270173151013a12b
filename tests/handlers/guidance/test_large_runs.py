"""Runs too large to be counted while everybody's replies wait: the live screen shows their figures."""

from collections.abc import Sequence

import pytest

from bot.core.talk.message import Message
from handlers import live
from handlers.guidance import runs
from tests.handlers.sending import a_run, crowd, people, put, words
from tests.handlers.village import ACCOUNT, EA_KAO, PROVINCE, Village


@pytest.fixture
async def town(home: Village, monkeypatch: pytest.MonkeyPatch) -> Village:
    monkeypatch.setattr(runs, "COUNTED_SOON", 10)
    home.house.edits = frozenset({ACCOUNT})
    await people(home)
    await crowd(home, EA_KAO, 20, "đông")
    return home


async def redrawn(town: Village) -> Sequence[str]:
    """The texts of the live screens that show something else now."""
    async with town.database.read() as conn:
        changed = await live.redraw(town.house, conn, town.now)
    return [_plain(act.message) for _, act, _ in changed]


def _plain(message: Message) -> str:
    return " ".join(span.text for block in message.text for span in block.spans)


async def test_the_list_comes_at_once_and_its_figures_follow(town: Village) -> None:
    one = await a_run(town, PROVINCE)
    await put(town, one, "sent", 8, read=True)
    shown = words(await town.press("admin", "go:tiendo"))
    assert "Đang đếm 23 người" in shown
    assert "đã đọc" not in shown
    (screen,) = await redrawn(town)
    assert "(8/23)" in screen
    assert "Đang đếm" not in screen


async def test_a_run_keeps_its_buttons_while_it_is_counted(town: Village) -> None:
    one = await a_run(town, PROVINCE)
    await put(town, one, "uncertain", 3, reason="timeout")
    replies = await town.press("admin", f"run:show:{one}")
    assert "Đang đếm 23 người" in words(replies)
    assert any("Tạm dừng" in reply.labels for reply in replies)
    (screen,) = await redrawn(town)
    assert "3 chưa rõ đã đến" in screen


async def test_doubts_are_counted_at_once_and_the_run_goes_on_moving_after_an_act(town: Village) -> None:
    one = await a_run(town, PROVINCE)
    await put(town, one, "uncertain", 3, reason="timeout")
    assert "3" in words(await town.press("admin", f"run:doubt:{one}"))
    assert "Đang đếm 23 người" in words(await town.press("admin", f"run:accept!:{one}"))
    (screen,) = await redrawn(town)
    assert "Đang đếm" not in screen
