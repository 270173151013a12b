"""What every command shares: settings, the event loop, and how refusals are shown."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from datetime import date
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import config, settings_file
from bot.acts.closing import close_asked
from bot.acts.context import STALE, Context, Operator, Refusal
from bot.acts.house import House
from bot.cli import streams
from bot.content import Content
from bot.core.kernel.errors import ContentError, Refused
from bot.core.kernel.secrets import masked
from bot.core.kernel.values import Ms
from bot.engine.times import Clock
from bot.houses import make_house
from bot.stores import opened, runs_on_other_content

T = TypeVar("T")
WRONG_INPUT = 2  # as typer's own refusals
FAILED = 1

ConfigOption = Annotated[Path, typer.Option("--config", help="The settings file.", show_default=True)]
_as_json: ContextVar[bool] = ContextVar("as_json", default=False)


def begin() -> None:
    """A command begins, in a process that may have run others."""
    _as_json.set(False)


def _remember(json: bool) -> bool:
    _as_json.set(json)  # a refusal ends a command from anywhere
    return json


JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON value and nothing else.", callback=_remember)
]
CONFIG = Path("config.toml")


class Told(Refused):
    """An act's refusal, in words for the terminal."""

    def __init__(self, why: Refusal, words: str) -> None:
        super().__init__(words)
        self.why, self.kind = why, why.key


def refuse(message: str, code: int = WRONG_INPUT, kind: str = "refused") -> NoReturn:
    """Say what is wrong and end: on stderr, or as one JSON value on stdout where --json was asked for."""
    if _as_json.get():
        show({"error": {"key": kind, "message": masked(message)}}, True, print)
    else:
        streams.note(masked(message))
    raise typer.Exit(code)


def settings_of(path: Path, *, accounts: bool = False, secrets: bool = True) -> config.Settings:
    """The settings, or an end that says what is wrong in them; its arguments: see `load`."""
    try:
        return settings_file.load(path, accounts=accounts, secrets=secrets)
    except ContentError as error:
        refuse(str(error), kind=error.kind)


def ended(work: Awaitable[T]) -> T:
    """Run to the end; refusals become a line on stderr and an exit code."""

    async def whole() -> T:
        return await work

    try:
        return asyncio.run(whole())
    except ContentError as error:
        refuse(str(error), kind=error.kind)
    except Refused as error:
        refuse(str(error), FAILED, error.kind)
    except OSError as error:
        where = "" if error.filename is None else f"{error.filename}: "
        refuse(f"{where}{error.strerror or error}", FAILED, "system")


OTHER_CONTENT = (
    "note: `run` goes by other content than this folder has. It takes a change up within seconds, or refuses "
    "it and tells administrators: `nhipcau check` says why"
)


@asynccontextmanager
async def in_store(settings: config.Settings, *, looks: bool = False) -> AsyncIterator[tuple[Any, Content]]:
    """The store made ready (`bot.stores.opened`); on stderr it is said where `run` sees other content."""
    async with opened(settings, looks=looks) as (database, content):
        if await runs_on_other_content(database, content):
            streams.note(OTHER_CONTENT)
        yield database, content


def with_store(
    path: Path, work: Callable[[AsyncConnection, config.Settings, Content, Ms], Awaitable[T]]
) -> T:
    """One transaction on the store; `work` gets connection, settings, content and now (ms UTC)."""
    settings = settings_of(path)

    async def whole() -> T:
        async with in_store(settings) as (database, content), database.write() as conn:
            return await work(conn, settings, content, Clock().now_ms())

    return ended(whole())


def acting(path: Path, work: Callable[[Context], Awaitable[T]]) -> T:
    """One transaction on the store, acts done as the operator. A refusal ends the command in words."""

    async def operate(conn: AsyncConnection, settings: config.Settings, content: Content, now: Ms) -> T:
        return await work(Context(conn, make_house(settings, content), Operator(), now))

    return with_store(path, operate)


def counting(path: Path, work: Callable[[Context], Awaitable[T]], first: date, last: date) -> T:
    """As `acting`, for what counts reports of some days: what is over is kept first; then it only reads."""
    settings = settings_of(path)

    async def whole() -> T:
        async with opened(settings, looks=True) as (database, content):
            house, now = make_house(settings, content), Clock().now_ms()
            await close_asked(database, house, now, first, last)
            async with database.read() as conn:
                return await work(Context(conn, house, Operator(), now))

    return ended(whole())


def reading(path: Path, work: Callable[[Context], Awaitable[T]]) -> T:
    """As `acting`, for what only reads, or draws for long: nobody waits for it, and it for nobody."""
    settings = settings_of(path)

    async def whole() -> T:
        async with in_store(settings, looks=True) as (database, content), database.read() as conn:
            return await work(Context(conn, make_house(settings, content), Operator(), Clock().now_ms()))

    return ended(whole())


def done(answer: T | Refusal, house: House) -> T:
    """What an act answered. Raises Refused with the catalogue's words where it refused."""
    if isinstance(answer, Refusal):
        raise Told(answer, words_of(answer, house))
    return answer


def words_of(why: Refusal, house: House) -> str:
    """A refusal in the catalogue's words; "" where no catalogue could be read."""
    if not house.texts.keys():
        return ""
    key = "shell.unknown" if why == STALE else why.key  # there are no buttons here
    return house.texts.line("en", key, **why.written("en"))


def some(count: int, one: str, many: str = "") -> str:
    """A number and what is counted, in the form of that number: "1 line", "2 lines"."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def show(value: Any, as_json: bool, plain: Callable[[Any], None]) -> None:
    """Print a value: as JSON alone, or for people."""
    if as_json:
        typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
    else:
        plain(value)


def show_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table, its cells as they are written: what people wrote is never taken for markup.

    Nothing is cut off, however narrow the screen; the first column, which people type again, is in one piece.
    """
    table = Table()
    for at, name in enumerate(columns):
        table.add_column(Text(name), overflow="fold", no_wrap=at == 0)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)
