"""What every test shares: figures printed at the end, and no property judged by its speed."""

from hypothesis import HealthCheck, settings

from tests.figures import pytest_terminal_summary

__all__ = ["pytest_terminal_summary"]

# Machines are shared and noisy.
settings.register_profile("shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared machine")
