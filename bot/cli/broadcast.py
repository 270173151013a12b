"""`broadcast`: list, follow, pause, resume, cancel, decide."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import typer

from bot.acts import broadcasts, runs, standing
from bot.acts.context import Context, Refusal
from bot.acts.runs import Decision
from bot.cli import broadcast_approval, broadcast_change, broadcast_correct, broadcast_mends, broadcast_tryout
from bot.cli.broadcast_calendar import calendar
from bot.cli.broadcast_create import create
from bot.cli.broadcast_figures import figures
from bot.cli.broadcast_recipients import recipients_
from bot.cli.broadcast_remind import remind
from bot.cli.broadcast_show import listed_values, print_list, print_status, waits_values
from bot.cli.broadcast_verify import verify
from bot.cli.common import CONFIG, ConfigOption, JsonOption, Told, acting, done, refuse, show, some
from bot.cli.database_alone import braking, looking, settings_for_database
from bot.core.delivery.states import REPORTED, State

app = typer.Typer(
    help="Broadcasts: composed, approved, followed, stopped, decided.",
    no_args_is_help=True,
)
app.command("create")(create)
app.command("calendar")(calendar)
app.command("recipients")(recipients_)
app.command("waiting")(broadcast_approval.waiting)
app.command("test")(broadcast_tryout.try_out)
app.command("submit")(broadcast_approval.submit)
app.command("approve")(broadcast_approval.approve)
app.command("return")(broadcast_approval.send_back)
app.command("remind")(remind)
app.command("verify")(verify)
app.command("figures")(figures)
app.command("change")(broadcast_change.change)
app.command("correct")(broadcast_correct.correct)
app.command("recall")(broadcast_correct.recall)
app.add_typer(broadcast_mends.group, name="correction")
Id = Annotated[int, typer.Argument(help="The broadcast's number.")]


@app.command("list")
def list_(config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """The newest broadcasts, whatever became of them: scheduled, running, finished, cancelled."""
    timezone = settings_for_database(config).app.timezone

    async def work(ctx: Context) -> list[dict[str, Any]]:
        return [listed_values(one, timezone) for one in await standing.every(ctx)]

    show(looking(config, work), json, print_list)


@app.command("status")
def status(broadcast_id: Id, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Where each recipient stands; the eight states sum to the audience."""

    async def work(ctx: Context) -> dict[str, Any]:
        found = await standing.whole(ctx, broadcast_id)
        if isinstance(found, Refusal):
            raise _unknown(found, broadcast_id)
        total = {str(state): found.counts.get(state, 0) for state in State}
        for stored, reported in REPORTED.items():
            total[reported] += total.pop(stored)
        acknowledged = found.counts.get("acknowledged", 0)
        return {
            "id": found.id,
            "state": found.state,
            "promised": found.promised,
            "audience": found.audience,
            **total,
            "acknowledged": acknowledged,
            "waits": waits_values(found.waits, ctx),
        }

    show(looking(config, work), json, print_status)


def _unknown(why: Refusal, broadcast_id: int) -> Told:
    return Told(why, f"there is no broadcast {broadcast_id}")


Change = Callable[[Context, int], Awaitable[bool | Refusal]]


def _change(config: Any, broadcast_id: int, act: Change, json: bool) -> None:
    async def work(ctx: Context) -> dict[str, Any]:
        changed = await act(ctx, broadcast_id)
        if isinstance(changed, Refusal):
            raise _unknown(changed, broadcast_id)
        return {"id": broadcast_id, "changed": changed}

    result = braking(config, work)
    show(result, json, lambda r: typer.echo("done" if r["changed"] else "nothing to change"))


@app.command("pause")
def pause(broadcast_id: Id, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Stop sending within a second; nothing is lost."""
    _change(config, broadcast_id, broadcasts.pause, json)


@app.command("resume")
def resume(broadcast_id: Id, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Go on where it was paused; one that differs from its promise goes to those planned now."""
    _change(config, broadcast_id, broadcasts.resume, json)


@app.command("cancel")
def cancel(broadcast_id: Id, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Stop for good: what has not gone out is cancelled."""
    _change(config, broadcast_id, broadcasts.cancel, json)


@app.command("take-text")
def take_text(broadcast_id: Id, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Send its briefing as the content has it by now; without this the text that was scheduled goes."""

    async def work(ctx: Context) -> dict[str, Any]:
        return {"id": done(await broadcasts.take_text(ctx, broadcast_id), ctx.house), "of": broadcast_id}

    show(acting(config, work), json, lambda r: typer.echo(f"broadcast {r['id']} goes with the new text"))


@app.command("resolve")
def resolve(
    broadcast_id: Id,
    config: ConfigOption = CONFIG,
    resend: Annotated[
        bool, typer.Option("--resend", help="Send once more; somebody may see it twice.")
    ] = False,
    accept: Annotated[bool, typer.Option("--accept", help="Take it as arrived.")] = False,
    abandon: Annotated[bool, typer.Option("--abandon", help="Take it as not arrived.")] = False,
    json: JsonOption = False,
) -> None:
    """Decide what became of the uncertain deliveries."""
    choices: dict[Decision, bool] = {"resend": resend, "accept": accept, "abandon": abandon}
    chosen = [decision for decision, wanted in choices.items() if wanted]
    if len(chosen) != 1:
        refuse("say one of --resend, --accept, --abandon")

    async def work(ctx: Context) -> dict[str, Any]:
        found = await standing.whole(ctx, broadcast_id)
        if isinstance(found, Refusal):
            raise _unknown(found, broadcast_id)
        moved = 0
        for run in found.runs:
            done = await runs.resolve(ctx, run, chosen[0])
            moved += 0 if isinstance(done, Refusal) else done.moved
        return {"id": broadcast_id, "resolved": moved}

    show(
        braking(config, work),
        json,
        lambda r: typer.echo(f"{some(r['resolved'], 'delivery', 'deliveries')} decided"),
    )
