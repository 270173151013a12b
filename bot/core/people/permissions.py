"""Who may do what, and where: one table. No unit, no sight."""

from enum import StrEnum

from bot.core.people.members import Member, Role


class Act(StrEnum):
    """What needs a role."""

    REPORT = "report"
    COMPOSE = "compose"
    FOLLOW_RUNS = "follow runs"
    DIGEST = "digest"
    INVITE = "invite"
    ADMIT = "admit"


ROLES: dict[Act, frozenset[Role]] = {
    Act.REPORT: frozenset({Role.REPORTER}),
    Act.COMPOSE: frozenset({Role.EDITOR, Role.ADMINISTRATOR}),
    Act.FOLLOW_RUNS: frozenset({Role.EDITOR, Role.ADMINISTRATOR}),
    Act.DIGEST: frozenset({Role.EDITOR, Role.ADMINISTRATOR}),
    Act.INVITE: frozenset({Role.ADMINISTRATOR}),
    Act.ADMIT: frozenset({Role.ADMINISTRATOR}),
}


def may(member: Member | None, act: Act, path: str | None = None) -> bool:
    """Whether a member may do this, at a unit's path where one is meant. Nobody may, by default."""
    if member is None or not member.roles & ROLES[act]:
        return False
    return path is None or (bool(member.path) and path.startswith(member.path))
