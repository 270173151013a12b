"""What every test shares: where chance comes from, and figures printed at the end."""

from collections.abc import Generator

import pytest
import structlog

from bot.collector import loading
from tests import chance, compiled
from tests.figures import pytest_terminal_summary
from tests.shifts import pytest_collection_modifyitems
from tests.waiting import nobody_waits

__all__ = ["nobody_waits", "pytest_collection_modifyitems", "pytest_terminal_summary"]

# The library's own way of showing an exception takes a second of CPU for each.
structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.ExceptionRenderer(
            structlog.tracebacks.ExceptionDictTransformer(show_locals=False, max_frames=8)
        ),
        structlog.processors.KeyValueRenderer(),
    ]
)

chance.settle()
compiled.share()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is loaded for all tests stays: Python's collector does not walk it again and again."""
    with loading():
        return (yield)


def pytest_report_header() -> str:
    """What repeats this run's chance."""
    return f"chance: NHIPCAU_SEED={chance.SEED}"
