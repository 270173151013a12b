"""A unit's digest keeps the day on which it was presented to whoever endorses it"""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("digest", sa.Column("presented_on", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("digest", "presented_on")
