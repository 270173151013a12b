"""Files that commands write: nothing is written over; what leaves of reports is in the audit log."""

from pathlib import Path
from typing import Annotated, Any

import typer

from bot.acts.context import Context
from bot.acts.handouts import Made
from bot.cli.common import acting, refuse, show
from bot.core.people.permissions import Act

Out = Annotated[Path | None, typer.Option("--out", help="The file to write.")]
LayoutOption = Annotated[str, typer.Option("--layout", help="Of a docx: a file of content/layouts.")]
LAYOUT = "PARTY_2026"


def check_free(*files: Path | None) -> None:
    """End where one of these is there already, or has no folder: before anything is read or drawn for it."""
    for file in files:
        if file is not None and file.exists():
            _there(file)
        if file is not None and not file.parent.is_dir():
            refuse(f"{file}: there is no folder {file.parent}: it cannot be written there")


def write(file: Path, data: bytes) -> None:
    """Write a new file, whole; or end with why not, and leave nothing of it."""
    begun = False
    try:
        with file.open("xb") as new:
            begun = True
            new.write(data)
    except FileExistsError:
        _there(file)
    except OSError as error:
        if begun:
            file.unlink(missing_ok=True)
        refuse(f"{file}: {error.strerror}: it cannot be written there")


def keep(config: Path, json: bool, out: Path, made: Made, act: Act, subject: str, **told: Any) -> None:
    """Write what was made of reports, note in the audit log that it left, and say so; `told` besides."""
    write(out, made.data)

    async def note(ctx: Context) -> None:
        await ctx.note(act, subject, made.name)

    acting(config, note)
    value = {"file": str(out), "bytes": len(made.data), **told}
    show(value, json, lambda _: typer.echo(f"{out}: {len(made.data)} bytes"))


def _there(file: Path) -> None:
    if file.is_dir():
        refuse(f"{file} is a folder; name a file in it")
    refuse(f"{file} is there already; nothing is written over")
