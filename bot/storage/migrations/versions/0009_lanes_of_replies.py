"""Replies are found by their lane: an index of those that wait. Rows stay as they are"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

WAITING = sa.text("run_id IS NULL AND state = 'pending'")


def upgrade() -> None:
    op.create_index(
        "ix_delivery_reply",
        "delivery",
        ["run_id", "account", "priority", "id"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    # Answers to taps, and menus for everybody, have a lane of their own.
    op.execute(
        "UPDATE delivery SET priority = 6 WHERE run_id IS NULL AND chat_id IS NULL "
        "AND state IN ('pending', 'inflight', 'retry')"
    )
