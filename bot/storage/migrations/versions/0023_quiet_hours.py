"""A broadcast keeps to quiet hours, or it does not: those of before do not"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("broadcast", sa.Column("quiet", sa.Boolean(), nullable=False, server_default=sa.false()))
