"""A refusal is said with what it names: by its key alone, a sentence with places in it cannot be said."""

import re
from pathlib import Path

HANDLERS = Path(__file__).parents[2] / "handlers"


def test_no_refusal_is_said_by_its_key_alone() -> None:
    alone = re.compile(r"\b(?:line|text|say)\(\s*[a-z_]+\.key\s*\)")
    sources = {path: path.read_text("utf-8") for path in HANDLERS.rglob("*.py")}
    assert len(sources) > 30
    assert [str(path) for path, source in sources.items() if alone.search(source)] == []
