"""`opinion desk|show|answer|return|verify|forward|close|merge`: what a desk does, from the shell."""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Annotated, Any

import typer

from bot.acts import desk, desk_words
from bot.acts.context import Context, Refusal
from bot.acts.desk import Done, Report
from bot.cli.common import (
    CONFIG,
    ConfigOption,
    JsonOption,
    acting,
    done,
    reading,
    show,
    show_table,
)
from bot.core.kernel.formats import fold
from bot.core.opinion.desk import Wanted

Code = Annotated[str, typer.Argument(help="The report's code, such as DL-7K3M9Q.")]
URGENCIES = ("ordinary", "soon", "urgent")


class Shown(StrEnum):
    """Which reports of a desk."""

    OPEN = "open"
    OVER = "over"
    PASSED = "passed"


def list_desk(
    unit: Annotated[str, typer.Option("--unit", help="The unit whose desk it is: its code.")],
    config: ConfigOption = CONFIG,
    shown: Annotated[Shown, typer.Option("--show", help="open, over or passed on.")] = Shown.OPEN,
    topic: Annotated[str, typer.Option("--topic", help="Only on this topic: its code.")] = "",
    sender: Annotated[str, typer.Option("--from", help="Only received from this unit: its code.")] = "",
    words: Annotated[str, typer.Option("--find", help="Only with these words, diacritics or not.")] = "",
    skip: Annotated[int, typer.Option("--skip", min=0, help="From so many on.")] = 0,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="At most so many.")] = 100,
    json: JsonOption = False,
) -> None:
    """List the reports at a unit's desk, the new and urgent first; never who sent them."""
    wanted = Wanted(topic, sender, fold(words).split())

    async def work(ctx: Context) -> dict[str, Any]:
        found = done(await desk.listed(ctx, unit, shown, wanted, skip, limit), ctx.house)
        rows = [_row(ctx, one) for one in found.rows]
        return {"unit": found.place.code, "counts": dict(found.counts), "total": found.total, "reports": rows}

    show(reading(config, work), json, _table)


def _row(ctx: Context, one: Report) -> dict[str, Any]:
    return {
        "code": one.code,
        "topic": one.topic,
        "unit": one.unit,
        "day": one.day,
        "urgency": URGENCIES[one.urgency],
        "state": one.state,
        "desk": one.desk,
        "waited": desk_words.waited(ctx.house, "en", one, ctx.now),
    }


def _table(found: dict[str, Any]) -> None:
    columns = ("code", "topic", "unit", "day", "urgency", "state", "waited")
    show_table(columns, [tuple(str(one[name]) for name in columns) for one in found["reports"]])


def open_report(code: Code, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Open a report: what it says, and what was said of it. The opening is in the audit log."""

    async def work(ctx: Context) -> dict[str, Any]:
        found = done(await desk.look(ctx, code), ctx.house)
        return {
            **_row(ctx, found.report),
            "answers": dict(found.answers),
            "responses": [
                {"kind": one.kind, "text": one.words, "unit": one.unit, "day": one.day}
                for one in found.responses
            ],
            "merged": [one.code for one in found.merged],
        }

    show(acting(config, work), json, _opened)


def _opened(found: dict[str, Any]) -> None:
    for name, value in found.items():
        for key, text in value.items() if isinstance(value, dict) else ((name, value),):
            typer.echo(f"{key}: {text}")


def _do(config: Any, json: bool, act: Callable[[Context], Awaitable[Done | Refusal]]) -> None:
    async def work(ctx: Context) -> dict[str, Any]:
        after = done(await act(ctx), ctx.house)
        return {**_row(ctx, after.report), "masked": list(after.masked)}

    show(
        acting(config, work), json, lambda one: typer.echo(f"{one['code']}: {one['state']} at {one['desk']}")
    )


def answer(
    code: Code,
    text: Annotated[str, typer.Option("--text", help="What is answered; personal data is taken out.")],
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Answer a report, and those merged into it: whoever sent them hears."""
    _do(config, json, lambda ctx: desk.answer(ctx, code, text))


def give_back(
    code: Code,
    reason: Annotated[str, typer.Option("--reason", help="What is missing; personal data is taken out.")],
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Return a report: whoever sent it hears why, mends it and sends it again."""
    _do(config, json, lambda ctx: desk.give_back(ctx, code, reason))


def verify(code: Code, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Mark a report as looked into and so."""
    _do(config, json, lambda ctx: desk.verify(ctx, code))


def forward(code: Code, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Pass a report on to the next desk above."""
    _do(config, json, lambda ctx: desk.forward(ctx, code))


def close(code: Code, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Nothing more is to be done about a report."""
    _do(config, json, lambda ctx: desk.close(ctx, code))


def merge(
    code: Code,
    into: Annotated[str, typer.Argument(help="The code of the report that says the same.")],
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Answer a report with another that says the same."""
    _do(config, json, lambda ctx: desk.merge(ctx, code, into))


def add_to(app: typer.Typer) -> None:
    """Hang these commands at a noun."""
    acts: dict[str, Callable[..., None]] = {
        "desk": list_desk,
        "show": open_report,
        "answer": answer,
        "return": give_back,
        "verify": verify,
        "forward": forward,
        "close": close,
        "merge": merge,
    }
    for name, act in acts.items():
        app.command(name)(act)
