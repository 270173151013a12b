"""The command line: one module a noun, loaded when it is asked for."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from typing import Any, cast

import typer
from typer.core import TyperGroup
from typer.main import get_group

from bot.cli import streams
from bot.cli.given import judged

NOUNS = (
    *("demo", "run", "check", "account", "member", "request", "invite", "briefing", "form"),
    *("broadcast", "digest", "opinion", "question", "schedule", "quota", "store", "unit", "meeting"),
    *("audit", "conference", "review"),
)
MANNERS: dict[str, Any] = {
    "no_args_is_help": True,
    "add_completion": False,
    "pretty_exceptions_enable": False,
    "rich_markup_mode": None,
}
MISTAKE = cast(type[Exception], typer.BadParameter.__mro__[2])  # of any kind in the words; typer names it not


def load(*nouns: str) -> None:
    """Load what commands of these nouns need, ahead of them; another word loads nothing."""
    for noun in nouns:
        if noun in NOUNS:
            import_module(f"bot.cli.{noun}")


class _Loading(Mapping[str, Any]):
    """The commands by noun. A command needs a part of the program, and loading all of it takes long."""

    def __getitem__(self, noun: str) -> Any:
        if noun not in NOUNS:
            raise KeyError(noun)
        module, alone = import_module(f"bot.cli.{noun}"), typer.Typer(**MANNERS)
        alone.callback()(privately)
        if hasattr(module, "app"):
            alone.add_typer(module.app, name=noun)
        else:
            alone.command(noun)(getattr(module, noun))
        return judged(get_group(alone).commands[noun])

    def __iter__(self) -> Iterator[str]:
        return iter(NOUNS)

    def __len__(self) -> int:
        return len(NOUNS)


class _Nouns(TyperGroup):
    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.commands: Any = _Loading()

    def main(  # type: ignore[override]
        self, args: Any = None, prog_name: Any = None, *, standalone_mode: bool = True, **more: Any
    ) -> Any:
        """Run; a mistake in the words is one JSON value where --json is among them, as any refusal is."""
        if not standalone_mode:
            return super().main(args, prog_name, standalone_mode=False, **more)
        streams.prepare()
        as_json = "--json" in (sys.argv[1:] if args is None else list(args))
        with streams.answering():
            try:
                code = super().main(args, prog_name, standalone_mode=False, **more)
            except MISTAKE as error:
                sys.exit(_told(cast(typer.BadParameter, error), as_json))
            except typer.Abort:
                sys.exit(1)
            sys.exit(code if isinstance(code, int) else 0)

    def list_commands(self, ctx: Any) -> list[str]:
        """In the order of their use."""
        return list(NOUNS)


def _told(mistake: typer.BadParameter, as_json: bool) -> int:
    if as_json:
        from bot.cli.common import show

        show({"error": {"key": "usage", "message": mistake.format_message()}}, True, print)
    else:
        with suppress(OSError):  # a full disk under stderr changes no exit code
            mistake.show()
    return mistake.exit_code


app = typer.Typer(
    name="nhipcau",
    cls=_Nouns,
    help="Briefings to grassroots communicators, and what people say back.",
    **MANNERS,
)


@app.callback()
def privately() -> None:
    """Whatever file a command makes is its owner's alone; each says for itself whether it answers in JSON."""
    from bot.cli.common import begin

    os.umask(0o077)
    begin()
