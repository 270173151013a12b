"""How many messages an account had, by the month"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_usage",
        sa.Column("account", sa.String(), primary_key=True),
        sa.Column("period", sa.String(), primary_key=True),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
    )
