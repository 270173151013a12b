"""A loopback Zalo Bot Platform for many bots at once; it is no strict one (see tests/fakes).

python -m benchmarks.zalo --result FILE [--latency-ms 50]

Prints its port, serves until SIGTERM, then writes FILE: when each bot's messages were accepted, by its number
(CLOCK_MONOTONIC seconds). GET /seen tells how many bots set a hook, and how many messages there were.
"""

import argparse
import asyncio
import json
import signal
import time
from collections import defaultdict
from pathlib import Path

from aiohttp import web


class Bots:
    """What the bots did."""

    def __init__(self, latency_s: float) -> None:
        self._latency_s = latency_s
        self.hooked: set[str] = set()
        self.went: dict[str, list[float]] = defaultdict(list)

    async def serve(self, request: web.Request) -> web.Response:
        """Any method of any bot."""
        bot, method = request.match_info["bot"], request.match_info["method"]
        await request.read()
        if method == "sendMessage":
            await asyncio.sleep(self._latency_s)
            self.went[bot].append(time.monotonic())
            return _result({"message_id": f"{bot}-{len(self.went[bot])}", "date": 1_767_225_600_000})
        if method == "setWebhook":
            self.hooked.add(bot)
        return _result({"account_name": f"bot.{bot}", "url": ""})

    async def seen(self, _request: web.Request) -> web.Response:
        """How far they are."""
        return web.json_response({"hooked": len(self.hooked), "sent": sum(map(len, self.went.values()))})


def _result(found: object) -> web.Response:
    return web.json_response({"ok": True, "result": found})


async def _serve(latency_s: float) -> dict[str, list[float]]:
    bots, app = Bots(latency_s), web.Application()
    app.router.add_get("/seen", bots.seen)
    app.router.add_route("*", "/bot{bot}:{secret}/{method}", bots.serve)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    over = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
    print(runner.addresses[0][1], flush=True)
    await over.wait()
    await runner.cleanup()
    return bots.went


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.zalo")
    parser.add_argument("--result", type=Path, required=True)
    parser.add_argument("--latency-ms", type=float, default=0.0)
    given = parser.parse_args()
    given.result.write_text(json.dumps(asyncio.run(_serve(given.latency_ms / 1000))))
