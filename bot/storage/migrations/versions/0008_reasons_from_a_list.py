"""Why something did not arrive is one of a closed list; what platforms said is translated where it can be"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# The first that fits counts; what fits none is "other". As `Reason` stood when this was written.
SIGNS = (
    ("no endpoint", "no endpoint"),
    ("left", "left"),
    ("expired", "expired"),
    ("restored", "restored"),
    ("cancelled by hand", "cancelled"),
    ("gave up%", "gave up"),
    ("throttled", "too many"),
    ("moved", "moved"),
    ("%blocked%", "blocked"),
    ("%deactivated%", "deactivated"),
    ("%chat not found%", "not started"),
    ("%initiate conversation%", "not started"),
    ("%peer_id_invalid%", "not started"),
    ("%kicked%", "chat gone"),
    ("%not a member%", "chat gone"),
    ("%stopped while sending%", "stopped while sending"),
    ("%stopped before sending%", "stopped while sending"),
    ("%timeout%", "timeout"),
    ("%too long%", "too long"),
    ("%parse entities%", "bad markup"),
    ("%cannot be encoded%", "bad markup"),
    ("%too large%", "file too large"),
    ("%file%", "file lost"),
    ("%message to edit%", "message gone"),
    ("%query is too old%", "tap too old"),
    ("%platform answered%", "out of order"),
    ("%store did not answer%", "store"),
    ("%disconnected%", "cut off"),
    ("%clientoserror%", "cut off"),
    ("%clientpayloaderror%", "cut off"),
    ("%clientconnector%", "no way"),
    ("%neverconnected%", "no way"),
    ("%connection%timeout%", "no way"),
)


def upgrade() -> None:
    for table in ("delivery", "endpoint"):
        reason: sa.ColumnClause[str] = sa.column("reason", sa.String())
        sign = sa.func.lower(reason)
        new = sa.case(*((sign.like(pattern), word) for pattern, word in SIGNS), else_="other")
        rows = sa.table(table, reason)
        op.execute(rows.update().where(reason.is_not(None)).values(reason=new))
    account = sa.table("account", sa.column("reason"))
    op.execute(account.update().where(account.c.reason.is_not(None)).values(reason="token"))
