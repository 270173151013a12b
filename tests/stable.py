"""The other end of the runner: commands as processes that start at once, and can be killed."""

import atexit
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Self

from tests.patience import PATIENCE_S

POLL_S = 0.01


class Late(AssertionError):
    """A condition did not come about in time."""


def until(condition: Callable[[], Any], what: str, pause: float = POLL_S) -> Any:
    """The condition's first true value, looked for every `pause` seconds. Raises Late."""
    end = time.monotonic() + PATIENCE_S
    while not (found := condition()):
        if time.monotonic() > end:
            raise Late(f"after {PATIENCE_S} s: {what}")
        time.sleep(pause)
    return found


class Stable:
    """Forks the product's commands from a process that has loaded it once."""

    def __init__(self) -> None:
        self._last = 0
        self._pids: dict[int, int] = {}
        self._ended: dict[int, int] = {}
        self._rest = b""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.runner"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        for number in self._pids.keys() - self._ended.keys():
            os.kill(self._pids[number], signal.SIGKILL)
        self._process.stdin.close()
        self._process.wait(PATIENCE_S)
        self._process.stdout.close()

    def start(
        self,
        folder: Path,
        argv: Sequence[str],
        mischief: dict[str, Any] | None = None,
        env: Mapping[str, str] | None = None,
    ) -> "Command":
        """Start `nhipcau ARGV…` in the folder; what it says goes to files there. `env`: in place of ours."""
        assert self._process.stdin is not None
        self._last += 1
        number = self._last
        output, errors = (folder / f"{name}-{number}.txt" for name in ("output", "errors"))
        order = {
            "id": number,
            "argv": list(argv),
            "mischief": mischief or {},
            "folder": str(folder),
            "output": str(output),
            "errors": str(errors),
            "env": dict(os.environ if env is None else env),
        }
        os.write(self._process.stdin.fileno(), json.dumps(order).encode() + b"\n")
        until(lambda: self.pid(number), "the command has not started")
        return Command(self, number, output, errors)

    def pid(self, number: int) -> int | None:
        """A command's process, once it is known."""
        self._listen()
        return self._pids.get(number)

    def ended(self, number: int) -> int | None:
        """A command's exit code (minus the signal that ended it), once it has ended."""
        self._listen()
        return self._ended.get(number)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        pipe = self._process.stdout.fileno()
        while select.select([pipe], [], [], 0)[0]:
            data = os.read(pipe, 65536)
            if not data:
                raise Late("the runner has ended")
            *lines, self._rest = (self._rest + data).split(b"\n")
            for line in lines:
                answer = json.loads(line)
                known = self._pids if "pid" in answer else self._ended
                known[answer["id"]] = answer["pid"] if "pid" in answer else answer["ended"]


@dataclass(frozen=True)
class Command:
    """One command that was started."""

    stable: Stable
    number: int
    output: Path
    errors: Path

    @property
    def code(self) -> int | None:
        """Its exit code, None while it runs."""
        return self.stable.ended(self.number)

    @property
    def told(self) -> str:
        """What it has written to its output so far."""
        return _text(self.output)

    @property
    def said(self) -> str:
        """What it has written so far, its log as well."""
        return self.told + _text(self.errors)

    def clear(self) -> None:
        """Take its files away."""
        for file in (self.output, self.errors):
            file.unlink(missing_ok=True)

    def signal(self, number: int) -> None:
        """Send it a signal, if it is there."""
        pid = self.stable.pid(self.number)
        if self.code is None and pid is not None:
            os.kill(pid, number)

    def stop(self) -> None:
        """End it as an administrator does; it must go in peace."""
        until(lambda: "event=running" in self.said or self.code is not None, "it does not run")
        self.signal(signal.SIGTERM)
        assert self.wait() == 0, self.said

    def kill(self) -> None:
        """End it as a power cut would, and see it gone."""
        self.signal(signal.SIGKILL)
        self.wait()

    def wait(self, seconds: float = PATIENCE_S) -> int:
        """Its exit code, once it has ended."""
        end = time.monotonic() + seconds
        while (code := self.code) is None:
            if time.monotonic() > end:
                raise Late(f"still running after {seconds} s:\n{self.said[-2000:]}")
            time.sleep(POLL_S / 4)
        return code


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""


@cache
def shared() -> Stable:
    """The one of this process, begun when it is first asked for."""
    made = Stable()
    atexit.register(made.__exit__)
    return made
