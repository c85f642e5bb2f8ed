"""No certificate or a wrong one: refused at TLS, before Kafka is asked for anything."""

from __future__ import annotations

import os
import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from broker.topology import cluster
from broker.trust.issue import TLS_LIFE, CertificateAuthority, p256_key
from broker.trust.keyfiles import certificate_pem, private_pem, write_private
from contracts.errors import LogUnavailable
from tests.support.exchange import RunningNode

PATIENCE_SECONDS = 10.0
QUIET_SECONDS = 0.3
"""An accepted client hears nothing until it asks; that is what acceptance looks like."""


def transport(node: RunningNode) -> CertificateAuthority:
    return CertificateAuthority.load(node.home.trust / "transport-ca.key", node.home.transport_ca)


def national(node: RunningNode) -> CertificateAuthority:
    return CertificateAuthority.load(node.home.trust / "national-NL.key", node.home.trust / "national-NL.pem")


def knock(node: RunningNode, *, certificate: Path | None = None, key: Path | None = None, seconds: float) -> bytes:
    """Open a TLS connection and wait for the first byte, or for the alert that refuses it."""
    context = ssl.create_default_context(cafile=str(node.home.transport_ca))
    if certificate is not None:
        context.load_cert_chain(certificate, key)
    with (
        socket.create_connection(("127.0.0.1", node.home.port), timeout=PATIENCE_SECONDS) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as secured,
    ):
        secured.settimeout(seconds)
        return secured.recv(1)


def files(
    folder: Path, authority: CertificateAuthority, *, issued: datetime, server: bool = False
) -> tuple[Path, Path]:
    """Have `authority` certify a new key for NL-POL, as a client or as a server."""
    key = p256_key(os.urandom)
    if server:
        certificate = authority.node("node-2", ["localhost"], key.public_key(), now=issued, randomness=os.urandom)
    else:
        certificate = authority.client("gw", "nl-pol", key.public_key(), now=issued, randomness=os.urandom)
    write_private(folder / "tls.key", private_pem(key))
    (folder / "tls.pem").write_bytes(certificate_pem(certificate))
    return folder / "tls.pem", folder / "tls.key"


def test_a_certificate_of_the_transport_ca_is_accepted(kafka_node: RunningNode, tmp_path: Path) -> None:
    """The node waits for a request and sends no alert: the refusals below have another cause than the set-up."""
    certificate, key = files(tmp_path, transport(kafka_node), issued=datetime.now(UTC))
    with pytest.raises(TimeoutError):
        knock(kafka_node, certificate=certificate, key=key, seconds=QUIET_SECONDS)


def test_no_certificate_is_refused(kafka_node: RunningNode) -> None:
    """TLS ends with an alert."""
    with pytest.raises(ssl.SSLError, match=r"(?i)certificate"):
        knock(kafka_node, seconds=PATIENCE_SECONDS)


@pytest.mark.parametrize("case", ["other CA of the same name", "national CA", "expired", "not yet valid"])
def test_a_wrong_certificate_is_refused(kafka_node: RunningNode, tmp_path: Path, case: str) -> None:
    """Right names do not help where the CA or the time is wrong."""
    now = datetime.now(UTC)
    authority, issued = {
        "other CA of the same name": (
            CertificateAuthority.create("transport", "XX", now=now, randomness=os.urandom),
            now,
        ),
        "national CA": (national(kafka_node), now),
        "expired": (transport(kafka_node), now - TLS_LIFE - timedelta(days=1)),
        "not yet valid": (transport(kafka_node), now + timedelta(days=1)),
    }[case]
    certificate, key = files(tmp_path, authority, issued=issued)
    with pytest.raises(ssl.SSLError, match=r"(?i)certificate"):
        knock(kafka_node, certificate=certificate, key=key, seconds=PATIENCE_SECONDS)


def test_an_older_protocol_is_refused(kafka_node: RunningNode, tmp_path: Path) -> None:
    """TLS 1.2 is not spoken."""
    certificate, key = files(tmp_path, transport(kafka_node), issued=datetime.now(UTC))
    context = ssl.create_default_context(cafile=str(kafka_node.home.transport_ca))
    context.load_cert_chain(certificate, key)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with (
        socket.create_connection(("127.0.0.1", kafka_node.home.port), timeout=PATIENCE_SECONDS) as plain,
        pytest.raises(ssl.SSLError, match=r"(?i)protocol"),
    ):
        context.wrap_socket(plain, server_hostname="localhost")


def test_our_own_client_says_so_clearly(
    kafka_node: RunningNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The administration client reports that the log is not to be had, within its bound."""
    monkeypatch.setattr(cluster, "BOOTSTRAP_MS", 500)
    certificate, key = files(tmp_path, national(kafka_node), issued=datetime.now(UTC))
    log = kafka_node.log("operator")
    wrong = log.model_copy(update={"tls": log.tls.model_copy(update={"certificate": certificate, "key": key})})
    with pytest.raises(LogUnavailable, match="Kafka administration"), cluster.connect(wrong):
        pass
