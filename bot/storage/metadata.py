"""What every table is made with: naming, numbers, times, states."""

from sqlalchemy import BigInteger, CheckConstraint, Integer, MetaData

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


def states(column: str, *states: str) -> CheckConstraint:
    # Written out: for each row that changes SQLite would make a table of a list.
    return CheckConstraint(" OR ".join(f"{column} = '{state}'" for state in states), name=column)
