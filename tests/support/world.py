"""Build a small exchange in memory: five participants, their CAs and keys, a signed list, freshness.

Everything comes from one seed and one clock that stands still, so two worlds of one seed are equal
byte for byte. Change the world with `relist` and `refresh`; the store refuses what it must.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import cached_property

from broker.trust.documents import TrustStore
from broker.trust.endorse import draft_list, roots_file, sign_freshness, sign_list
from broker.trust.enrol import DEFAULT_TERMS, Enrolled, Terms, enrol, list_auditor
from broker.trust.follower import FRESH_KEY, list_key
from broker.trust.hpke import HybridPrivateKey
from broker.trust.issue import CertificateAuthority, ed25519_key
from broker.trust.models import ListedParticipant, Revocation, TrustList
from broker.trust.roots import Roots
from broker.trust.signer import PemSigner, bare_kid
from broker.trust.view import TrustView
from contracts.identifiers import AuthorityId, Environment, Topics
from tests.support.memory_log import MemoryLog, SettableClock
from tests.support.seeds import seeded

PARTICIPANTS = tuple(AuthorityId(name) for name in DEFAULT_TERMS)
ENROLLED_BEFORE = timedelta(days=30)
"""Keys are older than any event that a test issues."""
ROOT_KEYS = 3
THRESHOLD = 2


class World:
    """Participants, roots and trust documents of one environment."""

    def __init__(
        self,
        *,
        seed: int = 1,
        clock: SettableClock | None = None,
        environment: Environment = Environment.LIVE,
        terms: Mapping[str, Terms] = DEFAULT_TERMS,
    ) -> None:
        self.clock = clock or SettableClock()
        self.randomness = seeded(seed)
        self.environment = environment
        self.topics = Topics(environment)
        self.root_keys = [ed25519_key(self.randomness) for _ in range(ROOT_KEYS)]
        self.freshness_key = ed25519_key(self.randomness)
        self.checkpoint_key = ed25519_key(self.randomness)
        self.checkpoint_origin = f"baken/{environment.value}"
        self.terms = dict(terms)
        self.enrolled = {AuthorityId(name): self.enrol(name) for name, term in terms.items() if term.issues}
        self.store = TrustStore(self.roots)
        self.list = self.draft(1)
        self.list_bytes = self.sign(self.list)
        self.fresh_bytes = b""
        self.store.accept_list(self.list_bytes)
        self.refresh()

    @property
    def trust(self) -> TrustView:
        """The view in force at the world's instant."""
        return self.store.current(self.clock())

    @cached_property
    def roots_bytes(self) -> bytes:
        """`roots.json`."""
        return roots_file(self.environment, THRESHOLD, [key.public_key() for key in self.root_keys])

    @cached_property
    def roots(self) -> Roots:
        """The roots that services of this world know."""
        return Roots.parse(self.roots_bytes)

    def signer(self, authority: str) -> PemSigner:
        """Return the signer of a participant."""
        return self.enrolled[AuthorityId(authority)].signer()

    def hpke(self, authority: str) -> HybridPrivateKey:
        """Return the private encryption key of a participant."""
        return self.enrolled[AuthorityId(authority)].encryption

    def enrol(self, authority: str) -> Enrolled:
        """Make fresh keys for a participant under a new national CA; `relist` puts them in force."""
        since = self.clock() - ENROLLED_BEFORE
        national = CertificateAuthority.create(f"CA {authority}", authority[:2], now=since, randomness=self.randomness)
        return enrol(
            AuthorityId(authority),
            self.terms[authority],
            national=national,
            now=since,
            randomness=self.randomness,
        )

    def lines(self) -> list[ListedParticipant]:
        """Return the line of each participant for a list."""
        lines = [one.listed(self.environment) for one in self.enrolled.values()]
        return lines + [list_auditor(AuthorityId(name), t) for name, t in self.terms.items() if not t.issues]

    def draft(self, version: int, lines: Iterable[ListedParticipant] | None = None) -> TrustList:
        """Return an unsigned list."""
        return draft_list(
            self.environment,
            version,
            self.lines() if lines is None else lines,
            now=self.clock(),
            freshness=[self.freshness_key.public_key()],
            checkpoint_origin=self.checkpoint_origin,
            checkpoint_key=self.checkpoint_key.public_key(),
        )

    def sign(self, trust_list: TrustList, keys: int = THRESHOLD) -> bytes:
        """Return `trust_list` signed by the first `keys` root keys."""
        return sign_list(trust_list, self.root_keys[:keys])

    def sign_fresh(self, trust_list: TrustList, revocations: Iterable[Revocation] = ()) -> bytes:
        """Return a freshness statement of this instant for `trust_list`."""
        key = self.freshness_key
        signer = PemSigner(key, bare_kid(key.public_key()))
        return sign_freshness(trust_list, signer, now=self.clock(), revocations=revocations)

    def relist(self, lines: Iterable[ListedParticipant] | None = None) -> TrustView:
        """Put the next version of the list in force."""
        self.list = self.draft(self.list.version + 1, lines)
        self.list_bytes = self.sign(self.list)
        self.store.accept_list(self.list_bytes)
        return self.refresh()

    def refresh(self, revocations: Iterable[Revocation] = ()) -> TrustView:
        """Put a freshness statement of this instant in force."""
        self.fresh_bytes = self.sign_fresh(self.list, revocations)
        return self.store.accept_freshness(self.fresh_bytes, self.clock())

    def publish(self, log: MemoryLog) -> None:
        """Append the list and the freshness statement to the `trust` topic of `log`."""
        log.append(self.topics.trust, self.list_bytes, key=list_key(self.list.version))
        log.append(self.topics.trust, self.fresh_bytes, key=FRESH_KEY)
