"""Connections are TLS 1.3 with our certificate, and failures say whose fault they are."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiokafka import errors

from broker.settings import Log, Tls
from broker.transport import connection as subject
from broker.transport.connection import explain_refusal, tls_context, translate, translated
from broker.trust.issue import CertificateAuthority, p256_key
from broker.trust.keyfiles import certificate_pem, private_pem, write_private
from contracts.errors import AuthorisationError, LogUnavailable, UsageError
from tests.support.seeds import seeded


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make two transport CAs, each with a node and a client."""
    folder = tmp_path_factory.mktemp("tls")
    now = datetime.now(UTC)
    for number, name in enumerate(("ours", "theirs")):
        random = seeded(number)
        authority = CertificateAuthority.create(name, "XX", now=now, randomness=random)
        authority.save(folder / f"{name}-ca.key", folder / f"{name}-ca.pem")
        for kind in ("node", "client"):
            key = p256_key(random)
            public = key.public_key()
            certificate = (
                authority.node("node-1", ["localhost", "127.0.0.1"], public, now=now, randomness=random)
                if kind == "node"
                else authority.client("gateway-1", "nl-pol", public, now=now, randomness=random)
            )
            write_private(folder / f"{name}-{kind}.key", private_pem(key))
            (folder / f"{name}-{kind}.pem").write_bytes(certificate_pem(certificate))
    return folder


def tls(files: Path, *, ca: str = "ours", client: str = "ours") -> Tls:
    return Tls(
        ca=files / f"{ca}-ca.pem", certificate=files / f"{client}-client.pem", key=files / f"{client}-client.key"
    )


def node_context(files: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(files / "ours-ca.pem"))
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(str(files / "ours-node.pem"), str(files / "ours-node.key"))
    return context


def refuse_one(listener: socket.socket, context: ssl.SSLContext) -> None:
    """Refuse one client with the alert that TLS has for it; asyncio's own server sends none."""
    accepted, _ = listener.accept()
    with accepted, pytest.raises(ssl.SSLError):
        context.wrap_socket(accepted, server_side=True)


@asynccontextmanager
async def node(files: Path, *, answers: bool = True) -> AsyncIterator[str]:
    """Serve TLS as a Kafka node does, without Kafka behind it; give its address."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if answers:
            await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=node_context(files))
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_only_tls_1_3_and_only_our_ca(files: Path) -> None:
    """The context speaks nothing older, checks names, and demands a certificate of the exchange's CA."""
    context = tls_context(tls(files))
    assert context.minimum_version is ssl.TLSVersion.TLSv1_3
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


@pytest.mark.parametrize("wrong", ["absent", "empty", "key of another"])
def test_wrong_files_are_named(files: Path, tmp_path: Path, wrong: str) -> None:
    """A file that is absent, empty or does not belong is a usage error that names the files."""
    right = tls(files)
    (tmp_path / "empty").touch()
    broken = {
        "absent": Tls(ca=tmp_path / "none", certificate=right.certificate, key=right.key),
        "empty": Tls(ca=right.ca, certificate=tmp_path / "empty", key=right.key),
        "key of another": Tls(ca=right.ca, certificate=right.certificate, key=files / "theirs-client.key"),
    }[wrong]
    with pytest.raises(UsageError, match="for TLS"):
        tls_context(broken)


async def test_certificate_of_another_ca_is_refused_by_the_log(files: Path) -> None:
    """Our certificate from another CA: the log refuses us, and trying again would not help."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = asyncio.create_task(asyncio.to_thread(refuse_one, listener, node_context(files)))
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        fault = await explain_refusal(Log(bootstrap=address, tls=tls(files, client="theirs")))
        await serving
    assert isinstance(fault, AuthorisationError)
    assert "refuses our certificate" in fault.detail


async def test_log_of_another_ca_is_not_ours(files: Path) -> None:
    """A node whose certificate our CA did not issue is not talked to."""
    async with node(files) as address:
        fault = await explain_refusal(Log(bootstrap=address, tls=tls(files, ca="theirs")))
    assert isinstance(fault, AuthorisationError)
    assert "did not issue" in fault.detail


async def test_log_that_is_away_is_tried_again(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No listener, a listener that hangs up, and one that stays silent are all for another try."""
    monkeypatch.setattr(subject, "REFUSAL_SECONDS", 0.05)
    faults = []
    for answers in (True, False):
        async with node(files, answers=answers) as address:
            faults.append(await explain_refusal(Log(bootstrap=address, tls=tls(files))))
    faults.append(await explain_refusal(Log(bootstrap=address, tls=tls(files))))
    assert all(isinstance(fault, LogUnavailable) for fault in faults)
    assert [
        next(
            words for words in ("does not answer", "closes the connection", "nothing answers") if words in fault.detail
        )
        for fault in faults
    ] == ["does not answer", "closes the connection", "nothing answers"]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (errors.TopicAuthorizationFailedError(), AuthorisationError),
        (errors.GroupAuthorizationFailedError(), AuthorisationError),
        (errors.ClusterAuthorizationFailedError(), AuthorisationError),
        (errors.MessageSizeTooLargeError(), UsageError),
        (errors.NotEnoughReplicasError(), LogUnavailable),
        (errors.UnknownError(), LogUnavailable),
        (TimeoutError(), LogUnavailable),
    ],
)
def test_errors_of_the_client_become_ours(fault: Exception, expected: type[Exception]) -> None:
    """The class says what to do: give up, or try again; what is unknown is tried again."""
    assert isinstance(translate(fault, "topic"), expected)

    def fail() -> None:
        raise fault

    with pytest.raises(expected), translated("topic"):
        fail()
