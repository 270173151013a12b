"""A kit's question and answer are kept in other languages too"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("kit_entry", sa.Column("others", sa.Text()))


def downgrade() -> None:
    op.drop_column("kit_entry", "others")
