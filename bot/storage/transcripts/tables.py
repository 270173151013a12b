"""The local chat's own side: what a platform's servers would keep."""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from bot.storage.metadata import NEVER_AGAIN, Id, Ms, metadata

# The local chat's own side: what a platform's servers would keep.
webchat_message = Table(
    "webchat_message",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account", String, nullable=False),
    Column("chat_id", String, nullable=False),
    Column("side", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", Ms, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("client_id", String),
    UniqueConstraint("account", "chat_id", "client_id"),
    Index("ix_webchat_message_chat", "account", "chat_id", "id"),
    sqlite_autoincrement=NEVER_AGAIN,
)


webchat_update = Table(
    "webchat_update",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account", String, nullable=False),
    Column("chat_id", String, nullable=False),
    Column("payload", Text, nullable=False),
    sqlite_autoincrement=NEVER_AGAIN,
)


webchat_file = Table(
    "webchat_file",
    metadata,
    Column("account", String, primary_key=True),
    Column("handle", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("media_type", String, nullable=False),
    Column("data", LargeBinary, nullable=False),
)
