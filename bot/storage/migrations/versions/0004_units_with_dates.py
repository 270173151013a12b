"""Units carry dates and the decree; how a unit was named and where it stood is kept"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for name in ("since", "until", "decree"):
        op.add_column("unit", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.create_table(
        "unit_past",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("since", sa.String(), nullable=False),
        sa.Column("until", sa.String(), nullable=False),
        sa.Column("decree", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["code"], ["unit.code"], name=op.f("fk_unit_past_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_past")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_unit_past_code_until", "unit_past", ["code", "until"])
