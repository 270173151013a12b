"""`opinion`: the reports, without their authors; what a desk does with them is in `opinion_desk`."""

from dataclasses import asdict
from json import dumps
from typing import Any

import typer

from bot.acts import opinions
from bot.acts.context import Context
from bot.cli import opinion_desk, opinion_topics
from bot.cli.common import (
    CONFIG,
    ConfigOption,
    JsonOption,
    acting,
    done,
    show,
    show_table,
)
from bot.core.opinion.guard import inspect

app = typer.Typer(help="Opinion reports.", no_args_is_help=True)
opinion_desk.add_to(app)
app.command("answer-topic")(opinion_topics.answer_topic)
app.command("topic-answers")(opinion_topics.list_answers)


@app.command("list")
def list_opinions(config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """List the opinion reports by code: what was said, never by whom. Each time is in the audit log."""

    async def work(ctx: Context) -> list[dict[str, Any]]:
        return [asdict(one) for one in done(await opinions.every(ctx), ctx.house)]

    show(acting(config, work), json, _table)


@app.command("guard")
def guard(json: JsonOption = False) -> None:
    """Show what would be taken out of each line of standard input; keeps and asks nothing."""
    for line in typer.get_text_stream("stdin", encoding="utf-8", errors="replace"):
        found = inspect(line.rstrip("\n"))
        if json:
            typer.echo(dumps(found.model_dump(), ensure_ascii=False))
        else:
            typer.echo(found.text)


def _table(found: list[dict[str, Any]]) -> None:
    fields = list(dict.fromkeys(field for one in found for field in one["answers"]))
    rows = [
        (one["code"], one["day"], one["unit"], *(one["answers"].get(field, "") for field in fields))
        for one in found
    ]
    show_table(("code", "day", "unit", *fields), rows)
