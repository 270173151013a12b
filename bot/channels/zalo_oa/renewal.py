"""The pair of tokens of one Official Account, and the one place where it is changed for the next.

A refresh token is good once, and the old access token ends at the instant when the new pair is given. So one
task exchanges, nobody's deadline cuts it short, and the new pair is kept before it is used. Died the program
in between, the kept pair is spent: the next exchange is refused then, and somebody has to link the account.
"""

import asyncio
import time
from collections.abc import Callable

import structlog

from bot.channels.http.client import Answer, Client
from bot.channels.tokens import TokenStore
from bot.channels.zalo_oa.answers import code_of, said
from bot.core.delivery.outcome import Denied, NotSent, Outcome
from bot.core.delivery.reasons import Reason
from bot.core.kernel.tokens import Pair

log = structlog.get_logger()
GRACE_S = 10.0  # after a change, in which a refusal concerns the old token, not the new one
DEADLINE_S = 20.0
BUSY = (-32, 429)
KEEP_AGAIN_S = (0.5, 2.0, 8.0)  # pauses, where the store does not take a new pair


class Renewal:
    """`first`: the pair of the settings; the store has what became of it. `elapsed`: a monotonic clock, s."""

    def __init__(
        self,
        account: str,
        store: TokenStore,
        first: Pair,
        client: Client,
        url: str,
        app_id: str,
        secret: str,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._account = account
        self._store = store
        self._first = first
        self._client = client
        self._url = url
        self._app_id = app_id
        self._secret = secret
        self._elapsed = elapsed
        self._pair: Pair | None = None
        self._changed = -GRACE_S
        self._proven = True
        self._work: asyncio.Task[Outcome | None] | None = None
        self.cut_short = False

    def __repr__(self) -> str:
        return f"Renewal(account={self._account!r})"

    async def access(self) -> str:
        """The access token that holds now."""
        if self._pair is None:
            kept = await self._store.read(self._account, self._first)
            self._pair = kept.pair if kept else self._first
            self.cut_short = kept is not None and kept.begun
        return self._pair.access

    async def after(self, refused: str) -> str | Outcome:
        """What to say in place of an access token that was refused, else why there is nothing to say.

        Just after a change the refusal may be the old token's echo: the new one is said again, and no second
        exchange is begun for it.
        """
        now = await self.access()
        if now != refused or self._elapsed() - self._changed < GRACE_S:
            return now
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._exchange(refused))
        try:
            failed = await asyncio.shield(self._work)
        except Exception as error:  # the store's: nothing was exchanged, and nothing sent
            log.warning("tokens not exchanged", account=self._account, why=type(error).__name__)
            return NotSent(Reason.STORE, type(error).__name__)
        return failed if failed is not None else await self.access()

    def is_new(self) -> bool:
        """Whether the pair was changed a moment ago."""
        return self._elapsed() - self._changed < GRACE_S

    def works(self) -> None:
        """The access token was taken."""
        self._proven = True

    async def settle(self) -> None:
        """Wait for an exchange that is under way: its answer is kept, whoever goes home meanwhile."""
        if self._work is not None and not self._work.done():
            await asyncio.wait([self._work])

    async def _exchange(self, refused: str) -> Outcome | None:
        pair = self._pair
        if pair is None or pair.access != refused:
            return None
        if not pair.refresh:
            return Denied(Reason.TOKEN, "the access token is over, and there is no refresh token")
        if not self._proven:
            return Denied(Reason.TOKEN, "the pair that was given last is refused as well")
        await self._store.begin(self._account, self._first, pair)
        fields = {"app_id": self._app_id, "grant_type": "refresh_token", "refresh_token": pair.refresh}
        answer = await self._client.form(self._url, fields, DEADLINE_S, {"secret_key": self._secret})
        if not isinstance(answer, Answer) or answer.status >= 500 or code_of(answer) in BUSY:
            # The pair may be spent, or not: the next exchange tells.
            why = said(answer) if isinstance(answer, Answer) else answer.said
            log.warning("tokens not exchanged", account=self._account, why=why)
            return NotSent(Reason.NO_WAY, why)
        new = _pair(answer)
        if new is None:
            log.error("the account has to be linked again", account=self._account, why=said(answer))
            return Denied(Reason.LINK, said(answer))
        await self._keep(new)
        self._pair, self._changed = new, self._elapsed()
        self._proven = self.cut_short = False
        log.info("tokens exchanged", account=self._account)
        return None

    async def _keep(self, new: Pair) -> None:
        """Keep a pair that nobody else knows; where the store stays away, go on with it while we live."""
        for pause in (*KEEP_AGAIN_S, None):
            try:
                await self._store.keep(self._account, self._first, new)
                return
            except Exception as error:
                why = type(error).__name__
            if pause is not None:
                await asyncio.sleep(pause)
        told = "new tokens are not kept: after a restart the account has to be linked again"
        log.error(told, account=self._account, why=why)


def _pair(answer: Answer) -> Pair | None:
    body = answer.body if isinstance(answer.body, dict) else {}
    access, refresh = body.get("access_token"), body.get("refresh_token")
    if not (isinstance(access, str) and access and isinstance(refresh, str) and refresh):
        return None
    return Pair(access, refresh)
