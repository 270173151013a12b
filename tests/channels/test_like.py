"""A local chat that imitates another platform shows what people see there."""

from pathlib import Path

import pytest

from bot.channels.registry import platform
from bot.core.kernel.errors import SettingsError
from bot.houses import bare
from bot.settings_file import load

CHAT = '[[accounts]]\nname = "thu"\nkind = "webchat"\nlike = "{}"\n'


def _settings(folder: Path, like: str) -> Path:
    file = folder / "config.toml"
    file.write_text(CHAT.format(like), encoding="utf-8")
    return file


@pytest.mark.parametrize("like", ["zalo_bot", "zalo_oa"])
def test_it_has_the_others_limits_and_its_own_markup(tmp_path: Path, like: str) -> None:
    settings = load(_settings(tmp_path, like))
    (account,) = settings.accounts
    own, other = platform("webchat"), platform(like).capabilities
    shows = own.shows(account)
    assert (shows.buttons, shows.edit, shows.documents, shows.text_limit) == (
        other.buttons,
        other.edit,
        other.documents,
        2000,
    )
    assert shows.markup == own.capabilities.markup
    house = bare(settings)
    assert (house.edits, house.bare) == (frozenset(), shows)


def test_like_nothing_it_is_itself(tmp_path: Path) -> None:
    settings = load(_settings(tmp_path, ""))
    assert platform("webchat").shows(settings.accounts[0]) == platform("webchat").capabilities
    assert bare(settings).bare is None


@pytest.mark.parametrize("like", ["webchat", "fax"])
def test_what_is_no_other_platform_is_refused(tmp_path: Path, like: str) -> None:
    with pytest.raises(SettingsError, match="zalo_bot"):
        load(_settings(tmp_path, like))
