"""Which rows go next: the more urgent first, older before younger, runs in turn, chats at their own pace."""

import sys
from collections.abc import Collection, Iterator
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.lanes import Lane, Lanes
from bot.core.delivery.limiter import Limiter
from bot.core.delivery.states import Priority
from bot.engine.times import Clock
from bot.storage.delivery import claims
from bot.storage.delivery.claims import ClaimedRow

TALK = {
    Lane.REPLY: Priority.REPLY,
    Lane.STRANGER: Priority.STRANGER,
    Lane.EDIT: Priority.EDIT,
    Lane.MARK: Priority.MARK,
}
PROMOTE_S = 0.1  # how often retries that are due are looked for
MESSAGES = frozenset({Lane.REPLY, Lane.STRANGER, Lane.RUN})
EDITS = frozenset({Lane.EDIT, Lane.MARK})
LOOK_AHEAD = 16  # chats that must wait are passed over among so many more rows


class Most(NamedTuple):
    """How many rows of a kind may go now."""

    messages: int
    answers: int
    menus: int
    of_runs: int = sys.maxsize  # among the messages


ALL = Most(sys.maxsize, sys.maxsize, sys.maxsize)


class Choice:
    """Gives an account's slots away, each to the most urgent row that may have it."""

    def __init__(self, account: str, limiter: Limiter, clock: Clock) -> None:
        self._account = account
        self._limiter = limiter
        self._clock = clock
        self._turn = 0
        self._promote_at = 0.0
        self._lanes = Lanes()
        self._waiting: set[Priority] = set()  # lanes with rows, at the last look
        self.passed_over = False  # rows that wait were seen at the last look, and not taken

    async def choose(
        self, conn: AsyncConnection, room: int, now: float, most: Most = ALL
    ) -> list[ClaimedRow]:
        """The most urgent rows that may go at the slot `now`: no more than there is room and it admits.

        `most`: how many there may be of a kind. Menus come last: nobody waits for one.
        """
        if self._clock.monotonic() >= self._promote_at:
            await claims.promote(conn, self._account, self._clock.now_ms())
            self._promote_at = self._clock.monotonic() + PROMOTE_S
        slots = self._limiter.available(now, room) if now else 0
        chosen: list[ClaimedRow] = []
        self.passed_over = not slots
        self._waiting = await claims.lanes(conn, self._account)
        chosen += await self._replies(conn, Priority.ANSWER, min(room, most.answers))
        slots = min(room - len(chosen), slots)
        if most.messages >= slots:
            chosen += await self._of_lanes(conn, slots, now, most.of_runs)
        else:
            messages = await self._of_lanes(conn, most.messages, now, most.of_runs, MESSAGES)
            chosen += messages
            chosen += await self._of_lanes(conn, slots - len(messages), now, 0, EDITS)
        menus = min(room - len(chosen), most.menus)
        return chosen + await self._replies(conn, Priority.MENU, menus)

    async def _replies(self, conn: AsyncConnection, lane: Priority, limit: int) -> list[ClaimedRow]:
        if lane not in self._waiting or not limit:
            return []
        return await claims.replies(conn, self._account, lane, limit)

    async def _fetched(self, conn: AsyncConnection, limit: int) -> list[ClaimedRow]:
        """What members fetch by writing: it goes as a reply does, whatever is left for runs."""
        if Priority.FETCHED not in self._waiting or not limit:
            return []
        return await claims.fetched(conn, self._account, limit)

    async def _of_lanes(
        self,
        conn: AsyncConnection,
        slots: int,
        now: float,
        most: int,
        lanes: Collection[Lane] = tuple(Lane),
    ) -> list[ClaimedRow]:
        """So many messages of these lanes, `most` of runs, each slot given to the lane whose turn it is."""
        if not slots:
            return []
        waiting = await self._talk(conn, slots + LOOK_AHEAD, now, lanes)
        chosen: list[ClaimedRow] = []
        of_runs = 0
        queues = await self._queues(conn) if Lane.RUN in lanes and most else []
        if queues:
            waiting[Lane.RUN] = iter(())
        while len(chosen) + of_runs < slots:
            turn = self._lanes.next(waiting, now)
            if turn is None:
                self.passed_over = self.passed_over or bool(waiting)
                break
            if turn is Lane.RUN:
                alone = len(waiting) == 1  # nobody to take turns with: it has all that is left
                of_runs += slots - len(chosen) - of_runs if alone else 1
            elif row := next((one for one in waiting[turn] if self._take(one, now)), None):
                chosen.append(row)
            else:
                del waiting[turn]
                continue
            self._lanes.took(turn, now)
        runs = await self._of_runs(conn, queues, min(most, slots - len(chosen)), now)
        for _ in range(of_runs - len(runs)):  # those of the runs' slots that they leave
            for rows_left in waiting.values():
                if row := next((one for one in rows_left if self._take(one, now)), None):
                    chosen.append(row)
                    break
        return chosen + runs

    async def _talk(
        self, conn: AsyncConnection, most: int, now: float, lanes: Collection[Lane]
    ) -> dict[Lane, Iterator[ClaimedRow]]:
        """What waits of conversations in these lanes, so many rows of each; those that are open now."""
        waiting: dict[Lane, Iterator[ClaimedRow]] = {}
        for lane, priority in TALK.items():
            if lane not in lanes:
                continue
            if not self._lanes.open(lane, now):
                self.passed_over = True  # it opens by itself, and nobody rings then
                continue
            rows = await self._replies(conn, priority, most)
            if lane is Lane.REPLY:
                rows = [*await self._fetched(conn, most), *rows]
            if rows:
                waiting[lane] = iter(rows)
        return waiting

    async def _of_runs(
        self, conn: AsyncConnection, queues: list[list[int]], slots: int, now: float
    ) -> list[ClaimedRow]:
        """So many rows of runs, the more urgent first, those of one priority in equal parts."""
        chosen: list[ClaimedRow] = []
        for runs in queues if slots else []:
            for place, run_id in enumerate(runs):
                share = -(-(slots - len(chosen)) // (len(runs) - place))
                chosen += await self._of_run(conn, run_id, share, now)
            if len(chosen) == slots:
                break
        return chosen

    async def _of_run(self, conn: AsyncConnection, run_id: int, share: int, now: float) -> list[ClaimedRow]:
        """So many rows of a run; where chats must wait, those behind them."""
        taken: dict[int, ClaimedRow] = {}
        for limit in (share, share + LOOK_AHEAD):
            rows = await claims.of_run(conn, self._account, run_id, limit)
            for row in rows:
                if row.id not in taken and len(taken) < share and self._take(row, now):
                    taken[row.id] = row
            if len(taken) == share or len(rows) < limit:
                break
        return list(taken.values())

    async def _queues(self, conn: AsyncConnection) -> list[list[int]]:
        """Runs under way, the more urgent first; inside one priority each is first in turn."""
        self._turn += 1
        queues: dict[int, list[int]] = {}
        for priority, run_id in await claims.open_runs(conn, self._clock.now_ms()):
            queues.setdefault(priority, []).append(run_id)
        for runs in queues.values():
            first = self._turn % len(runs)
            runs[:] = runs[first:] + runs[:first]
        return [runs for _, runs in sorted(queues.items())]

    def _take(self, row: ClaimedRow, now: float) -> bool:
        if row.chat_id is None or self._limiter.chat_ready_at(row.chat_id, now) > now:
            self.passed_over = True
            return False
        self._limiter.take(now, row.chat_id)
        return True
