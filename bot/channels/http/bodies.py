"""Bodies of answers, read no further than they may be long."""

import aiohttp


async def bounded(response: aiohttp.ClientResponse, limit: int) -> bytes | None:
    """The body, or None as soon as it is seen to be longer than `limit` bytes."""
    if (response.content_length or 0) > limit:
        return None
    parts: list[bytes] = []
    size = 0
    async for part in response.content.iter_any():
        size += len(part)
        if size > limit:
            return None
        parts.append(part)
    return b"".join(parts)
