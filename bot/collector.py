"""Python's garbage collector, set for a process that loads much once and then makes many small values."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

YOUNG = 10_000  # values made since the last look, before the young ones are looked at again


@contextmanager
def loading() -> Iterator[None]:
    """What is loaded inside the block stays: it is not looked at again, neither meanwhile nor later.

    Otherwise all of it is walked again and again, while modules load and then while messages go out: pauses
    of 30 to 60 ms, and a quarter of the CPU.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(YOUNG, 20, 20)
        gc.enable()
