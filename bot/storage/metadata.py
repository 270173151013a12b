"""What every table is made with: naming, numbers, times, states."""

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Integer, MetaData, text

from bot.core.kernel.lifecycle import Lifecycle

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite only counts INTEGER primary keys up; PostgreSQL needs 64 bits for them.
Id = BigInteger().with_variant(Integer, "sqlite")
# A number that was given stays given: SQLite would give the number of a deleted last row once more, and with
# it whatever still names that row (a file to be sent, an act in the audit log, a button in an old message).
NEVER_AGAIN = True
Ms = BigInteger  # UTC milliseconds


def states(lifecycle: Lifecycle) -> CheckConstraint:
    """A row stands in one of these states."""
    # Written out: for each row that changes SQLite would make a table of a list.
    return CheckConstraint(" OR ".join(f"state = '{state}'" for state in lifecycle.states), name="state")


def standing(lifecycle: Lifecycle, *states: str, besides: str = "") -> dict[str, Any]:
    """What makes an index a partial one: of the rows in these states alone."""
    if unknown := set(states) - set(lifecycle.states):
        raise ValueError(f"{lifecycle.name}: {sorted(unknown)} are no states")
    listed = ", ".join(f"'{state}'" for state in states)
    meant = f"state = {listed}" if len(states) == 1 else f"state IN ({listed})"
    where = text(f"{besides} AND {meant}" if besides else meant)
    return {"sqlite_where": where, "postgresql_where": where}
