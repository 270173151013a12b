"""`question list|show|answer|forward|close|keep`: what communicators ask, from the shell; never who asked."""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Annotated, Any

import typer

from bot.acts import question_desk
from bot.acts.context import Context, Refusal
from bot.acts.question_desk import Opened, QuestionRow
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

app = typer.Typer(help="Questions about briefings.", no_args_is_help=True)
Number = Annotated[int, typer.Argument(help="The question's number.")]


class Shown(StrEnum):
    """Which questions of a unit."""

    OPEN = "open"
    OVER = "over"


@app.command("list")
def list_questions(
    unit: Annotated[str, typer.Option("--unit", help="The unit that is to answer: its code.")],
    shown: Annotated[Shown, typer.Option("--show", help="open or over.")] = Shown.OPEN,
    skip: Annotated[int, typer.Option("--skip", min=0, help="From so many on.")] = 0,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="At most so many.")] = 100,
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """List the questions at a unit, those that wait the longest first, with their age in days."""

    async def work(ctx: Context) -> dict[str, Any]:
        found = done(await question_desk.listed(ctx, unit, shown, skip, limit), ctx.house)
        rows = [_values(one, question_desk.waited(ctx, one)) for one in found.rows]
        return {"unit": found.place.code, "total": found.total, "questions": rows}

    show(reading(config, work), json, _table)


def _values(one: QuestionRow, days: int) -> dict[str, Any]:
    return {
        "number": one.id,
        "state": one.state,
        "desk": one.desk,
        "unit": one.unit,
        "briefing": one.slug or None,
        "day": one.day,
        "days": days,
        "question": one.words,
        "answer": one.answer,
        "answered_by": one.answered_by,
        "answered_on": one.answered_on,
    }


def _table(found: dict[str, Any]) -> None:
    columns = ("number", "state", "unit", "briefing", "days", "question")
    show_table(columns, [tuple(str(one[name] or "") for name in columns) for one in found["questions"]])


def _do(
    config: Any, json: bool, act: Callable[[Context], Awaitable[Opened | Refusal]], way: Any = acting
) -> None:
    async def work(ctx: Context) -> dict[str, Any]:
        found = done(await act(ctx), ctx.house)
        return {**_values(found.question, found.days), "masked": list(found.masked)}

    show(way(config, work), json, _opened)


def _opened(found: dict[str, Any]) -> None:
    for name, value in found.items():
        if value not in (None, []):
            typer.echo(f"{name}: {value}")


@app.command("show")
def open_question(number: Number, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Show a question and what was answered."""
    _do(config, json, lambda ctx: question_desk.look(ctx, number), reading)


@app.command("answer")
def answer(
    number: Number,
    text: Annotated[str, typer.Option("--text", help="What is answered; personal data is taken out.")],
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Answer a question, or mend its answer: whoever asked hears it."""
    _do(config, json, lambda ctx: question_desk.answer(ctx, number, text))


@app.command("forward")
def forward(number: Number, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Pass a question on to the next unit above."""
    _do(config, json, lambda ctx: question_desk.forward(ctx, number))


@app.command("close")
def close(number: Number, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Leave a question unanswered: whoever asked hears so."""
    _do(config, json, lambda ctx: question_desk.close(ctx, number))


@app.command("keep")
def keep(number: Number, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Put an answered question into its briefing's kit, without who asked."""

    async def work(ctx: Context) -> dict[str, Any]:
        kept = done(await question_desk.into_kit(ctx, number), ctx.house)
        return {"entry": kept.id, "slug": kept.slug, "question": kept.entry.question}

    show(acting(config, work), json, lambda one: typer.echo(f"entry {one['entry']} of {one['slug']}"))
