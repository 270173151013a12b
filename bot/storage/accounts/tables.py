"""Accounts, addresses on them, and files with the handle each account knows them by."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.core.delivery.accounts import ACCOUNT, ENDPOINT
from bot.storage.metadata import NEVER_AGAIN, Id, Ms, metadata, states

account = Table(
    "account",
    metadata,
    Column("name", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("state", String, nullable=False),
    Column("reason", String),
    Column("link", String),
    Column("cursor", String),  # where the next poll goes on
    states(ACCOUNT),
)


endpoint = Table(
    "endpoint",
    metadata,
    Column("id", Id, primary_key=True),
    Column("member_id", Id, ForeignKey("member.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("account", String, ForeignKey("account.name"), nullable=False),
    Column("chat_id", String, nullable=False),
    Column("state", String, nullable=False),
    Column("reason", String),
    Column("changed_at", Ms, nullable=False),
    Column("heard_at", Ms),  # when its person last wrote, where the platform counts from it; 0: too long ago
    Column("chosen_at", Ms),  # when its person chose to be written to here rather than at another
    Column("knocked_at", Ms),  # when its person was told last, by a template, that something waits
    UniqueConstraint("account", "chat_id"),
    states(ENDPOINT),
    sqlite_autoincrement=NEVER_AGAIN,
)


file = Table(
    "file",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String, nullable=False),
    Column("media_type", String, nullable=False),
    Column("size", Integer, nullable=False),
    Column("digest", String, index=True),  # SHA-256 of the bytes, where they are here
    Column("data", LargeBinary),
    Column("until", Ms),  # made for one moment: dropped after it
    Column("owner", Id, ForeignKey("member.id", ondelete="CASCADE")),  # goes when this member goes
    sqlite_autoincrement=NEVER_AGAIN,
)


file_handle = Table(
    "file_handle",
    metadata,
    Column("file_id", Id, ForeignKey("file.id", ondelete="CASCADE"), primary_key=True),
    Column("account", String, ForeignKey("account.name"), primary_key=True),
    Column("handle", String, nullable=False),
)


# What a platform counts of an account, by the month.
account_usage = Table(
    "account_usage",
    metadata,
    Column("account", String, primary_key=True),
    Column("period", String, primary_key=True),  # "2026-11"
    Column("counted", Integer, nullable=False),
    Column("told", Boolean, nullable=False),  # that it is used up
)


setting = Table(
    "setting",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", Text, nullable=False),
)
