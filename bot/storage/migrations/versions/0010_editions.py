"""The ledger keeps the edition somebody got, where they stood, and every part's message"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# What was sent by then is told as far as it can be: by the language and the unit a member has now. Its words
# were not kept; what still has to go gets them at the next start.
EDITIONS = """
INSERT INTO edition (briefing_id, language, addenda, created_at)
SELECT broadcast.briefing_id, member.language, '', min(run.created_at)
FROM run JOIN broadcast ON broadcast.id = run.broadcast_id
JOIN delivery ON delivery.run_id = run.id JOIN member ON member.id = delivery.member_id
GROUP BY broadcast.briefing_id, member.language
"""
GOT = """
UPDATE delivery SET edition_id = (
  SELECT edition.id FROM run JOIN broadcast ON broadcast.id = run.broadcast_id
  JOIN member ON member.id = delivery.member_id
  JOIN edition ON edition.briefing_id = broadcast.briefing_id AND edition.language = member.language
  WHERE run.id = delivery.run_id
), place = (
  SELECT unit.path FROM member JOIN unit ON unit.code = member.unit WHERE member.id = delivery.member_id
) WHERE run_id IS NOT NULL
"""
STOOD = """
UPDATE run SET place = (
  SELECT unit.path FROM broadcast JOIN unit ON unit.code = broadcast.unit WHERE broadcast.id = run.broadcast_id
) WHERE planned_from > 0
"""


def upgrade() -> None:
    op.create_table(
        "edition",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("briefing_id", NUMBER, nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("addenda", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["briefing_id"], ["briefing.id"], name=op.f("fk_edition_briefing_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
        sa.UniqueConstraint(
            "briefing_id",
            "language",
            "addenda",
            "digest",
            name=op.f("uq_edition_briefing_id_language_addenda_digest"),
        ),
        sqlite_autoincrement=True,
    )
    number = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    names = "CONSTRAINT fk_delivery_edition_id REFERENCES edition (id)"
    op.add_column("delivery", sa.Column("earlier", sa.Text()))
    op.execute(f"ALTER TABLE delivery ADD COLUMN edition_id {number} {names}")  # one statement on both
    op.add_column("delivery", sa.Column("place", sa.String()))
    op.add_column("run", sa.Column("place", sa.String()))
    for statement in (EDITIONS, GOT, STOOD):
        op.execute(statement)
