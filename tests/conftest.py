"""What every test shares: figures printed at the end, and no property judged by its speed."""

import structlog
from hypothesis import HealthCheck, settings

from tests.figures import pytest_terminal_summary

__all__ = ["pytest_terminal_summary"]

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

# Machines are shared and noisy.
settings.register_profile("shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared machine")
