"""Which tests a worker takes first: the long ones, in equal shares, so that none is left for the end."""

import os

import pytest

LONG = ("tests/acceptance/", "tests/crash/", "tests/engine/test_machine", "tests/engine/test_restores")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each worker begins with the slice that it is given: so many of these tests, one after the other."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    long = [one for one in items if one.nodeid.startswith(LONG)]
    short = iter([one for one in items if not one.nodeid.startswith(LONG)])
    most, more = divmod(len(items), workers)
    shares = [long[worker::workers] for worker in range(workers)]
    sizes = [most + (worker < more) for worker in range(workers)]
    if all(len(share) <= size for share, size in zip(shares, sizes, strict=True)):
        items[:] = [
            one
            for share, size in zip(shares, sizes, strict=True)
            for one in (*share, *(next(short) for _ in range(size - len(share))))
        ]
