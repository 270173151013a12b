"""What every test of this folder shares."""

from tests.figures import pytest_terminal_summary

__all__ = ["pytest_terminal_summary"]
