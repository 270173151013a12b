"""Photos that go with reports"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "photo",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("submission_id", NUMBER, sa.ForeignKey("submission.id", ondelete="CASCADE")),
        sa.Column("owner", NUMBER, sa.ForeignKey("member.id", ondelete="CASCADE")),
        sa.Column("file_id", NUMBER, sa.ForeignKey("file.id", ondelete="CASCADE")),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("chat_id", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary()),
        sa.Column("refused", sa.String()),
        sa.Column("until", sa.BigInteger()),
        sqlite_autoincrement=True,
    )
    for column in ("submission_id", "owner", "file_id"):
        op.create_index(f"ix_photo_{column}", "photo", [column])
