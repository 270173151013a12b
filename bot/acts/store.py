"""The store as a whole: held and let go on by an operator, looked at, copied, put back from a copy."""

import asyncio
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts.context import OPERATOR
from bot.core.kernel.values import Frozen, Ms
from bot.core.opinion.desk import week_of
from bot.core.people.permissions import OperatorAct
from bot.storage import backup, clockword, epoch, kept, keys, numbers, residue, schema
from bot.storage import hold as holds
from bot.storage.accounts import usage
from bot.storage.database import Database, afterwards
from bot.storage.delivery import distrust, overview
from bot.storage.delivery.overview import Due, Open
from bot.storage.hold import Hold
from bot.storage.leases import exclusive
from bot.storage.meetings import conferences
from bot.storage.opinion import owing
from bot.storage.opinion import taken_back as submissions
from bot.storage.opinion.owing import Asked
from bot.storage.people import audit, departures, journal, taken_back
from bot.storage.residue import Owed
from bot.storage.talk import inbox


class Status(Frozen):
    """What would go if the store were let go on now. `held` None: it is not on hold; times in ms UTC.

    `notices`: reminders, calls and rings that are due, each to one unit or run. `updates_since`: when the
    oldest update that waits came. `erased`: what of who left is still in a server's files.
    """

    held: Hold | None
    now: Ms
    runs: tuple[Open, ...]
    broadcasts: tuple[Due, ...]
    replies: int
    updates: int
    notices: int
    updates_since: Ms | None = None
    erased: Owed | None = None


class Restored(Frozen):
    """What a restore did. `kept`: where the store as it was lies now; `erased`: how many had left since the
    backup was made, None where nothing told of all; `rights` and `codes` as `TakenBack` has them; the other
    counts as `distrust` gives them.
    """

    kept: Path | None
    erased: int | None
    rights: int | None
    codes: int
    uncertain: int
    replies: int
    paused: int
    returned: int


async def hold(conn: AsyncConnection, now: Ms) -> bool:
    """Nothing is claimed, planned, handled or dropped from now on, whatever runs. False where it is so."""
    done = await holds.put(conn, Hold(since=now, why="operator"))
    if done:
        await audit.note(conn, OPERATOR, OperatorAct.HOLD, "store", "", now)
    return done


async def release(conn: AsyncConnection, now: Ms) -> bool:
    """Everything goes on. False where nothing was held."""
    done = await holds.lift(conn)
    if done:
        await audit.note(conn, OPERATOR, OperatorAct.RELEASE, "store", "", now)
    return done


async def status(conn: AsyncConnection, now: Ms) -> Status:
    """What is open, to how many, how late."""
    return Status(
        held=await holds.held(conn),
        now=now,
        runs=tuple(await overview.open_runs(conn)),
        broadcasts=tuple(await overview.due(conn, now)),
        replies=await overview.replies(conn),
        updates=await overview.updates(conn),
        notices=await overview.notices(conn, now),
        updates_since=await inbox.waits_since(conn),
        erased=await residue.owed(conn),
    )


async def removed(conn: AsyncConnection) -> kept.Removed | None:
    """What retention removed by kind of data; None before its first round."""
    return await kept.removed(conn)


async def restore(database: Database, source: Path, now: Ms, zone: tzinfo) -> Restored:
    """Put a backup in the store's place, on hold, with nothing in it that would go out by itself.

    Whoever left after it was made is erased in it first, and what was taken back since is dropped. Raises
    StorageError where a `run` uses the store, the file is no backup of ours, or the key is not that of the
    departures; nothing changed then. `zone`: of the deployment, whose weeks begin on its own Mondays.
    """
    stamp = datetime.fromtimestamp(now / 1000, UTC).strftime("%Y%m%dT%H%M%SZ")
    async with exclusive(database):
        left, given = await departures.gathered(database), await numbers.highest(database)
        told_of, rights = await departures.told_of(database), await taken_back.gathered(database)
        still, counted = await distrust.plans(database), await usage.counted(database)
        await database.close()
        kept = await asyncio.to_thread(backup.put_back, database, source, stamp)
        await schema.migrate(database)
        await asyncio.to_thread(_owner_only, database)
        await numbers.count_on(database, given)
        async with database.write() as conn:
            await _drop_again(conn, left or {})
            erased: int | None = await departures.apply(conn, left or {})
            if left is None or not await _is_told_of(conn, told_of):
                erased = None
            fewer = await taken_back.apply(conn, rights, now)
            await usage.at_least(conn, counted)
            counts = await _distrust(conn, now, zone, still)
            await holds.lift(conn)
            await holds.put(conn, Hold(since=now, why="restored", unknown_departures=erased is None))
            await audit.note(conn, OPERATOR, OperatorAct.RESTORE, "store", source.name, now)
    return Restored(kept=kept, erased=erased, rights=fewer.members, codes=fewer.codes, **counts)


async def _distrust(
    conn: AsyncConnection, now: Ms, zone: tzinfo, still: Collection[distrust.Plan] = ()
) -> dict[str, int]:
    """Take the store for a copy: what it would do or say by now may have been done since. Counts as there."""
    await conferences.hush(conn, now)
    first, _ = week_of(datetime.fromtimestamp(now / 1000, zone).date())
    await owing.note(conn, Asked(first.isoformat(), 0, True))
    return await distrust.distrust(conn, now, still)


async def _is_told_of(conn: AsyncConnection, stores: Collection[str]) -> bool:
    """Whether what lies here is of the store that was put back, not of a new one made in its place."""
    own = await journal.store_named(conn)
    return own is None or not stores or own in stores


async def take_departures(database: Database, now: Ms) -> int:
    """At a start: whoever left, by the journal, and is in the store is erased: it was put back by hand.

    So is what was taken back. How many left. Raises StorageError where the journal is damaged or was kept
    with another key.
    """
    left = await asyncio.to_thread(journal.read, database) or {}
    async with database.write() as conn:
        dropped = await _drop_again(conn, left)
        erased = await departures.apply(conn, left)
        await journal.name_store(conn)
        if erased or dropped:
            again = f"erased again: {erased}, taken back again: {dropped}"
            await audit.note(conn, OPERATOR, OperatorAct.DEPARTURES, "store", again, now)
    await journal.keep(database)
    return erased


async def _drop_again(conn: AsyncConnection, left: Mapping[str, Ms]) -> int:
    """What was taken back goes again, from a server's files too; how many."""
    if dropped := await submissions.apply(conn, left):
        await residue.owe(conn)
    return dropped


def _owner_only(database: Database) -> None:
    if database.path is not None:
        database.path.chmod(0o600)


async def doubt_if_older(database: Database, accounts: Collection[str], now: Ms, zone: tzinfo) -> Hold | None:
    """At a start: a store that knows less than was sent from it goes on hold, its open rows in doubt.

    Its numbers go on far above those that were given since. Returns the hold that is on, whatever for.
    """
    async with database.read() as conn:
        older = [name for name in accounts if await epoch.is_older(conn, database, name)]
    if older:
        await numbers.count_on(database, await numbers.highest(database))
    async with database.write() as conn:
        if older:
            await taken_back.apply(conn, None, now)
            await _distrust(conn, now, zone)
            await holds.put(conn, Hold(since=now, why="older"))
            await audit.note(
                conn, OPERATOR, OperatorAct.HOLD, "store", "older than what was sent from it", now
            )
            for name in accounts:
                await epoch.catch_up(conn, database, name)
        return await holds.held(conn)


async def accept_clock(conn: AsyncConnection, now: Ms) -> bool:
    """The machine's clock is right: a `run` that doubts it since it jumped believes it within seconds."""
    await clockword.leave(conn, now)
    await audit.note(conn, OPERATOR, OperatorAct.CLOCK, "store", "", now)
    return True


async def new_key(conn: AsyncConnection, now: Ms) -> bool:
    """Go on with the key that is here, where the store's own is lost; invitations and leavings are void."""
    await keys.accept(conn)
    afterwards(conn, journal.begin)
    await audit.note(conn, OPERATOR, OperatorAct.NEW_KEY, "store", "", now)
    return True
