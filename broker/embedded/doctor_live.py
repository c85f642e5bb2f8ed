"""Look at a running exchange from outside, as its operator may. Each look says what it found or raises."""

from __future__ import annotations

import asyncio
import json
import ssl
from contextlib import suppress
from datetime import datetime
from http.client import HTTPException, HTTPSConnection
from typing import Any

from broker.embedded import exchange
from broker.embedded import home as homes
from broker.embedded.clients import NATIONAL_SYSTEM
from broker.embedded.home import Home
from broker.embedded.ports import LOOPBACK
from broker.ports import Incoming
from broker.topology import cluster
from broker.topology.plan import plan
from broker.transport.kafka_log import KafkaLog
from broker.trust.documents import TrustStore
from broker.trust.follower import FRESH_KEY
from broker.trust.roots import Roots
from broker.trust.view import TrustView
from contracts.errors import LogUnavailable, ServiceFailed, TrustRefused
from contracts.identifiers import Topics, instant, iso

ANSWER_SECONDS = 15.0


def services(home: Home) -> str:
    """Say that all services run.

    Raises:
        ServiceFailed: some do not.
    """
    states = exchange.status(home.folder)
    stopped = [state.name for state in states if state.state != "running"]
    if stopped:
        raise ServiceFailed(f"not running: {', '.join(stopped)}")
    restarts = sum(state.restarts for state in states)
    return f"{len(states)} running, {restarts} restarts"


def kafka(home: Home) -> str:
    """Say that Kafka answers the operator over TLS.

    Raises:
        LogUnavailable: it does not.
    """
    with cluster.connect(home.operator_log()) as session:
        return f"cluster {session.identify()} at {home.bootstrap}"


def topology(home: Home) -> str:
    """Say that Kafka is as the topology file describes.

    Raises:
        ServiceFailed: something differs; the first differences are named.
    """
    desired = home.desired(homes.topology())
    with cluster.connect(home.operator_log()) as session:
        changes = plan(desired, session.state())
    if changes.changes or changes.blocked:
        lines = changes.lines()
        raise ServiceFailed(f"{len(lines)} differences: {'; '.join(lines[:3])}")
    return f"{len(desired.topics)} topics and {len(desired.acls)} access rules as described"


def http(home: Home) -> str:
    """Say that every gateway answers its client over TLS, and is ready.

    Raises:
        ServiceFailed: one does not answer, or says what stands in its way.
    """
    for participant in home.gateways:
        try:
            readiness = _readiness(home, participant)
        except (OSError, HTTPException, ValueError) as fault:
            found = f"{participant} at {home.url(participant)} does not answer ({type(fault).__name__})"
            raise ServiceFailed(found) from fault
        wrong = [f"{check['name']}: {check['found']}" for check in readiness["checks"] if not check["ok"]]
        if wrong:
            raise ServiceFailed(f"{participant} is not ready: {'; '.join(wrong)}")
    return f"{len(home.gateways)} gateways ready, each at the address that `baken status` shows"


def _readiness(home: Home, participant: str) -> dict[str, Any]:
    certificates = home.clients(participant)
    context = ssl.create_default_context(cafile=certificates / "ca.pem")
    context.load_cert_chain(certificates / f"{NATIONAL_SYSTEM}.pem", certificates / f"{NATIONAL_SYSTEM}.key")
    port = home.http_ports[participant]
    connection = HTTPSConnection(LOOPBACK, port, timeout=ANSWER_SECONDS, context=context)
    try:
        connection.request("GET", "/readyz")
        found: dict[str, Any] = json.loads(connection.getresponse().read())
        if "checks" not in found:
            raise ServiceFailed(f"{participant} refuses to say whether it is ready: {found.get('code')}")
        return found
    finally:
        connection.close()


def freshness(home: Home, now: datetime) -> str:
    """Say until when trust is fresh, as a service would find it.

    Raises:
        TrustStale: it is not.
        LogUnavailable: Kafka does not answer.
    """
    view = asyncio.run(_trust(home, now))
    return f"list {view.version}, fresh until {iso(instant(view.expires * 1000))}"


async def _trust(home: Home, now: datetime) -> TrustView:
    store = TrustStore(Roots.load(home.trust / "roots.json"))
    try:
        async with asyncio.timeout(ANSWER_SECONDS), KafkaLog(home.operator_log(), "doctor") as log:
            async for batch in log.read(Topics(home.environment).trust):
                for record in batch:
                    _take(store, record, now)
    except TimeoutError as fault:
        raise LogUnavailable(f"the trust topic was not read within {ANSWER_SECONDS:.0f} s") from fault
    return store.current(now)


def _take(store: TrustStore, record: Incoming, now: datetime) -> None:
    """Take a document as services do: one that is over or does not verify leaves trust as it is."""
    with suppress(TrustRefused):
        if record.value is None:
            return
        if record.key == FRESH_KEY:
            store.accept_freshness(record.value, now)
        else:
            store.accept_list(record.value)
