"""The life of every loop: steps while there is work, then rest until a bell rings or a time comes."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.engine.bell import Bell
from bot.engine.times import Clock
from bot.storage.failures import transient

log = structlog.get_logger()
STORE_PAUSE_S = 1.0


async def _stop_nothing() -> None:
    """Nothing is left to write down."""


def _look_at_nothing() -> None:
    """The next step looks at everything anyhow."""


def _obey() -> None:
    """End where the task was cancelled, whoever caught that on its way: it is asked once, and never again."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


@dataclass(slots=True)
class Count:
    """How often something happened since the start: metric `nhipcau_{name}_total`. `told`: what it is."""

    name: str
    told: str
    value: int = 0


@dataclass(eq=False)
class Loop:
    """One loop of the program. `step` says whether it did something, `rest_s` how long it may rest after one
    that did not (None: it has ended); `woken` is called after a rest, `stop` at the end, whatever ended it.
    `pace_s`: how long it rests in any case, however often it is rung. `counts`: what it counts.
    """

    name: str
    step: Callable[[], Awaitable[bool]]
    rest_s: Callable[[], float | None]
    clock: Clock
    bell: Bell = field(default_factory=Bell)
    woken: Callable[[], None] = _look_at_nothing
    stop: Callable[[], Awaitable[None]] = _stop_nothing
    counts: Sequence[Count] = ()
    pace_s: float = 0.0
    ended: bool = False
    _due: float | None = None

    async def run(self) -> None:
        """Go on until cancelled, or until there is nothing more to do, ever.

        Where the store does not answer for a moment, it begins again: the store kept everything.
        """
        try:
            while (rest := await self._turn()) is not None:
                _obey()
                if rest > 0:
                    self._due = self.clock.monotonic() + rest
                    await self._rest(rest)
                    self.woken()
            self.ended = True
        finally:
            await self.stop()

    def lag_s(self) -> float:
        """For how long its present step has gone on, or the next one is overdue (seconds)."""
        return 0.0 if self._due is None or self.ended else max(0.0, self.clock.monotonic() - self._due)

    async def _rest(self, seconds: float) -> None:
        at_least = min(seconds, self.pace_s)
        if at_least:
            await asyncio.sleep(at_least)
        await self.bell.wait(seconds - at_least)

    async def _turn(self) -> float | None:
        self._due = self.clock.monotonic()
        try:
            return 0.0 if await self.step() else self.rest_s()
        except SQLAlchemyError as error:
            if not transient(error):
                raise
            log.warning("store did not answer", loop=self.name, error=type(error).__name__)
            await asyncio.sleep(STORE_PAUSE_S)
            return 0.0
