"""Units between the issuer and the recipients add to a briefing under their own names"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("broadcast", sa.Column("addenda_ms", sa.BigInteger(), nullable=True))
    op.create_table(
        "addendum",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("broadcast_id", NUMBER, nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("unit", "unit_name", "signed")),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("written_by", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("returned_for", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "state = 'submitted' OR state = 'standing' OR state = 'returned' OR state = 'withdrawn'",
            name=op.f("ck_addendum_state"),
        ),
        sa.ForeignKeyConstraint(["broadcast_id"], ["broadcast.id"], name=op.f("fk_addendum_broadcast_id")),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_addendum_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addendum")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_addendum_broadcast_id", "addendum", ["broadcast_id", "unit"])
    op.create_table(
        "run_addendum",
        sa.Column("run_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("addendum_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_addendum_run_id")),
        sa.ForeignKeyConstraint(["addendum_id"], ["addendum.id"], name=op.f("fk_run_addendum_addendum_id")),
        sa.PrimaryKeyConstraint("run_id", "addendum_id", name=op.f("pk_run_addendum")),
    )
    op.create_table(
        "run_edition",
        sa.Column("run_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("whose", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("edition_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_edition_run_id")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_run_edition_edition_id")),
        sa.PrimaryKeyConstraint("run_id", "whose", "language", name=op.f("pk_run_edition")),
    )
