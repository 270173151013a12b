"""Starts the server beside a measurement, and reads figures out of what it saw."""

import asyncio
import json
import subprocess
import sys
import tempfile
from bisect import bisect_left
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

TOKEN = "4242:benchmark"
ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Server:
    """A server in a process of its own. `result` is filled once it has stopped."""

    port: int
    result: dict[str, Any] = field(default_factory=dict)

    @property
    def base_url(self) -> str:
        """As python-telegram-bot wants it."""
        return f"http://127.0.0.1:{self.port}/bot"

    def call(self, method: str) -> Any:
        """What the server answers to one of its own calls."""
        with urlopen(f"{self.base_url}{TOKEN}/{method}", data=b"", timeout=30) as answer:
            return json.load(answer)["result"]


@contextmanager
def serving(**options: float | str) -> Iterator[Server]:
    """A server with these options (`latency_ms=50`, `rate=30`, …) for as long as the block lasts."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "result.json"
        command = [sys.executable, "-m", "benchmarks.server", "--result", str(file)]
        for name, value in options.items():
            command += [f"--{name.replace('_', '-')}", str(value)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        try:
            assert process.stdout is not None
            server = Server(int(process.stdout.readline()))
            yield server
        finally:
            process.terminate()
            process.wait(30)
            if process.stdout is not None:
                process.stdout.close()
        server.result = json.loads(file.read_text())


@asynccontextmanager
async def in_background(coroutine: Any) -> AsyncIterator["asyncio.Task[Any]"]:
    """A task that is cancelled at the end of the block; its failure is the block's."""
    task = asyncio.create_task(coroutine)
    try:
        yield task
    finally:
        if task.done() and not task.cancelled() and task.exception() is not None:
            raise task.exception()  # type: ignore[misc]
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of all lies; nan where there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def busiest(times: Sequence[float], window: float = 1.0) -> int:
    """The most that happened within any window of so many seconds."""
    ordered = sorted(times)
    return max((at - bisect_left(ordered, t - window) + 1 for at, t in enumerate(ordered)), default=0)


def repeated(chats: Sequence[int]) -> int:
    """How many messages went to a chat that had one already."""
    return len(chats) - len(set(chats))
