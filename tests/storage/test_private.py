"""The store's files, as others on the machine see them, and as one process finds them under two names."""

import os
import stat
import threading
from pathlib import Path

import pytest

from bot.core.kernel.errors import StorageError
from bot.storage import schema
from bot.storage.database import Database, connected
from bot.storage.leases import exclusive
from bot.storage.private import close_to_others, open_to_others


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("name", ["nhipcau.db", "nhịp[1]*.db"])
async def test_files_that_were_open_to_others_are_closed(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o755)
    async with connected(f"sqlite:///{folder}/{name}") as database:
        await schema.migrate(database)
        key = folder / f"{name}.key"
        key.touch()
        for path in (folder, *folder.iterdir()):
            path.chmod(0o755 if path.is_dir() else 0o644)
        assert len(open_to_others(database)) == 5  # the folder, the database, its log and index, the key
        close_to_others(database)
        assert open_to_others(database) == []
        assert mode(folder) == 0o700
        assert {mode(path) for path in folder.iterdir()} == {0o600}


def test_what_a_server_keeps_beside_itself_is_closed_too(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    database = Database("postgresql://an@db/nhipcau", data)
    key = database.beside("key")
    key.touch()
    key.chmod(0o644)
    data.chmod(0o755)
    assert [line.split(" is ")[0] for line in open_to_others(database)] == [str(data), str(key)]
    close_to_others(database)
    assert open_to_others(database) == []
    assert (mode(data), mode(key)) == (0o700, 0o600)


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """A folder in which everybody may write."""
    tmp_path.chmod(0o777)
    return tmp_path


async def test_a_folder_that_others_share_is_told_of_and_left_alone(shared: Path) -> None:
    async with connected(f"sqlite:///{shared}/nhipcau.db") as database:
        await schema.migrate(database)
        close_to_others(database)
        assert mode(shared) == 0o777
        assert [line.split(" is ")[0] for line in open_to_others(database)] == [str(shared)]


async def test_files_made_later_are_closed_too(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        from typer.testing import CliRunner

        from bot.cli import app

        CliRunner().invoke(app, ["check", "--config", str(tmp_path / "none.toml")])
        (tmp_path / "later").touch()
        assert mode(tmp_path / "later") == 0o600
    finally:
        os.umask(before)


async def test_a_path_that_is_a_folder_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="is a folder"):
        async with connected(f"sqlite:///{tmp_path}"):
            pass


async def test_a_path_that_is_no_file_is_one_line(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.db")
    for path in (tmp_path / "pipe.db", Path(os.devnull)):
        with pytest.raises(StorageError, match="a database is a file"):
            async with connected(f"sqlite:///{path}"):
                pass


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="a folder in which nobody can make a file")
async def test_nothing_is_left_of_a_database_that_cannot_be_opened() -> None:
    for _ in range(20):
        with pytest.raises(StorageError, match="cannot be opened"):
            async with connected("sqlite:////proc/none.db") as database, database.read():
                pass
        assert not [one.name for one in threading.enumerate() if "_connection_worker" in one.name]


async def test_two_names_of_one_file_are_one_lock(tmp_path: Path) -> None:
    (tmp_path / "real.db").touch()
    (tmp_path / "link.db").symlink_to("real.db")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "way.db").symlink_to(tmp_path / "link.db")
    async with exclusive(Database(f"sqlite:///{tmp_path}/link.db")):
        for other in ("real.db", "link.db", "elsewhere/way.db", "elsewhere/../real.db"):
            with pytest.raises(StorageError, match="another process already runs"):
                async with exclusive(Database(f"sqlite:///{tmp_path}/{other}")):
                    pass


async def test_a_file_with_two_hard_links_is_not_run_on(tmp_path: Path) -> None:
    (tmp_path / "real.db").touch()
    (tmp_path / "hard.db").hardlink_to(tmp_path / "real.db")
    for name in ("real.db", "hard.db"):
        with pytest.raises(StorageError, match="second name"):
            async with exclusive(Database(f"sqlite:///{tmp_path}/{name}")):
                pass
