"""Where the site listens: a socket at an address of this machine."""

import errno
import socket

ELSEWHERE = "no address and no name of this machine"


def bound(host: str, port: int) -> socket.socket:
    """A socket at an address. Raises OSError, in words that say whether the host or the port is at fault.

    A host at fault is not shown: like any setting it may be a secret in the wrong place.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise OSError(f"web.host is {ELSEWHERE} ({error.strerror})") from error
        why = f"{error.strerror}: choose another port"
        raise OSError(f"the page cannot be shown at http://{host}:{port} ({why})") from error
    return listener


def elsewhere(host: str) -> bool:
    """Whether nothing can listen at a host, on whatever port: it is none of this machine."""
    try:
        bound(host, 0).close()
    except OSError:
        return True
    return False
