"""Word documents that editors sent"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "document",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column(
            "file_id", NUMBER, sa.ForeignKey("file.id", ondelete="CASCADE"), nullable=False, unique=True
        ),
        sa.Column("owner", NUMBER, sa.ForeignKey("member.id", ondelete="CASCADE"), nullable=False),
        sa.Column("account", sa.String(), sa.ForeignKey("account.name"), nullable=False),
        sa.Column("chat_id", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("said", sa.Text()),
        sa.Column("refused", sa.String()),
        sa.Column("marking", sa.String()),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_document_owner", "document", ["owner"])
