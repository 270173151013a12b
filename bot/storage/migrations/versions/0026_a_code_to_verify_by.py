"""An edition has a code, by which people verify that it was issued"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("edition", sa.Column("code", sa.String()))
    op.create_index("ix_edition_code", "edition", ["code"])
