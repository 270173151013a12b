"""Conferences: their points, what is said of them when, and what hangs on them"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CONFERENCE = ("announced", "held", "closed", "cancelled")
POINT = ("asked", "confirmed", "declined")


def upgrade() -> None:
    op.create_table(
        "conference",
        sa.Column("id", NUMBER, nullable=False),
        *_texts("unit", "unit_path", "title"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *_texts("how"),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("agenda", sa.Text(), nullable=False),
        sa.Column("answer_by", sa.BigInteger(), nullable=False),
        *_texts("state"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        _states("conference", CONFERENCE),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_conference_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conference")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_conference_unit_at", "conference", ["unit", "at"])
    op.create_table(
        "conference_point",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("conference_id", NUMBER, nullable=False),
        *_texts("unit", "path", "state"),
        sa.Column("told", sa.Integer(), nullable=False),
        *_texts("place", "heads", "contact", "reason"),
        _states("conference_point", POINT),
        _of("conference_point", "conference"),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_conference_point_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conference_point")),
        sa.UniqueConstraint("conference_id", "unit", name=op.f("uq_conference_point_conference_id_unit")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_conference_point_unit", "conference_point", ["unit"])
    _beside()


def _beside() -> None:
    op.create_table(
        "conference_notice",
        sa.Column("conference_id", NUMBER, autoincrement=False, nullable=False),
        *_texts("kind"),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        *_texts("after"),
        sa.Column("done", sa.Boolean(), nullable=False),
        _of("conference_notice", "conference"),
        sa.PrimaryKeyConstraint("conference_id", "kind", "at", name=op.f("pk_conference_notice")),
    )
    op.create_index("ix_conference_notice_done_at", "conference_notice", ["done", "at"])
    op.create_table(
        "conference_broadcast",
        sa.Column("conference_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("broadcast_id", NUMBER, autoincrement=False, nullable=False),
        _of("conference_broadcast", "conference"),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcast.id"], name=op.f("fk_conference_broadcast_broadcast_id")
        ),
        sa.PrimaryKeyConstraint("conference_id", "broadcast_id", name=op.f("pk_conference_broadcast")),
    )
    op.create_table(
        "conference_submission",
        sa.Column("submission_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("conference_id", NUMBER, nullable=False),
        _of("conference_submission", "submission"),
        _of("conference_submission", "conference"),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_conference_submission")),
    )
    op.create_index(
        op.f("ix_conference_submission_conference_id"), "conference_submission", ["conference_id"]
    )


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _states(table: str, states: tuple[str, ...]) -> sa.CheckConstraint:
    check = " OR ".join(f"state = '{state}'" for state in states)
    return sa.CheckConstraint(check, name=op.f(f"ck_{table}_state"))


def _of(table: str, parent: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{parent}_id")
    return sa.ForeignKeyConstraint([f"{parent}_id"], [f"{parent}.id"], name=name, ondelete="CASCADE")
