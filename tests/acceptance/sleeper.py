"""`nhipcau` on a machine that sleeps until a test wakes it: its clocks jump together, as after a suspend.

python -m tests.acceptance.sleeper run --config …     how far, in ms, stands in the file `slept` of its folder
"""

import mmap
import struct
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

FILE = "slept"
LOOK_S = 0.3  # how soon loops see that the machine woke up


class Slept:
    """How far a machine's clocks are ahead of the true ones, as all its processes see it."""

    def __init__(self, folder: Path) -> None:
        path = folder / FILE
        if not path.exists():
            path.write_bytes(bytes(8))
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), 8)
        self._true_ns = time.time_ns

    def ns(self) -> int:
        """Nanoseconds ahead."""
        return int(struct.unpack("q", self._shared[:8])[0]) * 1_000_000

    def now_ms(self) -> int:
        """What the machine's wall clock says, ms UTC."""
        return (self._true_ns() + self.ns()) // 1_000_000

    def until(self, at: datetime) -> None:
        """Sleep until a moment."""
        ahead = round(at.timestamp() * 1000) - self._true_ns() // 1_000_000
        self._shared[:8] = struct.pack("q", ahead)


def fall_asleep() -> None:
    """From now on this process's clocks are those of the machine in whose folder it runs."""
    slept = Slept(Path.cwd())
    wall, on_the_machine = time.time_ns, time.clock_gettime
    sleeps: Callable[[int], bool] = lambda clock: clock == getattr(time, "CLOCK_BOOTTIME", None)  # noqa: E731
    time.time_ns = lambda: wall() + slept.ns()
    time.time = lambda: time.time_ns() / 1e9
    time.clock_gettime = lambda clock: on_the_machine(clock) + (slept.ns() / 1e9 if sleeps(clock) else 0.0)
    from bot.engine import clockword, escalation

    clockword.EVERY_S = escalation.EVERY_S = LOOK_S


if __name__ == "__main__":
    fall_asleep()
    from bot.__main__ import main

    main()
