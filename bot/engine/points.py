"""Names for the moments around each commit, so that a test can end the process at any of them."""

from collections.abc import Callable

hook: Callable[[str], None] | None = None  # set by tests alone


def reached(name: str) -> None:
    """The process has come to this point; nothing happens unless somebody listens."""
    if hook is not None:
        hook(name)
