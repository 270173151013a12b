"""A broadcast may need another person's approval, and a unit decides whether its own do"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BEFORE = ("scheduled", "paused", "cancelled", "finished")
NOW = ("draft", "submitted", "returned", "scheduled", "paused", "cancelled", "finished", "superseded")


def upgrade() -> None:
    op.create_table(
        "unit_rule",
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("approval", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_unit_rule_unit")),
        sa.PrimaryKeyConstraint("unit", name=op.f("pk_unit_rule")),
    )
    if op.get_bind().dialect.name == "sqlite":
        _made_anew()
    else:
        op.drop_constraint(op.f("ck_broadcast_state"), "broadcast", type_="check")
        op.create_check_constraint(op.f("ck_broadcast_state"), "broadcast", _one_of(NOW))
    unit = "CONSTRAINT fk_broadcast_issuer REFERENCES unit (code)"
    op.execute(f"ALTER TABLE broadcast ADD COLUMN issuer VARCHAR {unit}")
    op.add_column("broadcast", sa.Column("written_by", sa.String()))
    op.add_column("broadcast", sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("broadcast", sa.Column("submitted_at", sa.BigInteger()))
    op.add_column("broadcast", sa.Column("approved_by", sa.String()))
    op.add_column("broadcast", sa.Column("approved_at", sa.BigInteger()))
    op.add_column("broadcast", sa.Column("returned_for", sa.Text()))
    op.add_column("broadcast", sa.Column("waived", sa.Boolean(), nullable=False, server_default=sa.false()))
    where = sa.text("state = 'submitted'")
    op.create_index(
        "ix_broadcast_submitted", "broadcast", ["submitted_at"], sqlite_where=where, postgresql_where=where
    )


def _one_of(states: tuple[str, ...]) -> str:
    return " OR ".join(f"state = '{state}'" for state in states)


def _made_anew() -> None:
    """The same table with another check: <https://www.sqlite.org/lang_altertable.html>, foreign keys off."""
    conn = op.get_bind()
    find = "SELECT sql FROM sqlite_master WHERE tbl_name = 'broadcast' AND type = '{}' AND sql NOT NULL"
    made = conn.execute(sa.text(find.format("table"))).scalar_one()
    indexes = conn.execute(sa.text(find.format("index"))).scalars().all()
    seq = "SELECT seq FROM sqlite_sequence WHERE name = 'broadcast'"
    given = conn.execute(sa.text(seq)).scalar_one_or_none()
    body = made[made.index("(") :]
    old = next((one for one in (f"state IN {BEFORE!r}", _one_of(BEFORE)) if one in body), "")
    body = body.replace(old, _one_of(NOW), 1) if old else ""
    if _one_of(NOW) not in body:
        raise RuntimeError("the table broadcast is not as an earlier version of this program made it")
    op.execute(f"CREATE TABLE anew {body}")
    op.execute("INSERT INTO anew SELECT * FROM broadcast")
    op.execute("DROP TABLE broadcast")
    op.execute("ALTER TABLE anew RENAME TO broadcast")
    for index in indexes:
        op.execute(index)
    if given is not None:  # numbers that were given and deleted stay given
        op.execute("DELETE FROM sqlite_sequence WHERE name IN ('broadcast', 'anew')")
        op.execute(f"INSERT INTO sqlite_sequence (name, seq) VALUES ('broadcast', {int(given)})")  # noqa: S608
