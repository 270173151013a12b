"""Where log lines go, so that nothing that befalls them can befall the program; and how a failure is told."""

import os
import select
from collections.abc import Iterator
from typing import Any

from structlog.tracebacks import ExceptionDictTransformer

_TRACES = ExceptionDictTransformer(show_locals=False, max_frames=8)
QUOTING = "exc_value", "exc_notes", "syntax_error"
CHUNK = 4096  # bytes that a pipe takes at once, or not at all


class LogStream:
    """Writes lines to a descriptor; a full disk, a closed pipe or a reader that sleeps costs lines alone.

    `lost` counts what could not be written. The next line that can be is preceded by one that says so.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._untold = 0
        self.lost = 0

    def write(self, text: str) -> int:
        """Write, or count the line as lost. Never raises."""
        if text:
            notice = f"{self._untold} log lines were lost\n" if self._untold else ""
            if self._written(notice + text):
                self._untold = 0
            else:
                lines = max(1, text.count("\n"))
                self._untold += lines
                self.lost += lines
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""

    def _written(self, text: str) -> bool:
        data = text.encode("utf-8", "backslashreplace")
        try:
            while data:
                _, ready, _ = select.select([], [self._descriptor], [], 0)
                if not ready:
                    return False
                data = data[os.write(self._descriptor, data[:CHUNK]) :]
        except (OSError, ValueError):
            return False
        return True


STANDARD = LogStream(2)
"""The program's own, on standard error."""


def failure(exc_info: Any) -> list[dict[str, Any]]:
    """What failed and what led to it: kinds and places alone, for a message may quote what somebody wrote."""
    told = _TRACES(exc_info)
    for one in _every(told):
        for name in QUOTING:
            one.pop(name, None)
    return told


def _every(told: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for one in told:
        yield one
        for group in one.get("exceptions", ()):
            yield from _every(group)
