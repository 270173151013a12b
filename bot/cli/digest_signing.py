"""`digest draw|edit|present|endorse|forward|return|list|show`: a unit's digest on its way up."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.acts import digest_files, digest_papers, signing, signing_files
from bot.acts.context import Context, Refusal
from bot.acts.digest_papers import DigestRow, Opened
from bot.acts.handouts import Made
from bot.acts.signing import Part
from bot.cli import papers
from bot.cli.common import (
    CONFIG,
    ConfigOption,
    JsonOption,
    acting,
    counting,
    done,
    reading,
    refuse,
    show,
    show_table,
)
from bot.cli.days import day_of
from bot.core.people.permissions import Act

Number = Annotated[int, typer.Argument(help="The digest's number, as `digest list` shows it.")]
Revision = Annotated[
    int | None, typer.Option("--revision", min=0, help="As it was seen; left out: as it stands.")
]
Unit = Annotated[str, typer.Option("--unit", help="The unit whose digest it is: its code.")]


def draw(
    unit: Unit,
    first: Annotated[str, typer.Option("--from", help="First day: 2026-11-01 or 1/11/2026.")],
    last: Annotated[str, typer.Option("--to", help="Last day: 2026-11-30 or 30/11/2026.")],
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Draw up a unit's digest of a period that is over; one that is there is shown as it stands."""
    days = day_of("--from", first), day_of("--to", last)
    counting(config, _nothing, *days)  # while nobody waits for it
    _do(config, json, lambda ctx: signing.draw(ctx, unit, *days))


async def _nothing(_ctx: Context) -> None:
    """What is over is counted; no more is meant."""


def edit(
    digest: Number,
    config: ConfigOption = CONFIG,
    opening: Annotated[str | None, typer.Option("--opening", help="The opening words.")] = None,
    assessment: Annotated[str | None, typer.Option("--assessment", help="The assessment.")] = None,
    proposals: Annotated[str | None, typer.Option("--proposals", help="What is proposed.")] = None,
    themes: Annotated[
        list[str] | None,
        typer.Option("--theme", help="A theme that is confirmed; all of them, one option each."),
    ] = None,
    view: Annotated[str, typer.Option("--leave-out", help="A view of few, as `show` names it.")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why; empty: the view is back.")] = "",
    revision: Revision = None,
    json: JsonOption = False,
) -> None:
    """Change words, themes, or leave a view out with a reason; numbers cannot be edited. A draft again."""
    parts = {Part.OPENING: opening, Part.ASSESSMENT: assessment, Part.PROPOSALS: proposals}
    given = {part: words for part, words in parts.items() if words is not None}
    if not given and themes is None and not view:
        refuse("nothing to edit: --opening, --assessment, --proposals, --theme or --leave-out")
    left_out = {view: reason} if view else None
    _on(
        config,
        json,
        digest,
        revision,
        lambda ctx, seen: signing.edit(ctx, digest, seen, given, themes, left_out),
    )


def present(
    digest: Number, config: ConfigOption = CONFIG, revision: Revision = None, json: JsonOption = False
) -> None:
    """Tell those who endorse that a draft is ready."""
    _on(config, json, digest, revision, lambda ctx, seen: signing.present(ctx, digest, seen))


def endorse(
    digest: Number, config: ConfigOption = CONFIG, revision: Revision = None, json: JsonOption = False
) -> None:
    """Endorse a draft; another person than its author does, where the unit needs approval."""
    _on(config, json, digest, revision, lambda ctx, seen: signing.endorse(ctx, digest, seen))


def forward(
    digest: Number, config: ConfigOption = CONFIG, revision: Revision = None, json: JsonOption = False
) -> None:
    """Pass an endorsed digest on to the level above."""
    _on(config, json, digest, revision, lambda ctx, seen: signing.forward(ctx, digest, seen))


def send_back(
    digest: Number,
    reason: Annotated[str, typer.Option("--reason", help="What is to be mended.")],
    config: ConfigOption = CONFIG,
    revision: Revision = None,
    json: JsonOption = False,
) -> None:
    """Return a digest to be mended: one that waits to be endorsed, or was forwarded."""
    _on(config, json, digest, revision, lambda ctx, seen: signing.send_back(ctx, digest, seen, reason))


def list_digests(
    unit: Unit,
    config: ConfigOption = CONFIG,
    first: Annotated[str, typer.Option("--from", help="With --to: also the units below.")] = "",
    last: Annotated[str, typer.Option("--to", help="The period's last day.")] = "",
    json: JsonOption = False,
) -> None:
    """List a unit's digests; with a period also who below has endorsed or forwarded, and who is silent."""
    days = (day_of("--from", first), day_of("--to", last)) if first or last else None

    async def work(ctx: Context) -> dict[str, Any]:
        found = done(await digest_papers.listed(ctx, unit, days), ctx.house)
        below = [
            {
                "unit": one.place.code,
                "name": one.place.name,
                "id": one.row.id if one.row else None,
                "state": one.row.state if one.row else "silent",
            }
            for one in found.below
        ]
        return {"unit": found.place.code, "digests": [_row(one) for one in found.rows], "below": below}

    show(reading(config, work), json, _listed)


def show_digest(
    digest: Number,
    config: ConfigOption = CONFIG,
    form: Annotated[str, typer.Option("--format", help="json, docx, xlsx, png or csv.")] = "json",
    out: papers.Out = None,
    layout: papers.LayoutOption = papers.LAYOUT,
    json: JsonOption = False,
) -> None:
    """Show one digest with what travels with it, or write it as a file."""
    if out is None:
        _do(config, json, lambda ctx: digest_papers.look(ctx, digest), reading)
        return
    if form not in set(digest_files.Format):
        refuse(f"--format {form}: there are {', '.join(digest_files.Format)}")
    papers.check_free(out)

    async def make(ctx: Context) -> Made:
        kind = digest_files.Format(form)
        return done(await signing_files.make(ctx, digest, kind, layout), ctx.house)

    made = reading(config, make)
    papers.keep(config, json, out, made, Act.EXPORT_DIGEST, f"digest:{digest}", format=form, id=digest)


def _on(
    config: Path,
    json: bool,
    number: int,
    revision: int | None,
    act: Callable[[Context, int], Awaitable[Opened | Refusal]],
) -> None:
    async def work(ctx: Context) -> Opened | Refusal:
        found = await digest_papers.look(ctx, number)
        if isinstance(found, Refusal):
            return found
        return await act(ctx, found.row.revision if revision is None else revision)

    _do(config, json, work)


def _do(
    config: Path, json: bool, act: Callable[[Context], Awaitable[Opened | Refusal]], way: Any = acting
) -> None:
    async def work(ctx: Context) -> dict[str, Any]:
        return signing_files.as_value(done(await act(ctx), ctx.house))

    show(way(config, work), json, _told)


def _row(one: DigestRow) -> dict[str, Any]:
    names = ("id", "state", "revision", "presented_on", "endorsed_on", "forwarded_on")
    return {"from": one.first, "to": one.last, **{name: getattr(one, name) for name in names}}


def _told(found: dict[str, Any]) -> None:
    typer.echo(f"digest {found['id']} of {found['unit']}, {found['from']} to {found['to']}: {found['state']}")
    for part in (*map(str, Part), "themes", "suggested", "views", "left_out"):
        if found[part]:
            typer.echo(f"{part}: {found[part]}")
    sources = found["sources"]
    typer.echo(
        f"units below: {sources['due']} due, {sources['endorsed']} endorsed, {sources['forwarded']} forwarded"
    )


def _listed(found: dict[str, Any]) -> None:
    columns = ("id", "from", "to", "state", "presented_on", "endorsed_on", "forwarded_on")
    show_table(columns, [tuple(str(one[name]) for name in columns) for one in found["digests"]])
    if found["below"]:
        rows = [(one["unit"], one["name"], one["state"], str(one["id"] or "")) for one in found["below"]]
        show_table(("unit", "name", "state", "id"), rows)


def add_to(app: typer.Typer) -> None:
    """Hang these commands at a noun."""
    acts: dict[str, Callable[..., None]] = {
        "draw": draw,
        "edit": edit,
        "present": present,
        "endorse": endorse,
        "forward": forward,
        "return": send_back,
        "list": list_digests,
        "show": show_digest,
    }
    for name, act in acts.items():
        app.command(name)(act)
