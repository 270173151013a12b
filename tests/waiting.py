"""No test draws a paper, or counts reports, while a transaction of writing is open: all wait for it."""

import functools
import importlib
import pkgutil
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from inspect import isfunction
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import acts
from bot.storage.database import Database
from bot.storage.delivery import audiences
from bot.storage.group import Group
from bot.storage.opinion import counting
from handlers.people import inviting

TESTS = f"{Path(__file__).parent}/"
_writing: ContextVar[bool] = ContextVar("writing", default=False)


def while_nobody_waits(act: Callable[..., Any], what: str) -> Callable[..., Any]:
    """The same, but that it fails where the task, or the one that began its thread, holds a transaction."""

    @functools.wraps(act)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        assert not _writing.get(), f"{what} while a transaction of writing is open"
        return act(*args, **kwargs)

    return guarded


def _outside_groups(survey: Callable[..., Any]) -> Callable[..., Any]:
    """The same, but that it fails in the transaction of an update; a command has one of its own."""

    @functools.wraps(survey)
    def guarded(conn: object, *args: Any) -> Any:
        assert not isinstance(conn, Group), "an audience counted within an update's transaction"
        return survey(conn, *args)

    return guarded


WORDS = "bot.reports.signed"  # a stored digest's words, which its screen shows too: composed in a moment


def _drawing() -> Iterator[tuple[ModuleType, str]]:
    """The functions of papers that acts name."""
    for found in pkgutil.iter_modules(acts.__path__, f"{acts.__name__}."):
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            if (
                isfunction(value)
                and value.__module__.startswith("bot.reports.")
                and value.__module__ != WORDS
            ):
                yield module, name


def _of_a_test() -> bool:
    """Whether a test itself begins the transaction, for which nobody waits."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and frame.f_code.co_filename.endswith(("/contextlib.py", "/storage/database.py")):
        frame = frame.f_back
    return frame is not None and TESTS in frame.f_code.co_filename


@pytest.fixture(autouse=True, scope="session")
def nobody_waits() -> Iterator[None]:
    """Every test is watched: whatever is made apart (`Context.apart`) is made elsewhere at once."""
    begun = Database._followed

    @asynccontextmanager
    async def followed(*args: Any, **kwargs: Any) -> AsyncIterator[AsyncConnection]:
        ours = not _of_a_test()
        async with begun(*args, **kwargs) as conn:
            _writing.set(ours)
            try:
                yield conn
            finally:
                _writing.set(False)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "_followed", followed)
        patch.setattr(audiences, "survey", _outside_groups(audiences.survey))
        patch.setattr(inviting, "qr", while_nobody_waits(inviting.qr, "an invitation's picture"))
        for module, name in [*_drawing(), (counting, "scan")]:
            act = getattr(module, name)
            patch.setattr(module, name, while_nobody_waits(act, f"{module.__name__}.{name}"))
        yield
