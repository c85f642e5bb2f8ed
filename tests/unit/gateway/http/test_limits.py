"""The gate: who comes in, how often, and with how much."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from broker.gateway.http import limits
from broker.gateway.http.clients import Clients
from broker.gateway.http.limits import Bucket, Gate
from contracts.errors import RequestRefused
from tests.support.http_client import NAME, as_client, settings

MOST = 1000
ASKED = {"type": "http", "method": "POST", "path": limits.SUBMISSIONS, "raw_path": b"", "query_string": b""}


class Inner:
    """An application that reads the body; it answers when it is let go."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.go.set()
        self.inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.inside += 1
        try:
            body = await Request(scope, receive).body()
            await self.go.wait()
            await PlainTextResponse(f"{scope['state']['client'].name} {len(body)}")(scope, receive, send)
        except RequestRefused as fault:
            await PlainTextResponse(fault.code.value)(scope, receive, send)
        finally:
            self.inside -= 1


def gate(inner: Inner, **changes: Any) -> Gate:
    chosen = settings(**changes)
    return Gate(inner, settings=chosen, clients=Clients(chosen.client), max_body_bytes=MOST)


async def ask(app: Any, *parts: bytes, subject: str | None = f"CN={NAME}", **headers: str) -> tuple[int, str]:
    """Send a body in parts, without a length unless one is given; return status and body of the answer."""
    given = iter(parts or (b"",))
    left = len(parts or (b"",))
    answer: list[Any] = []

    async def receive() -> Any:
        nonlocal left
        left -= 1
        return {"type": "http.request", "body": next(given), "more_body": left > 0}

    async def send(message: Any) -> None:
        answer.append(message)

    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    await as_client(app, subject)({**ASKED, "headers": sent}, receive, send)
    return answer[0]["status"], b"".join(message.get("body", b"") for message in answer).decode()


@pytest.fixture
def inner() -> Inner:
    return Inner()


@pytest.mark.parametrize("subject", [None, "", "CN=stranger", "O=national-system", "CN=national-system,CN=other"])
async def test_who_is_not_on_the_list_stays_out(inner: Inner, subject: str | None) -> None:
    """The one common name of the certificate decides; the application never sees the others."""
    status, body = await ask(gate(inner), subject=subject)
    assert (status, '"H-client"' in body) == (403, True)


async def test_a_body_is_bounded_before_and_while_it_is_read(inner: Inner) -> None:
    """A declared length is believed only when it is small; without one the bytes are counted."""
    app = gate(inner)
    assert await ask(app, b"x" * MOST, content_length=str(MOST)) == (200, f"{NAME} {MOST}")
    for length in (str(MOST + 1), "9" * 40, "-1", "x"):
        assert (await ask(app, b"x", content_length=length))[0] == 413
    assert await ask(app, *[b"x" * 400] * 3, transfer_encoding="chunked") == (200, "H-size")


async def test_large_bodies_wait_outside_once_memory_is_promised(inner: Inner) -> None:
    """As many bodies as the bound allows are read at once; the next is asked to come back."""
    app = gate(inner)
    inner.go.clear()
    held = [asyncio.create_task(ask(app, b"x" * MOST, content_length=str(MOST))) for _ in range(limits.BODIES_AT_ONCE)]
    await until(lambda: inner.inside == limits.BODIES_AT_ONCE)
    assert (await ask(app, b"x", transfer_encoding="chunked"))[0] == 503
    inner.go.set()
    assert [status for status, _ in await asyncio.gather(*held)] == [200] * limits.BODIES_AT_ONCE
    assert (await ask(app, b"x", transfer_encoding="chunked"))[0] == 200


async def test_only_so_many_requests_are_in_hand(inner: Inner) -> None:
    """One more is refused for now, and let in once there is room."""
    app = gate(inner, max_requests=1)
    inner.go.clear()
    held = asyncio.create_task(ask(app))
    await until(lambda: inner.inside == 1)
    status, body = await ask(app)
    assert (status, '"H-busy"' in body) == (503, True)
    inner.go.set()
    await held
    assert (await ask(app))[0] == 200


async def test_a_client_that_asks_too_often_waits(inner: Inner) -> None:
    """The burst is let in, the next is told how long to wait."""
    app = gate(inner, burst=2, requests_per_second=0.001)
    assert [(await ask(app))[0] for _ in range(3)] == [200, 200, 429]


async def test_long_headers_are_refused(inner: Inner) -> None:
    """By their bytes and by their number."""
    app = gate(inner)
    assert (await ask(app, x="y" * limits.MAX_HEADER_BYTES))[0] == 431
    assert (await ask(app, **{f"x{n}": "y" for n in range(limits.MAX_HEADER_FIELDS + 1)}))[0] == 431


async def test_a_body_that_does_not_come_is_given_up(inner: Inner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two parts and as a whole."""
    monkeypatch.setattr(limits, "SILENCE_SECONDS", 0.01)

    async def silent() -> Any:
        await asyncio.Event().wait()

    answer: list[Any] = []

    async def send(message: Any) -> None:
        answer.append(message)

    await as_client(gate(inner))({**ASKED, "headers": [(b"content-length", b"5")]}, silent, send)
    assert answer[1]["body"] == b"H-timeout"


def test_a_bucket_fills_again() -> None:
    """With time, up to its size, and says how long the next token takes."""
    now = 0.0
    bucket = Bucket(rate=0.5, burst=2, monotonic=lambda: now)
    assert [bucket.take() for _ in range(3)] == [0, 0, 2]
    now = 2.0
    assert [bucket.take(), bucket.take()] == [0, 2]
    now = 1000.0
    assert [bucket.take() for _ in range(3)] == [0, 0, 2]


def _turns() -> Iterator[int]:
    yield from range(1000)


async def until(true: Any) -> None:
    """Let other tasks run until something is so."""
    for _ in _turns():
        if true():
            return
        await asyncio.sleep(0)
    raise AssertionError("it did not come true")
