"""A report is asked for and sent by statements built once: building one costs more than running it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from bot.core.people.members import Role
from tests.handlers.reporting import TEXT, kept, to_summary
from tests.handlers.village import EA_KAO, PROVINCE, settled
from tests.stores import store


@contextmanager
def _built() -> Iterator[list[str]]:
    """Statements built for one use; without the village's own, and the word that something was written."""
    found: list[str] = []

    def note(_conn: Any, statement: Any, *_: Any) -> None:
        if not any(part in str(statement) for part in ("FROM delivery", "UPDATE delivery", "pg_notify")):
            found.append(str(statement))

    event.listen(Engine, "before_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_execute", note)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_no_statement_is_built_for_a_report(tmp_path: Path, kind: str) -> None:
    async with store(kind, tmp_path) as database:
        town = await settled(database)
        await town.member("rep", "Rép", EA_KAO, Role.REPORTER)
        await town.member("chief", "Sáu", PROVINCE, Role.EDITOR)
        await to_summary(town)
        await town.tap("rep", "✅ Gửi")
        with _built() as built:
            await to_summary(town, f"{TEXT} thêm một đoạn nữa")
            await town.tap("rep", "✅ Gửi")
        assert sorted(set(built)) == []
        first, second = await kept(town)
        assert (first["desk"], second["content"]) == (PROVINCE, f"{TEXT} thêm một đoạn nữa")
