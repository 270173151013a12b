"""Answers to a topic go back to the units that raised it; reports that agree are told of once"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "agreement",
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("tendency", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_agreement_unit")),
        sa.PrimaryKeyConstraint("unit", "topic", "tendency", name=op.f("pk_agreement")),
    )
    op.create_table(
        "topic_answer",
        sa.Column("id", NUMBER, nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("topic", "first", "last", "unit")),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_topic_answer_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic_answer")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_topic_answer_unit", "topic_answer", ["unit"])
    op.create_table(
        "topic_answer_unit",
        sa.Column("answer_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answer_id"],
            ["topic_answer.id"],
            name=op.f("fk_topic_answer_unit_answer_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_topic_answer_unit_unit")),
        sa.PrimaryKeyConstraint("answer_id", "unit", name=op.f("pk_topic_answer_unit")),
    )
