"""What digests told of a month that is over is kept"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "month_told",
        sa.Column("month", sa.String(), primary_key=True),
        sa.Column("threshold", sa.Integer(), nullable=False),
    )
    op.create_table(
        "told",
        sa.Column("month", sa.String(), sa.ForeignKey("month_told.month"), primary_key=True),
        sa.Column("base", sa.String(), primary_key=True),
        sa.Column("row", sa.String(), primary_key=True),
        sa.Column("field", sa.String(), primary_key=True),
        sa.Column("value", sa.String(), primary_key=True),
        sa.Column("count", sa.Integer()),
    )
    op.create_table(
        "text_told",
        sa.Column("month", sa.String(), sa.ForeignKey("month_told.month"), primary_key=True),
        sa.Column("base", sa.String(), primary_key=True),
        sa.Column("row", sa.String(), primary_key=True),
        sa.Column("report", NUMBER, sa.ForeignKey("submission.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("group", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
    )
    op.create_index("ix_text_told_report", "text_told", ["report"])
