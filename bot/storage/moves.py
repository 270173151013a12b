"""Statements that change a state: nowhere else is a `state` written to a row that stands.

Each takes the lifecycle and who moves. A move that the lifecycle does not have is refused when the statement
is made; a row that stands where this one may not take it from is left as it is.
"""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Update, case, literal_column

from bot.core.kernel.lifecycle import Lifecycle, UnknownMove
from bot.storage.dialect import in_state, still

Becomes = str | ColumnElement[str]  # a state, or a parameter, whose values go through `require`


def to_state(
    statement: Update,
    lifecycle: Lifecycle,
    to: str,
    by: str,
    *,
    only: Collection[str] = (),
    found: bool = False,
) -> Update:
    """Move the rows of `statement` to one state, from wherever this one may, or from `only` these.

    `found`: by their ids, and not to be looked for in the index of the state from which they come.
    """
    sources = tuple(only) or lifecycle.sources(to, by)
    for source in sources:
        require(lifecycle, source, to, by)
    return _from(statement, sources, found).values(state=_written(to))


def to_next(statement: Update, lifecycle: Lifecycle, by: str) -> Update:
    """Move each row to the one state to which this one moves it from where it stands.

    One statement: with two, a row that others move meanwhile would be passed over by both.
    """
    steps, column = lifecycle.steps(by), statement.table.c.state
    chosen = case({state: _written(to) for state, to in steps.items()}, value=column)
    return _from(statement, tuple(steps), found=False).values(state=chosen)


def to_either(
    statement: Update,
    lifecycle: Lifecycle,
    source: str,
    by: str,
    *cases: tuple[ColumnElement[bool], Becomes],
    otherwise: Becomes,
    found: bool = False,
) -> Update:
    """Move rows that stand in `source`, each by the first condition that holds of it."""
    for to in (*(to for _, to in cases), otherwise):
        if isinstance(to, str):
            require(lifecycle, source, to, by)
    rest = _written(otherwise)
    chosen = case(*((when, _written(to)) for when, to in cases), else_=rest) if cases else rest
    return _from(statement, (source,), found).values(state=chosen)


def require(lifecycle: Lifecycle, source: str, to: str, by: str) -> None:
    """Raises UnknownMove where this is no move of the lifecycle."""
    if not lifecycle.admits(source, to, by):
        raise UnknownMove(f"{lifecycle.name}: {by} makes no {to!r} of {source!r}")


def _from(statement: Update, sources: tuple[str, ...], found: bool) -> Update:
    column = statement.table.c.state
    return statement.where(
        *(still(column, one) for one in sources) if found else (in_state(column, *sources),)
    )


def _written(to: Becomes) -> ColumnElement[str]:
    return literal_column(f"'{to}'") if isinstance(to, str) else to
