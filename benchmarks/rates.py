"""How well the sender keeps to a platform's 30 a second: used, refused, and after a pause."""

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.house import Sending, new_store, planned, settle_in, until_sent
from benchmarks.serving import busiest, in_background, repeated, serving
from benchmarks.table import Row, at_least, at_most, shown
from bot.storage.delivery import deliveries

RATE = 30.0
SETTLE_S = 20.0
PAUSE_S = 5


async def _drain(seconds: float, **limits: float) -> dict[str, Any]:
    """Send a run for so long; what the server saw."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        database = await new_store(path)
        settle_in(path, int(RATE * (seconds + 5)))
        await planned(database)
        with serving(latency_ms=50, **limits) as server:
            async with in_background(Sending(database, server.base_url, RATE).run()):
                await asyncio.sleep(seconds)
        await database.close()
    return server.result


async def _whole(count: int, **limits: float) -> tuple[dict[str, Any], int]:
    """Send a run to its end; what the server saw, and how many rows the ledger calls sent."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        database = await new_store(path)
        settle_in(path, count)
        await planned(database)
        with serving(latency_ms=50, **limits) as server:
            async with in_background(Sending(database, server.base_url, RATE).run()):
                async with asyncio.timeout(count / RATE + 90):
                    await until_sent(database, 1)
        async with database.read() as conn:
            sent = (await deliveries.counts(conn, 1))["sent"]
        await database.close()
    return server.result, sent


def _share(times: list[float], begin: float, end: float) -> float:
    """Of what the rate allows within this span, how much was used, per cent."""
    return 100 * sum(begin <= at < end for at in times) / (RATE * (end - begin))


def measure(quick: bool) -> list[Row]:
    """Three servers, one after another."""
    span = 15.0 if quick else 60.0
    seen = asyncio.run(_drain(span + 3, rate=RATE, burst=30))
    first = min(seen["accepted"])
    rows = [
        at_least("bucket 30/s, burst 30: used", _share(seen["accepted"], first, first + span), 99, " %", 1),
        at_most("bucket 30/s, burst 30: refused", len(seen["refused"]), 0, "", 0),
    ]
    seen = asyncio.run(_drain(SETTLE_S + span + 3, rate=RATE, burst=1))
    first = min(seen["accepted"]) + SETTLE_S
    late = [at for at in seen["refused"] if first <= at < first + span]
    rows += [
        at_least("burst 1, after 20 s: used", _share(seen["accepted"], first, first + span), 90, " %", 1),
        at_most("burst 1, after 20 s: refused a minute", len(late) * 60 / span, 1, "", 1),
        shown("burst 1, in the first 20 s: refused", str(len(seen["refused"]) - len(late))),
    ]
    count = 300 if quick else 900
    seen, sent = asyncio.run(_whole(count, refuse_at=count // 2, refuse_for=PAUSE_S))
    after = [at for at in seen["accepted"] if at > min(seen["refused"])]
    return [
        *rows,
        at_most("one 429 in the middle: lost", count - sent, 0, "", 0),
        at_most("one 429 in the middle: sent twice", repeated(seen["chats"]), 0, "", 0),
        at_most("one 429 in the middle: refused (at most the window)", len(seen["refused"]), 256, "", 0),
        at_most("one 429 in the middle: most in any second afterwards", busiest(after), RATE + 1, "", 0),
        at_least("one 429 in the middle: pause kept", min(after) - min(seen["refused"]), PAUSE_S, " s", 1),
    ]
