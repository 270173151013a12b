"""The same small deployment as the conversations' tests."""

from tests.handlers.conftest import home

__all__ = ["home"]
