"""A run may follow another: reminders of who has not read it, by a tap or by themselves"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("run", sa.Column("about", NUMBER))
    op.add_column("run", sa.Column("kind", sa.String()))
    op.add_column("run", sa.Column("following", sa.Text()))
    for name in ("remind_at", "deadline_at"):
        op.add_column("run", sa.Column(name, sa.BigInteger()))
        op.create_index(f"ix_run_{name}", "run", [name])
    op.create_index("ix_run_about", "run", ["about"])
    for name in ("remind_after_ms", "deadline_ms"):
        op.add_column("broadcast", sa.Column(name, sa.BigInteger()))
