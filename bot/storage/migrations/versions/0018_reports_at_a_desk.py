"""A report stands at a desk, in a state; what was said of it to its author, and a clock until it is opened"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = ("received", "opened", "verified", "returned", "answered", "merged", "closed")
TEXTS = (("desk", "VARCHAR"), ("topic", "VARCHAR"), ("tendency", "VARCHAR"), ("search", "TEXT"))
# Older reports stand at the desk of their unit, to be read there; no clock runs for them.
FILLED = (
    "UPDATE submission SET desk = unit WHERE form = 'opinion'",
    "UPDATE submission SET urgency = 2 WHERE id IN "
    "(SELECT submission_id FROM answer WHERE field = 'urgency' AND value = 'KHAN')",
    "UPDATE submission SET urgency = 1 WHERE id IN "
    "(SELECT submission_id FROM answer WHERE field = 'urgency' AND value = 'SOM')",
    *(
        f"UPDATE submission SET {name} = coalesce((SELECT value FROM answer "  # noqa: S608 - names from here
        f"WHERE submission_id = submission.id AND field = '{name}'), '')"
        for name in ("topic", "tendency")
    ),
)


def upgrade() -> None:
    check = " OR ".join(f"state = '{state}'" for state in STATES)
    number = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    columns = [
        f"state VARCHAR DEFAULT 'received' NOT NULL CONSTRAINT ck_submission_state CHECK ({check})",
        "urgency INTEGER DEFAULT 0 NOT NULL",
        *(f"{name} {kind} DEFAULT '' NOT NULL" for name, kind in TEXTS),
        f"merged_into {number} CONSTRAINT fk_submission_merged_into REFERENCES submission (id)",
    ]
    for column in columns:
        op.execute(f"ALTER TABLE submission ADD COLUMN {column}")  # one statement on both
    for statement in FILLED:
        op.execute(statement)
    place = ["desk", "state", "urgency", "day", "code", "topic", "unit"]
    op.create_index("ix_submission_desk", "submission", place)
    op.create_index("ix_submission_topic_day", "submission", ["topic", "day", "unit", "tendency"])
    op.create_index("ix_submission_merged_into", "submission", ["merged_into"])
    _beside()


def _beside() -> None:
    op.create_table(
        "submission_desk",
        sa.Column("submission_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        _of_submission("submission_desk"),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_submission_desk_unit")),
        sa.PrimaryKeyConstraint("submission_id", "unit", name=op.f("pk_submission_desk")),
    )
    op.create_table(
        "response",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("submission_id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        _of_submission("response"),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_response_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_response_submission_id"), "response", ["submission_id"])
    op.create_table(
        "report_clock",
        sa.Column("submission_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("ring_at", sa.BigInteger(), nullable=False),
        sa.Column("rings", sa.Integer(), nullable=False),
        _of_submission("report_clock"),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_report_clock")),
    )
    op.create_index(op.f("ix_report_clock_ring_at"), "report_clock", ["ring_at"])


def _of_submission(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_submission_id")
    return sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=name, ondelete="CASCADE")
