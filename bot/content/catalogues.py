"""content/texts/*.po → Texts."""

import re
from collections import Counter
from io import StringIO
from pathlib import PurePosixPath

from babel.messages.catalog import Message
from babel.messages.pofile import PoFileError, read_po

from bot.content.checks import LANGUAGE, short
from bot.content.files import Folder
from bot.core.kernel.errors import ContentError
from bot.core.talk.texts import FALLBACK, Texts, placeholders, template

_KEY = re.compile(r"[a-z0-9_]+([.-][a-z0-9_]+)*")
_MSGID = re.compile(r'^msgid "(.+)"$', re.MULTILINE)


def read_texts(folder: Folder) -> Texts:
    """All catalogues. Every language has the keys and placeholders that Vietnamese has.

    Raises ContentError naming the catalogue and the key.
    """
    catalogues: dict[str, dict[str, str]] = {}
    first = f"texts/{FALLBACK}.po"
    others = [file for file in folder.files("texts", ".po") if file != first]
    for file in (first, *others):
        language = PurePosixPath(file).stem
        if not LANGUAGE.fullmatch(language):
            raise ContentError(file, "language", language, "a file named by a language tag, such as en.po")
        catalogues[language] = _strings(folder.text(file), file)
        if language != FALLBACK:
            _compare(catalogues[FALLBACK], catalogues[language], file)
    return Texts(catalogues)


def _strings(source: str, file: str) -> dict[str, str]:
    twice = next((key for key, times in Counter(_MSGID.findall(source)).items() if times > 1), None)
    if twice:
        raise ContentError(file, twice, "the key twice", "each key once")
    try:
        catalogue = read_po(StringIO(source), ignore_obsolete=True, abort_invalid=True)
    except (PoFileError, ValueError, LookupError, AssertionError) as error:
        raise ContentError(file, "po", short(str(error)), "a gettext catalogue") from None
    return {str(message.id): _string(message, file) for message in catalogue if message.id}


def _string(message: Message, file: str) -> str:
    key = message.id if isinstance(message.id, str) else message.id[0]
    if not _KEY.fullmatch(key):
        raise ContentError(file, str(short(key)), "the key", "small letters, digits, '_', '.' and '-'")
    if message.context or not isinstance(message.id, str) or not isinstance(message.string, str):
        raise ContentError(file, key, "msgctxt or msgid_plural", "msgid and msgstr alone")
    if message.fuzzy:
        raise ContentError(file, key, "marked fuzzy", "a checked translation without the mark")
    if not message.string.strip():
        raise ContentError(file, key, "an empty msgstr", "a text")
    try:
        template(message.string)
    except ValueError as error:
        raise ContentError(file, key, str(error), "{placeholder}, **bold**, '{{' for a brace") from None
    return message.string


def _compare(base: dict[str, str], other: dict[str, str], file: str) -> None:
    for key in sorted(base.keys() | other.keys()):
        if key not in other:
            raise ContentError(file, key, "(missing)", f"every key of {FALLBACK}.po")
        if key not in base:
            raise ContentError(file, key, "a key of its own", f"only keys of {FALLBACK}.po")
        wanted, found = (placeholders(template(strings[key])) for strings in (base, other))
        if wanted != found:
            names = ", ".join(sorted(wanted)) or "no placeholders"
            raise ContentError(file, key, ", ".join(sorted(found)) or "no placeholders", names)
