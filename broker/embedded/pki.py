"""Make the keys, certificates and trust documents of a local exchange, all under its home.

Here one machine plays every part: the coordinating body, national CAs, transport CA and participants.
Elsewhere each of these keys lies with its owner, and the root keys lie offline.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from broker.embedded import clients
from broker.embedded.defaults import is_auditor, terms_of
from broker.embedded.home import Home
from broker.embedded.ports import LOOPBACK
from broker.ports import Randomness
from broker.trust.endorse import draft_list, roots_file, sign_freshness, sign_list
from broker.trust.enrol import Enrolled, enrol, list_auditor
from broker.trust.issue import CertificateAuthority, ed25519_key, p256_key
from broker.trust.keyfiles import certificate_pem, load_private, private_pem, write_private
from broker.trust.models import LIST_VALIDITY_SECONDS, ListedParticipant, TrustList
from broker.trust.roots import Roots
from broker.trust.signer import PemSigner
from contracts.errors import UsageError
from contracts.identifiers import AuthorityId, Environment, instant, seconds

ROOT_KEYS, ROOT_THRESHOLD = 3, 2
CHECKPOINT_ORIGIN = {Environment.LIVE: "baken/live", Environment.EXERCISE: "baken/exercise"}
ROOT_FILES = "root-*.key"
RENEW_LIST_BEFORE = timedelta(days=30)
"""A list is signed anew this long before it ends."""


def create(home: Home, *, now: datetime, randomness: Randomness) -> None:
    """Make everything that a new home holds, except configuration files."""
    home.trust.mkdir(parents=True)
    transport = CertificateAuthority.create("transport", "XX", now=now, randomness=randomness)
    transport.save(home.trust / "transport-ca.key", home.transport_ca)
    tls = TransportTls(transport=transport, now=now, randomness=randomness)
    home.node().folder.mkdir(parents=True)
    tls.node(home.node().keystore, "node-1", ["localhost", LOOPBACK])
    for unit, instance in (("broker", "broker-1"), ("checkpointer", "checkpointer-1"), ("operator", "operator-1")):
        tls.client(home.folder / unit / "keys", unit, instance)
    national = {
        country: CertificateAuthority.create(f"national {country}", country, now=now, randomness=randomness)
        for country in sorted({participant[:2] for participant in home.gateways})
    }
    for country, authority in national.items():
        authority.save(home.trust / f"national-{country}.key", home.trust / f"national-{country}.pem")
    enrolled = []
    for participant in home.participants:
        keys = home.participant(participant) / "keys"
        unit = participant.lower()
        kind = "auditor" if is_auditor(participant) else "gateway"
        tls.client(keys, unit, f"{kind}-{unit}")
        if not is_auditor(participant):
            who = enrol(
                AuthorityId(participant),
                terms_of(participant),
                national=national[participant[:2]],
                now=now,
                randomness=randomness,
            )
            who.save(keys)
            enrolled.append(who)
            clients.create(home, participant, now=now, randomness=randomness)
    checkpoint = ed25519_key(randomness)
    write_private(home.folder / "checkpointer" / "keys" / "checkpoint.key", private_pem(checkpoint))
    _trust(home, enrolled, checkpoint, now, randomness)


def current_list(home: Home) -> tuple[TrustList, bytes]:
    """Return the highest version of the signed list under this home, opened with its own roots.

    Raises:
        UsageError: there is none.
        TrustRefused: it does not verify.
    """
    versions = lists(home)
    if not versions:
        raise UsageError(f"no signed trust list in {home.trust}")
    signed = versions[-1][1].read_bytes()
    opened, _ = Roots.load(home.trust / "roots.json").open_list(signed)
    return opened, signed


def lists(home: Home) -> list[tuple[int, Path]]:
    """Return version and file of every signed list, oldest first."""
    return sorted((int(path.stem.removeprefix("list-")), path) for path in home.trust.glob("list-*.json"))


def renew_list(home: Home, *, now: datetime) -> TrustList:
    """Return the list in force, after signing the next version if it ends within 30 days and the root keys are here.

    Where they are kept apart, as a coordinating body keeps them, the next list comes from there.
    """
    present, _ = current_list(home)
    if instant(present.exp * 1000) - now > RENEW_LIST_BEFORE or not any(home.trust.glob(ROOT_FILES)):
        return present
    return _sign_next(home, present, now)


def relist(
    home: Home, change: Callable[[ListedParticipant], ListedParticipant], *, now: datetime
) -> tuple[TrustList, TrustList]:
    """Sign the next version of the list with each line as `change` returns it; return the list before and this one.

    Nothing is signed where nothing changes.

    Raises:
        UsageError: the root keys are not here, or `change` says so.
        TrustRefused: the list in force does not verify.
    """
    present, _ = current_list(home)
    lines = tuple(change(line) for line in present.participants)
    if lines == present.participants:
        return present, present
    if not any(home.trust.glob(ROOT_FILES)):
        raise UsageError(f"no root keys in {home.trust}: the next list is signed where they are kept")
    return present, _sign_next(home, msgspec.structs.replace(present, participants=lines), now)


def freshness(home: Home, trust_list: TrustList, *, now: datetime) -> bytes:
    """Return a new freshness statement for the list in force."""
    return sign_freshness(trust_list, PemSigner.load_bare(home.trust / "freshness.key"), now=now)


def _trust(
    home: Home, enrolled: Iterable[Enrolled], checkpoint: Ed25519PrivateKey, now: datetime, randomness: Randomness
) -> None:
    roots = [ed25519_key(randomness) for _ in range(ROOT_KEYS)]
    for number, key in enumerate(roots, start=1):
        write_private(home.trust / f"root-{number}.key", private_pem(key))
    fresh = ed25519_key(randomness)
    write_private(home.trust / "freshness.key", private_pem(fresh))
    publics = [key.public_key() for key in roots]
    (home.trust / "roots.json").write_bytes(roots_file(home.environment, ROOT_THRESHOLD, publics))
    lines = [who.listed(home.environment) for who in enrolled]
    lines += [list_auditor(AuthorityId(p), terms_of(p)) for p in home.participants if is_auditor(p)]
    drafted = draft_list(
        home.environment,
        1,
        lines,
        now=now,
        freshness=[fresh.public_key()],
        checkpoint_origin=CHECKPOINT_ORIGIN[home.environment],
        checkpoint_key=checkpoint.public_key(),
    )
    _sign_list(home, drafted)


def _sign_next(home: Home, before: TrustList, now: datetime) -> TrustList:
    issued = seconds(now)
    following = msgspec.structs.replace(
        before, version=before.version + 1, iat=issued, exp=issued + LIST_VALIDITY_SECONDS
    )
    _sign_list(home, following)
    return following


def _sign_list(home: Home, trust_list: TrustList) -> None:
    keys = [load_private(path) for path in sorted(home.trust.glob(ROOT_FILES))[:ROOT_THRESHOLD]]
    signed = sign_list(trust_list, [key for key in keys if isinstance(key, Ed25519PrivateKey)])
    path = home.trust / f"list-{trust_list.version}.json"
    part = path.with_name(f".{path.name}")
    part.write_bytes(signed)
    part.replace(path)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportTls:
    """Issues TLS keys and certificates of the transport CA, as files."""

    transport: CertificateAuthority
    now: datetime
    randomness: Randomness

    def node(self, keystore: Path, instance: str, hosts: list[str]) -> None:
        """Write a node's key and certificate into one file, as Kafka wants them."""
        key = p256_key(self.randomness)
        certificate = self.transport.node(instance, hosts, key.public_key(), now=self.now, randomness=self.randomness)
        write_private(keystore, private_pem(key) + certificate_pem(certificate))

    def client(self, keys: Path, unit: str, instance: str) -> None:
        """Write `tls.key` and `tls.pem` of the principal `User:<unit>` into the folder `keys`."""
        keys.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = p256_key(self.randomness)
        certificate = self.transport.client(instance, unit, key.public_key(), now=self.now, randomness=self.randomness)
        write_private(keys / "tls.key", private_pem(key))
        (keys / "tls.pem").write_bytes(certificate_pem(certificate))
