"""The audit log says where, and is only added to"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

NAMED = re.compile(r"\bunit:([A-Za-z0-9-]{1,20})")
APPEND_ONLY = {
    "sqlite": (
        "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit "
        "BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END",
        "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit "
        "BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION audit_only_added_to() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log is only added to'; END $$",
        "CREATE TRIGGER audit_only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_only_added_to()",
    ),
}


def upgrade() -> None:
    op.add_column("audit", sa.Column("unit", sa.String(), nullable=False, server_default=""))
    conn = op.get_bind()
    rows = conn.execute(sa.text("SELECT id, subject, detail FROM audit")).all()
    named = [(row.id, NAMED.search(f"{row.subject} {row.detail}")) for row in rows]
    where = [{"id": number, "unit": found[1]} for number, found in named if found]
    if where:
        conn.execute(sa.text("UPDATE audit SET unit = :unit WHERE id = :id"), where)
    op.create_index("ix_audit_unit", "audit", ["unit", "id"])
    for statement in APPEND_ONLY[conn.dialect.name]:
        op.execute(statement)
