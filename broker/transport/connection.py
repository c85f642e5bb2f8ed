"""Connect to Kafka with mutual TLS, and say in our own errors what went wrong.

The client library hides why a connection fails; whether the log is away or refuses this certificate
decides whether to try again, so that is looked at with a connection of our own.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from aiokafka import errors

from broker.settings import Log, Tls
from contracts.errors import AuthorisationError, BakenError, LogUnavailable, UsageError

CONNECT_SECONDS = 10.0
"""A node that answers does so in milliseconds; a lost one must not stop a start for longer."""
REQUEST_MS = 10_000
METADATA_MS = 30_000
"""How soon a new topic, partition or leader is seen."""
REFUSAL_SECONDS = 1.0
"""TLS 1.3: a server refuses a client certificate after the handshake, with the first read."""

_DENIED = (
    errors.TopicAuthorizationFailedError,
    errors.GroupAuthorizationFailedError,
    errors.ClusterAuthorizationFailedError,
)


def tls_context(tls: Tls) -> ssl.SSLContext:
    """Return a client context: TLS 1.3, the exchange's transport CA alone, our certificate.

    Raises:
        UsageError: a file is absent or wrong.
    """
    try:
        context = ssl.create_default_context(cafile=str(tls.ca))
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(str(tls.certificate), str(tls.key))
    except OSError as fault:  # ssl.SSLError is one
        files = f"{tls.ca}, {tls.certificate} and {tls.key}"
        raise UsageError(f"cannot use {files} for TLS: {fault.strerror or 'wrong form'}") from fault
    return context


def client_options(log: Log, client_id: str) -> dict[str, Any]:
    """Return the options that every Kafka client of ours has."""
    return {
        "bootstrap_servers": log.bootstrap,
        "client_id": client_id,
        "security_protocol": "SSL",
        "ssl_context": tls_context(log.tls),
        "request_timeout_ms": REQUEST_MS,
        "metadata_max_age_ms": METADATA_MS,
    }


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Turn the client library's errors into ours; `what` names the topic or the action."""
    try:
        yield
    except (errors.KafkaError, TimeoutError, OSError) as fault:
        raise translate(fault, what) from fault


def translate(fault: BaseException, what: str) -> BakenError:
    """Return our error for one of the client library's."""
    if isinstance(fault, _DENIED):
        return AuthorisationError(f"{what}: the log refuses this certificate's principal")
    if isinstance(fault, errors.MessageSizeTooLargeError):
        return UsageError(f"{what}: a record is larger than the topic takes")
    return LogUnavailable(f"{what}: {type(fault).__name__}")


async def explain_refusal(log: Log) -> BakenError:
    """Say why no connection came about: the log is away, or certificates do not fit."""
    host, _, port = log.bootstrap.split(",")[0].rpartition(":")
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            reader, writer = await asyncio.open_connection(host, int(port), ssl=tls_context(log.tls))
    except ssl.SSLCertVerificationError:
        return AuthorisationError(f"{log.bootstrap} shows a certificate that our transport CA did not issue")
    except (OSError, TimeoutError) as fault:
        return LogUnavailable(f"nothing answers at {log.bootstrap}: {type(fault).__name__}")
    try:
        async with asyncio.timeout(REFUSAL_SECONDS):
            await reader.read(1)
    except ssl.SSLError as fault:
        return AuthorisationError(f"{log.bootstrap} refuses our certificate: {fault.reason}")
    except (OSError, TimeoutError):
        return LogUnavailable(f"{log.bootstrap} accepts the connection and does not answer")
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
    return LogUnavailable(f"{log.bootstrap} closes the connection")
