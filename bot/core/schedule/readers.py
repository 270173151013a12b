"""What each piece of people's words for time adds to what was said."""

import re
from collections.abc import Callable

from bot.core.schedule import cycle
from bot.core.schedule.hours import DAYS, Found
from bot.core.schedule.periods import weekday_of
from bot.core.schedule.said import DayAlone, DayOf, FromTet, Nth, Said, Which

LUNAR = ("am lich", "am", "al", "ta")


def _which(word: str | None) -> Which | None:
    return None if word is None else "this" if word == "nay" else "next"


def nothing(said: Said, found: Found) -> None:
    """A word that says nothing of the time."""


def unsure(key: str) -> Callable[[Said, Found], None]:
    """Words that have two readings: the doubt is said under this key."""

    def read(said: Said, found: Found) -> None:
        said.wonder(key, found[0])

    return read


def nth(said: Said, found: Found) -> None:
    """A weekday by its place in a month."""
    which = {"dau": 1, "nhat": 1, "tien": 1, "cuoi": -1, "cung": -1}
    word = found["nth"].split()[-1]
    number = which[word] if word in which else int(word)
    if number > 4:
        said.wonder("fifth", weekday=weekday_of(found["wd"]))
    groups = found.groupdict()
    month = _month(said, found, 1) if groups.get("n") else None
    said.nth.append(Nth(number, weekday_of(found["wd"]), _month_of(said, groups.get("m")), month))
    if groups.get("rec"):
        said.every.add("month")


def _month(said: Said, found: Found, day: int) -> DayOf:
    """The first (1) or last (-1) of a month that was named."""
    if not 1 <= int(found["n"]) <= 12:
        said.wonder("no_month", found["n"])
    if found["cycle"]:
        said.wonder("year_of_lunar", found[0])
    return DayOf(day, int(found["n"]), _year(found), "solar", years=_years(found))


def _month_of(said: Said, word: str | None) -> Which | None:
    if word == "sau":
        said.wonder("month_or_next")
    return _which(word)


def tet(said: Said, found: Found) -> None:
    """So many days before or after Tết."""
    _which_year(said, found)
    days = int(found["n"]) * (7 if found["unit"] == "tuan" else 1)
    if days > 150:
        said.wonder("too_far_from_tet")
    said.tet.append(FromTet(-days if found["dir"] == "truoc" else days, _year(found), _cycle(said, found)))


def _year(found: Found) -> int | None:
    year = found["y"] or found.groupdict().get("y4")
    return None if year is None else int(year) + (2000 if len(year) == 2 else 0)


def _cycle(said: Said, found: Found) -> int | None:
    words = found.groupdict().get("cycle")
    known = cycle.place(words) if words else None
    if words and known is None:
        said.wonder("unknown", words)
    return known


def _years(found: Found) -> int | None:
    words = found.groupdict().get("years")
    return None if words is None else 0 if words.endswith("nay") else 1


def day_of_tet(said: Said, found: Found) -> None:
    """A day of Tết by its number: of the last lunar month without "mùng"."""
    _which_year(said, found)
    day = int(found["d"])
    before = found["named"] is None
    if day not in (range(20, 31) if before else range(1, 16)):
        said.wonder("no_day_of_tet", str(day))
    elif before and _year(found):
        said.wonder("year_of_lunar", found[0])
    else:
        # "29 Tết Đinh Mùi" is of the month before that year
        known, month = _cycle(said, found), 12 if before else 1
        known = (known - 1) % 60 if known is not None and before else known
        said.days.append(DayOf(day, month, _year(found), "lunar", cycle=known))


def _which_year(said: Said, found: Found) -> None:
    """ "Tết năm nay", "rằm tháng Giêng năm sau": of either calendar's year."""
    if _years(found) is not None:
        said.wonder("year_of_lunar", found[0])


def feast(day: DayOf) -> Callable[[Said, Found], None]:
    """A feast by its name."""

    def read(said: Said, found: Found) -> None:
        said.days.append(day)

    return read


def day_of(said: Said, found: Found) -> None:
    """A day with its month, or the first or last of a stretch."""
    groups = found.groupdict()
    lunar_month = {"gieng": 1, "chap": 12}.get(groups["m"])
    calendar = groups.get("cal")
    lunar = lunar_month is not None or found["d"] == "ram" or groups.get("leap")
    known = _cycle(said, found)
    lunar = lunar or known is not None
    meant = "lunar" if lunar or calendar in LUNAR else "solar" if calendar else None
    if lunar and calendar and calendar.startswith(("d", "tay")):
        said.wonder("lunar_and_solar", found[0])
    if meant == "lunar":
        _which_year(said, found)
    one = DayOf(
        day=15 if found["d"] == "ram" else int(found["d"]),
        month=lunar_month or int(groups["m"]),
        year=_year(found),
        calendar=meant,  # type: ignore[arg-type]
        leap=bool(groups.get("leap")),
        named=groups.get("named") in ("mung", "mong"),
        years=_years(found),
        cycle=known,
    )
    side = groups.get("side")
    if side is None:
        said.days.append(one)
    elif not side.startswith(("tu", "bat", "ke")):
        _only(said, said.until)
        said.until = one
    else:
        _only(said, said.start)
        said.start = one


def from_day(said: Said, found: Found) -> None:
    """The first day, counted from today."""
    _only(said, said.start)
    said.start = DAYS[found["day"]]


def till_year(said: Said, found: Found) -> None:
    """To the year's end."""
    _only(said, said.until)
    said.until = DayOf(31, 12, calendar="solar", years=0)


def till_month(said: Said, found: Found) -> None:
    """To the end of a month."""
    _only(said, said.until)
    this = _month_of(said, found["m"]) or "this"
    said.until = _month(said, found, -1) if found["n"] else DayAlone(31, this, last=True)


def _only(said: Said, before: DayOf | DayAlone | int | None) -> None:
    if before is not None:
        said.wonder("two_days")


def alone(said: Said, found: Found) -> None:
    """A day of a month that was not named."""
    groups = found.groupdict()
    lunar = groups.get("lunar")
    day = 15 if lunar == "ram" else int(found["d"])
    which = _month_of(said, groups.get("m"))
    if lunar and lunar != "ram" and day != 1 and groups.get("cal") is None:
        said.wonder("lunar_or_solar", str(day))  # of "mùng 1" and "rằm" alone nobody means the other
    calendar = groups.get("cal") or ("am" if lunar else "duong")
    said.alone.append(DayAlone(day, which, lunar=calendar in LUNAR))
    if groups.get("every"):
        said.every.add("month")


def end_of(said: Said, found: Found) -> None:
    """The first or last of a month."""
    groups = found.groupdict()
    last = found["at"] == "cuoi"
    day = 31 if last else 1
    if groups.get("n"):
        said.days.append(_month(said, found, -1 if last else 1))
        return
    said.alone.append(DayAlone(day, _month_of(said, groups.get("m")), last=last))
    if groups.get("every"):
        said.every.add("month")


def weekdays(said: Said, found: Found) -> None:
    """One weekday, or several."""
    said.weekdays.append(weekday_of(found["wd"]))
    said.weekdays += [int(one) - 2 for one in re.findall(r"[2-7]", found["more"] or "")]
    if found["week"]:
        week(said, found)
    elif found["soon"] == "toi+":
        said.coming = True
    elif found["soon"] == "toi":  # "tới" and "tối" look alike
        said.wonder("evening_or_next", weekday=said.weekdays[-1])


def week(said: Said, found: Found) -> None:
    """This week, the next, or the one after it."""
    word = found["week"]
    said.week = 0 if word == "nay" else 2 if word.endswith("nua") else 1


def start_of_week(said: Said, found: Found) -> None:
    """A week's Monday."""
    said.weekdays.append(0)
    if found["week"]:
        week(said, found)
