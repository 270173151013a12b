"""Every table, for migrations and for tests: the tables stand beside their queries."""

from bot.storage.accounts.tables import account, endpoint, file, file_handle, setting
from bot.storage.delivery.tables import delivery, run
from bot.storage.guidance.tables import briefing, briefing_file, broadcast, correction, edition
from bot.storage.metadata import metadata
from bot.storage.opinion.tables import (
    agreement,
    answer,
    report_clock,
    response,
    submission,
    submission_author,
    submission_desk,
    topic_answer,
    topic_answer_unit,
)
from bot.storage.people.tables import (
    audit,
    invite,
    join_request,
    link_code,
    member,
    member_role,
    refusal,
    subscription,
    unit,
    unit_past,
    unit_rule,
    wrong_code,
)
from bot.storage.talk.tables import conversation, inbox, offer, watch
from bot.storage.transcripts.tables import webchat_file, webchat_message, webchat_update

__all__ = [
    "account",
    "agreement",
    "answer",
    "audit",
    "briefing",
    "briefing_file",
    "broadcast",
    "conversation",
    "correction",
    "delivery",
    "edition",
    "endpoint",
    "file",
    "file_handle",
    "inbox",
    "invite",
    "join_request",
    "link_code",
    "member",
    "member_role",
    "metadata",
    "offer",
    "refusal",
    "report_clock",
    "response",
    "run",
    "setting",
    "submission",
    "submission_author",
    "submission_desk",
    "subscription",
    "topic_answer",
    "topic_answer_unit",
    "unit",
    "unit_past",
    "unit_rule",
    "watch",
    "webchat_file",
    "webchat_message",
    "webchat_update",
    "wrong_code",
]
