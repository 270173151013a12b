"""Answers to questions of understanding are counted by unit; who answered is kept without what"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FRESH = sa.text("fresh > 0")


def upgrade() -> None:
    op.create_table(
        "understanding",
        sa.Column("run_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("briefing_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("question", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("choice", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("unit_path", sa.String(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("fresh", sa.Integer(), nullable=False),
        _of("understanding", "run", ondelete="CASCADE"),
        _of("understanding", "briefing"),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_understanding_unit")),
        sa.PrimaryKeyConstraint(
            "run_id", "briefing_id", "question", "unit", "choice", name=op.f("pk_understanding")
        ),
    )
    op.create_index(
        "ix_understanding_fresh",
        "understanding",
        ["run_id", "briefing_id", "question"],
        sqlite_where=FRESH,
        postgresql_where=FRESH,
    )
    op.create_table(
        "understood_by",
        sa.Column("run_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("member_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("until", sa.String(), nullable=False),
        _of("understood_by", "run", ondelete="CASCADE"),
        _of("understood_by", "member", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "member_id", name=op.f("pk_understood_by")),
    )
    op.create_index("ix_understood_by_member_id", "understood_by", ["member_id"])


def _of(table: str, other: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{other}_id")
    return sa.ForeignKeyConstraint([f"{other}_id"], [f"{other}.id"], name=name, ondelete=ondelete)
