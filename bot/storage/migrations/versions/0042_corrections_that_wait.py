"""A correction in somebody's own words waits for its second person"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "mend",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("broadcast_id", NUMBER, nullable=False),
        sa.Column("run_id", NUMBER, nullable=False),
        sa.Column("old_words", sa.Text(), nullable=False),
        sa.Column("new_words", sa.Text(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["broadcast_id"], ["broadcast.id"], name=op.f("fk_mend_broadcast_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mend")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_mend_broadcast_id", "mend", ["broadcast_id"])


def downgrade() -> None:
    op.drop_table("mend")
