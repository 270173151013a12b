"""A unit's digest is drawn up, edited, endorsed and forwarded"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = ("draft", "endorsed", "forwarded")


def upgrade() -> None:
    op.create_table(
        "digest",
        sa.Column("id", NUMBER, nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("unit", "first", "last", "state")),
        sa.Column("revision", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("figures", "words")),
        *(sa.Column(name, sa.Text(), nullable=False, server_default="") for name in ("sources", "views")),
        sa.Column("written_by", sa.String(), nullable=False),
        sa.Column("returned_for", sa.Text(), nullable=False, server_default=""),
        *(
            sa.Column(name, sa.String(), nullable=False, server_default="")
            for name in ("endorsed_on", "forwarded_on")
        ),
        sa.CheckConstraint(" OR ".join(f"state = '{one}'" for one in STATES), name=op.f("ck_digest_state")),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_digest_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest")),
        sa.UniqueConstraint("unit", "first", "last", name=op.f("uq_digest_unit_first_last")),
        sqlite_autoincrement=True,
    )
