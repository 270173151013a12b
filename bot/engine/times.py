"""The one place that reads the machine's clocks; tests pass another."""

import time

import structlog

from bot.core.kernel.values import MINUTE_MS, Ms

log = structlog.get_logger()
JUMP_MS = MINUTE_MS  # so far apart, the wall clock was set and did not drift
CONFIRM_S = 600.0  # for so long it must stay so before it is believed


class Clock:
    """`now_ms`: wall clock, ms UTC. `monotonic`: seconds that only go forward."""

    def now_ms(self) -> Ms:
        """Wall clock, ms since 1970 UTC."""
        return Ms(time.time_ns() // 1_000_000)

    def monotonic(self) -> float:
        """Seconds since some start, never backwards."""
        return time.monotonic()

    def elapsed(self) -> float:
        """As `monotonic`, and goes on while the machine sleeps, where the system can tell."""
        boot = getattr(time, "CLOCK_BOOTTIME", None)
        return time.monotonic() if boot is None else time.clock_gettime(boot)


class SteadyClock(Clock):
    """Does not believe a wall clock that jumps: what is irreversible is never done on one reading of it.

    Past a jump `now_ms` goes on from the time before it, by the seconds that pass, until the wall clock has
    stood by its new time for ten minutes, or an operator has called it right (`store clock --accept`). A
    process that starts believes it at once: to restart is a word of the operator's too. Short of a jump it
    never goes back: it stands until the wall clock has caught up.
    """

    def __init__(self, machine: Clock | None = None) -> None:
        self._machine = machine or Clock()
        self._known = self._machine.now_ms(), self._machine.elapsed()  # believed last, and when
        self._jump: tuple[int, float] | None = None  # how far the wall clock stands apart, and since when

    def monotonic(self) -> float:
        """Seconds since some start, never backwards."""
        return self._machine.monotonic()

    def elapsed(self) -> float:
        """Seconds since some start, of sleep too."""
        return self._machine.elapsed()

    def now_ms(self) -> Ms:
        """Wall clock that can be believed, ms since 1970 UTC."""
        wall, at = self._machine.now_ms(), self._machine.elapsed()
        known, since = self._known
        expected = Ms(known + int((at - since) * 1000))
        if abs(wall - expected) <= JUMP_MS:
            if self._jump is not None:
                log.info("the clock is back", jumped_s=self._jump[0] // 1000)
                self._jump = None
            self._known = max(known, wall), at
        elif self._stood(wall - expected, at):
            self._take(wall, at, wall - expected)
        else:
            return expected
        return self._known[0]

    def doubts(self) -> bool:
        """Whether the wall clock has jumped and is not believed yet."""
        self.now_ms()
        return self._jump is not None

    def believe(self, called_right: Ms) -> bool:
        """An operator called the wall clock right as it stood (ms UTC): believed, if that was now."""
        wall, at = self._machine.now_ms(), self._machine.elapsed()
        if self._jump is None or abs(wall - called_right) > JUMP_MS:
            return False
        self._take(wall, at, self._jump[0])
        return True

    def _take(self, wall: Ms, at: float, jumped: int) -> None:
        log.warning("the clock is believed now", jumped_s=jumped // 1000)
        self._known, self._jump = (wall, at), None

    def _stood(self, apart: int, at: float) -> bool:
        """Whether the wall clock has stood so far apart long enough."""
        if self._jump is None or abs(self._jump[0] - apart) > JUMP_MS:
            log.warning("the clock jumped", jumped_s=apart // 1000, believed_in_s=CONFIRM_S)
            self._jump = apart, at
        return at - self._jump[1] >= CONFIRM_S
