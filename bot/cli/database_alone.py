"""Commands that need the database alone: they work when little does, without content or tokens."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from bot import config, settings_file
from bot.acts.context import Context, Operator
from bot.acts.house import House
from bot.cli import streams
from bot.cli.common import Told, ended, refuse, words_of
from bot.content.catalogues import read_texts
from bot.content.files import Folder
from bot.core.kernel.errors import ContentError, Refused
from bot.core.kernel.secrets import masked
from bot.engine.times import Clock
from bot.houses import bare
from bot.stores import on_database

T = TypeVar("T")
UNREAD = "content/texts cannot be read, `nhipcau check` says why"
WRONG_SETTINGS = "note: the settings have mistakes; only the database that they name is gone by"


def settings_for_database(path: Path) -> config.Settings:
    """The settings for what needs the database alone; mistakes in them are told and stop nothing."""
    try:
        settings, wrong = settings_file.for_database(path)
    except ContentError as error:
        refuse(str(error), kind=error.kind)
    if wrong is not None:
        streams.note(masked(f"{wrong}\n{WRONG_SETTINGS}"))
    return settings


def braking(path: Path, work: Callable[[Context], Awaitable[T]], *, speaks: bool = False) -> T:
    """One transaction on the database alone, in its turn at once: for what must work when little does.

    No content or token is read, nothing is migrated or published. `speaks`: the catalogues are read where
    they can be.
    """
    return _on_database_alone(path, work, speaks, at_once=True)


def looking(path: Path, work: Callable[[Context], Awaitable[T]], *, speaks: bool = False) -> T:
    """As `braking`, for what only reads: nobody waits for it."""
    return _on_database_alone(path, work, speaks, at_once=False)


def _on_database_alone(
    path: Path, work: Callable[[Context], Awaitable[T]], speaks: bool, *, at_once: bool
) -> T:
    settings = settings_for_database(path)
    house = _speaking(settings) if speaks else bare(settings)

    async def whole() -> T:
        async with (
            on_database(settings) as database,
            database.at_once() if at_once else database.read() as conn,
        ):
            return await work(Context(conn, house, Operator(), Clock().now_ms()))

    async def in_words() -> T:
        try:
            return await whole()
        except Told as told:
            if str(told):
                raise
            words = words_of(told.why, _speaking(settings))
            raise Told(told.why, words or f"refused: {told.kind} ({UNREAD})") from None

    return ended(in_words())


def in_words(ctx: Context) -> Context:
    """For what cannot be done without telling somebody. Raises Refused where no catalogue could be read."""
    if not ctx.house.texts.keys():
        raise Refused(f"nobody could be told: {UNREAD}")
    return ctx


def _speaking(settings: config.Settings) -> House:
    house = bare(settings)
    with suppress(ContentError):
        house.texts = read_texts(Folder(settings.app.content))
    return house
