"""`make audit`, as far as it needs nothing but what is installed."""

from importlib.metadata import distributions
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    spec = spec_from_file_location("audit", ROOT / ".ci" / "audit.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_package_has_a_licence_that_we_may_use(audit: ModuleType) -> None:
    others = [one for one in distributions() if one.metadata["Name"] != "nhipcau"]
    assert len(others) > 50
    assert [one.metadata["Name"] for one in others if not audit.ALLOWED.search(audit.licence(one))] == []


def test_what_comes_without_a_hash_or_from_a_place_is_named(audit: ModuleType, tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("a==1 --hash=sha256:00\nb==2\n--index-url https://x\n", encoding="utf-8")
    assert [line.partition(": ")[2] for line in audit.unhashed(lock)] == [
        "no hash: b==2",
        "names a place: --index-url https://x",
    ]
    assert [line for name in audit.LOCKS for line in audit.unhashed(ROOT / name)] == []
