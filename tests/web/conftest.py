"""A rehearsal for each test, and the browser."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest_asyncio

from tests.browser import browser, phone
from tests.patience import PATIENCE_S
from tests.web.rehearsal import AJAX, Rehearsal, stored

__all__ = ["browser", "http", "phone", "rehearsal"]


@pytest_asyncio.fixture(loop_scope="session")
async def rehearsal(tmp_path: Path) -> AsyncIterator[Rehearsal]:
    """The local chat, served; its bot is silent until `listen`."""
    async with stored(tmp_path) as database:
        rehearsal = Rehearsal(database)
        await rehearsal.start()
        yield rehearsal
        await rehearsal.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def http(rehearsal: Rehearsal) -> AsyncIterator[httpx.AsyncClient]:
    """A client that posts as our own page does."""
    async with httpx.AsyncClient(
        base_url=rehearsal.url, headers=AJAX, trust_env=False, timeout=PATIENCE_S
    ) as client:
        yield client
