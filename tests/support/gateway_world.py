"""Run gateways and the hub over one log in memory, one step at a time and without any waiting.

Everything is the product's own code but Kafka: keys and databases are files in a temporary folder,
the trust list is signed, admission is the broker's. Owner of all state: the test.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from broker.admission.process import AdmissionProcess
from broker.gateway.gateway import Gateway, open_gateway
from broker.gateway.service import GatewayService
from broker.ports import Commit, Incoming, TopicPartition
from broker.settings import GatewaySettings, Handling, HandlingDefault, Keys, Log, Route, Stores, Tls, TrustSettings
from broker.trust.enrol import DEFAULT_TERMS, Terms
from contracts.codes import Condition
from contracts.draft import Draft
from contracts.parts import SectionModel
from tests.support.contents import section
from tests.support.memory_log import MemoryLog
from tests.support.world import World

ROUTES: dict[str, list[tuple[str, str, str, list[str]]]] = {
    "NL-POL": [
        ("suspect-alert.v1", "locate_suspect", "led", ["DE-BKA:liaison", "BE-FGP:border"]),
        ("victim-alert.v1", "protect_victim", "led", ["DE-BKA:liaison", "BE-FGP:border"]),
        ("victim-alert.v1", "protect_victim", "gdpr", ["NL-CARE:care"]),
    ]
}
VICTIM_IDENTITY: dict[str, Any] = {
    "status": "confirmed",
    "names": [{"type": "primary", "script": "Latn", "surname": "Exemplu", "forenames": "Ana Test"}],
    "birth": {"date": {"value": "2011-03-09", "precision": "day"}},
    "sex": "2",
    "nationalities": ["ROU"],
}
"""A child that does not exist."""
POLICE = ("NL-POL", "DE-BKA", "BE-FGP")
GATEWAYS = (*POLICE, "NL-CARE")
MAX_ROUNDS = 50


class GatewayWorld:
    """An exchange whose processes are stepped by the test; any of them can be stopped and started again."""

    def __init__(
        self,
        folder: Path,
        make_places: Callable[[Path], Stores],
        *,
        participants: tuple[str, ...] = POLICE,
        terms: Mapping[str, Terms] = DEFAULT_TERMS,
    ) -> None:
        self.folder = folder
        self.stores: dict[str, Stores] = {}
        self._make_places = make_places
        self.world = World(terms=terms)
        self.clock = self.world.clock
        self.log = MemoryLog(self.clock)
        self.world.publish(self.log)
        self.committed: dict[TopicPartition, Commit] = {}
        self.positions: dict[tuple[str, str], int] = {}
        self.services: dict[str, GatewayService] = {}
        for name in participants:
            self.prepare(name)
            self.start(name)
        self.hub = self.new_hub()

    # Processes.

    def prepare(self, name: str) -> None:
        """Write the keys of a participant."""
        keys = self.folder / name / "keys"
        keys.mkdir(parents=True)
        self.world.enrolled[name].save(keys)
        self.stores[name] = self._make_places(self.folder / name)
        (self.folder / "roots.json").write_bytes(self.world.roots_bytes)

    def settings(self, name: str, **changes: Any) -> GatewaySettings:
        """Return the settings of a participant."""
        home = self.folder / name
        keys = home / "keys"
        values: dict[str, Any] = {
            "environment": self.world.environment,
            "instance": f"gateway-{name.lower()}",
            "log": Log(bootstrap="none:0", tls=Tls(ca=keys, certificate=keys, key=keys)),
            "trust": TrustSettings(roots=self.folder / "roots.json"),
            "participant": name,
            "adapter": "nl-csv",
            "keys": Keys(
                signing=keys / "signing.key",
                certificate=keys / "signing.pem",
                encryption=keys / "encryption.key",
                local=keys / "local.key",
            ),
            "stores": self.stores[name],
            "route": [
                Route(type=kind, purpose=why, to=to, regime=regime, approved_by="board", date=date(2026, 1, 1))
                for kind, why, regime, to in ROUTES.get(name, [])
            ],
            "handling": Handling(
                default=HandlingDefault(
                    codes=["H1", "H2"],
                    onward="with_release",
                    no_third_country=True,
                    judicial_use="with_permission",
                    approved_by="board",
                    date=date(2026, 1, 1),
                )
            ),
        }
        return GatewaySettings(**{**values, **changes})

    def start(self, name: str, **changes: Any) -> GatewayService:
        """Start the gateway process of a participant, over whatever its databases hold."""
        self.services[name] = GatewayService(
            self.settings(name, **changes),
            log=self.log,
            groups=self.log,
            clock=self.clock,
            randomness=self.world.randomness,
        )
        return self.services[name]

    def restart(self, name: str) -> GatewayService:
        """End a gateway process between two steps and start it again."""
        self.services[name].gateway.close()
        return self.start(name)

    def new_hub(self) -> AdmissionProcess:
        """Start a broker; it finds its state in the log."""
        self._assigned: set[TopicPartition] = set()
        return AdmissionProcess(
            reader=self.log,
            writer=self.log,
            trust=self.world.store,
            topics=self.world.topics,
            clock=self.clock,
        )

    def open_beside(self, name: str) -> Gateway:
        """Open a gateway as a command does while its process runs: other connections, other randomness."""
        return open_gateway(self.settings(name), clock=self.clock, randomness=os.urandom)

    def gateway(self, name: str) -> Gateway:
        """Return the parts of a running gateway."""
        return self.services[name].gateway

    # Steps.

    async def admit(self) -> None:
        """Let the hub work every submit topic off."""
        for name in self.services:
            partition = TopicPartition(self.world.topics.submit(name), 0)
            if partition not in self._assigned:
                await self.hub.assigned(partition, self.committed.get(partition))
                self._assigned.add(partition)
            start = self.committed[partition].offset if partition in self.committed else 0
            waiting = [record for record in self.log.records(partition.topic) if record.offset >= start]
            if waiting:
                done = await self.hub.batch(partition, waiting)
                assert done is not None
                self.committed[partition] = done

    async def load_trust(self, name: str) -> None:
        """Let a gateway read the trust topic."""
        await self.services[name].trust.load()

    def waiting(self, name: str) -> list[Incoming]:
        """Return what the consumer group of a gateway would get next."""
        found: list[Incoming] = []
        for topic in (self.world.topics.feed(name), self.world.topics.quarantine(name)):
            start = self.positions.get((name, topic), 0)
            found += [record for record in self.log.records(topic) if record.offset >= start]
        return found

    def receive(self, name: str, *, commit: bool = True) -> int:
        """Let a gateway take its feed; without `commit` as if it was killed before the commit."""
        service = self.services[name]
        batch = self.waiting(name)
        if batch:
            service.subscriber.take(batch, service.trust.fresh())
        if commit:
            for record in batch:
                self.positions[name, record.topic] = record.offset + 1
        return len(batch)

    async def step(self, name: str) -> int:
        """Run one step of every task of a gateway."""
        service = self.services[name]
        await self.load_trust(name)
        moved = await service.keys_step()
        moved += await service.grants_step()
        moved += await service.relay.step()
        moved += self.receive(name)
        return moved + await service.answers_step()

    async def run(self) -> None:
        """Step everything until nothing moves any more."""
        for _ in range(MAX_ROUNDS):
            moved = 0
            for name in self.services:
                moved += await self.step(name)
            await self.admit()
            moved += sum(len(self.waiting(name)) for name in self.services)
            if not moved:
                return
            self.clock.advance(seconds=2)
        raise AssertionError("the exchange does not come to rest")

    def close(self) -> None:
        """Close every database."""
        for service in self.services.values():
            service.gateway.close()


def suspect(national_id: str | None = "N-1", **changes: Any) -> Draft:
    """Return a suspect alert as an adapter makes it."""
    return _draft(
        {
            "type": "suspect-alert.v1",
            "purpose": "locate_suspect",
            "basis": ("dir-2023-977:art7",),
            "validity_days": 300,
            "sections": sections("identity", "documents", "role", "narrative", "objects"),
            "national_id": national_id,
        },
        changes,
    )


def victim(national_id: str | None = "V-1", *, care: bool = False, **changes: Any) -> Draft:
    """Return a victim alert as an adapter makes it, for police or for care."""
    names = ("status", "needs", "safety") if care else ("identity", "documents", "status", "narrative")
    person = {"identities": [VICTIM_IDENTITY]}
    passport = {"documents": [{"type": "passport", "number": "XV0000017", "country": "ROU"}]}
    return _draft(
        {
            "type": "victim-alert.v1",
            "purpose": "protect_victim",
            "basis": ("gdpr:art6-1-d", "gdpr:art9-2-c") if care else ("dir-2011-36:art9",),
            "validity_days": 90,
            "sections": sections(*names, identity=person, documents=passport),
            "national_id": national_id,
        },
        changes,
    )


def sections(*names: str, **changes: dict[str, Any]) -> dict[str, SectionModel]:
    """Return section contents by name, with whole contents replaced where given."""
    return {name: section(name, **changes.get(name, {})) for name in names}


def _draft(values: dict[str, Any], changes: dict[str, Any]) -> Draft:
    return Draft(**{"urgency": "routine", "claims": frozenset[Condition](), **values, **changes})
