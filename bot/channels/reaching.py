"""Whether the site's own public address leads to it."""

from bot.channels.http.client import Answer, Client

LOOK_S = 5.0  # for it to answer


async def not_led_here(public_url: str, account: str) -> list[str]:
    """Whether the site's public address leads to it, as this machine sees it, in words; nothing is changed.

    An empty delivery is what platforms try it with, too.
    """
    client = Client(connections=1)
    await client.open()
    try:
        answer = await client.post(f"{public_url}/hook/{account}", {}, LOOK_S)
    finally:
        await client.close()
    if isinstance(answer, Answer) and answer.status < 500 and answer.status != 404:
        return []
    why = f"it answers {answer.status}" if isinstance(answer, Answer) else str(answer.reason)
    return [
        f"web.public_url {public_url} does not lead here, as this machine sees it ({why}), and platforms "
        "deliver there: see that `run` is up, that the name is right, that its certificate is valid and that "
        "the proxy leads /hook/ and /f/ to this site"
    ]
