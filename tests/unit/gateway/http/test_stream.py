"""The stream: everything once and again when it changes, from where the client left off, until the end."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Self

import pytest

from broker.gateway.http import changes
from broker.gateway.http.changes import Changes, Places
from contracts.codes import ErasureGround
from contracts.errors import RequestRefused, StoreBusy
from tests.support.gateway_world import GatewayWorld, suspect
from tests.support.http_client import App, application, as_client, settings

PATIENCE_SECONDS = 30


class Stream:
    """A client that follows. `events` are those that came; it goes away at the end of the block."""

    def __init__(self, app: App, query: str = "", **headers: str) -> None:
        self._app = app
        self._scope = {
            "type": "http", "method": "GET", "path": "/v1/inbox/stream", "raw_path": b"/v1/inbox/stream",
            "query_string": query.encode(), "http_version": "1.1", "scheme": "https", "server": ("gateway", 443),
            "client": ("test", 1), "root_path": "",
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
        }  # fmt: skip
        self._gone = asyncio.Event()
        self._came = asyncio.Condition()
        self.status = 0
        self.text = ""
        self.ended = False

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._app(self._scope, self._receive, self._send))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._gone.set()
        await self._task

    async def _receive(self) -> Any:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        async with self._came:
            self.status = message.get("status", self.status)
            self.text += message.get("body", b"").decode()
            self.ended = message["type"] == "http.response.body" and not message.get("more_body", False)
            self._came.notify_all()

    @property
    def events(self) -> list[dict[str, Any]]:
        blocks = [dict(line.split(": ", 1) for line in block.splitlines()) for block in self.text.split("\n\n")]
        return [json.loads(block["data"]) | {"id": int(block["id"])} for block in blocks if "data" in block]

    async def until(self, true: Any) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS), self._came:
            await self._came.wait_for(true)


def app_of(world: GatewayWorld, name: str, **changes_: Any) -> App:
    return as_client(application(world.services[name], world.clock, settings(**changes_)))


async def test_a_follower_sees_what_comes_and_what_becomes_of_it(exchange: GatewayWorld) -> None:
    """What was there comes first, then what arrives, then the same entries again as they are erased."""
    gateway = exchange.gateway("NL-POL")
    (first,) = gateway.publish([suspect("N-1")])
    await exchange.run()
    async with Stream(app_of(exchange, "DE-BKA")) as stream:
        await stream.until(lambda: len(stream.events) == 1)
        gateway.publish([suspect("N-2")])
        await exchange.run()
        await stream.until(lambda: len(stream.events) == 2)
        gateway.order_erasure(first.sub, ErasureGround.EXPIRED)  # type: ignore[union-attr]
        await exchange.run()
        await stream.until(lambda: any(event["state"] == "erased" for event in stream.events))
        shown = stream.events
    assert stream.status == 200
    assert [event["id"] for event in shown] == [event["change"] for event in shown] == sorted(e["id"] for e in shown)
    assert {event["number"]: event["state"] for event in shown} == {1: "erased", 2: "opened", 3: "opened"}
    assert next(event for event in shown if event["number"] == 3)["type"] == "erase.v1"


async def test_a_follower_goes_on_where_it_was(exchange: GatewayWorld) -> None:
    """Behind the last event id, which goes before `after`; nothing is missed and nothing comes twice."""
    exchange.gateway("NL-POL").publish([suspect(f"N-{n}") for n in range(3)])
    await exchange.run()
    app = app_of(exchange, "DE-BKA")
    for query, headers, numbers in (("after=1", {}, [2, 3]), ("after=0", {"last_event_id": "2"}, [3])):
        async with Stream(app, query, **headers) as stream:
            await stream.until(lambda: len(stream.events) == len(numbers))  # noqa: B023 - awaited here
        assert [event["number"] for event in stream.events] == numbers
    async with Stream(app, last_event_id="x") as refused:
        await refused.until(lambda: refused.ended)
    assert (refused.status, json.loads(refused.text)["code"]) == (422, "H-parameter")


async def test_streams_are_counted_and_end_with_the_gateway(exchange: GatewayWorld) -> None:
    """One too many is asked to wait; a place is free again when a client goes; all end when the gateway stops."""
    app = app_of(exchange, "DE-BKA", max_streams=1)
    for _ in range(2):
        async with Stream(app) as stream, Stream(app) as second:
            await second.until(lambda: second.ended)
        assert (second.status, json.loads(second.text)["code"]) == (429, "H-streams")
    async with Stream(app) as stream:
        await stream.until(lambda: bool(stream.text))
        exchange.services["DE-BKA"].stop()
        await stream.until(lambda: stream.ended)


async def test_one_look_serves_all_who_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits, nobody looks; a database that is busy is looked at again."""
    monkeypatch.setattr(changes, "LOOK_SECONDS", 0.0)
    looks: list[int | Exception] = [0, StoreBusy(), 3]
    made = 0

    def look() -> int:
        nonlocal made
        made += 1
        found = looks.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    watched = Changes(look, asyncio.Event())
    assert await asyncio.gather(*[watched.beyond(0) for _ in range(5)]) == [True] * 5
    assert made == 3
    assert await watched.beyond(2)
    assert made == 3


def test_a_place_is_given_back() -> None:
    """However the block ends."""
    places = Places(1)
    with pytest.raises(RequestRefused), places.hold("a"), places.hold("b"), places.hold("a"):
        pass
    with places.hold("a"):
        pass
