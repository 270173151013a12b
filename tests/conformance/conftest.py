"""Every channel in its turn."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conformance.adapter import Adapter, modules


@pytest.fixture(params=sorted(modules()))
async def on(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Adapter]:
    """One channel with its platform."""
    async with modules()[request.param].opened(tmp_path) as adapter:
        yield adapter
