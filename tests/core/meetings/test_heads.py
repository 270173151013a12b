"""Bands of people, and what they add up to."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.meetings.heads import Heads, added_up, band, span
from tests.contents import known

SIZES = st.integers(min_value=0, max_value=100_000)


def test_a_band_is_read_as_a_form_keeps_it() -> None:
    assert (band("50-99"), band("500-")) == (Heads(50, 99), Heads(500, None))


@pytest.mark.parametrize("value", ["", "50", "99-50", "-50", "50-99 người", "5x-9"])
def test_what_is_no_band_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="is no band"):
        band(value)


@given(st.dictionaries(st.sampled_from(("1-19", "20-49", "100-199")), st.integers(1, 50)))
def test_the_sum_lies_between_the_sums_of_the_ends(counts: dict[str, int]) -> None:
    whole = added_up(counts)
    assert whole.most is not None
    assert sum(counts.values()) <= whole.least <= whole.most
    assert whole == Heads(
        sum(band(one).least * count for one, count in counts.items()),
        sum((band(one).most or 0) * count for one, count in counts.items()),
    )


def test_an_open_end_stays_open() -> None:
    whole = added_up({"1-19": 2, "500-": 1})
    assert whole == Heads(502, None)
    assert (span(whole, "vi"), span(Heads(1200, 3400), "vi")) == ("từ 502", "1.200–3.400")
    assert span(Heads(), "vi") == "0"


@pytest.mark.parametrize("form", ["buoi", "diemcau"])
def test_every_band_that_a_form_offers_can_be_added_up(form: str) -> None:
    (heads,) = (one for one in known().forms[form].fields if one.key == "heads")
    bands = [band(one.value) for one in heads.choices]
    assert all(low.most is not None and low.most + 1 == high.least for low, high in pairwise(bands))
