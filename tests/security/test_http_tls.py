"""The HTTP interface from outside: who has no right certificate stays out, and nobody can hold it up."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from broker.embedded.exchange import Exchange
from broker.gateway.http import limits, protocol
from broker.gateway.http import server as servers
from broker.gateway.http.app import bare
from broker.gateway.http.clients import Clients
from broker.gateway.http.limits import Gate
from broker.gateway.http.server import HttpServer
from broker.settings import HttpClient, HttpSettings, Right
from broker.trust.issue import TLS_LIFE, CertificateAuthority, p256_key
from broker.trust.keyfiles import certificate_pem, private_pem, write_private
from contracts.errors import RequestRefused, UsageError

PATIENCE_SECONDS = 20.0
MOST = 1000
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
END = b"Connection: close\r\n\r\n"

Start = Callable[..., Awaitable["Running"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A server, its CA, and clients of every kind."""

    folder: Path
    port: int
    authority: CertificateAuthority
    stop: asyncio.Event
    task: asyncio.Task[None]

    def context(
        self, name: str | None, authority: CertificateAuthority | None = None, **changes: Any
    ) -> ssl.SSLContext:
        """Return a client's side of TLS with a new certificate of that name, or with none."""
        context = ssl.create_default_context(cafile=self.folder / "ca.pem")
        if name is not None:
            context.load_cert_chain(*issue(self.folder, authority or self.authority, name, **changes))
        return context

    async def ask(self, context: ssl.SSLContext, *parts: bytes) -> bytes:
        """Send bytes over TLS and return everything that comes until the connection ends."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", self.port, ssl=context, server_hostname="localhost"
            )
            try:
                for part in parts:
                    writer.write(part)
                    await writer.drain()
                return await reader.read()
            finally:
                writer.transport.abort()


def issue(
    folder: Path, authority: CertificateAuthority, name: str, *, issued: datetime | None = None, server: bool = False
) -> tuple[Path, Path]:
    """Have a CA certify a new key as a client of that name, or as a server."""
    key, at = p256_key(os.urandom), issued or datetime.now(UTC)
    if server:
        made = authority.server(name, "nl-pol", ["localhost"], key.public_key(), now=at, randomness=os.urandom)
    else:
        made = authority.client(name, "nl-pol", key.public_key(), now=at, randomness=os.urandom)
    write_private(folder / f"{name}.key", private_pem(key))
    (folder / f"{name}.pem").write_bytes(certificate_pem(made))
    return folder / f"{name}.pem", folder / f"{name}.key"


def new_authority() -> CertificateAuthority:
    return CertificateAuthority.create("clients of NL-POL", "NL", now=datetime.now(UTC), randomness=os.urandom)


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    """Return a function that starts a server; two clients are on its list, one of them may only submit."""
    running: list[Running] = []

    async def begin(app: Any = None) -> Running:
        authority = new_authority()
        authority.save(tmp_path / "ca.key", tmp_path / "ca.pem")
        certificate, key = issue(tmp_path, authority, "http", server=True)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        settings = HttpSettings(
            listen=f"127.0.0.1:{port}",
            certificate=certificate,
            key=key,
            client_ca=tmp_path / "ca.pem",
            client=[
                HttpClient(name="monitor", may=frozenset({Right.OPERATE})),
                HttpClient(name="submitter", may=frozenset({Right.SUBMIT})),
            ],
        )
        inner = app or bare()
        gate = Gate(inner, settings=settings, clients=Clients(settings.client), max_body_bytes=MOST)
        server, stop = HttpServer(settings, gate), asyncio.Event()
        task = asyncio.create_task(server.run(stop))
        await server.ready.wait()
        running.append(Running(folder=tmp_path, port=port, authority=authority, stop=stop, task=task))
        return running[-1]

    yield begin
    for one in running:
        one.stop.set()
        await one.task


async def heard(asking: Coroutine[Any, Any, bytes]) -> bytes:
    """Return what came; nothing when the connection was refused or cut."""
    try:
        return await asking
    except (ssl.SSLError, ConnectionError):
        return b""


def problem(answer: bytes) -> tuple[int, str]:
    """Return status and code of an answer that must be a problem."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"application/problem+json" in head
    return int(head.split()[1]), json.loads(body)["code"]


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_the_right_certificate_is_let_in(start: Start, version: ssl.TLSVersion) -> None:
    """With either version of TLS: the refusals below have another cause than the set-up."""
    running = await start()
    context = running.context("monitor")
    context.minimum_version = context.maximum_version = version
    assert (await running.ask(context, HEALTH + END)).endswith(b'{"status":"ok"}')


async def test_a_wrong_certificate_is_refused_by_tls(start: Start) -> None:
    """None, one of another CA of the same name, a server's, one that is over, one that is not yet valid."""
    running = await start()
    now = datetime.now(UTC)
    contexts = [
        running.context(None),
        running.context("monitor", new_authority()),
        running.context("monitor", server=True),
        running.context("monitor", issued=now - TLS_LIFE - timedelta(days=1)),
        running.context("monitor", issued=now + timedelta(days=1)),
    ]
    for context in contexts:
        assert await heard(running.ask(context, HEALTH + END)) == b""


async def test_an_older_protocol_is_refused(start: Start) -> None:
    """TLS 1.1 is not spoken."""
    running = await start()
    context = running.context("monitor")
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    with pytest.warns(DeprecationWarning, match="deprecated"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    assert await heard(running.ask(context, HEALTH + END)) == b""


async def test_the_name_and_the_right_decide(start: Start) -> None:
    """A certificate of the right CA whose name is not listed, and one whose client may do something else."""
    running = await start()
    assert problem(await running.ask(running.context("stranger"), HEALTH + END)) == (403, "H-client")
    assert problem(await running.ask(running.context("submitter"), HEALTH + END)) == (403, "H-right")


async def test_what_is_no_request_ends_the_connection(start: Start) -> None:
    """Header bombs, other protocols, a body that is too large: a problem, and nothing more is read."""
    running = await start()
    context = running.context("monitor")
    asked = [
        (HEALTH + b"X: " + b"y" * 300_000 + b"\r\n" + END, (431, "H-headers")),
        (HEALTH + b"X: y\r\n" * 200 + END, (431, "H-headers")),
        (b"\x16\x03\x01 hello\r\n\r\n", (400, "H-request")),
        (HEALTH + b"Content-Length: 1\r\nContent-Length: 2\r\n" + END, (400, "H-request")),
        (b"POST /v1/submissions HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n", (413, "H-size")),
    ]
    for sent, refusal in asked:
        assert problem(await running.ask(context, sent)) == refusal


async def test_who_is_slow_is_let_go(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the handshake, in the header, in a second header, in the body: the connection ends by itself."""
    monkeypatch.setattr(servers, "HANDSHAKE_SECONDS", 0.2)
    monkeypatch.setattr(protocol, "HEADER_SECONDS", 0.2)
    monkeypatch.setattr(servers, "KEEP_ALIVE_SECONDS", 0.2)
    monkeypatch.setattr(limits, "SILENCE_SECONDS", 0.2)
    running = await start(reading)
    context = running.context("monitor")
    async with asyncio.timeout(PATIENCE_SECONDS):
        reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
        assert await heard(reader.read()) == b""
        writer.close()
    for part in (b"GET /healthz HT", HEALTH, HEALTH + b"\r\n" + b"GET /hea"):
        assert (await heard(running.ask(context, part)))[-6:] in {b"", b"read 0"}
    body = b"POST /v1/submissions HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab"
    assert (await running.ask(context, body)).endswith(b"H-timeout")


async def test_who_does_not_read_holds_nothing(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is sent waits in the socket, not in memory; after a while the connection ends, and the sender hears it."""
    monkeypatch.setattr(protocol, "WRITE_SECONDS", 0.2)
    sent, gone = 0, asyncio.Event()

    async def endless(_scope: Any, receive: Any, send: Any) -> None:
        nonlocal sent
        await send({"type": "http.response.start", "status": 200, "headers": []})
        leaving = asyncio.create_task(listen(receive))
        while not leaving.done():
            await send({"type": "http.response.body", "body": b"x" * 10_000, "more_body": True})
            sent += 10_000
            await asyncio.sleep(0)
        gone.set()

    running = await start(endless)
    async with asyncio.timeout(PATIENCE_SECONDS):
        _, writer = await asyncio.open_connection(
            "127.0.0.1", running.port, ssl=running.context("monitor"), server_hostname="localhost", limit=1000
        )
        writer.write(HEALTH + b"\r\n")
        await gone.wait()
        writer.transport.abort()
    assert sent < 50_000_000


async def test_connections_are_counted(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """One too many ends at once; the others are served."""
    monkeypatch.setattr(protocol, "MAX_CONNECTIONS", 1)
    running = await start()
    context = running.context("monitor")
    async with asyncio.timeout(PATIENCE_SECONDS):
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", running.port, ssl=context, server_hostname="localhost"
        )
        writer.write(HEALTH + b"\r\n")
        assert (await reader.readline()).endswith(b"200 OK\r\n")
        assert await heard(running.ask(context, HEALTH + END)) == b""
        writer.transport.abort()


async def test_a_port_in_use_is_told_at_the_start(start: Start) -> None:
    """With its address, before anything is served."""
    running = await start()
    (running.folder / "other").mkdir()
    certificate, key = issue(running.folder / "other", running.authority, "http", server=True)
    settings = HttpSettings(
        listen=f"127.0.0.1:{running.port}",
        certificate=certificate,
        key=key,
        client_ca=running.folder / "ca.pem",
        client=[HttpClient(name="monitor", may=frozenset(Right))],
    )
    with pytest.raises(UsageError, match=str(running.port)):
        await HttpServer(settings, bare()).run(asyncio.Event())


async def test_certificates_of_the_exchange_open_no_gateway(exchange: Exchange) -> None:
    """Neither those for Kafka nor those of another gateway's clients; its own client is let in."""
    home = exchange.home
    own, other, transport = home.clients("NL-POL"), home.clients("DE-BKA"), home.participant("NL-POL") / "keys"

    async def ask(certificate: Path) -> bytes:
        context = ssl.create_default_context(cafile=own / "ca.pem")
        context.load_cert_chain(certificate, certificate.with_suffix(".key"))
        async with asyncio.timeout(PATIENCE_SECONDS):
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", home.http_ports["NL-POL"], ssl=context, server_hostname="localhost"
            )
            writer.write(HEALTH + END)
            try:
                return await reader.read()
            finally:
                writer.transport.abort()

    assert (await ask(own / "national-system.pem")).endswith(b'{"status":"ok"}')
    for wrong in (other / "national-system.pem", transport / "tls.pem", transport / "http.pem"):
        assert await heard(ask(wrong)) == b""


async def reading(scope: Any, receive: Any, send: Any) -> None:
    """Answer with the size of the body, or with the code of what was wrong with it."""
    try:
        text = f"read {len(await Request(scope, receive).body())}"
    except RequestRefused as fault:
        await PlainTextResponse(fault.code.value, headers={"Connection": "close"})(scope, receive, send)
        return
    await PlainTextResponse(text)(scope, receive, send)


async def listen(receive: Any) -> None:
    """Return when the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
