"""Photos that people sent, drawn anew without what their camera wrote into them."""

import subprocess
import sys
from pathlib import Path

from bot.content.picture import LARGE, SECONDS

LARGEST = 12 * 1024 * 1024  # bytes of a photo that is looked at


class Unusable(Exception):
    """A photo that is not kept; `why`: broken, large."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def cleaned(data: bytes) -> bytes:
    """The photo as a JPEG that says nothing but what is seen. Blocking. Raises Unusable."""
    if len(data) > LARGEST:
        raise Unusable("large")
    program = [sys.executable, "-I", str(Path(__file__).with_name("picture.py"))]
    try:
        done = subprocess.run(program, input=data, capture_output=True, timeout=3 * SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise Unusable("broken") from None
    if done.returncode or not done.stdout:
        raise Unusable("large" if done.returncode == LARGE else "broken")
    return done.stdout
