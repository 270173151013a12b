"""A broadcast keeps the unit that approved it: its messages name it"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("broadcast", sa.Column("approved_unit", sa.String()))


def downgrade() -> None:
    op.drop_column("broadcast", "approved_unit")
