"""Choose TCP ports on the loopback interface that nobody uses."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Collection

from contracts.errors import ServiceFailed

LOOPBACK = "127.0.0.1"
LOWEST, HIGHEST = 20_000, 32_000
"""Below the range that systems give to outgoing connections, so that a port is still free after a restart."""
TRIES = 200


def free(*, other_than: Collection[int] = ()) -> int:
    """Return a port that nothing listens on now, and that is none of `other_than`.

    Raises:
        ServiceFailed: none was found in `TRIES` attempts.
    """
    for _ in range(TRIES):
        port = LOWEST + secrets.randbelow(HIGHEST - LOWEST)
        if port not in other_than and is_free(port):
            return port
    raise ServiceFailed(f"no free port between {LOWEST} and {HIGHEST}")


def is_free(port: int) -> bool:
    """Tell whether a server could listen on `port`, ignoring connections of a former one that fade out."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True
