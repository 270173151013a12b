"""What became of requests, written into the ledger and to whatever else it concerns."""

import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.outcome import Denied, HandleLost, Outcome, Sent
from bot.core.delivery.quota import Ways
from bot.core.delivery.reasons import Reason
from bot.core.delivery.states import BRIEFS, Priority, Standing, State, settle
from bot.core.kernel.values import Ms
from bot.engine.instead import InItsPlace, instead, nothing
from bot.engine.prepared import Prepared
from bot.engine.refusal import Tell, refused
from bot.storage.accounts import endpoints, files
from bot.storage.delivery import reachable, rerouting, settling
from bot.storage.delivery.claims import ClaimedRow
from bot.storage.delivery.settling import Settled


class Ended(NamedTuple):
    """A request that was answered, or gave up waiting."""

    row: ClaimedRow
    prepared: Prepared | None
    outcome: Outcome


class Record:
    """Keeps one account's results. `tell` is told in the same transaction when its platform refuses it;
    `in_its_place` has the words where a reply was refused, `ways` which addresses are let be written to.
    """

    def __init__(
        self,
        account: str,
        tell: Tell,
        in_its_place: InItsPlace = nothing,
        ways: Callable[[], Ways] = Ways,
    ) -> None:
        self._ways = ways
        self._account = account
        self._tell = tell
        self._in_its_place = in_its_place

    async def record(self, conn: AsyncConnection, ended: Sequence[Ended], token: int, now: Ms) -> None:
        """Write down what became of requests that ended since the last time."""
        settled = [
            await instead(conn, self._account, _settle(one, now), self._in_its_place, token, now)
            for one in ended
        ]
        for result in settled:
            if result.transition.close:
                await self._closed(conn, result, token, now)
            elif result.transition.state is State.UNFETCHED:
                await self._shut(conn, result, token, now)
        await settling.settle(conn, settled, token, now)
        for one, result in zip(ended, settled, strict=True):
            moved_to = result.transition.move_to
            if moved_to is not None and one.row.chat_id is not None:
                await endpoints.move(conn, self._account, one.row.chat_id, moved_to, now)
            if one.prepared is not None and one.prepared.file_id is not None:
                await self._remember_file(conn, one.prepared.file_id, one.outcome)
            if isinstance(one.outcome, Denied):
                await self.refused(conn, one.outcome.reason, now)

    async def refused(self, conn: AsyncConnection, reason: Reason, now: Ms) -> None:
        """The platform refuses the account: it stops, and somebody is told, once."""
        await refused(conn, self._account, reason, self._tell, now)

    async def _closed(self, conn: AsyncConnection, result: Settled, token: int, now: Ms) -> None:
        row, reason = result.row, result.transition.reason or Reason.OTHER
        if row.chat_id is not None:
            await endpoints.close(conn, self._account, row.chat_id, reason, now)
            await rerouting.reroute(conn, row, token, ways=self._ways(), now=now)

    async def _shut(self, conn: AsyncConnection, result: Settled, token: int, now: Ms) -> None:
        """Its person may not be written to here: another way where there is one, else they fetch it."""
        row = result.row
        if row.chat_id is not None and result.transition.reason is Reason.OUT_OF_WINDOW:
            await reachable.lost_window(conn, self._account, row.chat_id)
        await rerouting.reroute(conn, row, token, besides=self._account, ways=self._ways(), now=now)

    async def _remember_file(self, conn: AsyncConnection, file_id: int, outcome: Outcome) -> None:
        match outcome:
            case Sent(file_handle=str(handle)):
                await files.set_handle(conn, file_id, self._account, handle)
            case HandleLost():
                await files.drop_handle(conn, file_id, self._account)


def _settle(one: Ended, now: Ms) -> Settled:
    row, prepared = one.row, one.prepared
    standing = Standing(
        attempts=row.attempts,
        part=row.part,
        parts=prepared.parts if prepared else row.part + 1,
        repeatable=prepared is not None and prepared.repeatable,
        may_resend=row.priority == Priority.URGENT and not row.resent,
        fetchable=row.run_id is not None and row.priority in BRIEFS,
    )
    message_id = one.outcome.message_id if isinstance(one.outcome, Sent) else None
    jitter = random.random()  # noqa: S311 - spreads retries, keeps nothing secret
    return Settled(row, settle(standing, one.outcome, now, jitter), message_id)
