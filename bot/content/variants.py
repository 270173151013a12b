"""Variants of a briefing beside its texts: recordings, and scripts for the commune's loudspeaker."""

from collections.abc import Collection
from pathlib import PurePosixPath

from bot.content.checks import LANGUAGE
from bot.content.files import Folder, refuse_secret
from bot.content.markdown import read_text
from bot.core.guidance.briefing import BriefingFile
from bot.core.kernel.errors import ContentError
from bot.core.kernel.filetypes import LARGEST_FILE, MEDIA_TYPES, is_what_it_says
from bot.core.kernel.languages import RECORDED, name
from bot.core.kernel.richtext import Text, plain_text

SCRIPT = ".loa.md"
LONGEST = 6_000  # characters: some ten minutes on the air


def read_scripts(folder: Folder, home: str) -> dict[str, Text]:
    """What the loudspeaker says, by language: files such as vi.loa.md. Raises ContentError."""
    found = {}
    for file in folder.files(home, SCRIPT):
        language = PurePosixPath(file).name.removesuffix(SCRIPT)
        refuse_no_language(file, language, f"vi{SCRIPT}")
        text = read_text(folder.text(file), file)
        if not plain_text(text).strip():
            raise ContentError(file, "text", "(nothing)", "what the loudspeaker is to say")
        if len(plain_text(text)) > LONGEST:
            raise ContentError(file, "text", f"{len(plain_text(text))} characters", f"at most {LONGEST}")
        refuse_secret(file, "text", plain_text(text))
        found[language] = text
    return found


def read_recordings(folder: Folder, home: str, files: Collection[BriefingFile]) -> dict[str, BriefingFile]:
    """Recordings by language: files such as rad.mp3 that [[files]] does not name. Raises ContentError."""
    named, found = {one.path for one in files}, dict[str, BriefingFile]()
    for ending in RECORDED:
        for file in folder.files(home, ending):
            path = PurePosixPath(file)
            if path.name in named:
                continue
            refuse_no_language(file, path.stem, f"rad{ending}, or named in [[files]]")
            if path.stem in found:
                raise ContentError(
                    file, "language", path.stem, f"one recording: there is {found[path.stem].path}"
                )
            media_type = MEDIA_TYPES[ending]
            with folder.locate(file, LARGEST_FILE).open("rb") as data:
                if not is_what_it_says(media_type, data.read(16)):
                    raise ContentError(
                        file, "file", "something else", f"a recording of the kind {media_type}"
                    )
            shown = f"Bản ghi âm {name(path.stem, 'vi')}"
            found[path.stem] = BriefingFile(path=path.name, name=shown, media_type=media_type, kind="audio")
    return {language: found[language] for language in sorted(found)}


def refuse_no_language(file: str, language: str, example: str) -> None:
    """Raise ContentError for a file that is named by no language tag."""
    if not LANGUAGE.fullmatch(language):
        raise ContentError(file, "language", language, f"a file named by a language tag, such as {example}")
