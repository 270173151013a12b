"""A broadcast remembers whom it meant and how many were counted when it was scheduled

Topics are the content's, and the process that plans may have read it before the one that scheduled.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("broadcast", sa.Column("promised", sa.Integer()))
    op.add_column("broadcast", sa.Column("audience", sa.Text()))
