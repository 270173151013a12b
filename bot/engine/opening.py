"""Connects an account, however long its platform is away."""

from collections.abc import Callable

import structlog

from bot.core.delivery.reasons import known
from bot.core.kernel.errors import AccountDenied
from bot.core.ports import Channel
from bot.engine.loop import Loop
from bot.engine.refusal import Tell, refused
from bot.engine.times import Clock
from bot.storage.accounts import accounts, troubles
from bot.storage.database import Database

log = structlog.get_logger()
PAUSE_S, LONGEST_S = 1.0, 60.0


class Opening:
    """Asks again until the platform answers. `connected`: it took us; `tell` and `ring` where it refuses.

    `link`: for invitations, where the platform has none that carries a code.
    """

    def __init__(
        self,
        database: Database,
        channel: Channel,
        tell: Tell,
        ring: Callable[[], None],
        clock: Clock,
        link: str = "",
    ) -> None:
        self._link = link
        self._database = database
        self._channel = channel
        self._tell = tell
        self._ring = ring
        self._clock = clock
        self._next_s: float | None = PAUSE_S
        self.connected = False

    def loop(self) -> Loop:
        """Its life in the program; it ends with the platform's answer."""
        return Loop(f"opening {self._channel.account}", self.step, self._rest_s, self._clock)

    async def step(self) -> bool:
        """Ask once. False: there is nothing more to do at once."""
        account = self._channel.account
        try:
            identity = await self._channel.open()
        except AccountDenied as error:
            async with self._database.write() as conn:
                await refused(conn, account, known(error.reason), self._tell, self._clock.now_ms())
            self._next_s = None
            self._ring()
            return False
        except OSError as error:
            log.warning("platform out of reach", account=account, reason=str(error), again_in_s=self._next_s)
            return False
        async with self._database.write() as conn:
            await accounts.set_link(conn, account, identity.link or self._link or None)
            await troubles.told(conn, account, identity.unreached, self._clock.now_ms())
        log.info("account connected", account=account, name=identity.name)
        self._next_s, self.connected = None, True
        return False

    def _rest_s(self) -> float | None:
        pause = self._next_s
        if pause is not None:
            self._next_s = min(LONGEST_S, pause * 2)
        return pause
