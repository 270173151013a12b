"""Whether changed content still fits the store: what members and broadcasts hang on is not taken out."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.errors import ContentError
from bot.storage.guidance import hanging


class Kept(NamedTuple):
    """The codes that content has: of units, and of topics."""

    units: Collection[str]
    topics: Collection[str]


async def left_hanging(conn: AsyncConnection, kept: Kept) -> Sequence[ContentError]:
    """Each unit and topic that is not in the content any more, though something hangs on it."""
    members, sent = await hanging.members_by_unit(conn), await hanging.broadcasts_by_unit(conn)
    followers, told = await hanging.followers_by_topic(conn), await hanging.broadcasts_by_topic(conn)
    names = await hanging.unit_names(conn)
    units, topics = set(members) | set(sent), set(followers) | set(told)
    return [
        *(_unit(one, names.get(one, ""), members[one], sent[one]) for one in sorted(units - set(kept.units))),
        *(_topic(one, followers[one], told[one]) for one in sorted(topics - set(kept.topics))),
    ]


def _unit(code: str, name: str, members: int, broadcasts: int) -> ContentError:
    found = f"taken out, and on it hang members: {members}, broadcasts: {broadcasts}"
    allowed = "put it back, or first move its members and cancel its broadcasts"
    return ContentError("units", f"{code} ({name})", found, allowed)


def _topic(code: str, followers: int, broadcasts: int) -> ContentError:
    found = f"taken out, and on it hang followers: {followers}, broadcasts: {broadcasts}"
    allowed = "put it back, or first cancel its broadcasts; a restart of `run` takes it out for its followers"
    return ContentError("topics.toml", code, found, allowed)
