"""`nhipcau run` as a process of its own, against the fake Bot API, and its command line.

`run` starts as people start it; the commands beside it are forked from a process that has loaded them.
"""

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

from tests.stable import shared

ROOT = Path(__file__).parents[2]
POLL_S = 0.005


class Service:
    """One deployment in a folder: settings file, database, and the process while it runs."""

    def __init__(
        self,
        folder: Path,
        base_url: str,
        token: str,
        more: str = "",
        *,
        database: str = "sqlite:///nhipcau.db",
        account: str = "",
        content: Path = ROOT / "content",
        asleep: bool = False,
    ) -> None:
        self.folder = folder
        self.asleep = asleep
        self.config = folder / "config.toml"
        self.config.write_text(
            f"""
[app]
database = "{database}"
content = "{content}"
{more}
[reporting]
prompt_day = ""
[[accounts]]
name = "tinh"
kind = "telegram"
token = "{token}"
base_url = "{base_url}"
{account}
""",
            encoding="utf-8",
        )
        self.process: asyncio.subprocess.Process | None = None
        self.log = folder / "log"

    async def start(self) -> None:
        """Start the process; does not wait for it to connect."""
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "tests.acceptance.sleeper" if self.asleep else "bot",
                "run",
                "--config",
                self.config,
                stderr=log,
                cwd=self.folder,
                env=_env(),
            )

    async def kill(self) -> None:
        """SIGKILL: no last words."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    async def stop(self) -> int:
        """Ask it to stop as Ctrl-C does; its exit code."""
        if self.process is None:
            raise LookupError("not started")
        self.process.send_signal(signal.SIGINT)
        return await self.process.wait()

    async def command(self, *words: str) -> Any:
        """Run a command with --json; its value."""
        code, out, err = await self.plain(*words, "--json")
        if code:
            raise AssertionError(f"{words} ended with {code}: {out}{err}")
        return json.loads(out)

    async def until(self, *words: str, **values: Any) -> Any:
        """Run a command until its value has these; no run of it is cut short, which would leave its pipes."""
        end = time.monotonic() + 60
        while True:
            found = await self.command(*words)
            if all(found[key] == value for key, value in values.items()):
                return found
            if time.monotonic() > end:
                raise AssertionError(f"{words}: {found}")

    async def plain(self, *words: str) -> tuple[int, str, str]:
        """Run a command; exit code, stdout, stderr."""
        mischief = {"asleep": True} if self.asleep else {}
        command = shared().start(self.folder, (*words, "--config", str(self.config)), mischief, _env())
        while (code := command.code) is None:  # noqa: ASYNC110 - its end is read from a pipe of the stable
            await asyncio.sleep(POLL_S)
        out, err = (file.read_text(encoding="utf-8") for file in (command.output, command.errors))
        command.clear()
        return code, out, err


def _env() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200", "NO_COLOR": "1"}


@asynccontextmanager
async def service(
    folder: Path,
    base_url: str,
    token: str,
    more: str = "",
    content: Path = ROOT / "content",
    account: str = "",
) -> AsyncIterator[Service]:
    """A running deployment, ended with the block."""
    found = Service(folder, base_url, token, more, content=content, account=account)
    await found.start()
    try:
        yield found
    finally:
        await found.kill()
