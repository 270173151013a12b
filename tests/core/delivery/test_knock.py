"""What the fields of an approved template say."""

import pytest

from bot.core.delivery.knock import LONGEST, filled, unknown

VALUES = {"count": "2", "name": "H'Mai {count}", "owner": "Ban Tuyên giáo"}


def test_each_place_is_filled_and_what_a_value_holds_is_left_as_it_is() -> None:
    data = {"ten": "{name}", "so": "{count} bản tin của {owner}", "cach": "Nhắn 1"}
    assert list(filled(data, VALUES).items()) == [
        ("cach", "Nhắn 1"),
        ("so", "2 bản tin của Ban Tuyên giáo"),
        ("ten", "H'Mai {count}"),
    ]


def test_what_is_longer_than_a_field_is_cut() -> None:
    (said,) = filled({"ten": "{name}"}, {**VALUES, "name": "Y" * 300}).values()
    assert (len(said), said[-1]) == (LONGEST, "…")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [("{count} {name}", []), ("{tên}", ["tên"]), ("{}", [""]), ("{phone} {b}", ["b", "phone"])],
)
def test_a_name_that_stands_for_nothing_is_told(text: str, wrong: list[str]) -> None:
    assert unknown(text) == wrong
