"""Wrong codes of invitations and of linking are counted apart"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("wrong_code", sa.Column("kind", sa.String(), nullable=False, server_default="invitation"))
