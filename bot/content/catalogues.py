"""content/texts/*.po → Texts."""

import re
from collections import Counter
from collections.abc import Mapping
from gettext import c2py
from io import StringIO
from pathlib import PurePosixPath

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po

from bot.content.checks import LANGUAGE, short
from bot.content.files import Folder
from bot.core.kernel.errors import ContentError
from bot.core.talk.texts import FALLBACK, Counted, Rule, Texts, placeholders, template

_KEY = re.compile(r"[a-z0-9_]+([.-][a-z0-9_]+)*")
_MSGID = re.compile(r'^msgid "(.+)"$', re.MULTILINE)


def read_texts(folder: Folder) -> Texts:
    """All catalogues. Every language has the keys and placeholders that Vietnamese has.

    A text that counts has its plural forms: `msgid_plural` names the value that is counted ("{count}"), and
    the catalogue's Plural-Forms say which form a number takes. Raises ContentError naming file and key.
    """
    catalogues: dict[str, dict[str, str | Counted]] = {}
    rules: dict[str, Rule] = {}
    first = f"texts/{FALLBACK}.po"
    others = [file for file in folder.files("texts", ".po") if file != first]
    for file in (first, *others):
        language = PurePosixPath(file).stem
        if not LANGUAGE.fullmatch(language):
            raise ContentError(file, "language", language, "a file named by a language tag, such as en.po")
        catalogue = _catalogue(folder.text(file), file)
        catalogues[language] = {_key(one, file): _string(one, file) for one in catalogue if one.id}
        rules[language] = _rule(catalogue, file)
        if language != FALLBACK:
            _compare(catalogues[FALLBACK], catalogues[language], file)
    return Texts(catalogues, rules)


def _catalogue(source: str, file: str) -> Catalog:
    twice = next((key for key, times in Counter(_MSGID.findall(source)).items() if times > 1), None)
    if twice:
        raise ContentError(file, twice, "the key twice", "each key once")
    try:
        return read_po(StringIO(source), ignore_obsolete=True, abort_invalid=True)
    except (PoFileError, ValueError, LookupError, AssertionError) as error:
        raise ContentError(file, "po", short(str(error)), "a gettext catalogue") from None


def _rule(catalogue: Catalog, file: str) -> Rule:
    try:
        rule: Rule = c2py(catalogue.plural_expr)
        known = {rule(number) for number in range(200)} <= set(range(catalogue.num_plurals))
    except (ValueError, ZeroDivisionError, RecursionError):
        known = False
    if not known:
        found = f"nplurals={catalogue.num_plurals}; plural={catalogue.plural_expr}"
        raise ContentError(file, "Plural-Forms", short(found), "as gettext writes them")
    return rule


def _key(message: Message, file: str) -> str:
    key = message.id if isinstance(message.id, str) else message.id[0]
    if not _KEY.fullmatch(key):
        raise ContentError(file, str(short(key)), "the key", "small letters, digits, '_', '.' and '-'")
    if message.context:
        raise ContentError(file, key, "msgctxt", "msgid and msgstr alone")
    if message.fuzzy:
        raise ContentError(file, key, "marked fuzzy", "a checked translation without the mark")
    return key


def _string(message: Message, file: str) -> str | Counted:
    key = _key(message, file)
    if isinstance(message.string, str):
        _check(key, message.string, file)
        return message.string
    forms = tuple(message.string or ())
    for form in forms:
        _check(key, form, file)
    named = [placeholders(template(form)) for form in forms]
    by = message.id[1].removeprefix("{").removesuffix("}")
    if any(one != named[-1] or by not in one for one in named):
        wanted = "the value that is counted, such as {count}, and the same placeholders in each form"
        raise ContentError(file, key, f"msgid_plural {short(message.id[1])}", wanted)
    return Counted(by, forms)


def _check(key: str, text: str, file: str) -> None:
    if not text.strip():
        raise ContentError(file, key, "an empty msgstr", "a text")
    try:
        template(text)
    except ValueError as error:
        raise ContentError(file, key, str(error), "{placeholder}, **bold**, '{{' for a brace") from None


def _compare(base: Mapping[str, str | Counted], other: Mapping[str, str | Counted], file: str) -> None:
    for key in sorted(base.keys() | other.keys()):
        if key not in other:
            raise ContentError(file, key, "(missing)", f"every key of {FALLBACK}.po")
        if key not in base:
            raise ContentError(file, key, "a key of its own", f"only keys of {FALLBACK}.po")
        wanted, found = (_asked(strings[key]) for strings in (base, other))
        if wanted != found:
            names = ", ".join(sorted(wanted)) or "no placeholders"
            raise ContentError(file, key, ", ".join(sorted(found)) or "no placeholders", names)


def _asked(text: str | Counted) -> frozenset[str]:
    return placeholders(template(text if isinstance(text, str) else text.forms[-1]))
