"""What `check` finds in the store: whether it is whole, and whether the content still fits it."""

from collections.abc import Mapping

from bot.acts import fitting
from bot.core.kernel.values import Frozen
from bot.storage import schema
from bot.storage.accounts import endpoints, troubles
from bot.storage.database import Database
from bot.storage.private import open_to_others

NEARLY = 0.9  # of the people that a plan allows


class Findings(Frozen):
    """In words: what is to be mended, and what is good to know."""

    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


async def examine(database: Database, fits: fitting.Kept) -> Findings:
    """Look at the store as it stands; nothing is made, migrated or written."""
    if await schema.missing(database):
        return Findings(notes=(f"{database.path or 'the store'} does not exist yet; the first run makes it",))
    problems = [*await database.check(), *open_to_others(database)]
    wrong = await schema.check(database)
    if wrong is not None:
        told = (f"database: {wrong}",)
        newer = "newer" in wrong
        return Findings(problems=(*problems, *(told if newer else ())), notes=() if newer else told)
    async with database.read() as conn:
        problems += [str(one) for one in await fitting.left_hanging(conn, fits)]
        refused = await troubles.every(conn)
    problems += [f"account {name}: {_told(one)}" for name, one in refused.items()]
    return Findings(problems=tuple(problems))


async def nearly_full(database: Database, most: Mapping[str, int | None]) -> list[str]:
    """Accounts that reach nearly as many people as their platform lets them, in words; `most`: how many."""
    if await schema.missing(database) or await schema.check(database) is not None:
        return []
    async with database.read() as conn:
        people = await endpoints.counted(conn)
    return [
        f"account {name}: {people[name]} of the {limit} people that its plan allows; "
        "for more, add another account that serves the same unit"
        for name, limit in most.items()
        if limit is not None and people.get(name, 0) >= limit * NEARLY
    ]


async def of_hook(database: Database, account: str) -> tuple[str, ...]:
    """Why what a platform delivers to an account's hook is refused, in words; () where it is taken."""
    if await schema.missing(database) or await schema.check(database) is not None:
        return ()
    async with database.read() as conn:
        refused = (await troubles.every(conn)).get(account)
    return () if refused is None else (_told(refused),)


def _told(refused: troubles.Trouble) -> str:
    return f"what its platform delivers is refused, and may be lost: {refused.why}"
