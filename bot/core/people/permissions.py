"""Who may do what, and where: one table. No unit, no sight."""

from enum import StrEnum

from bot.core.people.members import Member, Role
from bot.core.people.units import is_within


class Act(StrEnum):
    """One thing a person may do. "module.function" of `bot/acts`, and its verb in the audit log."""

    REPORT = "opinions.submit"
    MY_REPORTS = "reporting.mine"
    MEND_REPORT = "reporting.mend"
    ADD_TO_REPORT = "reporting.supplement"
    TAKE_BACK = "reporting.take_back"
    NOTHING_NEW = "prompting.nothing_new"
    RECORD_MEETING = "meetings.record"
    MY_MEETINGS = "meetings.mine"
    MEND_MEETING = "meetings.mend"
    WITHDRAW_MEETING = "meetings.take_back"
    MEETINGS = "meetings.listed"
    MEETING_TOTALS = "meetings.totals"
    CONFERENCE = "conferences.announce"
    CANCEL_CONFERENCE = "conferences.cancel"
    CLOSE_CONFERENCE = "conferences.close"
    HANG = "conferences.hang"
    CONFERENCES = "conference_points.listed"
    POINTS = "conference_points.look"
    CONFIRM_POINT = "conference_points.confirm"
    DECLINE_POINT = "conference_points.decline"
    REMIND_POINTS = "conference_notices.remind"
    PROPOSE = "conference_proposals.propose"
    PROPOSAL_BACK = "conference_proposals.take_back"
    PROPOSALS = "conference_proposals.listed"
    REVIEW = "reviews.read"
    ANSWER_TOPIC = "topic_answers.give"
    TOPIC_ANSWERS = "topic_answers.given"
    SETTLE = "topic_answers.settle"
    DESK = "desk.listed"
    OPEN_REPORT = "desk.look"
    VERIFY = "desk.verify"
    GIVE_BACK = "desk.give_back"
    FORWARD = "desk.forward"
    MERGE = "desk.merge"
    ANSWER = "desk.answer"
    CLOSE = "desk.close"
    KIT = "kits.entries"
    SEARCH_KIT = "kits.search"
    OPEN_ENTRY = "kits.look"
    ADD_TO_KIT = "kits.add"
    DROP_FROM_KIT = "kits.remove"
    ASK_QUESTION = "questions.ask"
    MY_QUESTIONS = "questions.mine"
    QUESTIONS = "question_desk.listed"
    OPEN_QUESTION = "question_desk.look"
    ANSWER_QUESTION = "question_desk.answer"
    FORWARD_QUESTION = "question_desk.forward"
    CLOSE_QUESTION = "question_desk.close"
    INTO_KIT = "question_desk.into_kit"
    SCHEDULE = "broadcasts.schedule"
    PREVIEW = "broadcasts.preview"
    PAUSE = "broadcasts.pause"
    RESUME = "broadcasts.resume"
    CANCEL = "broadcasts.cancel"
    TAKE_TEXT = "broadcasts.take_text"
    CHANGE = "changing.change"
    WRITE_ADDENDUM = "addenda.write"
    ADDENDA = "addenda.listed"
    WITHDRAW_ADDENDUM = "addenda.withdraw"
    DECIDE_ADDENDUM = "addenda.decide"
    SUBMIT = "approval.submit"
    APPROVE = "approval.approve"
    SEND_BACK = "approval.send_back"
    TO_APPROVE = "approval.waiting"
    APPROVAL_RULE = "approval.rule"
    CALENDAR = "plans.calendar"
    TRAINING_RULE = "training.rule"
    TRY_OUT = "training.try_out"
    PROGRESS = "runs.progress"
    STATUS = "runs.status"
    RESOLVE = "runs.resolve"
    NAMED = "recipients.named"
    BEHIND = "recipients.by_unit"
    REMIND = "reminders.remind"
    AUTOMATIC = "reminders.automatic"
    CORRECT = "corrections.correct"
    RECALL = "corrections.recall"
    NOTED = "corrections.noted"
    LATEST = "briefings.latest"
    SEARCH = "briefings.search"
    READ = "briefings.read"
    READ_DELIVERED = "briefings.read_delivered"
    OUTLINE = "outlines.export"
    ACKNOWLEDGE = "briefings.acknowledge"
    UNDERSTAND = "understanding.answer"
    UNDERSTOOD = "understanding.figures"
    FOLLOW = "topics.follow"
    DIGEST = "digests.read"
    EXPORT_DIGEST = "digest_files.export"
    DRAW_DIGEST = "signing.draw"
    EDIT_DIGEST = "signing.edit"
    PRESENT_DIGEST = "signing.present"
    ENDORSE_DIGEST = "signing.endorse"
    FORWARD_DIGEST = "signing.forward"
    RETURN_DIGEST = "signing.send_back"
    DIGESTS = "digest_papers.listed"
    OPEN_DIGEST = "digest_papers.look"
    INVITE = "invitations.create"
    INVITATIONS = "invitations.holding"
    WITHDRAW = "invitations.withdraw"
    JOIN = "invitations.join"
    TAKE = "invitations.take"
    ASK = "requests.ask"
    ADMIT = "requests.admit"
    DECLINE = "requests.decline"
    REQUESTS = "requests.waiting"
    MEMBERS = "roster.members_of"
    AUDIT = "auditing.listed"
    SUSPEND = "members.suspend"
    REINSTATE = "members.reinstate"
    CHANGE_ROLES = "members.change_roles"
    MOVE = "members.move"
    REMOVE = "members.remove"
    OFFER_LINK = "linking.offer"
    LINK = "linking.join"
    RENAME = "me.rename"
    SET_LANGUAGE = "me.set_language"
    EXPORT = "me.export"
    LEAVE = "me.leave"
    ERASE = "me.erase"


class OperatorAct(StrEnum):
    """What nobody but whoever has a shell on the deployment's machine does; named as `Act` is."""

    IMPORT = "imports.register"
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


SENDERS = frozenset({Role.EDITOR, Role.ADMINISTRATOR})
SPEAKERS = frozenset({Role.COMMUNICATOR, *SENDERS})  # those who hold oral briefings
HEADS = frozenset({Role.APPROVER, Role.ADMINISTRATOR})
ANY_MEMBER = None  # whatever their roles
WHO_IS_NOT_IN: frozenset[Role] = frozenset()  # no role lets a member do it: it is how one becomes one

ROLES: dict[Act, frozenset[Role] | None] = {
    Act.REPORT: frozenset({Role.REPORTER}),
    Act.MY_REPORTS: ANY_MEMBER,
    Act.MEND_REPORT: ANY_MEMBER,
    Act.ADD_TO_REPORT: frozenset({Role.REPORTER}),
    Act.TAKE_BACK: ANY_MEMBER,
    Act.NOTHING_NEW: frozenset({Role.REPORTER}),
    Act.RECORD_MEETING: SPEAKERS,
    Act.MY_MEETINGS: ANY_MEMBER,
    Act.MEND_MEETING: ANY_MEMBER,
    Act.WITHDRAW_MEETING: ANY_MEMBER,
    Act.MEETINGS: SENDERS,
    Act.MEETING_TOTALS: SENDERS,
    Act.CONFERENCE: SENDERS,
    Act.CANCEL_CONFERENCE: SENDERS,
    Act.CLOSE_CONFERENCE: SENDERS,
    Act.HANG: SENDERS,
    Act.CONFERENCES: SENDERS,
    Act.POINTS: SENDERS,
    Act.CONFIRM_POINT: SENDERS,
    Act.DECLINE_POINT: SENDERS,
    Act.REMIND_POINTS: SENDERS,
    Act.PROPOSE: SENDERS,
    Act.PROPOSAL_BACK: SENDERS,
    Act.PROPOSALS: SENDERS,
    Act.REVIEW: frozenset({Role.ADMINISTRATOR}),
    Act.ANSWER_TOPIC: SENDERS,
    Act.TOPIC_ANSWERS: SENDERS,
    Act.SETTLE: frozenset({Role.REPORTER}),
    Act.DESK: SENDERS,
    Act.OPEN_REPORT: SENDERS,
    Act.VERIFY: SENDERS,
    Act.GIVE_BACK: SENDERS,
    Act.FORWARD: SENDERS,
    Act.MERGE: SENDERS,
    Act.ANSWER: SENDERS,
    Act.CLOSE: SENDERS,
    Act.KIT: ANY_MEMBER,
    Act.SEARCH_KIT: ANY_MEMBER,
    Act.OPEN_ENTRY: ANY_MEMBER,
    Act.ADD_TO_KIT: SENDERS,
    Act.DROP_FROM_KIT: SENDERS,
    Act.ASK_QUESTION: ANY_MEMBER,
    Act.MY_QUESTIONS: ANY_MEMBER,
    Act.QUESTIONS: SENDERS,
    Act.OPEN_QUESTION: SENDERS,
    Act.ANSWER_QUESTION: SENDERS,
    Act.FORWARD_QUESTION: SENDERS,
    Act.CLOSE_QUESTION: SENDERS,
    Act.INTO_KIT: SENDERS,
    Act.SCHEDULE: SENDERS,
    Act.PREVIEW: SENDERS,
    Act.PAUSE: SENDERS,
    Act.RESUME: SENDERS,
    Act.CANCEL: SENDERS,
    Act.TAKE_TEXT: SENDERS,
    Act.CHANGE: SENDERS,
    Act.WRITE_ADDENDUM: SENDERS,
    Act.ADDENDA: frozenset({*SENDERS, Role.APPROVER}),
    Act.WITHDRAW_ADDENDUM: SENDERS,
    Act.DECIDE_ADDENDUM: frozenset({Role.APPROVER}),
    Act.SUBMIT: SENDERS,
    Act.APPROVE: frozenset({Role.APPROVER}),
    Act.SEND_BACK: frozenset({Role.APPROVER}),
    Act.TO_APPROVE: HEADS,
    Act.APPROVAL_RULE: frozenset({Role.ADMINISTRATOR}),
    Act.CALENDAR: SENDERS,
    Act.TRAINING_RULE: frozenset({Role.ADMINISTRATOR}),
    Act.TRY_OUT: SENDERS,
    Act.PROGRESS: SENDERS,
    Act.STATUS: SENDERS,
    Act.RESOLVE: SENDERS,
    Act.NAMED: frozenset({Role.ADMINISTRATOR}),
    Act.BEHIND: SENDERS,
    Act.REMIND: SENDERS,
    Act.AUTOMATIC: SENDERS,
    Act.CORRECT: SENDERS,
    Act.RECALL: SENDERS,
    Act.NOTED: ANY_MEMBER,
    Act.LATEST: ANY_MEMBER,
    Act.SEARCH: ANY_MEMBER,
    Act.READ: ANY_MEMBER,
    Act.READ_DELIVERED: ANY_MEMBER,
    Act.OUTLINE: ANY_MEMBER,
    Act.ACKNOWLEDGE: ANY_MEMBER,
    Act.UNDERSTAND: ANY_MEMBER,
    Act.UNDERSTOOD: SENDERS,
    Act.FOLLOW: ANY_MEMBER,
    Act.DIGEST: SENDERS,
    Act.EXPORT_DIGEST: SENDERS,
    Act.DRAW_DIGEST: SENDERS,
    Act.EDIT_DIGEST: SENDERS,
    Act.PRESENT_DIGEST: SENDERS,
    Act.ENDORSE_DIGEST: HEADS,
    Act.FORWARD_DIGEST: HEADS | SENDERS,
    Act.RETURN_DIGEST: HEADS | SENDERS,
    Act.DIGESTS: HEADS | SENDERS,
    Act.OPEN_DIGEST: HEADS | SENDERS,
    Act.INVITE: frozenset({Role.ADMINISTRATOR}),
    Act.INVITATIONS: frozenset({Role.ADMINISTRATOR}),
    Act.WITHDRAW: frozenset({Role.ADMINISTRATOR}),
    Act.JOIN: WHO_IS_NOT_IN,
    Act.TAKE: ANY_MEMBER,
    Act.ASK: WHO_IS_NOT_IN,
    Act.ADMIT: frozenset({Role.ADMINISTRATOR}),
    Act.DECLINE: frozenset({Role.ADMINISTRATOR}),
    Act.REQUESTS: frozenset({Role.ADMINISTRATOR}),
    Act.MEMBERS: frozenset({Role.ADMINISTRATOR}),
    Act.AUDIT: frozenset({Role.ADMINISTRATOR}),
    Act.SUSPEND: frozenset({Role.ADMINISTRATOR}),
    Act.REINSTATE: frozenset({Role.ADMINISTRATOR}),
    Act.CHANGE_ROLES: frozenset({Role.ADMINISTRATOR}),
    Act.MOVE: frozenset({Role.ADMINISTRATOR}),
    Act.REMOVE: frozenset({Role.ADMINISTRATOR}),
    Act.OFFER_LINK: ANY_MEMBER,
    Act.LINK: WHO_IS_NOT_IN,
    Act.RENAME: ANY_MEMBER,
    Act.SET_LANGUAGE: ANY_MEMBER,
    Act.EXPORT: ANY_MEMBER,
    Act.LEAVE: ANY_MEMBER,
    Act.ERASE: ANY_MEMBER,
}


def may(member: Member | None, act: Act, path: str | None = None) -> bool:
    """Whether a member may do this, at a unit's path where one is meant. Nobody may, by default."""
    needed = ROLES[act]
    if member is None or (needed is not None and not member.roles & needed):
        return False
    return path is None or is_within(path, member.path)
