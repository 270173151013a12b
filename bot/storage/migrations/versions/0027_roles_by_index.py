"""Who holds a role is found by an index"""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_member_role_role", "member_role", ["role", "member_id"])
