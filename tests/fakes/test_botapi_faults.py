"""Rates, faults and the record of the fake platform; and the same from another process."""

import asyncio
import base64
import json
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from telegram import Bot
from telegram.error import BadRequest, NetworkError, RetryAfter
from telegram.request import BaseRequest

from bot.channels.telegram.transport import AiohttpRequest
from tests.fakes.botapi import BotApi
from tests.fakes.botapi_parts import Bucket, Fault
from tests.fakes.conftest import PERSON, TOKEN, keyboard, make_bot


async def test_rates_are_kept(transport: type[BaseRequest], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    api = BotApi(TOKEN, rate=0.01, burst=3, chat_rate=0.005, chat_burst=1, any_chat=True)
    async with api, make_bot(api, transport) as bot:
        await bot.send_message(1, "a")
        with pytest.raises(RetryAfter) as raised:
            await bot.send_message(1, "b")
        assert 190 <= raised.value.retry_after.total_seconds() <= 200
        await bot.send_message(2, "c")
        await bot.send_message(3, "d")
        with pytest.raises(RetryAfter) as raised:
            await bot.send_message(4, "e")
        assert 90 <= raised.value.retry_after.total_seconds() <= 100
        assert api.state.counts["accepted"] == 3


async def test_paid_messages_have_a_bucket_of_their_own(
    transport: type[BaseRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    api = BotApi(TOKEN, rate=0.01, burst=1, any_chat=True)
    async with api, make_bot(api, transport) as bot:
        await bot.send_message(1, "a")
        with pytest.raises(RetryAfter):
            await bot.send_message(2, "b")
        await bot.send_message(2, "b", allow_paid_broadcast=True)
        with pytest.raises(BadRequest, match="allow_paid_broadcast"):
            await bot.send_message(3, "c", api_kwargs={"allow_paid_broadcast": "perhaps"})
        assert api.state.counts["paid"] == 1


def test_a_bucket_fills_with_time() -> None:
    now = [100.0]
    bucket = Bucket(rate=2, burst=1, clock=lambda: now[0])
    assert bucket.wait() == 0
    bucket.take()
    assert bucket.wait() == 0.5
    now[0] += 0.25
    assert bucket.wait() == 0.25
    now[0] += 10
    assert bucket.wait() == 0


@pytest.mark.parametrize(
    ("fault", "accepted"),
    [
        (Fault("sendMessage", status=502, body="<html>", content_type="text/html"), 0),
        (Fault("sendMessage", status=500, body={"ok": False, "description": "x"}, accept=True), 1),
        (Fault("sendMessage", drop=True), 0),
        (Fault("sendMessage", drop=True, accept=True), 1),
        (Fault("sendMessage", chat_id=PERSON, drop=True, accept=True, delay=0.01), 1),
    ],
)
async def test_faults_on_demand(api: BotApi, bot: Bot, fault: Fault, accepted: int) -> None:
    api.user(PERSON)
    fault.met = 0
    api.faults.append(fault)
    with pytest.raises(NetworkError):
        await bot.send_message(PERSON, "a")
    assert len(api.messages(PERSON)) == accepted
    await bot.send_message(PERSON, "b")
    assert len(api.messages(PERSON)) == accepted + 1


async def test_faults_are_counted(api: BotApi, bot: Bot) -> None:
    api.user(PERSON)
    api.faults.append(
        Fault("sendMessage", skip=1, times=2, status=400, body={"ok": False, "description": "x"})
    )
    outcomes = []
    for _ in range(4):
        try:
            await bot.send_message(PERSON, "a")
            outcomes.append("sent")
        except BadRequest:
            outcomes.append("refused")
    assert outcomes == ["sent", "refused", "refused", "sent"]


async def test_the_record_is_written_before_the_answer(tmp_path: Path) -> None:
    record = tmp_path / "accepted.jsonl"
    async with BotApi(TOKEN, record=record, any_chat=True, keep_messages=False) as api:
        async with make_bot(api, AiohttpRequest) as bot:
            for text in ("một", "hai"):
                await bot.send_message(PERSON, text)
                line = json.loads(record.read_text(encoding="utf-8").splitlines()[-1])
                assert (line["text"], line["chat_id"]) == (text, PERSON)
            assert api.messages(PERSON) == []
        api.state.close()


async def test_as_a_program_steered_over_http(tmp_path: Path) -> None:
    record = tmp_path / "accepted.jsonl"
    arguments = ["--token", TOKEN, "--latency-ms", "1", "--rate", "100", "--record", str(record)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.fakes.botapi", *arguments, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        base_url = json.loads(await process.stdout.readline())["base_url"]
        async with aiohttp.ClientSession(base_url.removesuffix("bot")) as session:
            await _steered(session, base_url)
        assert json.loads(record.read_text(encoding="utf-8"))["text"] == "Chào"
    finally:
        process.terminate()
        assert await process.wait() == 0


async def _steered(session: aiohttp.ClientSession, base_url: str) -> None:
    async def act(name: str, /, **given: Any) -> Any:
        async with session.post(f"/_test/{name}", json=given) as response:
            assert response.status == 200, await response.text()
            return await response.json()

    await act("user", chat_id=PERSON, name="Y Bhun")
    await act("say", chat_id=PERSON, text="/start")
    data = base64.b64encode(b"doc").decode()
    for kind in ("document", "photo", "audio", "voice"):
        await act("share", chat_id=PERSON, kind=kind, name="a.b", data=data)
    await act("edit", chat_id=PERSON, message_id=1, text="/chude")
    await act("inject", update={"poll": {}})
    async with Bot(TOKEN, base_url=base_url, request=AiohttpRequest()) as bot:
        waiting = asyncio.create_task(act("wait", chat_id=PERSON, contains="Chào", timeout=10))
        sent = await bot.send_message(PERSON, "Chào", reply_markup=keyboard())
        assert [m["text"] for m in (await waiting)["messages"]] == ["Chào"]
        await act("tap", chat_id=PERSON, message_id=sent.message_id, button="Đã đọc")
        await act("block", chat_id=PERSON)
        await act("unblock", chat_id=PERSON)
        await act("fault", method="sendMessage", status=500, body="")
        with pytest.raises(NetworkError):
            await bot.send_message(PERSON, "Lỗi")
    state = await act("state")
    assert (state["pending_updates"], state["counts"]["accepted"]) == (10, 1)
    assert len((await act("messages", chat_id=PERSON))["messages"]) == 6
    async with session.post("/_test/tap", json={"chat_id": PERSON, "message_id": 1, "button": "?"}) as wrong:
        assert wrong.status == 400
