"""Conversations about reports that are held on each kind of database."""

from tests.storage.conftest import database

__all__ = ["database"]
