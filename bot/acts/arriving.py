"""Files that people send and that are looked into before they count: what is done with those of a kind."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts.house import House
from bot.core.kernel.values import Ms


class Waiting(Protocol):
    """A file that waits: its row, and the file with its bytes, or the handle by which they are fetched."""

    @property
    def id(self) -> int: ...
    @property
    def file_id(self) -> int: ...
    @property
    def account(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def tries(self) -> int: ...


Row = TypeVar("Row", bound=Waiting)
Found = TypeVar("Found")


@dataclass(frozen=True)
class Kind(Generic[Row, Found]):
    """What is done with the files of a kind, of at most `largest` bytes.

    `look` takes its time, in a thread; it answers what it found, or in a word why the file is refused.
    `settle` keeps that, and tells whoever sent it.
    """

    name: str
    largest: int
    waiting: Callable[[AsyncConnection, Collection[str]], Awaitable[Row | None]]
    tried: Callable[[AsyncConnection, int], Awaitable[None]]
    look: Callable[[bytes, str], Found | str]
    settle: Callable[[House, AsyncConnection, Row, Found | str, Ms], Awaitable[None]]
