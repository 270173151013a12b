"""Who writes from a chat, and the form they are in: what an update needs to know, in one statement."""

import json
from collections.abc import Collection
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, Select, Table, and_, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.states import State
from bot.core.kernel.values import ChatId
from bot.core.people.members import Member, Role
from bot.storage.accounts.tables import endpoint
from bot.storage.delivery.tables import delivery
from bot.storage.dialect import ask, in_state, joined, pairs
from bot.storage.group import Group
from bot.storage.people.states import IN_FORCE
from bot.storage.people.tables import member, member_role, unit
from bot.storage.talk.tables import conversation, watch

_ONE: ColumnElement[int] = literal_column("1")


class Sight(NamedTuple):
    """`member`: who writes, None for a stranger. `open`: reached there. `form`: its state, as JSON.

    `suspended`: the member who writes and may do nothing meanwhile; `member` is None then. `owed`: something
    waits until the member writes. `live`: a screen moves by itself there.
    """

    member: Member | None
    open: bool
    form: str | None
    suspended: Member | None = None
    owed: bool = False
    live: bool = False


def _sights(dialect: str) -> Select[Any]:
    chats = pairs(dialect, "chats", "account", "chat_id")

    def there(table: Table) -> ColumnElement[bool]:
        return and_(table.c.account == chats.c.account, table.c.chat_id == chats.c.chat_id)

    roles = select(joined(dialect, member_role.c.role)).where(member_role.c.member_id == member.c.id)
    form = select(conversation.c.state).where(there(conversation)).order_by(conversation.c.updated_at.desc())
    unfetched = in_state(delivery.c.state, State.UNFETCHED)
    owed = select(_ONE).where(delivery.c.member_id == endpoint.c.member_id, unfetched)
    live = select(_ONE).where(there(watch))
    return (
        select(
            chats.c.account,
            chats.c.chat_id,
            endpoint.c.state,
            member.c.id,
            member.c.name,
            member.c.unit,
            unit.c.path,
            member.c.language,
            IN_FORCE,
            roles.scalar_subquery(),
            form.limit(1).scalar_subquery(),
            owed.exists(),
            live.exists(),
        )
        .select_from(chats)
        .outerjoin(endpoint, there(endpoint))
        .outerjoin(member, member.c.id == endpoint.c.member_id)
        .outerjoin(unit, unit.c.code == member.c.unit)
    )


_SIGHTS = {dialect: _sights(dialect) for dialect in ("sqlite", "postgresql")}


async def of(conn: AsyncConnection, chats: Collection[tuple[str, str]]) -> dict[tuple[str, str], Sight]:
    """Each of these (account, chat id), as things stand."""
    written = json.dumps([list(chat) for chat in chats])
    found = await ask(conn, _SIGHTS[conn.dialect.name], {"chats": written})
    sights = {}
    for account, chat_id, state, number, name, place, path, language, active, roles, *rest in found.all():
        who, (form, owed, live) = None, rest
        if number is not None and path is not None:
            held = frozenset(Role(role) for role in (roles or "").split(";") if role)
            # The store's own values were checked as they went in.
            who = Member.model_construct(
                id=number, name=name, unit=place, path=path, language=language, roles=held
            )
        here = (who, None) if active else (None, who)
        shown = state == "open", form, here[1], bool(owed), bool(live)
        sights[account, chat_id] = Sight(here[0], *shown)
    return sights


async def ahead(group: Group, chats: Collection[tuple[str, str]]) -> None:
    """Read these chats for a group's steps, until one of them changes what was read."""
    group.seen.update(await of(cast(AsyncConnection, group), chats))


async def at(conn: AsyncConnection, account: str, chat_id: ChatId) -> Sight:
    """One chat: as read ahead where that holds."""
    if isinstance(conn, Group) and (seen := conn.seen.get((account, chat_id))):
        return cast(Sight, seen)
    sight = (await of(conn, [(account, chat_id)]))[account, chat_id]
    if isinstance(conn, Group):
        conn.seen[account, chat_id] = sight
    return sight
