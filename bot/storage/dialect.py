"""Where SQLite and PostgreSQL differ: each difference is one named function."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import (
    Boolean,
    ColumnElement,
    CursorResult,
    Executable,
    Insert,
    Select,
    String,
    Subquery,
    Table,
    UpdateBase,
    bindparam,
    column,
    func,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from bot.core.delivery.states import UNSETTLED

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql


MAKING = 0x6E68697063617501  # any constant that no other advisory lock of ours has (`leases.ADVISORY`)
AUTHORITY = 0x6E68697063617502
ANSWERS = 0x6E68697063617503
AGREEMENTS = 0x6E686970  # with a second number: locks of two numbers are apart from those of one


def _insert(conn: AsyncConnection, table: Table) -> "sqlite.Insert | postgresql.Insert":
    if conn.dialect.name == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # with its drivers: loaded where it is used

    return postgresql.insert(table)


def upsert(
    conn: AsyncConnection,
    table: Table,
    values: Mapping[str, Any] | None,
    keys: Sequence[str],
    change: Sequence[str] = (),
) -> Insert:
    """INSERT that changes `change` of the row standing at `keys`, or (nothing to change) leaves it be.

    `values` None: the values come with `execute`, perhaps many rows of them.
    """
    insert = _insert(conn, table)
    if values is not None:
        insert = insert.values(**values)
    if not change:
        return insert.on_conflict_do_nothing(index_elements=list(keys))
    changed = {name: insert.excluded[name] for name in change}
    return insert.on_conflict_do_update(index_elements=list(keys), set_=changed)


def in_state(column: ColumnElement[str], *states: str) -> ColumnElement[bool]:
    """`column IN (…)` with the states written out: a partial index is used only for literals."""
    written: list[ColumnElement[str]] = [literal_column(f"'{state}'") for state in states]
    return column == written[0] if len(written) == 1 else column.in_(written)


class holds(FunctionElement[bool]):
    """Whether a text has another in it, letter for letter: several times as quick as LIKE."""

    name = "holds"
    type = Boolean()
    inherit_cache = True


@compiles(holds, "sqlite")
def _holds_on_sqlite(element: holds, compiler: SQLCompiler, **how: Any) -> str:
    return f"instr({compiler.process(element.clauses, **how)}) > 0"


@compiles(holds, "postgresql")
def _holds_on_postgresql(element: holds, compiler: SQLCompiler, **how: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **how)}) > 0"


def still(column: ColumnElement[str], state: str) -> ColumnElement[bool]:
    """`column` is the state, of rows found by their ids: not looked for in the state's partial index."""
    return column.concat("") == state


def is_open(column: ColumnElement[str]) -> ColumnElement[bool]:
    """Pending, in flight or to be tried again; written as the partial indexes write it, letter for letter."""
    return in_state(column, *UNSETTLED)


class each(FunctionElement[int]):
    """The integers of a JSON list, as a subquery: one statement, however long the list."""

    name = "each"
    inherit_cache = True


@compiles(each, "sqlite")
def _each_on_sqlite(element: each, compiler: SQLCompiler, **how: Any) -> str:
    listed = compiler.process(element.clauses, **how)
    return f"(SELECT value FROM json_each({listed}))"  # noqa: S608 - SQL compiled from SQL


@compiles(each, "postgresql")
def _each_on_postgresql(element: each, compiler: SQLCompiler, **how: Any) -> str:
    listed = compiler.process(element.clauses, **how)
    return f"(SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST({listed} AS JSON)))"  # noqa: S608


PAIRS = {
    "sqlite": ("json_each(:{})", ("json_extract(value, '$[0]')", "json_extract(value, '$[1]')")),
    "postgresql": ("json_array_elements(CAST(:{} AS JSON))", ("value->>0", "value->>1")),
}


def pairs(dialect: str, name: str, first: str, second: str) -> Subquery:
    """The pairs of a JSON list, bound as `name`, as a table of two columns of text."""
    rows, each = PAIRS[dialect]
    written = f"SELECT {each[0]} AS {first}, {each[1]} AS {second} FROM {rows.format(name)}"  # noqa: S608
    return text(written).columns(column(first, String), column(second, String)).subquery(name)


def joined(dialect: str, words: ColumnElement[str]) -> ColumnElement[str]:
    """The words of a group's rows as one, with ";" between them."""
    between: ColumnElement[str] = literal_column("';'")
    return func.group_concat(words, between) if dialect == "sqlite" else func.string_agg(words, between)


def locking(query: Select[Any], table: Table) -> Select[Any]:
    """The query, its rows of `table` held until the transaction ends; rows somebody else holds are left out.

    SQLite has one writer at a time and needs none of it.
    """
    return query.with_for_update(of=table, skip_locked=True)


async def undisturbed(conn: AsyncConnection, table: Table) -> None:
    """Wait for every transaction that has written to the table; nobody else writes until this one ends.

    A process that died, or a connection that was lost, may have left a commit the server has not finished.
    Before anything else the transaction writes: two that wait for each other are a deadlock. SQLite has one
    writer at a time and needs none of it.
    """
    if conn.dialect.name != "sqlite":
        await conn.execute(text(f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE"))


async def alone(conn: AsyncConnection) -> None:
    """Wait for whoever makes or fills the store, and let nobody else begin until this transaction ends.

    Tables that are not there yet cannot be locked, so it is an advisory lock. SQLite has one writer at a time
    and needs none of it.
    """
    if conn.dialect.name != "sqlite":
        await conn.execute(text(f"SELECT pg_advisory_xact_lock({MAKING})"))


async def changing_authority(conn: AsyncConnection) -> None:
    """Wait for whoever changes what somebody may do, as `alone` does; before the members are read."""
    if conn.dialect.name != "sqlite":
        await conn.execute(text(f"SELECT pg_advisory_xact_lock({AUTHORITY})"))


async def counting_answers(conn: AsyncConnection) -> None:
    """Wait for whoever counts an answer, as `alone` does: two would wait for each other's rows."""
    if conn.dialect.name != "sqlite":
        await conn.execute(text(f"SELECT pg_advisory_xact_lock({ANSWERS})"))


async def counting_agreement(conn: AsyncConnection, what: str) -> None:
    """Wait for whoever counts the reports that agree in this, as `alone` does.

    Of two that come at one moment neither would see the other's: each would count one too few, or both ring.
    """
    if conn.dialect.name != "sqlite":
        await ask(conn, _COUNTING, {"what": what})


_COUNTING = select(func.pg_advisory_xact_lock(AGREEMENTS, func.hashtext(bindparam("what", type_=String))))
Constant = UpdateBase | Select[*tuple[Any, ...]]


class _Text(NamedTuple):
    """A statement as the driver takes it. `fixed`: the values that stand in it."""

    statement: Executable  # kept, it keeps its id
    text: str
    names: tuple[str, ...]
    fixed: Mapping[str, Any]

    def row(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        given = {**self.fixed, **values} if self.fixed else values
        return tuple([given[name] for name in self.names])


_texts: dict[tuple[int, str], _Text] = {}


def _text(conn: AsyncConnection, statement: Constant) -> _Text:
    key = (id(statement), conn.dialect.name)
    if key not in _texts:
        compiled = statement.compile(dialect=conn.dialect)
        names = tuple(compiled.positiontup or ())
        fixed = {name: compiled.params[name] for name in names if not compiled.binds[name].required}
        _texts[key] = _Text(statement, str(compiled), names, fixed)
    return _texts[key]


async def ask(
    conn: AsyncConnection, statement: Constant, values: Mapping[str, Any]
) -> CursorResult[*tuple[Any, ...]]:
    """Run a module's constant statement once, compiled once. Its rows are the driver's: plain tuples.

    Values go to the driver, and come from it, as they are: numbers, text, booleans (0 or 1 on SQLite), None.
    """
    written = _text(conn, statement)
    return await conn.exec_driver_sql(written.text, written.row(values))


async def many(conn: AsyncConnection, statement: UpdateBase, rows: Sequence[Mapping[str, Any]]) -> None:
    """The same for each row of values, where nobody asks what came of it."""
    if rows:
        written = _text(conn, statement)
        await conn.exec_driver_sql(written.text, [written.row(row) for row in rows])


async def take_numbers(conn: AsyncConnection, table: Table, count: int) -> list[int]:
    """Numbers for so many new rows, in order: taken for good, whether or not the rows come."""
    if conn.dialect.name == "sqlite":  # the only writer: nobody else counts meanwhile
        found = await conn.execute(
            text("SELECT seq FROM sqlite_sequence WHERE name = :table"), {"table": table.name}
        )
        last = found.scalar_one_or_none() or 0
        return list(range(last + 1, last + count + 1))
    query = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")
    return [int(row[0]) for row in await conn.execute(query, {"table": table.name, "count": count})]


async def grown(conn: AsyncConnection, *tables: Table) -> None:
    """These tables have grown much: PostgreSQL counts them anew, or it plans as for small ones."""
    if conn.dialect.name != "sqlite":
        await conn.execute(text(f"ANALYZE {', '.join(table.name for table in tables)}"))


async def has_column(conn: AsyncConnection, table: str, column: str) -> bool:
    """Whether a table of the store, as it is migrated, has a column."""
    asked = (
        "SELECT 1 FROM pragma_table_info(:table) WHERE name = :column"
        if conn.dialect.name == "sqlite"
        else "SELECT 1 FROM information_schema.columns WHERE table_schema = current_schema() "
        "AND table_name = :table AND column_name = :column"
    )
    return (await conn.execute(text(asked), {"table": table, "column": column})).first() is not None
