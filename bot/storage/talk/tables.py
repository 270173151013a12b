"""The inbox, forms half filled in, screens that move."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.core.talk.updates import INBOX
from bot.storage.metadata import NEVER_AGAIN, Id, Ms, metadata, standing, states

inbox = Table(
    "inbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account", String, ForeignKey("account.name"), nullable=False),
    Column("update_key", String, nullable=False),
    Column("chat_id", String, nullable=False),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("payload", Text),  # dropped when handled
    Column("error", String),
    Column("received_at", Ms, nullable=False),
    Column("done_at", Ms),
    UniqueConstraint("account", "update_key"),
    states(INBOX),
    Index("ix_inbox_new", "id", **standing(INBOX, "new")),
    sqlite_autoincrement=NEVER_AGAIN,
)


conversation = Table(
    "conversation",
    metadata,
    Column("account", String, primary_key=True),
    Column("chat_id", String, primary_key=True),
    Column("form", String, primary_key=True),
    Column("state", Text, nullable=False),
    Column("updated_at", Ms, nullable=False),
)


# A screen that moves by itself for a while: one a chat. Its message is `message_id`, or what the reply
# `delivery_id` became when it was sent.
watch = Table(
    "watch",
    metadata,
    Column("account", String, primary_key=True),
    Column("chat_id", String, primary_key=True),
    Column("message_id", String),
    Column("delivery_id", Id),
    Column("subject", String, nullable=False),
    Column("shown", String, nullable=False),  # SHA-256 of the screen as it stands
    Column("until", Ms, nullable=False),
)


# What the last screen of a member's chat offered: a JSON list of [label, data], in the order of its numbers.
offer = Table(
    "offer",
    metadata,
    Column("account", String, primary_key=True),
    Column("chat_id", String, primary_key=True),
    Column("choices", Text, nullable=False),
    Column("at", Ms, nullable=False),
)
