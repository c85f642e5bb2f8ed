"""Open a participant's gateway: its stores, keys and rules, without any connection to Kafka.

The command line works through this while the gateway process runs beside it: both write to the same
databases, and the process relays what is written.
"""

from __future__ import annotations

import os
import pwd
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from types import TracebackType
from typing import Self

from broker.gateway.approvals import Approval, Approvals
from broker.gateway.consultations import Consulted
from broker.gateway.deadlines import Deadlines
from broker.gateway.discloser import Disclosed, Discloser
from broker.gateway.entries import EVERYTHING, InboxEntry, Wanted
from broker.gateway.explaining import Explainer
from broker.gateway.grants import Grants
from broker.gateway.history import History
from broker.gateway.inbox import Inbox
from broker.gateway.intake.intake import Intake
from broker.gateway.issue import Issuer
from broker.gateway.orders import Ordered, Orders
from broker.gateway.outbox import Outbox
from broker.gateway.own_erasure import OwnErasure
from broker.gateway.own_keys import KeyEntry, OwnKeys
from broker.gateway.publish import Published, Publisher
from broker.gateway.receipts import Receipts, ReceiptsDue, Reported
from broker.gateway.said import Said
from broker.gateway.status import EventState, Ledger
from broker.gateway.stores import Store
from broker.gateway.trust_memory import TrustMemory
from broker.gateway.vault import Vault
from broker.gateway.versions import Versions
from broker.ports import Clock, Incoming, Randomness
from broker.settings import GatewaySettings
from broker.trust import hpke
from broker.trust.roots import Roots
from broker.trust.signer import PemSigner
from contracts.codes import Condition, ConsultedFor, ErasureGround, KeepReason, ReceiptState, RefusalGround
from contracts.draft import Draft
from contracts.identifiers import AuthorityId

PAGE_ENTRIES = 100
"""Entries that are noted as consulted at a time."""
POLL_SECONDS = 0.1
"""How often a waiting command looks whether its rows are closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """The parts of one gateway and what an officer's command may ask of them. Close it after use."""

    settings: GatewaySettings
    participant: AuthorityId
    vault: Vault
    outbox: Outbox
    inbox: Inbox
    issuer: Issuer
    own_keys: OwnKeys
    granted: Grants
    own_erasure: OwnErasure
    orders: Orders
    said: Said
    discloser: Discloser
    approvals: Approvals
    publisher: Publisher
    trust_memory: TrustMemory
    receipts: Receipts
    consulted: Consulted
    ledger: Ledger
    deadlines: Deadlines
    intake: Intake
    history: History

    def publish(
        self, drafts: Sequence[Draft], to: Sequence[str] | None = None, *, actor: str | None = None
    ) -> list[Published]:
        """Publish alerts; the outcome of each draft is durable when this returns.

        `to` lists `PARTICIPANT:profile` or `PARTICIPANT` and overrides the routes. `actor` is who is
        responsible, by default whoever runs this; only its keyed hash leaves this machine.

        Raises:
            TrustStale: no trust list in force is known here.
            UsageError: gateway.toml is wrong.
        """
        trust = self.trust_memory.current()
        return list(self.publisher.publish(drafts, trust, actor=self.pseudonym(actor), to=to))

    def approve(self, approval: str, *, actor: str | None = None) -> Published:
        """Publish what waits for a second approval, which `actor` gives; durable when this returns.

        Raises:
            TrustStale: no trust list in force is known here.
            Unknown: nothing of that id waits.
            NotAnother: `actor` handed it in, or is responsible for it.
        """
        trust = self.trust_memory.current()
        return self.publisher.approve(approval, trust, actor=self.pseudonym(actor))

    def reject(self, approval: str, *, actor: str | None = None) -> Approval:
        """Have what waits for a second approval not go out; whoever handed it in may say so as well.

        Raises:
            Unknown: nothing of that id waits.
        """
        return self.approvals.reject(approval, by=self.pseudonym(actor))

    def order_erasure(self, name: str, ground: ErasureGround, *, actor: str | None = None) -> list[Ordered]:
        """Order the erasure of every alert that `name` (alert, event or national id) means, and of what was said of it.

        Raises:
            TrustStale: no trust list in force is known here.
            UsageError: no such alert, or it is erased already.
        """
        trust, who = self.trust_memory.current(), self.pseudonym(actor)
        ordered = []
        with self.outbox.store.write() as connection:
            for sub in self.orders.resolve(connection, name):
                ordered.append(self.orders.erase(connection, sub, ground=ground, actor=who, trust=trust))
                self.said.erase(connection, self.said.own(connection, sub), actor=who, trust=trust)
        return ordered

    def order_withdrawal(self, name: str, ground: ErasureGround, *, actor: str | None = None) -> list[Ordered]:
        """Withdraw every alert that `name` means; raises as `order_erasure` does."""
        trust = self.trust_memory.current()
        with self.outbox.store.write() as connection:
            return [
                self.orders.withdraw(connection, sub, ground=ground, actor=self.pseudonym(actor), trust=trust)
                for sub in self.orders.resolve(connection, name)
            ]

    def order_restriction(self, name: str, reason: KeepReason, *, actor: str | None = None) -> list[Ordered]:
        """Restrict the use of every alert that `name` means; raises as `order_erasure` does."""
        trust = self.trust_memory.current()
        with self.outbox.store.write() as connection:
            return [
                self.orders.restrict(connection, sub, reason=reason, actor=self.pseudonym(actor), trust=trust)
                for sub in self.orders.resolve(connection, name)
            ]

    def disclose(
        self,
        name: str,
        *,
        to: Sequence[str],
        sections: Sequence[str],
        because: Sequence[Condition] = (),
        actor: str | None = None,
    ) -> Disclosed:
        """Open further sections of an own event to recipients who have it; durable when this returns.

        Raises:
            TrustStale: no trust list in force is known here.
            UsageError: there is no such event, or it cannot be opened any further, or not to them.
            RecordError: the policy forbids it (`E13-opened`); the detail lists every reason.
        """
        trust, who = self.trust_memory.current(), self.pseudonym(actor)
        with self.outbox.store.write() as connection:
            return self.discloser.disclose(
                connection, name, to=to, sections=sections, because=because, actor=who, trust=trust
            )

    def disclose_after(self, hit: str, *, sections: Sequence[str], actor: str | None = None) -> Disclosed:
        """Open further sections of the alert that a hit is about to whoever reported it; raises as `disclose` does.

        `hit` is the event id or number of an inbox entry.
        """
        name, to = self.discloser.reported(self.inbox.number_of(hit))
        return self.disclose(name, to=[to], sections=sections, because=[Condition.AFTER_MATCH], actor=actor)

    def report_action(
        self, number: int, state: ReceiptState, reason: RefusalGround | None = None, *, actor: str | None = None
    ) -> Reported:
        """Tell the issuer of inbox entry `number` what is done: `tasked`, `acted`, or `cannot_act` for a `reason`.

        Saying the same again changes nothing. Durable when this returns.

        Raises:
            TrustStale: no trust list in force is known here.
            UsageError: there is no such opened alert or withdrawal, or its issuer cannot be told any more.
        """
        trust = self.trust_memory.current()
        return self.receipts.report(number, state, reason, actor=self.pseudonym(actor), trust=trust)

    def feed(
        self,
        after: int | None = None,
        wanted: Wanted = EVERYTHING,
        *,
        actor: str | None = None,
        why: ConsultedFor = ConsultedFor.CASE_WORK,
    ) -> Iterator[InboxEntry]:
        """Yield what this participant received, in order of arrival, from behind the number `after`.

        Each page is noted as consulted by `actor`, by default whoever runs this, before any of it is shown.
        """
        entries = self.inbox.feed(after or 0, wanted)
        while page := list(islice(entries, PAGE_ENTRIES)):
            yield from self.shown(page, actor=actor, why=why)

    def shown(
        self, entries: Sequence[InboxEntry], *, actor: str | None = None, why: ConsultedFor = ConsultedFor.CASE_WORK
    ) -> Sequence[InboxEntry]:
        """Return entries that are about to be shown, once it is noted by whom and why.

        Raises:
            StoreBusy: it cannot be noted now: show nothing.
        """
        self.consulted.note(entries, actor=self.pseudonym(actor), why=why)
        return entries

    def raw_feed(self, after: int | None = None) -> Iterator[Incoming]:
        """Yield received records as they stood on the feed topic, as long as they are held."""
        return self.inbox.raw(after or 0)

    def grants(self) -> list[KeyEntry]:
        """Return epoch keys made here and granted by others; their grants as on the wire, never the keys."""
        return [*self.own_keys.entries(), *self.granted.entries()]

    def state(self, event_id: str) -> EventState:
        """Return what became of an own event; raises UsageError for another's."""
        return self.ledger.event(event_id)

    @property
    def explainer(self) -> Explainer:
        """Who sees what of an event, and why."""
        return Explainer(outbox=self.outbox, inbox=self.inbox, publisher=self.publisher, participant=self.participant)

    def wait_closed(self, event_ids: Sequence[str], deadline: float) -> bool:
        """Wait up to `deadline` seconds until every event has its leaf; return whether that is so."""
        until = time.monotonic() + deadline
        while self.outbox.open_count(event_ids):
            if time.monotonic() >= until:
                return False
            time.sleep(POLL_SECONDS)
        return True

    def close(self) -> None:
        """Give up the databases."""
        self.outbox.store.close()
        self.inbox.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def pseudonym(self, actor: str | None) -> str:
        """Return the pseudonym of whoever is responsible: by default the account that runs this.

        That is the account that the system knows, whatever the environment says: nobody is two officers.
        """
        return self.vault.mark("actor", actor or _account())


def _account() -> str:
    """Name the account that runs this; a container may have a number and no name."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def open_gateway(settings: GatewaySettings, *, clock: Clock, randomness: Randomness) -> Gateway:
    """Open the gateway that `settings` describe. Needs no Kafka.

    Raises:
        UsageError: a key, a root file or a database cannot be used; the text names it and the remedy.
        StoreCorrupt: a database is damaged.
    """
    participant = AuthorityId(settings.participant)
    signer = PemSigner.load(settings.keys.signing, settings.keys.certificate)
    private = hpke.load(settings.keys.encryption)
    roots = Roots.load(settings.trust.roots)
    vault = Vault.load(settings.keys.local, randomness)
    outbox = Outbox(Store.open(settings.stores.outbox, "outbox"), vault)
    inbox = Inbox(Store.open(settings.stores.inbox, "inbox"), vault, clock)
    own_keys = OwnKeys(
        store=outbox.store,
        vault=vault,
        signer=signer,
        participant=participant,
        environment=settings.environment,
        clock=clock,
        randomness=randomness,
    )
    issuer = Issuer(
        outbox=outbox,
        keys=own_keys,
        signer=signer,
        participant=participant,
        environment=settings.environment,
        clock=clock,
        randomness=randomness,
    )
    own_erasure = OwnErasure(outbox=outbox, clock=clock)
    history = History(outbox=outbox.store, inbox=inbox.store, participant=participant)
    approvals = Approvals(
        store=outbox.store,
        vault=vault,
        clock=clock,
        randomness=randomness,
        wait_seconds=settings.approval_seconds,
    )
    orders = Orders(issuer=issuer, erasure=own_erasure, approvals=approvals, vault=vault)
    receipts = Receipts(
        due=ReceiptsDue(inbox.store),
        inbox=inbox,
        issuer=issuer,
        clock=clock,
        delay_seconds=settings.receipt_seconds,
    )
    return Gateway(
        settings=settings,
        participant=participant,
        vault=vault,
        outbox=outbox,
        inbox=inbox,
        issuer=issuer,
        own_keys=own_keys,
        granted=Grants(
            store=inbox.store,
            vault=vault,
            private=private,
            participant=participant,
            environment=settings.environment,
            clock=clock,
        ),
        own_erasure=own_erasure,
        orders=orders,
        said=Said(orders=orders, participant=participant),
        discloser=Discloser(issuer=issuer, orders=orders, inbox=inbox.store),
        approvals=approvals,
        publisher=Publisher(
            issuer=issuer,
            versions=Versions(issuer=issuer, orders=orders),
            approvals=approvals,
            history=history,
            vault=vault,
            routes=settings.route,
            default=settings.handling.default,
        ),
        trust_memory=TrustMemory(outbox.store, roots, clock),
        receipts=receipts,
        consulted=Consulted(store=inbox.store, issuer=issuer, clock=clock, delay_seconds=settings.consultation_seconds),
        deadlines=Deadlines(outbox=outbox.store, inbox=inbox.store, participant=participant, clock=clock),
        ledger=Ledger(outbox=outbox, resolve=orders.resolve, clock=clock, overdue_seconds=settings.overdue_seconds),
        intake=Intake(store=outbox.store, vault=vault, settings=settings.intake, clock=clock, randomness=randomness),
        history=history,
    )
