"""Who may do what, and where: one table. No unit, no sight."""

from enum import StrEnum

from bot.core.kernel.values import UnitPath
from bot.core.people.members import Member, Role
from bot.core.people.units import is_within

REPORTERS = frozenset({Role.REPORTER})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
APPROVERS = frozenset({Role.APPROVER})
SENDERS = frozenset({Role.EDITOR, Role.ADMINISTRATOR})
SPEAKERS = frozenset({Role.COMMUNICATOR, *SENDERS})  # those who hold oral briefings
HEADS = frozenset({Role.APPROVER, Role.ADMINISTRATOR})
ANY_MEMBER = None  # whatever their roles
WHO_IS_NOT_IN: frozenset[Role] = frozenset()  # no role lets a member do it: it is how one becomes one


class Act(StrEnum):
    """One thing a person may do. "module.function" of `bot/acts`, and its verb in the audit log.

    `roles`: whose it is; None: every member's. Where they may do it: see `may`.
    """

    roles: frozenset[Role] | None

    def __new__(cls, verb: str, roles: frozenset[Role] | None) -> "Act":
        act = str.__new__(cls, verb)
        act._value_ = verb
        act.roles = roles
        return act

    REPORT = "opinions.submit", REPORTERS
    MY_REPORTS = "reporting.mine", ANY_MEMBER
    MEND_REPORT = "reporting.mend", ANY_MEMBER
    ADD_TO_REPORT = "reporting.supplement", REPORTERS
    TAKE_BACK = "reporting.take_back", ANY_MEMBER
    NOTHING_NEW = "prompting.nothing_new", REPORTERS
    RECORD_MEETING = "meetings.record", SPEAKERS
    MY_MEETINGS = "meetings.mine", ANY_MEMBER
    MEND_MEETING = "meetings.mend", ANY_MEMBER
    WITHDRAW_MEETING = "meetings.take_back", ANY_MEMBER
    MEETINGS = "meetings.listed", SENDERS
    MEETING_TOTALS = "meetings.totals", SENDERS
    CONFERENCE = "conferences.announce", SENDERS
    CHANGE_CONFERENCE = "conferences.change", SENDERS
    CANCEL_CONFERENCE = "conferences.cancel", SENDERS
    CLOSE_CONFERENCE = "conferences.close", SENDERS
    HANG = "conferences.hang", SENDERS
    CONFERENCES = "conference_points.listed", SENDERS
    POINTS = "conference_points.look", SENDERS
    CONFIRM_POINT = "conference_points.confirm", SENDERS
    DECLINE_POINT = "conference_points.decline", SENDERS
    REMIND_POINTS = "conference_notices.remind", SENDERS
    PROPOSE = "conference_proposals.propose", SENDERS
    PROPOSAL_BACK = "conference_proposals.take_back", SENDERS
    PROPOSALS = "conference_proposals.listed", SENDERS
    REVIEW = "reviews.read", ADMINISTRATORS
    ANSWER_TOPIC = "topic_answers.give", SENDERS
    TOPIC_ANSWERS = "topic_answers.given", SENDERS
    SETTLE = "topic_answers.settle", REPORTERS | SENDERS
    DESK = "desk.listed", SENDERS
    OPEN_REPORT = "desk.look", SENDERS
    VERIFY = "desk.verify", SENDERS
    GIVE_BACK = "desk.give_back", SENDERS
    FORWARD = "desk.forward", SENDERS
    MERGE = "desk.merge", SENDERS
    ANSWER = "desk.answer", SENDERS
    CLOSE = "desk.close", SENDERS
    KIT = "kits.entries", ANY_MEMBER
    SEARCH_KIT = "kits.search", ANY_MEMBER
    OPEN_ENTRY = "kits.look", ANY_MEMBER
    ADD_TO_KIT = "kits.add", SENDERS
    TRANSLATE_IN_KIT = "kits.translate", SENDERS
    DROP_FROM_KIT = "kits.remove", SENDERS
    ASK_QUESTION = "questions.ask", ANY_MEMBER
    MY_QUESTIONS = "questions.mine", ANY_MEMBER
    QUESTIONS = "question_desk.listed", SENDERS
    OPEN_QUESTION = "question_desk.look", SENDERS
    ANSWER_QUESTION = "question_desk.answer", SENDERS
    FORWARD_QUESTION = "question_desk.forward", SENDERS
    CLOSE_QUESTION = "question_desk.close", SENDERS
    INTO_KIT = "question_desk.into_kit", SENDERS
    SCHEDULE = "broadcasts.schedule", SENDERS
    PREVIEW = "broadcasts.preview", SENDERS
    PAUSE = "broadcasts.pause", SENDERS
    RESUME = "broadcasts.resume", SENDERS
    CANCEL = "broadcasts.cancel", SENDERS
    TAKE_TEXT = "broadcasts.take_text", SENDERS
    CHANGE = "changing.change", SENDERS
    WRITE_ADDENDUM = "addenda.write", SENDERS
    ADDENDA = "addenda.listed", SENDERS | APPROVERS
    WITHDRAW_ADDENDUM = "addenda.withdraw", SENDERS
    DECIDE_ADDENDUM = "addenda.decide", APPROVERS
    SUBMIT = "approval.submit", SENDERS
    APPROVE = "approval.approve", APPROVERS
    SEND_BACK = "approval.send_back", APPROVERS
    TO_APPROVE = "approval.waiting", HEADS
    APPROVAL_RULE = "approval.rule", ADMINISTRATORS
    CALENDAR = "plans.calendar", SENDERS
    TRAINING_RULE = "training.rule", ADMINISTRATORS
    QUIET_RULE = "quieting.rule", ADMINISTRATORS
    TRY_OUT = "training.try_out", SENDERS
    PROGRESS = "runs.progress", SENDERS
    STATUS = "runs.status", SENDERS
    RESOLVE = "runs.resolve", SENDERS
    NAMED = "recipients.named", ADMINISTRATORS
    BEHIND = "recipients.by_unit", SENDERS
    REMIND = "reminders.remind", SENDERS
    AUTOMATIC = "reminders.automatic", SENDERS
    CORRECT = "corrections.correct", SENDERS
    RECALL = "corrections.recall", SENDERS
    TO_MEND = "mends.waiting", APPROVERS
    DECIDE_MEND = "mends.decide", APPROVERS
    NOTED = "corrections.noted", ANY_MEMBER
    LATEST = "briefings.latest", ANY_MEMBER
    SEARCH = "briefings.search", ANY_MEMBER
    READ = "briefings.read", ANY_MEMBER
    READ_DELIVERED = "briefings.read_delivered", ANY_MEMBER
    OUTLINE = "outlines.export", ANY_MEMBER
    ACKNOWLEDGE = "briefings.acknowledge", ANY_MEMBER
    UNDERSTAND = "understanding.answer", ANY_MEMBER
    UNDERSTOOD = "understanding.figures", SENDERS
    FOLLOW = "topics.follow", ANY_MEMBER
    DIGEST = "digests.read", SENDERS
    EXPORT_DIGEST = "digest_files.export", SENDERS
    DRAW_DIGEST = "signing.draw", SENDERS
    EDIT_DIGEST = "signing.edit", SENDERS
    PRESENT_DIGEST = "signing.present", SENDERS
    ENDORSE_DIGEST = "signing.endorse", HEADS
    FORWARD_DIGEST = "signing.forward", HEADS | SENDERS
    RETURN_DIGEST = "signing.send_back", HEADS | SENDERS
    DIGESTS = "digest_papers.listed", HEADS | SENDERS
    OPEN_DIGEST = "digest_papers.look", HEADS | SENDERS
    INVITE = "invitations.create", ADMINISTRATORS
    INVITATIONS = "invitations.holding", ADMINISTRATORS
    WITHDRAW = "invitations.withdraw", ADMINISTRATORS
    JOIN = "invitations.join", WHO_IS_NOT_IN
    TAKE = "invitations.take", ANY_MEMBER
    ASK = "requests.ask", WHO_IS_NOT_IN
    ADMIT = "requests.admit", ADMINISTRATORS
    DECLINE = "requests.decline", ADMINISTRATORS
    REQUESTS = "requests.waiting", ADMINISTRATORS
    MEMBERS = "roster.members_of", ADMINISTRATORS
    AUDIT = "auditing.listed", ADMINISTRATORS
    SUSPEND = "members.suspend", ADMINISTRATORS
    REINSTATE = "members.reinstate", ADMINISTRATORS
    CHANGE_ROLES = "members.change_roles", ADMINISTRATORS
    MOVE = "members.move", ADMINISTRATORS
    REMOVE = "members.remove", ADMINISTRATORS
    OFFER_LINK = "linking.offer", ANY_MEMBER
    LINK = "linking.join", WHO_IS_NOT_IN
    KEEP_HERE = "linking.keep_here", ANY_MEMBER
    UNLINK = "linking.unlink", ADMINISTRATORS
    RENAME = "me.rename", ANY_MEMBER
    SET_LANGUAGE = "me.set_language", ANY_MEMBER
    RECEIVE_HERE = "me.receive_here", ANY_MEMBER
    EXPORT = "me.export", ANY_MEMBER
    LEAVE = "me.leave", ANY_MEMBER
    ERASE = "me.erase", ANY_MEMBER


class OperatorAct(StrEnum):
    """What nobody but whoever has a shell on the deployment's machine does; named as `Act` is."""

    IMPORT = "imports.register"
    READ_REPORTS = "opinions.every"
    CHANGE_UNITS = "unit_changes.take_up"
    FOLLOW = "succession.follow"
    HOLD = "store.hold"
    RELEASE = "store.release"
    RESTORE = "store.restore"
    DEPARTURES = "store.take_departures"
    NEW_KEY = "store.new_key"
    CLOCK = "store.accept_clock"
    ACCOUNT_ADD = "fleet.add"
    ACCOUNT_PAUSE = "fleet.pause"
    ACCOUNT_RESUME = "fleet.resume"
    ACCOUNT_REMOVE = "fleet.remove"
    ACCOUNT_SYNC = "fleet.sync"


def may(member: Member | None, act: Act, path: UnitPath | None = None) -> bool:
    """Whether a member may do this, at a unit's path where one is meant. Nobody may, by default."""
    if member is None or not holds(member.roles, act):
        return False
    return path is None or is_within(path, member.path)


def holds(roles: frozenset[Role], act: Act) -> bool:
    """Whether who has these roles may do this somewhere."""
    return act.roles is None or not act.roles.isdisjoint(roles)
