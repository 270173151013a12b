"""The store made ready for a command: as it stands, or migrated and up to the content."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.config import Settings
from bot.content import Content
from bot.core.kernel.errors import StorageError
from bot.engine.times import Clock
from bot.publishing import is_published, publish, read_content
from bot.storage import in_force, keys, schema
from bot.storage.database import Database, connected
from bot.storage.leases import Keep, exclusive, is_held
from bot.storage.private import close_to_others


@asynccontextmanager
async def on_database(settings: Settings) -> AsyncIterator[Database]:
    """The database as it stands: no content is read, nothing is migrated or published. For the brake."""
    async with connected(settings.app.database, settings.app.data) as database:
        if await schema.missing(database):
            raise StorageError("there is no store yet: the first `run` makes it")
        yield database


@asynccontextmanager
async def as_it_stands(settings: Settings) -> AsyncIterator[Database]:
    """The database, which may have yet to be made: nothing is made, migrated or published. For looking."""
    async with connected(settings.app.database, settings.app.data) as database:
        yield database


@asynccontextmanager
async def opened(settings: Settings, *, looks: bool = False) -> AsyncIterator[tuple[Database, Content]]:
    """The checked content and the database, migrated and up to the content. For every command.

    `looks`: for one that only reads, which waits for no writer where the store stands so already.
    """
    content = read_content(settings.app.content)
    async with connected(settings.app.database, settings.app.data) as database:
        if looks and await _stands(database, content):
            yield database, content
            return
        if not await schema.missing(database) and await schema.check(database) is not None:
            async with exclusive(database):  # nothing is migrated under a program that runs
                await schema.migrate(database)
        await _prepare(database, content)
        yield database, content


@asynccontextmanager
async def run_on(settings: Settings) -> AsyncIterator[tuple[Database, Content, Keep]]:
    """As `opened`, for this process alone: one that is refused has changed nothing. For `run`."""
    content = read_content(settings.app.content)
    async with (
        connected(settings.app.database, settings.app.data) as database,
        exclusive(database) as keep,
    ):
        await _prepare(database, content)
        yield database, content, keep


async def _prepare(database: Database, content: Content) -> None:
    await schema.migrate(database)
    close_to_others(database)
    async with database.write() as conn:
        await keys.check(conn)
    await publish(database, content, Clock().now_ms())


async def _stands(database: Database, content: Content) -> bool:
    """Whether `_prepare` would change nothing. Raises StorageError for another store's key."""
    if await schema.missing(database) or await schema.check(database) is not None:
        return False
    close_to_others(database)
    async with database.read() as conn:
        await keys.compare(conn)
        return await is_published(conn, content, Clock().now_ms())


async def runs_on_other_content(database: Database, content: Content) -> bool:
    """Whether a `run` is up that goes by other content than this."""
    if not await is_held(database):
        return False
    async with database.read() as conn:
        return await in_force.fingerprint(conn) != content.fingerprint
