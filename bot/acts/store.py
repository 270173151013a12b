"""The store as a whole: held and let go on by an operator, looked at, copied, put back from a copy."""

import asyncio
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts.context import OPERATOR
from bot.core.kernel.values import Frozen
from bot.core.people.permissions import OperatorAct
from bot.storage import backup, epoch, keys, schema
from bot.storage import hold as holds
from bot.storage.database import Database
from bot.storage.delivery import distrust, overview
from bot.storage.delivery.overview import Due, Open
from bot.storage.hold import Hold
from bot.storage.leases import exclusive
from bot.storage.people import audit


class Status(Frozen):
    """What would go if the store were let go on now. `held` None: it is not on hold; times in ms UTC."""

    held: Hold | None
    now: int
    runs: tuple[Open, ...]
    broadcasts: tuple[Due, ...]
    replies: int
    updates: int


class Restored(Frozen):
    """What a restore did. `kept`: where the store as it was lies now; the counts as `distrust` gives them."""

    kept: Path | None
    uncertain: int
    replies: int
    paused: int


async def hold(conn: AsyncConnection, now: int) -> bool:
    """Nothing is claimed, planned, handled or dropped from now on, whatever runs. False where it is so."""
    done = await holds.put(conn, Hold(since=now, why="operator"))
    if done:
        await audit.note(conn, OPERATOR, OperatorAct.HOLD, "store", "", now)
    return done


async def release(conn: AsyncConnection, now: int) -> bool:
    """Everything goes on. False where nothing was held."""
    done = await holds.lift(conn)
    if done:
        await audit.note(conn, OPERATOR, OperatorAct.RELEASE, "store", "", now)
    return done


async def status(conn: AsyncConnection, now: int) -> Status:
    """What is open, to how many, how late."""
    return Status(
        held=await holds.held(conn),
        now=now,
        runs=tuple(await overview.open_runs(conn)),
        broadcasts=tuple(await overview.due(conn, now)),
        replies=await overview.replies(conn),
        updates=await overview.updates(conn),
    )


async def restore(database: Database, source: Path, now: int) -> Restored:
    """Put a backup in the store's place, on hold, with nothing in it that would go out by itself.

    Raises StorageError where a `run` uses the store or the file is no backup of ours; nothing changed then.
    """
    stamp = datetime.fromtimestamp(now / 1000, UTC).strftime("%Y%m%dT%H%M%SZ")
    async with exclusive(database):
        await database.close()
        kept = await asyncio.to_thread(backup.put_back, database, source, stamp)
        await schema.migrate(database)
        await asyncio.to_thread(_owner_only, database)
        await backup.count_on(database)
        async with database.write() as conn:
            counts = await distrust.distrust(conn, now)
            await holds.lift(conn)
            await holds.put(conn, Hold(since=now, why="restored"))
            await audit.note(conn, OPERATOR, OperatorAct.RESTORE, "store", source.name, now)
    return Restored(kept=kept, **counts)


def _owner_only(database: Database) -> None:
    if database.path is not None:
        database.path.chmod(0o600)


async def doubt_if_older(database: Database, accounts: Collection[str], now: int) -> Hold | None:
    """At a start: a store that knows less than was sent from it goes on hold, its open rows in doubt.

    Returns the hold that is on, whatever for.
    """
    async with database.write() as conn:
        if [name for name in accounts if await epoch.is_older(conn, database, name)]:
            await distrust.distrust(conn, now)
            await holds.put(conn, Hold(since=now, why="older"))
            await audit.note(
                conn, OPERATOR, OperatorAct.HOLD, "store", "older than what was sent from it", now
            )
            for name in accounts:
                await epoch.catch_up(conn, database, name)
        return await holds.held(conn)


async def new_key(conn: AsyncConnection, now: int) -> bool:
    """Go on with the key that is here, where the store's own is lost; invitations and leavings are void."""
    await keys.accept(conn)
    await audit.note(conn, OPERATOR, OperatorAct.NEW_KEY, "store", "", now)
    return True
