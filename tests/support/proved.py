"""An audited exchange in memory whose trust is a signed list on the log, so that proofs can be made of it."""

from __future__ import annotations

from pathlib import Path

from broker.audit.checkpointer import Checkpointer
from broker.audit.proof import Proof, encode_proof
from broker.audit.proof_check import ProofVerdict, check_proof
from broker.audit.prove import prove
from broker.audit.replay import load_trust
from broker.ports import LogReader
from broker.trust.enrol import DEFAULT_TERMS
from broker.trust.signer import PemSigner
from contracts.wire import Reference
from tests.support import envelope_world as world
from tests.support.audited import TOPICS, Audited
from tests.support.hub import ending, receipt
from tests.support.memory_log import MemoryLog
from tests.support.world import World

RECIPIENTS = ("BE-FGP", "DE-BKA", "FR-PNJ")


class Proved(Audited):
    """A hub that follows a real trust list; the auditor knows its root keys alone."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(terms={**DEFAULT_TERMS, "FR-PNJ": DEFAULT_TERMS["DE-BKA"]})
        self.clock = self.world.clock
        self.log = MemoryLog(self.clock)
        self.trust = self.world.store  # type: ignore[assignment]  # a store answers what the fake answers
        self.world.publish(self.log)

    def signer(self, name: str) -> PemSigner:
        """Return the key whose certificate is listed."""
        return self.world.signer(name)

    def checkpointer(self) -> Checkpointer:
        """Start a checkpointer with the listed key."""
        return Checkpointer(
            reader=self.log, writer=self.log, topics=TOPICS, key=self.world.checkpoint_key,
            origin=self.world.checkpoint_origin, keys=[], clock=self.clock,
        )  # fmt: skip

    async def prove(
        self, made: world.Made, *, source: LogReader | None = None, issuer: str | None = None, erasure: bool = False
    ) -> Proof:
        """Prove an event from the log or another source of it."""
        source = source or self.log
        store = await load_trust(source, TOPICS, self.world.roots)
        return await prove(source, store, topics=TOPICS, event=made.claims.jti, issuer=issuer, erasure=erasure)

    def check(self, proof: Proof) -> ProofVerdict:
        """Check a proof as somebody else does, who has the root keys."""
        return check_proof(encode_proof(proof), self.world.roots)

    def save_roots(self, folder: Path) -> Path:
        """Write `roots.json`."""
        path = folder / "roots.json"
        path.write_bytes(self.world.roots_bytes)
        return path


async def erased_alert(others: int = 6) -> tuple[Proved, world.Made, world.Made]:
    """Return a hub with an alert that was updated and erased among `others`, with its first event and the order."""
    hub = Proved()
    for _ in range(others):
        hub.submit()
    first = hub.submit(sub="73a9bef4-99bb-44dc-bbd2-a4f2c8af5bd9")
    later = hub.submit(ver=2, sub=first.claims.sub, ref=(Reference(iss="NL-POL", jti=first.claims.jti),))
    hub.submit_bytes(b"{")
    hub.clock.advance(minutes=5)
    order = hub.submit(**ending("erase.v1", first, later, to=RECIPIENTS))
    for name in RECIPIENTS:
        hub.submit(iss=name, **receipt("erasure-receipt.v1", order))
    await hub.work()
    return hub, first, order
