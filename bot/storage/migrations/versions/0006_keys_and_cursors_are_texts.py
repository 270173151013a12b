"""What names an update, and where a poll goes on, are texts: not every platform has numbers for them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("cursor", sa.String()))
    op.execute('UPDATE account SET cursor = CAST("offset" AS VARCHAR)')
    op.drop_column("account", "offset")
    if op.get_bind().dialect.name == "sqlite":
        _make_inbox_anew()
        return
    op.alter_column(
        "inbox",
        "update_id",
        new_column_name="update_key",
        type_=sa.String(),
        postgresql_using="update_id::varchar",
    )
    op.execute(
        "ALTER TABLE inbox RENAME CONSTRAINT uq_inbox_account_update_id TO uq_inbox_account_update_key"
    )


def _make_inbox_anew() -> None:
    """SQLite changes no column's type. The numbers that were given stay given."""
    conn = op.get_bind()
    find = sa.text("SELECT sql FROM sqlite_master WHERE tbl_name = 'inbox' AND type = :type AND sql NOT NULL")
    made = conn.execute(find, {"type": "table"}).scalar_one()
    indexes = conn.execute(find, {"type": "index"}).scalars().all()
    last = conn.execute(sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'inbox'")).scalar_one_or_none()
    body = (
        made[made.index("(") :]
        .replace("update_id BIGINT", "update_key VARCHAR")
        .replace("update_id", "update_key")
    )
    if "update_key VARCHAR NOT NULL" not in body:
        raise RuntimeError("the inbox is not as an earlier version of this program made it")
    op.execute(sa.text(f"CREATE TABLE anew {body}".replace(":", r"\:")))
    op.execute("INSERT INTO anew SELECT * FROM inbox")  # a number becomes its digits: the column is text
    op.execute("DROP TABLE inbox")
    op.execute("ALTER TABLE anew RENAME TO inbox")
    for index in indexes:
        op.execute(sa.text(index.replace(":", r"\:")))
    op.execute("DELETE FROM sqlite_sequence WHERE name = 'inbox'")
    op.execute(
        sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES ('inbox', :n)").bindparams(n=last or 0)
    )
