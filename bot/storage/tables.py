"""Every table, for migrations and for tests: the tables stand beside their queries."""

from bot.storage.accounts.tables import account, endpoint, file, file_handle, setting
from bot.storage.delivery.tables import delivery, run
from bot.storage.guidance.tables import briefing, briefing_file, broadcast, edition
from bot.storage.metadata import metadata
from bot.storage.opinion.tables import (
    answer,
    report_clock,
    response,
    submission,
    submission_author,
    submission_desk,
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
    "answer",
    "audit",
    "briefing",
    "briefing_file",
    "broadcast",
    "conversation",
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
    "unit",
    "unit_past",
    "unit_rule",
    "watch",
    "webchat_file",
    "webchat_message",
    "webchat_update",
    "wrong_code",
]
