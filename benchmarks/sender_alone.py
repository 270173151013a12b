"""Plans and sends in a process of its own, to see how much memory it comes to need.

python -m benchmarks.sender_alone --store FILE --url URL --sends N

Prints one JSON object: the peak resident memory in MiB after planning all and sending N at full speed.
"""

import argparse
import asyncio
import json
import resource
import sys
from pathlib import Path

from benchmarks.house import Sending, planned
from benchmarks.serving import in_background
from bot.storage.database import Database

NO_LIMIT = 1_000_000.0


async def work(settings: argparse.Namespace) -> None:
    """Plan a run for everybody in the store, and send its first rows."""
    database = Database(f"sqlite:///{settings.store}")
    await planned(database)
    query = f"SELECT max(id) FROM delivery WHERE state = 'sent' AND id >= {settings.sends}"
    async with in_background(Sending(database, settings.url, NO_LIMIT).run()):
        done = False
        while not done:
            await asyncio.sleep(0.2)
            async with database.read() as conn:
                done = (
                    await conn.exec_driver_sql(f"{query} AND id < {settings.sends + 1000}")
                ).scalar() is not None
    await database.close()


def main(arguments: list[str]) -> None:
    """The program."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--url", required=True)
    parser.add_argument("--sends", type=int, required=True)
    asyncio.run(work(parser.parse_args(arguments)))
    print(json.dumps({"peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


if __name__ == "__main__":
    main(sys.argv[1:])
