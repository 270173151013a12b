"""Who may do what, and where: one table. No unit, no sight."""

from enum import StrEnum

from bot.core.people.members import Member, Role


class Act(StrEnum):
    """One thing a person may do. "module.function" of `bot/acts`, and its verb in the audit log."""

    REPORT = "report"
    SCHEDULE = "broadcasts.schedule"
    PAUSE = "broadcasts.pause"
    RESUME = "broadcasts.resume"
    CANCEL = "broadcasts.cancel"
    PROGRESS = "runs.progress"
    STATUS = "runs.status"
    RESOLVE = "runs.resolve"
    DIGEST = "digest"
    INVITE = "invite"
    ADMIT = "admit"


SENDERS = frozenset({Role.EDITOR, Role.ADMINISTRATOR})

ROLES: dict[Act, frozenset[Role]] = {
    Act.REPORT: frozenset({Role.REPORTER}),
    Act.SCHEDULE: SENDERS,
    Act.PAUSE: SENDERS,
    Act.RESUME: SENDERS,
    Act.CANCEL: SENDERS,
    Act.PROGRESS: SENDERS,
    Act.STATUS: SENDERS,
    Act.RESOLVE: SENDERS,
    Act.DIGEST: SENDERS,
    Act.INVITE: frozenset({Role.ADMINISTRATOR}),
    Act.ADMIT: frozenset({Role.ADMINISTRATOR}),
}


def may(member: Member | None, act: Act, path: str | None = None) -> bool:
    """Whether a member may do this, at a unit's path where one is meant. Nobody may, by default."""
    if member is None or not member.roles & ROLES[act]:
        return False
    return path is None or (bool(member.path) and path.startswith(member.path))
