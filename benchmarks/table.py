"""Measured figures beside their targets."""

from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `met` is None where there is no target: it is there to compare with."""

    measure: str
    target: str
    measured: str
    met: bool | None = None


def at_least(measure: str, value: float, least: float, unit: str = "", digits: int = 2) -> Row:
    """A figure that is to be `least` or more."""
    return Row(measure, f"≥ {least:g}{unit}", f"{value:.{digits}f}{unit}", value >= least)


def at_most(measure: str, value: float, most: float, unit: str = "", digits: int = 2) -> Row:
    """A figure that is to be `most` or less."""
    return Row(measure, f"≤ {most:g}{unit}", f"{value:.{digits}f}{unit}", value <= most)


def shown(measure: str, measured: str) -> Row:
    """A figure without a target."""
    return Row(measure, "", measured)


def print_table(rows: list[Row], title: str) -> None:
    """Print the figures as one table."""
    table = Table("measure", "target", "measured", "", title=title)
    words = {True: "pass", False: "falls short", None: ""}
    for row in rows:
        table.add_row(row.measure, row.target, row.measured, words[row.met])
    Console(width=120).print(table)
