"""When somebody who may not be written to was told that something waits"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("endpoint", sa.Column("knocked_at", sa.BigInteger()))


def downgrade() -> None:
    op.drop_column("endpoint", "knocked_at")
