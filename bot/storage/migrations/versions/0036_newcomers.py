"""Who joins while a briefing is valid is offered it, where its broadcast says so"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "broadcast", sa.Column("newcomers", sa.Boolean(), nullable=False, server_default=sa.false())
    )
