"""Whom a broadcast means."""

from bot.core.guidance.briefing import Topic
from bot.core.kernel.values import Frozen
from bot.core.people.members import Role

LISTENERS = frozenset({Role.COMMUNICATOR, Role.REPORTER})


class Audience(Frozen):
    """Members at or below `unit`, in one of `roles`, who follow `topic`.

    Those for whom the topic is compulsory follow it whatever they chose; `followed` is what counts
    where somebody has not chosen.
    """

    unit: str
    topic: str
    roles: frozenset[Role] = LISTENERS
    compulsory_for: frozenset[Role] = frozenset()
    followed: bool = True


def audience(unit: str, topic: Topic, roles: frozenset[Role] = LISTENERS) -> Audience:
    """An audience for a topic as the content describes it."""
    return Audience(
        unit=unit,
        topic=topic.code,
        roles=roles,
        compulsory_for=topic.compulsory_for,
        followed=topic.followed,
    )


def follows(topic: Topic, roles: frozenset[Role], choice: bool | None) -> bool:
    """Whether somebody with these roles, who chose so (None: not at all), follows a topic."""
    if topic.compulsory_for & roles:
        return True
    return topic.followed if choice is None else choice
