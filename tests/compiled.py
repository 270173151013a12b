"""Statements are compiled once a process: each test has a store of its own, and would compile all anew."""

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache


def share() -> None:
    """From now on engines have one cache; dialects of one class that talk to one version are one to it."""
    cache: LRUCache[Any, Any] = LRUCache(20_000)
    make = Engine.__init__

    # The library asks a constructor by what names it may be given options.
    def made(
        self: Engine, pool: Any, dialect: Any, url: Any, hide_parameters: bool = False, **named: Any
    ) -> None:
        make(self, pool, dialect, url, hide_parameters=hide_parameters, **named)
        self._compiled_cache = cache

    def same(self: DefaultDialect, other: object) -> bool:
        return type(self) is type(other) and _version(self) == _version(other)

    Engine.__init__ = made  # type: ignore[method-assign]
    DefaultDialect.__eq__ = same  # type: ignore[assignment, method-assign]
    DefaultDialect.__hash__ = lambda self: hash(type(self))  # type: ignore[assignment, method-assign]


def _version(dialect: object) -> object:
    """Of the server; one that has not met it yet is like no other."""
    return getattr(dialect, "server_version_info", None) or id(dialect)
