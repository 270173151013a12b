"""A kit of questions and answers hangs on a briefing; what is not there is asked, and who asked stands apart"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = ("waiting", "answered", "closed")


def upgrade() -> None:
    op.create_table(
        "kit_entry",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("valid_until", sa.String(), nullable=True),
        sa.Column("prepared", sa.Boolean(), nullable=False),
        sa.Column("asked", NUMBER, nullable=True),
        sa.Column("search", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kit_entry")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_kit_entry_slug", "kit_entry", ["slug"])
    _questions()


def _questions() -> None:
    units = ("unit", "desk", "answered_by")
    op.create_table(
        "question",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False, server_default="waiting"),
        sa.Column("desk", sa.String(), nullable=False),
        sa.Column("ring_at", sa.BigInteger(), nullable=True),
        sa.Column("rings", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("answered_on", sa.String(), nullable=True),
        sa.CheckConstraint(
            " OR ".join(f"state = '{state}'" for state in STATES), name=op.f("ck_question_state")
        ),
        *(sa.ForeignKeyConstraint([name], ["unit.code"], name=op.f(f"fk_question_{name}")) for name in units),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_question_desk", "question", ["desk", "state", "day"])
    op.create_index("ix_question_ring_at", "question", ["ring_at"])
    op.create_table(
        "question_asker",
        sa.Column("question_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("member_id", NUMBER, nullable=False),
        sa.Column("until", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_question_asker_question_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_question_asker_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_question_asker")),
    )
    op.create_index("ix_question_asker_member_id", "question_asker", ["member_id"])
