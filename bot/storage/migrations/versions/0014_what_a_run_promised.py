"""A run keeps how many recipients were promised, and may wait for a word where its plan differs"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BEFORE = ("planning", "held", "running", "paused", "cancelling", "cancelled", "finished", "missed")
NOW = ("planning", "held", "differs", "running", "paused", "cancelling", "cancelled", "finished", "missed")


def upgrade() -> None:
    op.add_column("run", sa.Column("promised", sa.Integer()))
    if op.get_bind().dialect.name == "sqlite":
        _made_anew()
    else:
        op.drop_constraint(op.f("ck_run_state"), "run", type_="check")
        op.create_check_constraint(op.f("ck_run_state"), "run", _one_of(NOW))


def _one_of(states: tuple[str, ...]) -> str:
    return " OR ".join(f"state = '{state}'" for state in states)


def _made_anew() -> None:
    """The same table with another check: <https://www.sqlite.org/lang_altertable.html>, foreign keys off."""
    conn = op.get_bind()
    find = "SELECT sql FROM sqlite_master WHERE tbl_name = 'run' AND type = '{}' AND sql NOT NULL"
    made = conn.execute(sa.text(find.format("table"))).scalar_one()
    indexes = conn.execute(sa.text(find.format("index"))).scalars().all()
    given = conn.execute(sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'run'")).scalar_one_or_none()
    body = made[made.index("(") :]
    for old in (f"state IN {BEFORE!r}", _one_of(BEFORE)):
        body = body.replace(old, _one_of(NOW))
    if _one_of(NOW) not in body:
        raise RuntimeError("the table run is not as an earlier version of this program made it")
    op.execute(f"CREATE TABLE anew {body}")
    op.execute("INSERT INTO anew SELECT * FROM run")
    op.execute("DROP TABLE run")
    op.execute("ALTER TABLE anew RENAME TO run")
    for index in indexes:
        op.execute(index)
    if given is not None:  # numbers that were given and deleted stay given
        op.execute("DELETE FROM sqlite_sequence WHERE name IN ('run', 'anew')")
        op.execute(f"INSERT INTO sqlite_sequence (name, seq) VALUES ('run', {int(given)})")  # noqa: S608
