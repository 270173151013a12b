"""Members may be suspended, invitations withdrawn; codes are kept as keyed hashes; who left is remembered

Codes of eight letters, kept as plain SHA-256, cannot be taken over: they expire here.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEPT = "digest, unit, roles, uses_left, created_by, created_at"


def upgrade() -> None:
    _suspended()
    _invitations()
    op.add_column("join_request", sa.Column("reason", sa.String(), nullable=True))
    op.add_column("join_request", sa.Column("told", sa.Text(), nullable=True))
    op.create_table(
        "refusal",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_refusal")),
    )
    op.create_table(
        "wrong_code",
        sa.Column("id", ID, nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("chat_id", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wrong_code")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_wrong_code_at"), "wrong_code", ["at"])
    op.create_table(
        "link_code",
        sa.Column("member_id", ID, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_link_code_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_link_code")),
        sa.UniqueConstraint("digest", name=op.f("uq_link_code_digest")),
    )


def _suspended() -> None:
    conn = op.get_bind()
    states = "state = 'active' OR state = 'suspended' OR state = 'left'"
    if conn.dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_member_state"), "member", type_="check")
        op.create_check_constraint(op.f("ck_member_state"), "member", states)
        return
    find = "SELECT sql FROM sqlite_master WHERE tbl_name = 'member' AND type = '{}' AND sql NOT NULL"
    made = conn.execute(sa.text(find.format("table"))).scalar_one()
    indexes = conn.execute(sa.text(find.format("index"))).scalars().all()
    given = conn.execute(
        sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'member'")
    ).scalar_one_or_none()
    body = made[made.index("(") :]
    for old in ("state IN ('active', 'left')", "state = 'active' OR state = 'left'"):
        body = body.replace(old, states)
    if states not in body:
        raise RuntimeError("the table member is not as an earlier version of this program made it")
    op.execute(f"CREATE TABLE anew {body}")
    op.execute("INSERT INTO anew SELECT * FROM member")
    op.execute("DROP TABLE member")
    op.execute("ALTER TABLE anew RENAME TO member")
    for index in indexes:
        op.execute(index)
    if given is not None:  # numbers that were given and deleted stay given
        op.execute("DELETE FROM sqlite_sequence WHERE name IN ('member', 'anew')")
        op.execute(f"INSERT INTO sqlite_sequence (name, seq) VALUES ('member', {int(given)})")  # noqa: S608


def _invitations() -> None:
    op.rename_table("invite", "invite_before")
    if op.get_bind().dialect.name != "sqlite":  # constraints keep their names, which the new table needs
        for name in ("pk_invite", "fk_invite_unit", "ck_invite_uses"):
            op.execute(f"ALTER TABLE invite_before RENAME CONSTRAINT {name} TO {name}_before")
    op.create_table(
        "invite",
        sa.Column("id", ID, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("roles", sa.String(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("uses_left", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("uses_left >= 0", name=op.f("ck_invite_uses")),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_invite_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invite")),
        sa.UniqueConstraint("digest", name=op.f("uq_invite_digest")),
        sqlite_autoincrement=True,
    )
    op.execute(
        f"INSERT INTO invite ({KEPT}, uses, expires_at) "  # noqa: S608 - columns from the list above
        f"SELECT {KEPT}, uses_left, created_at FROM invite_before ORDER BY created_at, digest"
    )
    op.drop_table("invite_before")
