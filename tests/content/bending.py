"""What becomes of a file that somebody edits badly, a program cuts off, or somebody means ill with."""

import random

WORDS = (
    *("\u202e", "\ufeff", "\x00", "\u200b", "e" + "\u0301" * 500, "\ud7ff", "\t", "\r", "\n\n\n"),
    *("'", '"', '"""', "'''", "{", "}", "{{", "[", "]", "<b>", "**", "#", ";", ",", "%s", "=1+1"),
    *("../../../etc/passwd", "/etc/passwd", "1e999", "nan", "inf", "-1", "0", "9" * 4000, "0x" + "f" * 5000),
    *("true", "1979-05-27T07:32:00Z", "MẬT", "TUYỆT MẬT"),
)
DEEP = (("[", "]"), ("{a=", "}"), ("a.", "b"), ("> ", "x"), ("- ", "x"), ("(", ")"), ("*", "*"))
LARGEST = 32_000_000  # bytes that one line said again and again may come to
BYTES = (b"\xff", b"\xfe\xff", b"\x80", b"\xed\xa0\x80", b"\x00", b"\xc3", b"PK\x03\x04", b"\x1a")


def bent(plain: bytes, rng: random.Random) -> bytes:
    """The file with one to three things done to it."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        plain = rng.choice((_line, _line, _word, _word, _value, _deep, _long, bent_bytes))(plain, rng)
    return plain


def bent_bytes(plain: bytes, rng: random.Random) -> bytes:
    """Bytes lost, changed, cut off or put in."""
    at = rng.randrange(len(plain) + 1)
    end = min(len(plain), at + rng.choice((1, 2, 30, 3000)))
    match rng.randrange(5):
        case 0:
            return plain[:at]
        case 1:
            return plain[:at] + plain[end:]
        case 2:
            return plain[:at] + rng.choice(BYTES) + plain[at:]
        case 3:
            return plain[:at] + rng.randbytes(end - at) + plain[end:]
        case _:
            return rng.choice((b"", b"\x00" * 100, plain.decode("utf-8", "replace").encode("utf-16")))


def _line(plain: bytes, rng: random.Random) -> bytes:
    """A line lost, twice, up to a thousand times, elsewhere."""
    lines = plain.split(b"\n")
    at, to = rng.randrange(len(lines)), rng.randrange(len(lines))
    match rng.randrange(4):
        case 0:
            del lines[at]
        case 1:
            lines.insert(to, lines[at])
        case 2:
            lines[at:at] = [lines[at]] * min(1000, LARGEST // (len(lines[at]) + 1))
        case _:
            lines[at], lines[to] = lines[to], lines[at]
    return b"\n".join(lines)


def _word(plain: bytes, rng: random.Random) -> bytes:
    """Something put in that has a meaning somewhere."""
    at = rng.randrange(len(plain) + 1)
    return plain[:at] + rng.choice(WORDS).encode("utf-8", "surrogatepass") + plain[at:]


def _value(plain: bytes, rng: random.Random) -> bytes:
    """One value in the place of another, or of another kind."""
    lines = plain.split(b"\n")
    keyed = [n for n, line in enumerate(lines) if b" = " in line]
    if not keyed:
        return _word(plain, rng)
    at, other = rng.choice(keyed), rng.choice(keyed)
    key, value = lines[at].partition(b" = ")[0], lines[other].partition(b" = ")[2]
    odd = (
        value,
        value,
        b"1",
        b"-1.5",
        b"[]",
        b"{}",
        b'""',
        b"[[[]]]",
        b'["", 1]',
        b"true",
        b"99999999999999999999",
    )
    lines[at] = key + b" = " + rng.choice(odd)
    return b"\n".join(lines)


def _deep(plain: bytes, rng: random.Random) -> bytes:
    """Nested as nobody nests."""
    begin, end = rng.choice(DEEP)
    depth = rng.choice((5, 200, 5_000, 50_000))
    words = rng.choice(("", "a = ")) + begin * depth + end * rng.choice((0, depth))
    at = plain.find(b"\n", rng.randrange(len(plain) + 1)) + 1
    return plain[:at] + words.encode() + b"\n" + plain[at:]


def _long(plain: bytes, rng: random.Random) -> bytes:
    """A line or a file longer than anybody writes."""
    at = rng.randrange(len(plain) + 1)
    many = rng.choice((400, 5_000, 90_000, 1_100_000))
    return (
        plain[:at] + rng.choice((b"x", b"x ", b"\n", b",", b"a,b\n", b"*", b"{a}", b"| ")) * many + plain[at:]
    )
