"""`schedule explain`: what people's words for time mean, without a store."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from bot.cli.broadcast_show import when
from bot.cli.common import CONFIG, JsonOption, refuse, settings_of, show
from bot.config import App
from bot.content.catalogues import read_texts
from bot.content.files import Folder
from bot.core.kernel.errors import ContentError
from bot.core.kernel.values import Ms
from bot.core.schedule.instants import milliseconds
from bot.core.schedule.occurrences import Schedule, occurrences
from bot.core.schedule.parse import Unclear, Understood, understand
from bot.core.talk.texts import Texts
from bot.core.talk.when import read_back, unclear_in_words
from bot.engine.times import Clock

app = typer.Typer(help="Schedules: explain.", no_args_is_help=True)
MOST = 1000


@app.callback()
def schedule() -> None:
    """Schedules, as people say them."""


@app.command("explain")
def explain(
    text: Annotated[str, typer.Argument(help='When, in Vietnamese words: "8h sáng mai".')],
    now: Annotated[str | None, typer.Option("--now", help="As if it were then: ISO 8601.")] = None,
    count: Annotated[int, typer.Option("--count", min=1, max=MOST, help="So many occurrences.")] = 5,
    language: Annotated[str, typer.Option("--language", help="Of the words read back.")] = "vi",
    config: Annotated[
        Path, typer.Option("--config", help="The settings file, where there is one.", show_default=True)
    ] = CONFIG,
    json: JsonOption = False,
) -> None:
    """Say what words for time mean: kind, what is read back, when; or why they mean nothing."""
    settings = settings_of(config, secrets=False).app if config.exists() else App()
    moment = _moment(now, settings.timezone)
    try:
        texts = read_texts(Folder(settings.content))
    except ContentError as error:
        refuse(str(error), kind=error.kind)
    found, zone = meant(text, moment, texts, language), ZoneInfo(settings.timezone)
    result = {
        "kind": found.kind,
        "text": read_back(texts, language, found, zone, _before(moment)),
        "at": [when(at, settings.timezone) for at in islice(_all(found, moment), count)],
    }
    show(result, json, _print)


def meant(text: str, moment: datetime, texts: Texts, language: str = "vi") -> Schedule:
    """The schedule that words mean. Ends the command, with what, why and what to write instead."""
    found = understand(text, moment)
    if isinstance(found, Understood) and not found.past:
        return found.schedule
    why = found if isinstance(found, Unclear) else Unclear(key="past")
    return refuse(unclear_in_words(texts, language, why), kind=f"when.{why.key}")


def _before(moment: datetime) -> Ms:
    return Ms(milliseconds(moment) - 1)


def _all(found: Schedule, moment: datetime) -> Iterator[Ms]:
    return occurrences(found, _before(moment))


def _moment(now: str | None, timezone: str) -> datetime:
    zone = ZoneInfo(timezone)
    if now is None:
        return datetime.fromtimestamp(Clock().now_ms() / 1000, zone)
    try:
        given = datetime.fromisoformat(now)
        moment = given.replace(tzinfo=zone) if given.tzinfo is None else given.astimezone(zone)
    except (ValueError, OverflowError):
        refuse(f"--now {now!r}: an ISO 8601 time such as 2026-12-12T08:15+07:00")
    if not 1970 < moment.year < 9999:
        refuse(f"--now {now!r}: a time between the years 1970 and 9999")
    return moment


def _print(result: dict[str, Any]) -> None:
    typer.echo(f"{result['kind']}: {result['text']}")
    for at in result["at"]:
        typer.echo(f"  {at}")
