"""What people asked for by the law on personal data and is not done at once, and by when it is due.

`/rutdongy`, `/xoa` and `/dulieucuatoi` are done as they are handled. What waits is told by its number and its
days: nobody's name, nor who asked for what.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts.context import STALE, Context, Refusal
from bot.acts.house import House
from bot.core.kernel.values import Ms
from bot.core.people.erasure_clock import answer_by, done_by
from bot.core.people.permissions import Act
from bot.storage import hold, residue
from bot.storage.talk import inbox

Kind = Literal["held", "given_up", "files"]


@dataclass(frozen=True, slots=True)
class Due:
    """What may keep a request from being done: updates that wait on hold or could not be handled, as any may
    be one; or what was erased and is still in a server's files.

    `since`: the oldest (ms UTC), which came on the day `asked`; `count` of updates.
    """

    kind: Kind
    since: Ms
    count: int
    asked: date
    answer_by: date
    done_by: date


async def due(conn: AsyncConnection, house: House) -> list[Due]:
    """All that waits in the whole deployment, for the operator."""
    found: list[tuple[Kind, Ms | None, int]] = []
    if await hold.held(conn) is not None:
        found.append(("held", await inbox.waits_since(conn), (await inbox.counts(conn)).get("new", 0)))
    count, oldest = await inbox.given_up(conn)
    erased = await residue.owed(conn)
    found += [("given_up", oldest, count), ("files", None if erased is None else erased.since, 0)]
    days = [(kind, since, count, house.today(since)) for kind, since, count in found if since is not None]
    return [Due(*one, answer_by(one[3], house.works), done_by(one[3], house.works)) for one in days]


async def waiting(ctx: Context) -> Sequence[Due] | Refusal:
    """The same for an administrator: the stores of all units are one."""
    if ctx.member is None or not ctx.may(Act.REQUESTS, ctx.member.path):
        return STALE
    return await due(ctx.conn, ctx.house)
