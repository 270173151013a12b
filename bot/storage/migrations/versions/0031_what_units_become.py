"""A unit that has ended names what it became"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("unit", sa.Column("heirs", sa.String(), nullable=False, server_default=""))
