"""Speak HTTP/1.1 over TLS as uvicorn does, tell the application whose certificate it was, and wait for nobody long."""

from __future__ import annotations

import asyncio
import sys
from http import HTTPStatus
from typing import Any

import h11
from cryptography import x509
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from broker.gateway.http.clients import TLS_EXTENSION
from broker.gateway.http.problems import answer
from contracts.errors import Code, RequestRefused

HEADER_SECONDS = 10.0
"""How long a request may take from its first byte, or a connection from its handshake, until its header is whole."""
WRITE_SECONDS = 30.0
"""How long a client may leave what was sent to it unread: then the connection ends, and what it holds with it."""
MAX_CONNECTIONS = 256


class Protocol(H11Protocol):
    """One connection. Owner of its two deadlines; everything else is uvicorn's."""

    _header_deadline: asyncio.TimerHandle | None = None
    _write_deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the client's name from the handshake; the connection that is one too many ends at once."""
        super().connection_made(transport)
        self.app = _identified(self.app, _subject(transport))
        self._await_header()
        if len(self.connections) > MAX_CONNECTIONS:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the deadlines."""
        self._header_came()
        self._was_read()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Begin to count with the first byte of a request, and stop once its header is whole."""
        super().data_received(data)
        in_hand = self.cycle is not None and not self.cycle.response_complete
        if in_hand:
            self._header_came()
        else:
            self._await_header()

    def pause_writing(self) -> None:
        """Begin to count when the client does not read."""
        super().pause_writing()
        self._write_deadline = self.loop.call_later(WRITE_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """Stop counting: it reads."""
        self._was_read()
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's signature
        """Answer what is no HTTP/1.1, or has too long a header, and end the connection."""
        fault = sys.exc_info()[1]
        long = isinstance(fault, h11.RemoteProtocolError) and (
            fault.error_status_hint == HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        )
        code, detail = (Code.H_HEADERS, "the header is too long") if long else (Code.H_REQUEST, "this is no HTTP/1.1")
        if self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            response = answer(RequestRefused(code, detail))
            headers = [*response.raw_headers, (b"connection", b"close")]
            whole = (
                h11.Response(status_code=response.status_code, headers=headers),
                h11.Data(data=bytes(response.body)),
            )
            for event in (*whole, h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _await_header(self) -> None:
        if self._header_deadline is None and not self.transport.is_closing():
            self._header_deadline = self.loop.call_later(HEADER_SECONDS, self.transport.abort)

    def _header_came(self) -> None:
        if self._header_deadline is not None:
            self._header_deadline.cancel()
            self._header_deadline = None

    def _was_read(self) -> None:
        if self._write_deadline is not None:
            self._write_deadline.cancel()
            self._write_deadline = None


def _subject(transport: asyncio.Transport) -> str | None:
    """Return the RFC 4514 name of the peer's certificate, which TLS has checked."""
    secured = transport.get_extra_info("ssl_object")
    presented = None if secured is None else secured.getpeercert(binary_form=True)
    return None if presented is None else x509.load_der_x509_certificate(presented).subject.rfc4514_string()


def _identified(app: Any, subject: str | None) -> Any:
    async def identified(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("extensions", {})[TLS_EXTENSION] = {"client_cert_name": subject}
        await app(scope, receive, send)

    return identified
