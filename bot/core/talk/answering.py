"""Typed words as an answer, by the kind of the question: kept, or why they are none."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.core.kernel.characters import utf16_len
from bot.core.kernel.formats import date_long, fold, number, read_day
from bot.core.schedule.instants import milliseconds
from bot.core.talk import units
from bot.core.talk.form import UNITS, Answer, Choice, Field, Form, FormState, Mask, Options, Step, localized
from bot.core.talk.place import chosen, matching, move, pages, shown
from bot.core.talk.timing import Keep, Say, typed_moment, typed_schedule
from bot.core.talk.words import bare

MOST_PARTS = 100  # of an answer that names several choices
ONE_LINE = 200  # answers no longer than this are one line
# Apps cut a text in pieces at their platform's limit (UTF-16 units), or at a blank a little before it.
# They send them one right after the other.
LIMITS, LITTLE, TOGETHER_MS = (2_000, 4_096), 100, 10_000
CUT_FROM = LIMITS[0] - LITTLE
NEAR_DAYS = {"hom kia": -2, "hom qua": -1, "hom nay": 0, "ngay mai": 1, "yesterday": -1, "today": 0}
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_BAND = re.compile(r"([0-9]+)-([0-9]*)")
_BETWEEN = re.compile(r"\s*(?:[,;/+&\n]|\bvà\b|\band\b)\s*", re.IGNORECASE)


def typed(
    item: Field,
    state: FormState,
    text: str,
    options: Options,
    language: str,
    now: datetime,
    mask: Mask,
    say: Say,
    keep: Keep,
) -> Step:
    """Words, read as an answer to this question; `text` as it came, with the blanks around it."""
    raw, text = text, text.strip()
    match item.kind:
        case "choice":
            return _choice(item, state, text, options, language, keep)
        case "several":
            return _several(item, state, text, options, language, keep)
        case "text":
            return typed_text(item, state, raw, mask, now, keep)
        case "number":
            return _number(item, state, text, keep)
        case "date":
            return _typed_day(item, state, text, language, now, keep)
        case "moment" | "time":
            return typed_moment(item, state, text, language, now, keep)
        case "schedule":
            return typed_schedule(item, state, text, language, now, say, keep)
        case "file" | "photo":
            return Step(state, notice=f"form.want_{item.kind}")


def _choice(item: Field, state: FormState, text: str, options: Options, language: str, keep: Keep) -> Step:
    """The one choice that is meant; or those that have these letters, to pick from."""
    everything = move(state, search="", page=0, picked=state.picked)
    found = _meant(item, everything, text, options, language)
    if len(found) == 1 and item.kind == "choice":
        return keep(state, item, picked(found, language), None, None)
    if found and pages(item, everything, options, language) > 1:
        searching = move(everything, search=text[:60], picked=state.picked)
        return Step(searching, notice="form.found", values={"count": str(len(found))})
    return Step(everything, notice="form.use_several" if item.kind == "several" else "form.use_choices")


def _several(item: Field, state: FormState, text: str, options: Options, language: str, keep: Keep) -> Step:
    """Numbers of the screen or labels, with commas between: these and no others. Else as of one choice."""
    parts = [part for part in _BETWEEN.split(text) if part]
    if all(part.isdecimal() for part in text.split()):
        parts = text.split()
    here, wanted = shown(item, state, options, language), list[Choice]()
    for part in parts if len(parts) <= MOST_PARTS else ():
        if part.isdecimal() and 0 < int(part[:4]) <= len(here):
            wanted.append(here[int(part[:4]) - 1])
        elif len(found := _meant(item, move(state, search=""), part, options, language)) == 1:
            wanted += found
        else:
            return _choice(item, state, text, options, language, keep)
    if not wanted:
        return Step(state, notice="form.use_several")
    values = {one.value for one in wanted}
    every = matching(item, move(state, search=""), options, language)
    return keep(state, item, picked([one for one in every if one.value in values], language), None, None)


def toggled(item: Field, state: FormState, one: Choice) -> FormState:
    """A choice of several is taken, or taken back."""
    before = chosen(item, state)
    after = tuple(value for value in before if value != one.value)
    picked_ = after if one.value in before else (*before, one.value)
    return move(state, picked=picked_, page=state.page, search=state.search)


def picked(choices: Sequence[Choice], language: str) -> Answer:
    """What is kept of one choice, or of several: their values with a space between, as XLSForm has them."""
    return Answer(
        value=" ".join(one.value for one in choices),
        shown=", ".join(localized(one.label, language) for one in choices),
    )


def picked_day(choice: Choice, language: str, now: datetime) -> Answer:
    """What is kept of a day that is offered as so many days from today."""
    return _day(now.date() + timedelta(days=int(choice.value)), language)


def typed_text(item: Field, state: FormState, text: str, mask: Mask, now: datetime, keep: Keep) -> Step:
    """A text, as it may be kept; what may be the first piece of a longer one is remembered as such."""
    return _remembered(item, _text(item, state, text.strip(), mask, now, keep), text, now)


def _remembered(item: Field, done: Step, piece: str, now: datetime) -> Step:
    kept = item.key in done.state.answers and done.state.at != item.key
    if not kept or not any(limit - LITTLE <= utf16_len(piece) <= limit for limit in LIMITS):
        return done
    cut = {"cut": item.key, "cut_at": milliseconds(now), "glue": _glue(piece)}
    return replace(done, state=done.state.model_copy(update=cut))


def cut_field(form: Form, state: FormState, now: datetime) -> Field | None:
    """The field whose text words go on with, as an app cuts what is too long for it; None: they are new."""
    if state.cut not in state.answers or not 0 <= milliseconds(now) - state.cut_at <= TOGETHER_MS:
        return None
    return next((item for item in form.fields if item.key == state.cut), None)


def typed_rest(
    item: Field, state: FormState, rest: str, language: str, now: datetime, mask: Mask, keep: Keep
) -> Step:
    """The text that was kept last with its rest; where both are too long, the question stands again."""
    both = f"{state.answers[item.key].value}{'' if rest[:1].isspace() else state.glue}{rest}"
    asked = move(state, at=item.key, mending=state.mending or not state.at)
    done = _remembered(item, _text(item, asked, both.strip(), mask, now, keep), rest, now)
    if done.notice is not None:
        return done
    return replace(done, notice="form.joined", values={"what": localized(item.label, language)})


def _glue(text: str) -> str:
    """What stands between a piece and its rest: nothing where it is full, and so may end within a word."""
    blanks = text[len(text.rstrip()) :]
    return blanks[:1] or ("" if utf16_len(text) in LIMITS else " ")


def _text(item: Field, state: FormState, text: str, mask: Mask, now: datetime, keep: Keep) -> Step:
    if item.max_length <= ONE_LINE:
        text = " ".join(text.split())
    if not text:
        return Step(state, notice="form.empty")
    if item.mask and not any(map(str.isalnum, text)):
        return Step(state, notice="form.no_words")
    at = milliseconds(now)
    # What follows at once on a text that was too long is the rest of it, and no answer by itself.
    length = len(text) + (state.long if 0 <= at - state.long_at <= TOGETHER_MS else 0)
    if length > item.max_length:
        lengths = {"length": number(length), "maximum": number(item.max_length)}
        cut = {"long": length, "long_at": at} if length >= CUT_FROM else {}
        return Step(state.model_copy(update=cut), notice="form.too_long", values=lengths)
    if len(text) < item.min_length:
        lengths = {"length": number(length), "minimum": number(item.min_length)}
        return Step(state, notice="form.too_short", values=lengths)
    if not item.mask:
        return keep(state, item, Answer(value=text, shown=text), None, None)
    masked = mask(text)
    answer = Answer(value=masked.text, shown=masked.text, masked=masked.found)
    return keep(state, item, answer, "form.masked" if masked.found else None, None)


def _number(item: Field, state: FormState, text: str, keep: Keep) -> Step:
    """A whole number within its limits."""
    digits = "".join(text.split()).replace(".", "")  # "1.234" is how people write it
    lowest, highest = item.limits
    if not digits.isdecimal() or len(digits) > 9 or not lowest <= int(digits) <= highest:
        bounds = {"minimum": number(lowest), "maximum": number(highest)}
        return Step(state, notice="form.number", values=bounds)
    return keep(state, item, Answer(value=str(int(digits)), shown=number(int(digits))), None, None)


def _typed_day(item: Field, state: FormState, text: str, language: str, now: datetime, keep: Keep) -> Step:
    """A day: "29/11/2026", "29/11", "hôm qua". Kept as an ISO date, within its days from today."""
    day = _read_day(text, now.date(), item.limits)
    if day is None:
        example = date_long(
            now.date() + timedelta(days=item.limits[1] if item.limits[1] < 0 else 0), language
        )
        return Step(state, notice="form.day", values={"example": example})
    first, last = (now.date() + timedelta(days=days) for days in item.limits)
    if not first <= day <= last:
        span = {"first": date_long(first, language), "last": date_long(last, language)}
        return Step(state, notice="form.day_outside", values=span)
    return keep(state, item, _day(day, language), None, None)


def _read_day(text: str, today: date, limits: tuple[int, int]) -> date | None:
    said = bare(text)
    if said in NEAR_DAYS:
        return today + timedelta(days=NEAR_DAYS[said])
    if _ISO_DAY.fullmatch(text):
        return _as_day(text)
    words = re.sub(r"\s*(?:\bthang\b|\bnam\b|[/.-])\s*", "/", fold(text).removeprefix("ngay").strip())
    if words.count("/") != 1:
        return _as_day(words)
    days = [_as_day(f"{words}/{today.year + years}") for years in (0, -1, 1)]
    found = [day for day in days if day is not None]
    inside = [day for day in found if limits[0] <= (day - today).days <= limits[1]]
    return next(iter(inside or found), None)


def _as_day(text: str) -> date | None:
    try:
        return read_day(text)
    except ValueError:
        return None


def _day(value: date, language: str) -> Answer:
    return Answer(value=value.isoformat(), shown=date_long(value, language))


def _meant(item: Field, state: FormState, text: str, options: Options, language: str) -> list[Choice]:
    said = bare(text)
    choices = matching(item, state, options, language)
    if item.source == UNITS and (sure := units.meant(choices, text, language)):
        return sure
    exact = [one for one in choices if said in _names(one, language)] or _bands(choices, text)
    return exact or (matching(item, move(state, search=text), options, language) if said else [])


def _bands(choices: Sequence[Choice], text: str) -> list[Choice]:
    """The band a number falls into, where values are bands: "20-49", "500-"."""
    counts = {int(one) for one in re.findall(r"[0-9]{1,9}", text)}
    if len(counts) != 1:
        return []
    count, found = counts.pop(), [(one, _BAND.fullmatch(one.value)) for one in choices]
    return [one for one, band in found if band and int(band[1]) <= count <= int(band[2] or count)]


def _names(choice: Choice, language: str) -> set[str]:
    return {bare(one) for one in (localized(choice.label, language), *choice.words)}
