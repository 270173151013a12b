"""Reading the content folder: every read is bounded, UTF-8 and stays inside the folder."""

import os
import re
import unicodedata
from hashlib import file_digest, sha256
from pathlib import Path, PurePosixPath

from bot.content.checks import CONTROL, toml
from bot.core.guidance.secrecy import secrecy_marking
from bot.core.kernel.errors import ContentError

TEXT_LIMIT = 1024 * 1024
UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # how a text of Windows' Notepad and Excel begins


Stamp = tuple[tuple[str, int, int, int], ...]


def stamp(folder: Path) -> Stamp:
    """Names, times and sizes of all files: it changes when anything does. Blocking, and cheap."""
    found = []
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in files:
            try:
                about = (Path(place) / name).stat()
            except OSError:  # gone since it was listed
                continue
            # A file put in another's place may have its time and size.
            found.append(
                (f"{place}/{name}", max(about.st_mtime_ns, about.st_ctime_ns), about.st_size, about.st_ino)
            )
    return tuple(sorted(found))


class Folder:
    """The content folder. A `file` is a path relative to it, written with "/"; every error is a ContentError.

    `named` is the (file, key) that mentions the file to be read, where another file does.
    """

    def __init__(self, path: Path) -> None:
        if not path.is_dir():
            raise ContentError(str(path), "folder", "(missing)", "a folder with topics.toml and texts/vi.po")
        self.path = path.resolve()

    def fingerprint(self) -> str:
        """What the folder says, in 64 hexadecimal digits: SHA-256 over the names and bytes of its files.

        Raises ContentError for a file that cannot be read, as one that goes just then.
        """
        found = sha256()
        for path in sorted(self.path.rglob("*")):
            name = path.relative_to(self.path).as_posix()
            if path.is_file() and not any(part.startswith(".") for part in name.split("/")):
                found.update(f"{name}\n".encode("utf-8", "surrogateescape"))
                try:
                    with path.open("rb") as file:
                        found.update(file_digest(file, "sha256").digest())  # of any size
                except OSError as error:
                    raise ContentError(name, "file", error.strerror, "a file that can be read") from None
        return found.hexdigest()

    def exists(self, file: str) -> bool:
        """Whether there is anything of that name."""
        return (self.path / file).exists()

    def files(self, folder: str, suffix: str) -> list[str]:
        """The files with that suffix in a folder, in order of name; none where there is no such folder."""
        found = (self.path / folder).glob("[!.]*")
        named = (path for path in found if path.suffix.lower() == suffix or path.name.endswith(suffix))
        return sorted(path.relative_to(self.path).as_posix() for path in named)

    def folders(self, folder: str) -> list[str]:
        """The names of the folders in a folder, in order; those beginning with "." or "_" are left out."""
        parent = self.path / folder
        if not parent.is_dir():
            return []
        return sorted(path.name for path in parent.iterdir() if path.is_dir() and path.name[0] not in "._")

    def locate(self, file: str, limit: int, named: tuple[str, str] | None = None) -> Path:
        """Where a file is, once it is known to be inside the folder and of at most `limit` bytes."""
        source, key = named or (file, "file")
        try:
            real = spelled(self.path, file).resolve(strict=True)
            regular, size = real.is_file(), real.stat().st_size
        except (OSError, RuntimeError, ValueError):
            raise ContentError(source, key, "(missing)", f"a file {file}") from None
        if not real.is_relative_to(self.path):
            raise ContentError(source, key, file, "a file inside the content folder")
        if not regular:
            raise ContentError(source, key, file, "a file, not a folder")
        if size > limit:
            raise ContentError(source, key, f"{size} bytes", f"at most {limit} bytes")
        return real

    def text(self, file: str, named: tuple[str, str] | None = None) -> str:
        """A file's text in NFC with "\\n" line ends, at most 1 MiB, without control characters."""
        source, key = named or (file, "file")
        try:
            data = self.locate(file, TEXT_LIMIT, named).read_bytes()
            raw = data.decode("utf-16" if data[:2] in UTF_16 else "utf-8-sig")
        except UnicodeDecodeError as error:
            found = f"byte {data[error.start]:#04x} at {error.start}"
            allowed = (
                "text in UTF-8 (in Excel: Save as, CSV UTF-8)" if file.endswith(".csv") else "text in UTF-8"
            )
            raise ContentError(source, key, found, allowed) from None
        except OSError as error:
            raise ContentError(source, key, error.strerror, "a file that can be read") from None
        text = unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n"))
        control = CONTROL.search(text)
        if control:
            line = text.count("\n", 0, control.start()) + 1
            raise ContentError(source, key, control[0], f"text without control characters (line {line})")
        return text

    def toml(self, file: str) -> dict[str, object]:
        """A TOML file's tables."""
        try:
            return toml(self.text(file))
        except RecursionError:
            raise ContentError(file, "toml", "tables nested too deeply", "a few levels") from None
        except ValueError as error:
            raise ContentError(file, "toml", str(error)[:200], "valid TOML") from None


def spelled(folder: Path, file: str) -> Path:
    """Where a file is by its letters, however the disk composes them: a Mac's archive splits "ệ" in three."""
    path = folder
    for part in PurePosixPath(file).parts:
        found = path / part
        if not found.exists() and path.is_dir():
            plain = unicodedata.normalize("NFC", part)
            alike = (one for one in path.iterdir() if unicodedata.normalize("NFC", one.name) == plain)
            found = min(alike, default=found)
        path = found
    return path


def stays_below(name: str) -> bool:
    """Whether a relative path, by its words alone, stays below the folder it starts from."""
    path = PurePosixPath(name)
    return bool(path.parts) and not (
        path.is_absolute() or ".." in path.parts or re.search(r"[\\:\x00]", name)
    )


def refuse_secret(file: str, key: str, text: str) -> None:
    """Raise ContentError for text that bears a secrecy marking."""
    marking = secrecy_marking(text)
    if marking:
        raise ContentError(file, key, marking, "public or internal text, without a secrecy marking")
