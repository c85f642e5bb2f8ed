"""Know the client by its certificate, and what it may do by `[[http.client]]` of gateway.toml."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from cryptography import x509
from cryptography.x509.oid import NameOID
from fastapi import Depends, Request
from starlette.types import Scope

from broker.settings import HttpClient, Right
from contracts.errors import Code, RequestRefused

TLS_EXTENSION = "tls"
"""ASGI extension that tells the peer's certificate: `{"client_cert_name": <RFC 4514 name>}`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A national system, a liaison officer's tool or a monitor: the name in its certificate, and its rights."""

    name: str
    may: frozenset[Right]


class Clients:
    """The allow-list of one gateway."""

    def __init__(self, allowed: Sequence[HttpClient]) -> None:
        self._by_name = {one.name: Client(name=one.name, may=frozenset(one.may)) for one in allowed}

    def of(self, scope: Scope) -> Client:
        """Return the client of a request; TLS has checked its certificate against the client CA.

        Raises:
            RequestRefused: nobody of that name is allowed (H-client).
        """
        extension = scope.get("extensions", {}).get(TLS_EXTENSION, {})
        client = self._by_name.get(_common_name(extension.get("client_cert_name") or ""))
        if client is None:
            raise RequestRefused(Code.H_CLIENT, "no [[http.client]] of gateway.toml has the name of your certificate")
        return client


def _common_name(subject: str) -> str:
    """Return the one common name of an RFC 4514 name; none or several name nobody."""
    if not subject:
        return ""
    names = x509.Name.from_rfc4514_string(subject).get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if len(names) == 1 else ""


def client_of(request: Request) -> Client:
    """Return who asks."""
    client = request.state.client
    assert isinstance(client, Client)  # noqa: S101 - the gate let nobody else in
    return client


def needs(*rights: Right) -> Any:
    """Return the dependency that gives a client with any of `rights`, and refuses every other with H-right."""

    async def check(request: Request) -> Client:
        client = client_of(request)
        if client.may.isdisjoint(rights):
            wanted = " or ".join(f'"{right.value}"' for right in rights)
            raise RequestRefused(Code.H_RIGHT, f"your certificate may not do this: it needs {wanted}")
        return client

    return Depends(check)


Submitter = Annotated[Client, needs(Right.SUBMIT)]
Reader = Annotated[Client, needs(Right.READ)]
Follower = Annotated[Client, needs(Right.SUBMIT, Right.READ)]
Orderer = Annotated[Client, needs(Right.ORDER)]
Approver = Annotated[Client, needs(Right.APPROVE)]
Operator = Annotated[Client, needs(Right.OPERATE)]
