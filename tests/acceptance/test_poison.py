"""One update that cannot be handled: it is given up, its sender is told, and nobody else waits for it."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.ports import Incoming, Said
from handlers import routes
from tests.acceptance.fuzz.town import Town, town
from tests.acceptance.fuzz.updates import Person
from tests.patience import SLOW

CHATS, EACH = 40, 3
POISONED = "1001"


async def _raise(conn: AsyncConnection) -> None:
    raise RuntimeError("nobody thought of this")


async def _refused(conn: AsyncConnection) -> None:
    await conn.execute(text("SELECT nothing FROM nowhere"))


async def _broken(conn: AsyncConnection) -> None:
    await conn.execute(text("INSERT INTO member_role VALUES (0, 'nobody')"))


def _batch(first: int) -> str:
    def said(place: int) -> dict[str, Any]:
        chat = 1001 + place % CHATS
        message = {
            "message_id": 1,
            "chat": {"id": chat, "type": "private"},
            "from": {"id": chat, "is_bot": False, "first_name": "An"},
            "text": "/trogiup" if place else "độc",
        }
        return {"update_id": first + place, "message": message}

    return json.dumps([said(place) for place in range(CHATS * EACH)])


async def _slowest_other(home: Town, first: int, done: dict[str, list[float]]) -> float:
    """Feeds the same load; how long the last of the other chats waited."""
    done.clear()
    began = time.monotonic()
    await home.feed(_batch(first))
    assert {chat: len(times) for chat, times in done.items() if chat != POISONED} == {
        str(1001 + n): EACH for n in range(1, CHATS)
    }
    return max(times[-1] for chat, times in done.items() if chat != POISONED) - began


@pytest.mark.parametrize(
    ("poison", "error"),
    [(_raise, RuntimeError), (_refused, OperationalError), (_broken, IntegrityError)],
    ids=["a bug", "a statement the store refuses", "a broken reference"],
)
async def test_one_poisoned_update_delays_the_others_by_less_than_a_second(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
    poison: Callable[[AsyncConnection], Any],
    error: type[Exception],
) -> None:
    done: dict[str, list[float]] = {}
    armed = False
    real = routes.handle

    async def handle(house: Any, conn: AsyncConnection, account: str, incoming: Incoming, now: int) -> None:
        if armed and incoming.chat_id == POISONED and incoming.event == Said("độc"):
            await poison(conn)
        await real(house, conn, account, incoming, now)
        done.setdefault(incoming.chat_id, []).append(time.monotonic())

    monkeypatch.setattr(routes, "handle", handle)
    people = [Person(1001 + n, "An", "vi") for n in range(CHATS)]
    with structlog.testing.capture_logs() as logs:
        async with town(tmp_path, people, inline=False) as home, home.running():
            await _slowest_other(home, 1, done)  # statements are compiled, pages read
            usual = await _slowest_other(home, 1001, done)
            armed = True
            poisoned = await _slowest_other(home, 2001, done)
            found = f"the last of {CHATS - 1} other chats after {usual:.2f} s, with it {poisoned:.2f} s"
            record_property("figures", f"poison ({error.__name__}): {found}")
            assert poisoned - usual < SLOW * 1.0
            assert len(done[POISONED]) == EACH - 1  # and those after it, of the same chat, were handled
            (row,) = home.rows("SELECT * FROM inbox WHERE state != 'done'")
            assert (row["state"], row["attempts"], row["error"]) == ("quarantined", 3, error.__name__)
            told = home.rows("SELECT act FROM delivery WHERE chat_id = ? ORDER BY id", POISONED)
            assert sum("Hệ thống gặp lỗi" in one["act"] for one in told) == 1
    assert [one["event"] for one in logs if one["log_level"] == "error"] == ["update not handled"] * 3
