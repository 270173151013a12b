"""The village, for every conversation's tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.handlers.village import Village, village


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Village]:
    """A deployment without members."""
    async with village(tmp_path) as found:
        yield found
