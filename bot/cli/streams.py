"""The program's own streams: closed, on a full disk or in another encoding, a command ends in words."""

import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import typer

STREAMS = (("stdin", os.O_RDONLY, "r"), ("stdout", os.O_WRONLY, "w"), ("stderr", os.O_WRONLY, "w"))
UNSAID = "what this command says cannot be written, what it did may be done: look before you repeat it"


def prepare() -> None:
    """A stream that was closed leads nowhere; what is written is UTF-8, whatever the locale.

    The number of a closed stream is taken: otherwise the next file or connection would get it, and what is
    logged would be written there.
    """
    for number, (name, flags, mode) in enumerate(STREAMS):
        with suppress(OSError):
            os.fstat(number)
            continue
        taken = os.open(os.devnull, flags)  # the lowest number that is free
        if getattr(sys, name) is None and taken == number:
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def note(words: str) -> None:
    """Say it on standard error; that it cannot be written there stops nothing."""
    with suppress(OSError):
        typer.echo(words, err=True)


@contextmanager
def answering() -> Iterator[None]:
    """Ends the command, with a line, where a file or a stream fails that the command did not judge itself."""
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except OSError as error:
        if error.filename is not None:
            note(f"{error.filename}: {error.strerror}")
        elif error.errno != errno.EPIPE:  # whoever closed a pipe has read enough
            note(f"{error.strerror or error}: {UNSAID}")
        _give_up()
        raise SystemExit(1) from None


def _give_up() -> None:
    """What standard output still holds back is dropped, without another error as Python ends."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
