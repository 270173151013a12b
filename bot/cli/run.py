"""`run`: the product on its platforms."""

import asyncio
import logging
import signal
from typing import Any, Protocol, TextIO, cast

import structlog

from bot.app import serve
from bot.channels.registry import platforms
from bot.cli.common import CONFIG, ConfigOption, ended, settings_of
from bot.config import Settings
from bot.core.kernel.secrets import masked
from bot.logs import STANDARD, failure
from bot.running import Ready, Running


def run(config: ConfigOption = CONFIG) -> None:
    """Serve the accounts of the settings file until stopped (Ctrl-C or SIGTERM)."""
    settings = settings_of(config, accounts=True)
    configure_logs()
    ended(until_stopped(settings, _announce))


async def _announce(running: Running) -> None:
    structlog.get_logger().info("running", accounts=sorted(running.channels), page=running.page)


async def until_stopped(settings: Settings, ready: Ready | None = None, prepare: Ready | None = None) -> None:
    """Serve until SIGINT or SIGTERM; a second one ends at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def ask() -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ask)
    await serve(settings, stop, ready, prepare)


class Stream(Protocol):
    """Where log lines go."""

    def write(self, text: str, /) -> int:
        """Take some characters."""
        ...

    def flush(self) -> None:
        """Hold nothing back."""
        ...


class _Masking(logging.Formatter):
    """What libraries log, without secrets; of what failed, its kind and its place."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))

    def formatException(self, ei: Any) -> str:
        return str(failure(ei))


def _masked(_logger: Any, _method: str, line: Any) -> str:
    return masked(str(line))


def configure_logs(stream: Stream = STANDARD, quiet: bool = False) -> None:
    """One line a happening; `quiet`: warnings alone. Libraries that log tokens in addresses are silenced."""
    level = logging.WARNING if quiet else logging.INFO
    out, line = cast(TextIO, stream), "%(levelname)s %(name)s %(message)s"
    logging.basicConfig(level=logging.WARNING, stream=out, format=line, force=True)
    noisy = {name for one in platforms().values() for name in one.loggers}
    for name in (*noisy, "apscheduler", "alembic", "aiosqlite", "asyncio"):
        logging.getLogger(name).setLevel(logging.ERROR)
    for handler in logging.getLogger().handlers:
        handler.setFormatter(_Masking(line))
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(failure),
            structlog.processors.LogfmtRenderer(
                key_order=["timestamp", "level", "event"], bool_as_flag=False
            ),
            _masked,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
