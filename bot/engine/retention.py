"""What is no longer needed goes, a little at a time."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta, tzinfo

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import DAY_MS, Ms
from bot.core.opinion.questions import KEPT_DAYS
from bot.core.people.erasure_clock import Works, answer_by
from bot.core.schedule.quiet import is_worked
from bot.core.talk.form import HALF_FILLED_MS
from bot.engine.loop import Loop
from bot.engine.times import Clock
from bot.storage import hold, kept, residue
from bot.storage.accounts import files
from bot.storage.database import Database, leave_no_trace
from bot.storage.delivery import fetching, offers, replies
from bot.storage.guidance import documents
from bot.storage.opinion import agreements, cutting, photos, questions, understanding
from bot.storage.people import guesses, links, requests
from bot.storage.talk import conversations, inbox, watches

log = structlog.get_logger()
EVERY_S = 600.0
LITTLE = 5_000
REPLIES_KEPT_MS = 2 * DAY_MS
INBOX_KEPT_MS = 30 * DAY_MS
QUIET_HOURS = range(1, 4)  # of the deployment's day: nothing is sent then but what is urgent
GUESSES_KEPT_MS = DAY_MS
LINKS = ("links of reports to authors", "links of questions to who asked")
GIVEN_UP = "updates that could not be handled"
AGREEMENTS_KEPT = timedelta(days=90)  # the longest window that `reporting.alert_days` may have


class Retention:
    """Drops what is past its time: replies, forms, updates, links of reports to authors."""

    def __init__(
        self,
        database: Database,
        zone: tzinfo,
        clock: Clock,
        request_days: int,
        fetch_days: int,
        close_over: Callable[[Ms], Awaitable[object]],
        works: Works = is_worked,
    ) -> None:
        self._database = database
        self._zone = zone
        self._close_over = close_over
        self._clock = clock
        self._request_days = request_days
        self._fetch_days = fetch_days
        self._works = works

    def loop(self) -> Loop:
        """Its life in the program."""
        return Loop("retention", self.step, lambda: EVERY_S, self._clock)

    async def step(self) -> bool:
        """One round. False: nothing is left for now."""
        async with self._database.read() as conn:
            held = await hold.held(conn) is not None
        if not held:  # while it is still known whether reports are of several people
            await self._close_over(self._clock.now_ms())
        days = self._request_days, self._fetch_days
        await tidy(self._database, self._zone, self._clock.now_ms(), *days, self._works)
        return False


async def tidy(
    database: Database, zone: tzinfo, now: Ms, request_days: int, fetch_days: int, works: Works = is_worked
) -> None:
    """One round, in transactions short enough that replies do not wait for them; none while on hold."""
    async with database.read() as conn:
        if await hold.held(conn) is not None:
            return
    moment = datetime.fromtimestamp(now / 1000, zone)
    async with database.write() as conn:
        leave_no_trace(conn)  # nor of what strangers wrote and was handled since the last round
        gone = await _of_days(conn, moment.date()) | await _of_hours(conn, now, request_days)
        if any(gone[kind] for kind in LINKS):
            await residue.owe_links(conn)
        if gone[GIVEN_UP]:
            await residue.owe(conn)  # on a server their words stand as they came
        await kept.note(conn, gone, now)
    for kind, forget, before in (
        ("replies", replies.forget, now - REPLIES_KEPT_MS),
        ("updates handled", inbox.forget, now - INBOX_KEPT_MS),
        ("what nobody fetched", fetching.expire, now - fetch_days * DAY_MS),
    ):
        await _little_by_little(database, kind, forget, Ms(before), now)
    await residue.clear(database, quiet=moment.hour in QUIET_HOURS)
    await _remind_of_owed(database, moment, works)


async def _of_days(conn: AsyncConnection, today: date) -> dict[str, int]:
    """What is kept for days, of which no hour is known."""
    day = today.isoformat()
    return {
        LINKS[0]: await cutting.drop_links(conn, day),
        LINKS[1]: await cutting.drop_question_links(conn, day),
        "questions that are over": await questions.forget(
            conn, (today - timedelta(days=KEPT_DAYS)).isoformat()
        ),
        "who answered questions of understanding": await understanding.forget(conn, day),
        "alarms that are over": await agreements.forget(conn, (today - AGREEMENTS_KEPT).isoformat()),
    }


async def _of_hours(conn: AsyncConnection, now: Ms, request_days: int) -> dict[str, int]:
    """What goes so long after an instant, or at one."""
    not_in = Ms(now - request_days * DAY_MS)
    return {
        "half-filled forms": await conversations.forget(conn, Ms(now - HALF_FILLED_MS)),
        "forms of who is not in": await conversations.forget_strangers(conn, not_in),
        "files made for a moment": await files.forget(conn, now),
        "Word documents of editors": await documents.forget(conn, now),
        "photos that went with no report": await photos.forget(conn, now),
        "screens that move": await watches.forget(conn, now),
        "names of who asked to join": await requests.forget(conn, not_in),
        GIVEN_UP: await inbox.empty_given_up(conn, not_in),
        "wrong codes": await guesses.forget(conn, Ms(now - GUESSES_KEPT_MS), now),
        "codes for a second account": await links.forget(conn, now),
        "choices of old screens": await offers.forget(conn, now),
    }


Forget = Callable[[AsyncConnection, Ms, int], Awaitable[int]]


async def _little_by_little(database: Database, kind: str, forget: Forget, before: Ms, now: Ms) -> None:
    some = LITTLE
    while some >= LITTLE:
        async with database.write() as conn:
            some = await forget(conn, before, LITTLE)
            await kept.note(conn, {kind: some}, now)
            if some < LITTLE:
                leave_no_trace(conn)  # once a kind, with its last: this brings the log into the file


async def _remind_of_owed(database: Database, moment: datetime, works: Works) -> None:
    """What was erased and is still in the server's files after the days that the law gives is an error."""
    async with database.read() as conn:
        owed = await residue.owed(conn)
    if owed is None:
        return
    since = datetime.fromtimestamp(owed.since / 1000, moment.tzinfo).date()
    if moment.date() > answer_by(since, works):
        log.error("erased, and still in the server's files: see `nhipcau store status`", tables=owed.tables)
