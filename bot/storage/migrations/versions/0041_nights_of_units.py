"""A unit has a night of its own: from when to when nothing ordinary of it goes out"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("unit_rule", sa.Column("night", sa.String()))


def downgrade() -> None:
    op.drop_column("unit_rule", "night")
