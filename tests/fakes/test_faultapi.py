"""The fault server itself: each fault is met by the product's own channel as reliability says it is."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.channels.telegram.channel import TelegramChannel
from bot.core.delivery.outcome import (
    Denied,
    Moved,
    NotSent,
    Outcome,
    Rejected,
    Sent,
    Throttled,
    Uncertain,
    Unreachable,
)
from bot.core.ports import Part, SendPart, Upload
from tests.fakes.faultapi import FaultApi
from tests.fakes.faultapi_faults import HUGE_WAIT, KINDS

TOKEN = "4242:fake-token"
MEANING: dict[str, Any] = {
    "429": Throttled(7.0),
    "429-bare": Throttled(None),
    "429-huge": Throttled(None),
    "429-html": Throttled(None),
    "400": Rejected,
    "401": Denied,
    "404": Rejected,  # of one method, while the account is known: that method is not there
    "403": Unreachable,
    "403-deactivated": Unreachable,
    "migrate": Moved("77"),
    "slow": Sent,
}  # everything else leaves the outcome uncertain


@asynccontextmanager
async def channel(api: FaultApi, poll: int = 1) -> AsyncIterator[TelegramChannel]:
    """The product's channel to the server."""
    made = TelegramChannel("tg", TOKEN, base_url=api.base_url, rate=1000, poll_timeout=poll)
    await made.open()
    try:
        yield made
    finally:
        await made.close()


async def send(to: TelegramChannel, text: str = "Chào", chat: str = "5") -> Outcome:
    """One message; what it came to."""
    return await to.perform(SendPart(chat, Part(text)), 0.4)


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"refuse", "409"}))
@pytest.mark.parametrize("accept", [False, True])
async def test_each_fault_means_what_the_rules_say(kind: str, accept: bool, tmp_path: Path) -> None:
    record = tmp_path / "record"
    fault = {"kind": kind, "method": "send", "accept": accept, "retry_after": 7, "to": 77, "seconds": 0.1}
    async with FaultApi({"faults": [fault]}, record=record) as api, channel(api) as tg:
        outcome = await send(tg)
        expected = MEANING.get(kind, Uncertain)
        assert outcome == expected or (isinstance(expected, type) and isinstance(outcome, expected)), outcome
        assert isinstance(await send(tg), Sent)  # once, and no more
        assert len(record.read_bytes().splitlines()) == 1 + accept
        assert api.doubtful == (expected in (Uncertain, Sent))
        assert api.faults.met == {kind: 1}


async def test_refused_connections_come_back(tmp_path: Path) -> None:
    fault = {"kind": "refuse", "method": "send", "seconds": 0.2}
    async with FaultApi({"faults": [fault]}) as api, channel(api) as tg:
        assert isinstance(await send(tg), Uncertain)  # it was under way
        assert isinstance(await send(tg), NotSent)
        await asyncio.sleep(0.25)
        assert isinstance(await send(tg), Sent)
        assert api.platform.accepted == 1


async def test_faults_come_by_count_chat_and_chance() -> None:
    plan: dict[str, Any] = {"seed": 3, "faults": [{"kind": "400", "method": "send", "skip": 1, "times": 2}]}
    async with FaultApi(plan) as api, channel(api) as tg:
        kinds = [type(await send(tg)).__name__ for _ in range(4)]
        assert kinds == ["Sent", "Rejected", "Rejected", "Sent"]
    plan["faults"] = [{"kind": "400", "chat_id": 6, "times": None}]
    async with FaultApi(plan) as api, channel(api) as tg:
        assert [type(await send(tg, chat=chat)).__name__ for chat in "567"] == ["Sent", "Rejected", "Sent"]
    plan["faults"] = [{"kind": "400", "method": "send", "probability": 0.5, "times": None}]
    rounds = []
    for _ in range(2):
        async with FaultApi(plan) as api, channel(api) as tg:
            rounds.append([type(await send(tg)).__name__ for _ in range(20)])
    assert rounds[0] == rounds[1]
    assert 4 < rounds[0].count("Sent") < 16
    with pytest.raises(ValueError, match="allowed are"):
        FaultApi({"faults": [{"kind": "418"}]})


async def test_a_bucket_refuses_what_comes_too_soon() -> None:
    async with FaultApi({"rate": 0.1, "burst": 2}) as api, channel(api) as tg:
        outcomes = [await send(tg) for _ in range(3)]
    assert [isinstance(one, Sent) for one in outcomes] == [True, True, False]
    assert outcomes[2] == Throttled(10.0)
    assert HUGE_WAIT > 10**9


async def test_files_are_taken_and_known_again() -> None:
    async with FaultApi() as api, channel(api) as tg:
        upload = Upload("a.pdf", "application/pdf", "document", data=b"%PDF" * 1000)
        first = await tg.perform(SendPart("5", Part("Tệp", upload=upload)), 2)
        assert isinstance(first, Sent)
        assert first.file_handle == "file-document-1"
        again = Upload("a.pdf", "application/pdf", "document", handle=first.file_handle)
        assert isinstance(await tg.perform(SendPart("6", Part("Tệp", upload=again)), 2), Sent)


async def test_updates_are_kept_until_they_are_confirmed() -> None:
    async with FaultApi() as api, channel(api) as tg:
        api.inject([{"message": {"chat": {"id": 5}}} for _ in range(3)])
        first = await tg.receive(None)
        numbers = [one.key for one in first.updates]
        assert [one.key for one in (await tg.receive(numbers[1])).updates] == numbers[1:]
        waiting = asyncio.create_task(tg.receive(first.cursor))
        api.inject([{"update_id": 730_000_900, "message": {"chat": {"id": 5}}}])
        assert [one.key for one in (await waiting).updates] == ["730000900"]


async def test_two_pollers_are_in_conflict() -> None:
    async with FaultApi() as api, channel(api, poll=5) as one, channel(api, poll=5) as other:
        first = asyncio.create_task(one.receive(None))
        await api.polling.wait()
        second = asyncio.create_task(other.receive(None))
        assert (await first).problem == "somebody else polls this account"
        api.inject([{"message": {"chat": {"id": 5}}}])
        assert len((await second).updates) == 1


async def test_as_a_program_it_records_before_it_answers(tmp_path: Path) -> None:
    record = tmp_path / "record"
    arguments = ["--record", str(record), "--plan", json.dumps({"token": TOKEN})]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.fakes.faultapi", *arguments, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    base_url = json.loads(await process.stdout.readline())["base_url"]
    made = TelegramChannel("tg", TOKEN, base_url=base_url, rate=1000)
    await made.open()
    assert await send(made, "một") == Sent("1")
    lines = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
    assert lines == [
        {"n": 1, "method": "sendmessage", "chat_id": 5, "message_id": 1, "text": "một", "data": []}
    ]
    await made.close()
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0


async def test_it_is_fast(tmp_path: Path) -> None:
    body = json.dumps({"chat_id": 5, "text": "Xin chào " * 20}).encode()
    head = b"POST /bot1:a/sendMessage HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: "
    request = head + str(len(body)).encode() + b"\r\n\r\n" + body
    async with FaultApi(record=tmp_path / "record") as api:
        reader, writer = await asyncio.open_connection("127.0.0.1", api.port)
        began, used = time.perf_counter(), os.times()
        writer.write(request * 2000)  # pipelined: the client costs next to nothing
        for _ in range(2000):
            answer = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(int(answer.split(b"Content-Length: ")[1].split(b"\r\n")[0]))
        spent = os.times()
        cpu = spent.user + spent.system - used.user - used.system
        writer.close()
        await writer.wait_closed()
        assert api.platform.accepted == 2000
        assert 2000 / cpu > 4000, f"{time.perf_counter() - began:.2f} s, {cpu:.2f} s of CPU"
