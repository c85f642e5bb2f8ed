"""Make the certificates of a gateway's HTTP interface: a CA of its participant, a server and two clients.

The CA is the participant's own and known to nobody else: neither the exchange nor another participant can
make a client, and none of its certificates opens Kafka (docs/decisions/0012).
"""

from __future__ import annotations

from datetime import datetime

from broker.embedded.home import Home
from broker.embedded.ports import LOOPBACK
from broker.embedded.services import gateway_name
from broker.ports import Randomness
from broker.trust.issue import CertificateAuthority, p256_key
from broker.trust.keyfiles import certificate_pem, private_pem, write_private

NATIONAL_SYSTEM = "national-system"
"""Name of the client that a local exchange has for each gateway: all rights but to approve what it hands in."""
SECOND_OFFICER = "second-officer"
"""Name of the client that approves."""


def create(home: Home, participant: str, *, now: datetime, randomness: Randomness) -> None:
    """Write `clients/{ca,national-system,second-officer}.{key,pem}` and `keys/http.{key,pem}` of a participant."""
    folder, keys, unit = home.clients(participant), home.participant(participant) / "keys", participant.lower()
    folder.mkdir(mode=0o700)
    authority = CertificateAuthority.create(
        f"clients of {participant}", participant[:2], now=now, randomness=randomness
    )
    authority.save(folder / "ca.key", folder / "ca.pem")
    key = p256_key(randomness)
    hosts = ["localhost", LOOPBACK, gateway_name(participant)]
    server = authority.server("http", unit, hosts, key.public_key(), now=now, randomness=randomness)
    write_private(keys / "http.key", private_pem(key))
    (keys / "http.pem").write_bytes(certificate_pem(server))
    for name in (NATIONAL_SYSTEM, SECOND_OFFICER):
        key = p256_key(randomness)
        client = authority.client(name, unit, key.public_key(), now=now, randomness=randomness)
        write_private(folder / f"{name}.key", private_pem(key))
        (folder / f"{name}.pem").write_bytes(certificate_pem(client))
