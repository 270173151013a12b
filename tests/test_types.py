"""Types that keep alike values apart: mypy refuses one in place of another."""

from pathlib import Path

from mypy import api

MIXED = """\
from bot.core.guidance.addenda import closes_at
from bot.core.kernel.values import ChatId, Ms, UnitPath
from bot.core.people.units import is_within

chat, top, path = ChatId("66"), UnitPath("/TW/"), UnitPath("/TW/66/")
now, lead_ms = Ms(1_800_000_000_000), 7_200_000
closes_at(now, lead_ms)
closes_at(lead_ms, now)
is_within(path, top)
is_within(chat, top)
is_within("66", top)
"""


def test_mypy_refuses_a_mixed_up_argument(tmp_path: Path) -> None:
    module = tmp_path / "mixed.py"
    module.write_text(MIXED, encoding="utf-8")
    options = ["--strict", "--follow-imports=silent", "--config-file=", f"--cache-dir={tmp_path}"]
    said, _, _ = api.run([*options, str(module)])
    *refused, summary = said.splitlines()
    assert [line.rpartition("incompatible type ")[2] for line in refused] == [
        '"int"; expected "Ms | None"  [arg-type]',
        '"ChatId"; expected "UnitPath"  [arg-type]',
        '"str"; expected "UnitPath"  [arg-type]',
    ]
    assert summary.startswith("Found 3 errors")
