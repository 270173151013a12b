"""What goes on, shown in the terminal while the demo runs: runs with a bar, updates received, warnings."""

import asyncio

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from bot.acts import overview
from bot.cli.run import configure_logs
from bot.running import Running

EVERY_S = 1.0
SHOWN = 6


class _Lines:
    """A stream for the log that prints above the live view."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def write(self, text: str) -> int:
        """Print whole lines."""
        if text.strip():
            self._console.print(Text(text.rstrip("\n")), style="yellow")
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""


async def follow(running: Running) -> None:
    """Show what goes on until cancelled."""
    console = Console()
    console.print(f"Nhịp Cầu is running with sample people: [bold]{running.page}[/]  (Ctrl-C stops)")
    console.print("A sample briefing arrives by itself within a few seconds.")
    if not console.is_terminal:
        await asyncio.Event().wait()
    configure_logs(stream=_Lines(console), quiet=True)
    with Live(console=console, auto_refresh=False, transient=True) as live:
        while True:
            live.update(await _view(running), refresh=True)
            await asyncio.sleep(EVERY_S)


async def _view(running: Running) -> Group:
    table = Table.grid(padding=(0, 2))
    async with running.database.read() as conn:
        recent, received = await overview.going_on(conn, SHOWN)
    for run in recent:
        when = running.house.local(run.at).strftime("%H:%M %d/%m")
        read = f"{run.read}/{run.audience} read"
        bar = ProgressBar(total=max(1, run.audience), completed=run.audience - run.waiting, width=24)
        table.add_row(f"run {run.id}", when, run.state, bar, f"{run.sent} sent", read)
    handled = Text(f"received: {received.get('done', 0)} handled, {received.get('new', 0)} waiting")
    if received.get("quarantined"):
        handled.append(f", {received['quarantined']} quarantined", style="red")
    return Group(table, handled)
