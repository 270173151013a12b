"""How far an account's month goes: replies keep a reserve, and nothing is promised that does not fit."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.core.delivery.quota import Quota, left_for_runs, next_period, period, share

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
counts = st.integers(0, 10_000)


@given(counts, counts, counts)
def test_a_run_never_takes_what_is_kept_for_replies(messages: int, used: int, under_way: int) -> None:
    left = left_for_runs(Quota(messages), used, under_way)
    assert left is not None
    assert 0 <= left <= messages
    assert left == 0 or left + used + under_way <= messages - messages // 10
    assert left_for_runs(Quota(None), used, under_way) is None


@given(counts, counts, counts, st.integers(1, 9))
def test_what_is_pushed_fits_and_everybody_is_in_one_share(
    messages: int, used: int, members: int, parts: int
) -> None:
    quota = Quota(messages)
    found = share(quota, used, members, parts)
    assert found.pushed + found.waiting == members
    assert found.pushed * parts <= (left_for_runs(quota, used) or 0)
    assert share(None, used, members, parts).waiting == 0


@given(st.integers(946_684_800, 4_102_444_800))
def test_a_month_ends_where_the_next_begins(seconds: int) -> None:
    at = datetime.fromtimestamp(seconds, ZONE)
    following = next_period(at)
    assert period(at) != period(following)
    assert period(following - timedelta(milliseconds=1)) == period(at)
    assert at < following <= at + timedelta(days=31, hours=1)
