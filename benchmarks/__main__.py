"""python -m benchmarks [PART …] [--quick]: measures throughput, reception, rates, scale, startup."""

import argparse
import logging
import sys

import structlog

from benchmarks import (
    adding,
    desks,
    digests,
    figures,
    fleet,
    hooking,
    idle,
    importing,
    postgres,
    rates,
    reception,
    reminding,
    scale,
    startup,
    storms,
    throughput,
)
from benchmarks.table import print_table

PARTS = {
    "throughput": throughput,
    "adding": adding,
    "reception": reception,
    "rates": rates,
    "scale": scale,
    "startup": startup,
    "idle": idle,
    "fleet": fleet,
    "storms": storms,
    "importing": importing,
    "postgres": postgres,
    "figures": figures,
    "desks": desks,
    "digests": digests,
    "reminding": reminding,
    "hooking": hooking,
}


def main() -> None:
    """The program. Ends with 1 where a figure falls short."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"any of {', '.join(PARTS)}; all by default")
    parser.add_argument("--quick", action="store_true", help="short variants, for a first impression")
    settings = parser.parse_args()
    if unknown := [part for part in settings.parts if part not in PARTS]:
        parser.error(f"{unknown[0]!r}: parts are {', '.join(PARTS)}")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    fell_short = False
    for part in settings.parts or PARTS:
        print(f"measuring {part} …", file=sys.stderr, flush=True)
        rows = PARTS[part].measure(settings.quick)
        print_table(
            rows, f"{part}: " + ("quick, indicative only" if settings.quick else "measured here and now")
        )
        fell_short = fell_short or any(row.met is False for row in rows)
    sys.exit(fell_short)


if __name__ == "__main__":
    main()
