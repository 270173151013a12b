"""`account`: the bots and Official Accounts of the settings, one by one."""

from typing import Annotated, Any

import typer

from bot.acts import checking
from bot.cli.common import CONFIG, FAILED, ConfigOption, JsonOption, ended, refuse, settings_of, show
from bot.config import Settings
from bot.core.kernel.secrets import masked
from bot.running import make_channel
from bot.stores import as_it_stands

app = typer.Typer(help="Accounts on the platforms: what is wrong with one.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="Its name in the settings.")]


@app.command()
def doctor(name: Name, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Ask the platform about one account, and tell what its hook refused; changes nothing anywhere."""
    settings = settings_of(config, accounts=True)
    if name not in [one.name for one in settings.accounts]:
        names = ", ".join(one.name for one in settings.accounts)
        refuse(f"no account {name}: the settings have {names}", kind="account.unknown")
    result = ended(_looked_at(settings, name))
    show(result, json, _plain)
    if result["problems"]:
        raise typer.Exit(FAILED)


async def _looked_at(settings: Settings, name: str) -> dict[str, Any]:
    account = next(one for one in settings.accounts if one.name == name)
    async with as_it_stands(settings) as database:
        problems = await checking.of_hook(database, name)
        channel = make_channel(account, database, public_url=settings.web.public_url)
        try:
            told = await channel.examine()
        finally:
            await channel.close()
    return {
        "account": name,
        "kind": account.kind,
        "name": told.name,
        "delivered": channel.hooked,
        "problems": [masked(line) for line in (*problems, *told.problems)],
        "notes": [masked(line) for line in told.notes],
    }


def _plain(result: dict[str, Any]) -> None:
    how = "its events are delivered" if result["delivered"] else "its events are polled"
    typer.echo(f"{result['account']}: {result['kind']} {result['name']}, {how}")
    for line in result["notes"]:
        typer.echo(f"note: {line}")
    for line in result["problems"]:
        typer.echo(f"problem: {line}")
    if not result["problems"]:
        typer.echo("nothing is wrong with it")
