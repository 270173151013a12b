"""A broadcast keeps of which newer version of its text somebody was told"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("broadcast", sa.Column("told_of", sa.BigInteger().with_variant(sa.Integer(), "sqlite")))
