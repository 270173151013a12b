"""Live events over real HTTP, and a server that stops at once."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from bot.core.delivery.outcome import Sent
from bot.core.ports import AnswerTap, Tapped
from bot.web import server
from bot.web.server import LocalServer
from tests.patience import PATIENCE_S
from tests.web.rehearsal import LONG, READ, RINA, Rehearsal

pytestmark = pytest.mark.asyncio(loop_scope="session")

API = f"/api/chats/{RINA.chat_id}"


class Live:
    """Server-sent events as (name, data), read line by line."""

    def __init__(self, answer: httpx.Response) -> None:
        self._lines = answer.aiter_lines()

    async def next(self) -> tuple[str, Any]:
        name = ""
        async with asyncio.timeout(PATIENCE_S):
            async for line in self._lines:
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    return name, json.loads(line.removeprefix("data: "))
        return "end", None


async def test_everything_is_told_live(rehearsal: Rehearsal, http: httpx.AsyncClient) -> None:
    async with http.stream("GET", f"{API}/events") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        live = Live(answer)
        name, hello = await live.next()
        assert (name, hello["menu"][0]["command"]) == ("hello", "moinhat")
        message_id = await rehearsal.send(RINA, "Chào", (READ,))
        assert (await live.next())[1]["html"] == "Chào"
        await rehearsal.edit(RINA, message_id, "")
        name, entry = await live.next()
        assert (name, entry["revision"], entry["buttons"]) == ("message", 2, [])
        await rehearsal.send(LONG, "Chào")
        name, hint = await live.next()
        assert (name, hint["chat_id"]) == ("elsewhere", LONG.chat_id)
        await rehearsal.edit(RINA, message_id, "", (READ,))
        await live.next()
        await http.post(f"{API}/tap", json={"message_id": message_id, "data": "read:1"})
        [tap] = await rehearsal.updates()
        assert isinstance(tap.event, Tapped)
        assert await rehearsal.channel.perform(AnswerTap(tap.event.callback_id, "Xong"), 5) == Sent()
        assert await live.next() == ("toast", {"message_id": int(message_id), "text": "Xong"})


async def test_stopping_does_not_wait_for_open_pages(
    rehearsal: Rehearsal, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "GRACE", 3600)
    await rehearsal.stop()
    await rehearsal.restart()
    async with http.stream("GET", f"{API}/events") as answer:
        live = Live(answer)
        await live.next()
        async with asyncio.timeout(PATIENCE_S):
            await rehearsal.server.close()
        assert (await live.next())[0] == "end"


async def test_a_taken_port_is_told(rehearsal: Rehearsal) -> None:
    other = LocalServer(rehearsal.server._app, int(rehearsal.url.rpartition(":")[2]), lambda: None)
    with pytest.raises(OSError, match="in use"):
        await other.start()
