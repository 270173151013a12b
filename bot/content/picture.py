"""A photo without what its camera wrote into it: run as a program of its own, with bounded memory and time.

A few bytes of a picture can mean a billion points. What comes out is drawn anew from the points alone: no
place, time, device, thumbnail, profile or comment goes along, upright as it was meant to be seen.
"""

import resource
import sys
from io import BytesIO

MEMORY, SECONDS = 1024**3, 20
MOST_POINTS = 60_000_000
LONGEST_SIDE = 2_560  # points: letters on a sheet can still be read
BROKEN, LARGE = 3, 4  # how it ends where it cannot


def clean(data: bytes) -> bytes:
    """The photo as a JPEG. Raises OSError or ValueError for no photo, OverflowError for too many points."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # counted here, before anything is decoded
    with Image.open(BytesIO(data), formats=("JPEG", "PNG", "WEBP", "GIF", "MPO")) as photo:
        if photo.width * photo.height > MOST_POINTS:
            raise OverflowError
        photo.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(photo).convert("RGB")
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    plain = Image.frombytes("RGB", upright.size, upright.tobytes())
    made = BytesIO()
    plain.save(made, "JPEG", quality=85, optimize=True)
    return made.getvalue()


def main() -> int:
    """From the standard input to the standard output; how it ended."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        sys.stdout.buffer.write(clean(sys.stdin.buffer.read()))
    except OverflowError:
        return LARGE
    except Exception:
        return BROKEN
    return 0


if __name__ == "__main__":
    sys.exit(main())
