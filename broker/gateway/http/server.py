"""Serve the interface inside the gateway process, over TLS that asks every client for its certificate."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable, Iterator

import anyio.to_thread
import structlog
import uvicorn
from starlette.types import ASGIApp

from broker.gateway.http.limits import MAX_HEADER_BYTES
from broker.gateway.http.protocol import Protocol
from broker.settings import HttpSettings
from contracts.errors import UsageError

THREADS = 8
"""Handlers at work on the databases at the same time; the others wait their turn."""
HANDSHAKE_SECONDS = 10.0
KEEP_ALIVE_SECONDS = 15
STOP_SECONDS = 5
"""How long requests in hand may go on when the gateway stops."""
BACKLOG = 128
CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""For TLS 1.2: forward secrecy and authenticated encryption; TLS 1.3 has nothing else."""

_log = structlog.get_logger()


class HttpServer:
    """One listening socket and its server. `bind` before `run`, so that a port in use is known at the start."""

    def __init__(self, settings: HttpSettings, app: ASGIApp) -> None:
        self._settings = settings
        self._app = app
        self.ready = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set, then let requests in hand come to their end.

        Raises:
            UsageError: the address cannot be listened on, or a certificate cannot be used.
        """
        context = tls_context(self._settings)
        listening = _bind(self._settings)
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        server = _Server(
            uvicorn.Config(
                self._app,
                http=Protocol,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                backlog=BACKLOG,
                h11_max_incomplete_event_size=MAX_HEADER_BYTES,
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=STOP_SECONDS,
                ssl_context_factory=lambda _config, _default: context,
            ),
            listening,
            self._listens,
        )
        serving = asyncio.create_task(server.serve())
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait([serving, stopping], return_when=asyncio.FIRST_COMPLETED)
        finally:
            server.should_exit = True
            stopping.cancel()
            await serving

    def _listens(self) -> None:
        _log.info("http.listening", port=self._settings.address[1])
        self.ready.set()


class _Server(uvicorn.Server):
    """uvicorn's server on a socket that is bound already, with bounds on the handshake."""

    def __init__(self, config: uvicorn.Config, listening: socket.socket, listens: Callable[[], None]) -> None:
        super().__init__(config)
        self._listening = listening
        self._listens = listens

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the gateway process."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002 - uvicorn's signature
        """Listen; beside what uvicorn does itself, a client that does not finish its handshake is let go."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: Protocol(self.config, self.server_state, {}),
            sock=self._listening,
            ssl=self.config.ssl,
            ssl_handshake_timeout=HANDSHAKE_SECONDS,
            ssl_shutdown_timeout=STOP_SECONDS,
            backlog=self.config.backlog,
        )
        self.servers = [server]
        self.started = True
        self._listens()


def tls_context(settings: HttpSettings) -> ssl.SSLContext:
    """Return the server's side of TLS 1.2 or 1.3: no client without a certificate of the client CA.

    Raises:
        UsageError: a file is absent, or the certificate is not that of the key.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(CIPHERS)
    context.set_alpn_protocols(["http/1.1"])
    context.verify_mode = ssl.CERT_REQUIRED
    # No resumption: every connection shows its certificate anew.
    context.options |= ssl.OP_NO_TICKET
    context.num_tickets = 0
    try:
        context.load_cert_chain(settings.certificate, settings.key)
        context.load_verify_locations(settings.client_ca)
    except (OSError, ssl.SSLError) as fault:
        raise UsageError(f"[http]: certificate, key or client_ca cannot be used ({type(fault).__name__})") from fault
    return context


def _bind(settings: HttpSettings) -> socket.socket:
    host, port = settings.address
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as fault:
        raise UsageError(f"[http] listen: {settings.listen} cannot be listened on: {fault.strerror}") from fault
