"""Roles as buttons write them."""

from bot.core.people.members import LETTERS, Role


def test_every_role_has_a_letter_of_its_own_and_old_buttons_keep_their_meaning() -> None:
    assert list(LETTERS) == list(Role)
    assert len(set(LETTERS.values())) == len(LETTERS)
    assert all(len(letter) == 1 for letter in LETTERS.values())
    assert [LETTERS[Role(name)] for name in ("communicator", "reporter", "editor")] == ["c", "r", "e"]
    assert (LETTERS[Role.APPROVER], LETTERS[Role.ADMINISTRATOR]) == ("a", "q")
