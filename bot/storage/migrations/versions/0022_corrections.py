"""A briefing may be corrected, or taken back, after it has gone out"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "correction",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("broadcast_id", NUMBER, nullable=False),
        sa.Column("run_id", NUMBER, nullable=False),
        sa.Column("old_id", NUMBER, nullable=False),
        sa.Column("new_id", NUMBER, nullable=True),
        sa.Column("old_words", sa.Text(), nullable=True),
        sa.Column("new_words", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["broadcast_id"], ["broadcast.id"], name=op.f("fk_correction_broadcast_id")),
        sa.ForeignKeyConstraint(["old_id"], ["briefing.id"], name=op.f("fk_correction_old_id")),
        sa.ForeignKeyConstraint(["new_id"], ["briefing.id"], name=op.f("fk_correction_new_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        sqlite_autoincrement=True,
    )
    for name in ("broadcast_id", "old_id", "new_id"):
        op.create_index(op.f(f"ix_correction_{name}"), "correction", [name])
