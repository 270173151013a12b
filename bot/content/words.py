"""content/words/*.toml → what people type, in all languages together."""

from itertools import chain
from pathlib import PurePosixPath

from pydantic import Field

from bot.content.checks import LANGUAGE, Line, validated
from bot.content.files import Folder
from bot.core.kernel.errors import ContentError
from bot.core.kernel.values import Frozen
from bot.core.talk.words import Words, bare, phrases, table


class _Sheet(Frozen):
    """One language's file."""

    greetings: tuple[Line, ...] = ()
    thanks: tuple[Line, ...] = ()
    search: tuple[Line, ...] = ()
    asking: tuple[Line, ...] = ()
    idle: tuple[Line, ...] = ()
    leaving: tuple[Line, ...] = ()
    larger: tuple[Line, ...] = ()
    astray: tuple[Line, ...] = ()
    sent: tuple[Line, ...] = ()
    short: dict[str, Line] = Field(default_factory=dict)
    buttons: dict[str, tuple[Line, ...]] = Field(default_factory=dict)
    commands: dict[str, tuple[Line, ...]] = Field(default_factory=dict)
    within: dict[str, tuple[Line, ...]] = Field(default_factory=dict)


def read_words(folder: Folder) -> Words:
    """The typed words; none where there is no such folder. Raises ContentError naming file and key."""
    sheets = []
    for file in folder.files("words", ".toml"):
        language = PurePosixPath(file).stem
        if not LANGUAGE.fullmatch(language):
            raise ContentError(file, "language", language, "a file named by a language tag, such as en.toml")
        sheets.append(validated(_Sheet, folder.toml(file), file))
    return Words(
        buttons=table(chain.from_iterable(sheet.buttons.items() for sheet in sheets)),
        commands=table(chain.from_iterable(sheet.commands.items() for sheet in sheets)),
        within={
            name: phrases(chain.from_iterable(sheet.within.get(name, ()) for sheet in sheets))
            for name in dict.fromkeys(name for sheet in sheets for name in sheet.within)
        },
        short={bare(short): one for sheet in sheets for short, one in sheet.short.items()},
        leaving=phrases(chain.from_iterable(sheet.leaving for sheet in sheets)),
        larger=frozenset(bare(one) for sheet in sheets for one in sheet.larger),
        astray=phrases(chain.from_iterable(sheet.astray for sheet in sheets)),
        sent=phrases(chain.from_iterable(sheet.sent for sheet in sheets)),
        greetings=phrases(chain.from_iterable(sheet.greetings for sheet in sheets)),
        thanks=phrases(chain.from_iterable(sheet.thanks for sheet in sheets)),
        search=phrases(chain.from_iterable(sheet.search for sheet in sheets)),
        asking=phrases(chain.from_iterable(sheet.asking for sheet in sheets)),
        idle=phrases(chain.from_iterable(sheet.idle for sheet in sheets)),
    )
