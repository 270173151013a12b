"""The command line: one module a noun."""

import os

import typer

from bot.cli import (
    account,
    briefing,
    broadcast,
    check,
    demo,
    digest,
    invite,
    member,
    opinion,
    quota,
    request,
    run,
    schedule,
    store,
    unit,
)
from bot.cli.common import begin

app = typer.Typer(
    name="nhipcau",
    help="Briefings to grassroots communicators, and what people say back.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def privately() -> None:
    """Whatever file a command makes is its owner's alone; each says for itself whether it answers in JSON."""
    os.umask(0o077)
    begin()


app.command("demo")(demo.demo)
app.command("run")(run.run)
app.command("check")(check.check)
app.add_typer(account.app, name="account")
app.add_typer(member.app, name="member")
app.add_typer(request.app, name="request")
app.add_typer(invite.app, name="invite")
app.add_typer(briefing.app, name="briefing")
app.add_typer(broadcast.app, name="broadcast")
app.command("digest")(digest.digest)
app.add_typer(opinion.app, name="opinion")
app.add_typer(schedule.app, name="schedule")
app.add_typer(quota.app, name="quota")
app.add_typer(store.app, name="store")
app.add_typer(unit.app, name="unit")
