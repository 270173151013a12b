"""What is sent at once arrives one by one; each knows how many came before it."""

from bot.core.kernel.values import ChatId
from bot.core.ports import Incoming, Said
from bot.engine.albums import KEPT, Albums


def befores(albums: Albums, *updates: tuple[str, str]) -> list[int]:
    """Of updates as chat and album."""
    made = (Incoming(ChatId(chat), Said("x"), album=album) for chat, album in updates)
    return [albums.placed("a", one).before for one in made]


def test_an_albums_updates_are_counted_in_their_chat_alone() -> None:
    told = befores(Albums(), ("1", "x"), ("2", "x"), ("1", "x"), ("1", ""), ("1", "x"), ("2", "x"))
    assert told == [0, 0, 1, 0, 2, 1]


def test_another_album_begins_anew() -> None:
    assert befores(Albums(), ("1", "x"), ("1", "x"), ("1", "y"), ("1", "")) == [0, 1, 0, 0]


def test_so_many_chats_are_remembered_and_no_more() -> None:
    albums = Albums()
    befores(albums, *((str(chat), "x") for chat in range(KEPT + 9)))
    assert len(albums._last) == KEPT
    assert befores(albums, (str(KEPT + 8), "x"), ("0", "x")) == [1, 0]
