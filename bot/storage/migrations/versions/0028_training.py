"""A unit or a broadcast may be in training: it reaches nobody but its author and named testers"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("unit_rule", "broadcast"):
        op.add_column(table, sa.Column("training", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("unit_rule", sa.Column("testers", sa.Text(), nullable=False, server_default=""))
