"""Bound what a client can take of the gateway: header and body size, time, rate, and requests at once.

Everything is decided before the application sees the request; only the body is counted while it is read.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from broker.gateway.http.clients import Client, Clients
from broker.gateway.http.problems import answer
from broker.settings import HttpSettings
from contracts.errors import Code, RequestRefused

SUBMISSIONS = "/v1/submissions"
SMALL_BODY_BYTES = 64 * 1024
"""Bodies of everything but submissions: a few words of JSON."""
MAX_HEADER_BYTES = 16 * 1024
MAX_HEADER_FIELDS = 100
BODIES_AT_ONCE = 4
"""Bodies of the largest size that may be held at the same time: memory is bounded by this times that size."""
SILENCE_SECONDS = 10.0
"""How long a client may pause inside a body."""
BODY_SECONDS = 120.0
"""How long a whole body may take: 16 MiB on a line of 1.1 Mbit/s."""


class Bucket:
    """A token bucket: `burst` requests at once, then `rate` a second."""

    def __init__(self, *, rate: float, burst: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = burst
        self._monotonic = monotonic
        self._tokens = float(burst)
        self._at = monotonic()

    def take(self) -> int:
        """Take a token; return 0, or the seconds to wait for one."""
        now = self._monotonic()
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
        self._at = now
        if self._tokens < 1:
            return math.ceil((1 - self._tokens) / self._rate)
        self._tokens -= 1
        return 0


@dataclass(slots=True)
class _Held:
    """What requests in hand take. Owned by the event loop's thread."""

    requests: int = 0
    bytes: int = 0


class Gate:
    """ASGI middleware: let a request in, with its client in `state`, or answer with a problem."""

    def __init__(self, app: ASGIApp, *, settings: HttpSettings, clients: Clients, max_body_bytes: int) -> None:
        self._app = app
        self._settings = settings
        self._clients = clients
        self._max_body_bytes = max_body_bytes
        self._buckets: dict[str, Bucket] = {}
        self._held = _Held()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Judge one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            client, most, size = self._judge(scope)
        except RequestRefused as fault:
            await answer(fault)(scope, receive, send)
            return
        scope.setdefault("state", {})["client"] = client
        self._held.requests += 1
        self._held.bytes += size
        try:
            await self._app(scope, _Body(receive, most), send)
        finally:
            self._held.requests -= 1
            self._held.bytes -= size

    def _judge(self, scope: Scope) -> tuple[Client, int, int]:
        """Return whose request it is, how many bytes its body may have, and how many are held for it."""
        _check_headers(scope)
        client = self._clients.of(scope)
        self._check_rate(client)
        most = self._max_body_bytes if scope["path"] == SUBMISSIONS else SMALL_BODY_BYTES
        size = _declared(scope, most)
        self._check_room(size)
        return client, most, size

    def _check_rate(self, client: Client) -> None:
        settings = self._settings
        bucket = self._buckets.get(client.name)
        if bucket is None:
            bucket = Bucket(rate=settings.requests_per_second, burst=settings.burst)
            self._buckets[client.name] = bucket
        wait = bucket.take()
        if wait:
            raise RequestRefused(Code.H_RATE, "you ask too often: slow down", retry_seconds=wait)

    def _check_room(self, size: int) -> None:
        if self._held.requests >= self._settings.max_requests:
            raise RequestRefused(Code.H_BUSY, "too many requests are in hand: try again", retry_seconds=1)
        if size and self._held.bytes + size > BODIES_AT_ONCE * self._max_body_bytes:
            raise RequestRefused(Code.H_BUSY, "too many large bodies are in hand: try again", retry_seconds=1)


def _check_headers(scope: Scope) -> None:
    size = sum(len(name) + len(value) for name, value in scope["headers"])
    size += len(scope.get("raw_path") or b"") + len(scope["query_string"])
    if size > MAX_HEADER_BYTES or len(scope["headers"]) > MAX_HEADER_FIELDS:
        raise RequestRefused(Code.H_HEADERS, f"at most {MAX_HEADER_FIELDS} header fields of {MAX_HEADER_BYTES} bytes")


def _declared(scope: Scope, most: int) -> int:
    """Return the size that a body declares, or the most it may have; 0 without a body."""
    headers = Headers(scope=scope)
    length = headers.get("content-length")
    if length is None:
        return most if "transfer-encoding" in headers else 0
    size = int(length) if length.isdecimal() and len(length) < len(str(most)) + 1 else most + 1
    if size > most:
        raise _too_large(most)
    return size


def _too_large(most: int) -> RequestRefused:
    return RequestRefused(Code.H_SIZE, f"the body is larger than {most} bytes: split it, or use the watched folder")


class _Body:
    """Receive a body of at most `most` bytes that does not dawdle."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._most = most
        self._size = 0
        self._whole = False
        self._until: float | None = None

    async def __call__(self) -> Message:
        """Return the next message of the client.

        Raises:
            RequestRefused: the body is too large, or it comes too slowly.
        """
        if self._whole:
            return await self._receive()  # waits for the client to go away
        now = asyncio.get_running_loop().time()
        self._until = self._until or now + BODY_SECONDS
        try:
            async with asyncio.timeout_at(min(self._until, now + SILENCE_SECONDS)):
                message = await self._receive()
        except TimeoutError:
            raise RequestRefused(Code.H_TIMEOUT, "the body did not come in time") from None
        self._size += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        if self._size > self._most:
            raise _too_large(self._most)
        return message
