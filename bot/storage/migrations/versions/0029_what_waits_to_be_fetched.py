"""A delivery may wait until its member writes; when somebody last wrote, where their platform counts from it"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

BEFORE = (
    *("pending", "inflight", "retry", "sent", "failed", "skipped", "uncertain", "cancelled", "accepted"),
    "abandoned",
)
NOW = (*BEFORE, "unfetched")
FETCHED = "priority >= 9 AND state IN ('pending', 'inflight', 'retry')"
INDEXES = {
    "ix_delivery_unfetched": (["member_id"], "state = 'unfetched'"),
    "ix_delivery_unfetched_of": (["run_id"], "state = 'unfetched'"),
    "ix_delivery_fetched": (["account", "chat_id", "priority", "id"], FETCHED),
}


def upgrade() -> None:
    op.add_column("endpoint", sa.Column("heard_at", sa.BigInteger()))
    if op.get_bind().dialect.name == "sqlite":
        _made_anew()
    else:
        op.drop_constraint(op.f("ck_delivery_state"), "delivery", type_="check")
        op.create_check_constraint(op.f("ck_delivery_state"), "delivery", _one_of(NOW))
    for name, (columns, where) in INDEXES.items():
        only = sa.text(where)
        op.create_index(name, "delivery", columns, sqlite_where=only, postgresql_where=only)


def _one_of(states: tuple[str, ...]) -> str:
    return " OR ".join(f"state = '{state}'" for state in states)


def _made_anew() -> None:
    """The same table with another check: <https://www.sqlite.org/lang_altertable.html>, foreign keys off."""
    conn = op.get_bind()
    find = "SELECT sql FROM sqlite_master WHERE tbl_name = 'delivery' AND type = '{}' AND sql NOT NULL"
    made = conn.execute(sa.text(find.format("table"))).scalar_one()
    indexes = conn.execute(sa.text(find.format("index"))).scalars().all()
    seq = "SELECT seq FROM sqlite_sequence WHERE name = 'delivery'"
    given = conn.execute(sa.text(seq)).scalar_one_or_none()
    body = made[made.index("(") :]
    if _one_of(BEFORE) not in body:
        raise RuntimeError("the table delivery is not as an earlier version of this program made it")
    body = body.replace(_one_of(BEFORE), _one_of(NOW), 1)
    op.execute(f"CREATE TABLE anew {body}")
    op.execute("INSERT INTO anew SELECT * FROM delivery")
    op.execute("DROP TABLE delivery")
    op.execute("ALTER TABLE anew RENAME TO delivery")
    for index in indexes:
        op.execute(index)
    if given is not None:  # numbers that were given and deleted stay given
        op.execute("DELETE FROM sqlite_sequence WHERE name IN ('delivery', 'anew')")
        op.execute(f"INSERT INTO sqlite_sequence (name, seq) VALUES ('delivery', {int(given)})")  # noqa: S608
