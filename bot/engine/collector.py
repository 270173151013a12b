"""Python's garbage collector, set for a process that makes many short-lived values and lives long."""

import gc

YOUNG = 10_000  # values made since the last look, before the young ones are looked at again


def settle() -> None:
    """Call once the program's parts are there: they stay, so the collector need not look at them again.

    Otherwise it walks all of them while messages go out: pauses of 30 to 60 ms, and a quarter of the CPU.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)
