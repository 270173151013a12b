"""Numbers are given once: SQLite counts them up for good; what was made for one person goes to nobody else

SQLite gives the number of a deleted last row once more, unless the table says AUTOINCREMENT, which only a table
made anew can: <https://www.sqlite.org/autoinc.html>, and for the steps <https://www.sqlite.org/lang_altertable.html>.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = (
    *("audit", "briefing", "broadcast", "delivery", "endpoint", "file", "inbox", "join_request", "member"),
    *("opinion", "run", "webchat_message"),
)
# Numbers that were given and deleted before this are not known any more: those that follow begin far above.
GAP = 1_000_000


def upgrade() -> None:
    conn = op.get_bind()
    if conn.dialect.name == "sqlite":
        used = conn.execute(sa.text("SELECT EXISTS (SELECT 1 FROM account)")).scalar_one()
        for table in TABLES:
            _make_anew(conn, table)
            _count_from(table, GAP if used else 0)
    # Invitations' pictures were nobody's, so that nobody could be asked whose they are.
    op.execute("DELETE FROM file WHERE until IS NOT NULL AND owner IS NULL")


def _make_anew(conn: sa.Connection, table: str) -> None:
    """The same table, letter for letter, that counts its numbers up. Foreign keys are off meanwhile."""
    find = sa.text("SELECT sql FROM sqlite_master WHERE tbl_name = :table AND type = :type AND sql NOT NULL")
    made = conn.execute(find, {"table": table, "type": "table"}).scalar_one()
    indexes = conn.execute(find, {"table": table, "type": "index"}).scalars().all()
    key = f"\tCONSTRAINT pk_{table} PRIMARY KEY (id)"
    body = made[made.index("(") :].replace(f"{key}, \n", "").replace(f", \n{key}", "")
    body = body.replace("id INTEGER NOT NULL", "id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT", 1)
    if body.count("PRIMARY KEY") != 1:
        raise RuntimeError(f"the table {table} is not as an earlier version of this program made it")
    op.execute(sa.text(f"CREATE TABLE anew {body}".replace(":", r"\:")))
    op.execute(f"INSERT INTO anew SELECT * FROM {table}")  # noqa: S608 - names from the list above
    op.execute(f"DROP TABLE {table}")
    op.execute(f"ALTER TABLE anew RENAME TO {table}")
    for index in indexes:
        op.execute(sa.text(index.replace(":", r"\:")))


def _count_from(table: str, gap: int) -> None:
    op.execute(f"DELETE FROM sqlite_sequence WHERE name = '{table}'")  # noqa: S608
    highest = f"SELECT '{table}', coalesce(max(id), 0) + {gap} FROM {table}"  # noqa: S608
    op.execute(f"INSERT INTO sqlite_sequence (name, seq) {highest}")
