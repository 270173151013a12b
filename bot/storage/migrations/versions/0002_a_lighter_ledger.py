"""A lighter ledger: waiting rows are found by their run, no index of open ones, a check without a list"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OPEN = "state IN ('pending', 'inflight', 'retry')"
INDEXES = {
    "ix_delivery_chat": (["account", "chat_id", "id"], f"run_id IS NULL AND {OPEN}"),
    "ix_delivery_inflight": (["account"], "state = 'inflight'"),
    "ix_delivery_member_id": (["member_id"], None),
    "ix_delivery_queue": (["run_id", "account", "id"], "state = 'pending'"),
    "ix_delivery_retry": (["account", "not_before"], "state = 'retry'"),
    "ix_delivery_uncertain": (["run_id"], "state = 'uncertain'"),
}
STATES = (
    *("pending", "inflight", "retry", "sent", "failed", "skipped", "uncertain", "cancelled", "accepted"),
    "abandoned",
)


def upgrade() -> None:
    for name in (*(INDEXES.keys() - {"ix_delivery_uncertain"}), "ix_delivery_open"):
        op.drop_index(name, table_name="delivery")
    check = " OR ".join(f"state = '{state}'" for state in STATES)
    with op.batch_alter_table("delivery") as batch_op:  # on SQLite the table is made anew
        batch_op.drop_constraint(op.f("ck_delivery_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_delivery_state"), check)
    for name, (columns, where) in INDEXES.items():
        only = sa.text(where) if where else None
        op.create_index(name, "delivery", columns, sqlite_where=only, postgresql_where=only)
