"""What looks like a secret is taken out of words; ordinary words stay."""

import pytest

from bot.channels.registry import platforms
from bot.core.kernel import secrets

TOKEN = "918273645:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


@pytest.fixture(autouse=True)
def declared() -> None:
    platforms()


@pytest.mark.parametrize(
    "text",
    [
        f"POST https://api.telegram.org/bot{TOKEN}/sendMessage",
        f"gateway: no route for /bot{TOKEN.lower()}/sendmessage",
        f"/bot{TOKEN.upper().replace(':', '%3A')}/getMe",
        f"'{TOKEN}' is not known",
        f"Authorization: Bearer {TOKEN.partition(':')[2]}",
        f"bearer {TOKEN.partition(':')[2]}",
        f"https://x.example/?a=1&token={TOKEN.partition(':')[2]}&b=2",
        f"cannot connect to postgresql://an:{TOKEN.partition(':')[2]}@db/nhipcau",
        f"dsn: host=db password={TOKEN.partition(':')[2]} user=an",
        f"PASSWORD={TOKEN.partition(':')[2]}",
    ],
)
def test_a_secret_is_masked_in_any_case(text: str) -> None:
    shown = secrets.masked(text)
    assert TOKEN.partition(":")[2].lower() not in shown.lower()
    assert secrets.HIDDEN in shown


@pytest.mark.parametrize(
    "text",
    [
        "07:30 ngày 26/11/2026",
        "2026-11-26T07:30:12.123456+00:00",
        "http://127.0.0.1:8080/chat?as=an",
        "postgresql://an@db:5432/nhipcau",
        "account tinh: @nhipcau_bot",
        "delivery 123456: uncertain",
    ],
)
def test_ordinary_words_stay(text: str) -> None:
    assert secrets.masked(text) == text


def test_a_secret_of_the_settings_is_masked_wherever_it_turns_up() -> None:
    secrets.remember("mat-khau-rieng")
    assert secrets.masked("echo of MAT-KHAU-RIENG, twice: mat-khau-rieng") == "echo of ***, twice: ***"
