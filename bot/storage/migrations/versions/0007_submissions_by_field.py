"""A report is a submission of a form: its answers stand by field, beside the form's version and the unit's place"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FIELDS = ("topic", "people", "tendency", "scale", "content", "proposal", "urgency")


def upgrade() -> None:
    op.create_table(
        "submission",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("form_version", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("unit_path", sa.String(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_submission_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("code", name=op.f("uq_submission_code")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_submission_form_day", "submission", ["form", "day"])
    op.create_table(
        "answer",
        sa.Column("submission_id", NUMBER, nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        _of_submission("answer"),
        sa.PrimaryKeyConstraint("submission_id", "field", name=op.f("pk_answer")),
    )
    op.create_table(
        "submission_author",
        sa.Column("submission_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("member_id", NUMBER, nullable=False),
        sa.Column("until", sa.String(), nullable=False),
        _of_submission("submission_author"),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_submission_author_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_submission_author")),
    )
    op.create_index(op.f("ix_submission_author_member_id"), "submission_author", ["member_id"])
    _carry_over()
    op.drop_table("opinion_author")
    op.drop_table("opinion")


def _of_submission(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_submission_id")
    return sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=name, ondelete="CASCADE")


def _carry_over() -> None:
    op.execute(
        "INSERT INTO submission (id, code, form, form_version, unit, unit_path, sample, day) "
        "SELECT opinion.id, opinion.code, 'opinion', '', opinion.unit, unit.path, sample, day "
        "FROM opinion JOIN unit ON unit.code = opinion.unit"
    )
    for field in FIELDS:
        op.execute(
            "INSERT INTO answer (submission_id, field, value) "  # noqa: S608 - names from the list above
            f"SELECT id, '{field}', {field} FROM opinion WHERE {field} <> ''"
        )
    op.execute("INSERT INTO submission_author SELECT opinion_id, member_id, until FROM opinion_author")
    # Numbers that were given stay given.
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DELETE FROM sqlite_sequence WHERE name = 'submission'")
        op.execute(
            "INSERT INTO sqlite_sequence (name, seq) "
            "SELECT 'submission', seq FROM sqlite_sequence WHERE name = 'opinion'"
        )
    else:
        op.execute(
            "SELECT setval(pg_get_serial_sequence('submission', 'id'), "
            "nextval(pg_get_serial_sequence('opinion', 'id')))"
        )
