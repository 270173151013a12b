"""The guard against sentences as people write them: what it finds, misses, and finds where nothing is."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from bot.core.opinion.guard import inspect

KINDS = {
    **{"phone": "số điện thoại", "paper": "số giấy tờ", "email": "thư điện tử", "plate": "biển số"},
    **{"link": "liên kết", "account": "tài khoản", "address": "địa chỉ", "name": "tên"},
}
NUMBERS = ("phone", "paper", "email", "plate", "account", "link")
_MARK = re.compile(r"\{(\w+):([^{}]*)\}")


def sentences() -> list[tuple[str, list[tuple[str, str]]]]:
    """Each sentence, and what is to be found in it."""
    lines = Path(__file__).with_name("guard_sentences.txt").read_text(encoding="utf-8").splitlines()
    written = [line for line in lines if line and not line.startswith("#")]
    return [(_MARK.sub(r"\2", line), _MARK.findall(line)) for line in written]


def test_the_set_is_large_enough() -> None:
    found = sentences()
    assert len(found) >= 400
    assert sum(not hidden for _, hidden in found) >= 150


def test_what_is_to_be_hidden_is_found_and_the_rest_is_left(
    record_property: Callable[[str, object], None],
) -> None:
    there, missed, wrong = Counter[str](), [], []
    for sentence, hidden in sentences():
        guarded = inspect(sentence)
        for kind, value in hidden:
            there[kind] += 1
            if not any(one.kind == KINDS[kind] and _same(one.value, value) for one in guarded.found):
                missed.append((kind, value, sentence))
        if not hidden and guarded.found:
            wrong.append((sentence, [one.value for one in guarded.found]))
    numbers = 1 - sum(kind in NUMBERS for kind, *_ in missed) / sum(there[kind] for kind in NUMBERS)
    words = {kind: 1 - sum(one[0] == kind for one in missed) / there[kind] for kind in ("address", "name")}
    clean = sum(not hidden for _, hidden in sentences())
    counts = f"{sum(there[k] for k in NUMBERS)} numbers, {there['address']} addresses, {there['name']} names"
    recall = f"{numbers:.3f}, {words['address']:.3f}, {words['name']:.3f}"
    record_property("figures", f"guard: {counts}: recall {recall}; false alarms {len(wrong)} of {clean}")
    assert numbers >= 0.98, missed
    assert min(words.values()) >= 0.90, missed
    assert len(wrong) / clean <= 0.03, wrong


def _same(found: str, meant: str) -> bool:
    """A name may be found with a word more before it; nothing of what is meant may be left."""
    return meant in found
