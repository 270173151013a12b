"""A broadcast may be for some only, and members are counted by unit, language and state off an index"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("broadcast", sa.Column("narrow", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.drop_index("ix_member_unit", "member")
    op.create_index("ix_member_unit_language_state", "member", ["unit", "language", "state"])
