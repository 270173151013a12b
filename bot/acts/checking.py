"""What `check` finds in the store: whether it is whole, and whether the content still fits it."""

from collections.abc import Collection, Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts import fitting
from bot.core.delivery.reasons import Reason, known
from bot.core.kernel.values import Frozen
from bot.storage import schema
from bot.storage.accounts import accounts, endpoints, troubles
from bot.storage.database import Database
from bot.storage.private import open_to_others

NEARLY = 0.9  # of the people that a plan allows


class Findings(Frozen):
    """In words: what is to be mended, and what is good to know."""

    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


MENDS = {
    Reason.LINK: "its tokens are over: write a new pair into token and refresh_token (docs/zalo.md)",
    Reason.TOKEN: "its platform does not know its token: copy it into the settings once more",
    Reason.NOT_ALLOWED: "its platform does not let it write: see its package, verification and permissions",
}
AGAIN = "then start `run` anew, or pause the account and let it resume"


async def examine(database: Database, fits: fitting.Kept, names: Collection[str]) -> Findings:
    """Look at the store as it stands, and at what it says of these accounts; nothing is made or written."""
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
        each = {name: await _of_account(conn, name) for name in names}
    problems += [f"account {name}: {line}" for name, one in each.items() for line in one.problems]
    notes = [f"account {name}: {line}" for name, one in each.items() for line in one.notes]
    return Findings(problems=tuple(problems), notes=tuple(notes))


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


async def of_account(database: Database, account: str) -> Findings:
    """Why an account does not work, or what its platform delivers is not taken, as the store has it."""
    if await schema.missing(database) or await schema.check(database) is not None:
        return Findings()
    async with database.read() as conn:
        return await _of_account(conn, account)


async def _of_account(conn: AsyncConnection, account: str) -> Findings:
    row = next((one for one in await accounts.every(conn) if one.name == account), None)
    refused = (await troubles.every(conn)).get(account)
    unreached = (await troubles.unreached(conn)).get(account)
    problems, notes = list[str](), list[str]()
    mend = MENDS.get(known(row.reason)) if row is not None and row.state != "open" else None
    if mend is not None:
        problems.append(f"`run` stopped it, and keeps what waits: {mend}; {AGAIN}")
    if refused is not None:
        problems.append(f"what its platform delivers is refused, and may be lost: {refused.why}")
    if unreached is not None:
        notes.append(
            f"its platform did not reach its hook as it was set ({unreached.why}), and nothing was delivered "
            "since: see that the public address leads here from outside, with a valid certificate"
        )
    return Findings(problems=tuple(problems), notes=tuple(notes))
