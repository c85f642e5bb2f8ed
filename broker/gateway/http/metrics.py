"""Count requests and show what stands in the gateway as Prometheus metrics. No label is personal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from broker.gateway.entries import EntryState
from broker.gateway.gateway import Gateway
from broker.gateway.outbox import State
from broker.ports import Clock
from contracts.errors import TrustStale
from contracts.identifiers import milliseconds, seconds


class Metrics:
    """An own registry: two gateways in one process do not meet in it."""

    def __init__(self, gateway: Gateway, clock: Clock) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "baken_http_requests", "Answers by route and status.", ("route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "baken_http_seconds", "Time to the first byte of an answer.", ("route",), registry=self.registry
        )
        self.registry.register(_Stores(gateway, clock))
        ProcessCollector(registry=self.registry)

    def text(self) -> bytes:
        """Return everything in the text format of Prometheus."""
        return generate_latest(self.registry)


class _Stores(Collector):
    """Looks at the databases whenever it is asked."""

    def __init__(self, gateway: Gateway, clock: Clock) -> None:
        self._gateway = gateway
        self._clock = clock

    def describe(self) -> Iterator[Metric]:
        """Name nothing beforehand: to register costs no look."""
        yield from ()

    def collect(self) -> Iterator[Metric]:
        """Yield every figure as it stands now."""
        gateway = self._gateway
        now_ms = milliseconds(self._clock())
        oldest = gateway.outbox.oldest_pending()
        waiting, counts = gateway.intake.backlog(), gateway.ledger.counts()
        asked = gateway.approvals.waiting()
        outbox, inbox = gateway.outbox.backlog(), gateway.inbox.counts()
        yield _by_state("baken_outbox_rows", "Events issued here.", {s.value: outbox.get(s, 0) for s in State})
        yield _gauge("baken_outbox_oldest_seconds", "Age of the oldest event that waits to be sent.",
                     0 if oldest is None else (now_ms - oldest) / 1000)  # fmt: skip
        yield _by_state("baken_inbox_entries", "Events received.", {s.value: inbox.get(s, 0) for s in EntryState})
        yield _gauge("baken_receipts_due", "Receipts that are owed.", gateway.receipts.due.count())
        yield _gauge("baken_consultations_open", "Looks at content that auditors are to be told of.",
                     gateway.consulted.waiting())  # fmt: skip
        yield _gauge("baken_grants_missing", "Keys that received events wait for.", len(gateway.inbox.waiting_kids()))
        yield _gauge("baken_approvals_pending", "Records that wait for a second officer.", asked.count)
        yield _gauge("baken_approvals_oldest_seconds", "Age of the oldest record that waits for a second officer.",
                     0 if asked.oldest is None else (now_ms - asked.oldest) / 1000)  # fmt: skip
        yield _gauge("baken_intake_submissions", "Submissions that wait.", waiting.submissions)
        yield _gauge("baken_intake_bytes", "Bytes of submissions that wait.", waiting.bytes)
        yield _gauge("baken_deliveries_overdue", "Deliveries of 30 days without an answer in time.", counts.overdue)
        yield _gauge("baken_deliveries_late", "Deliveries of 30 days that were answered late.", counts.late)
        overdue = gateway.deadlines.overdue()
        yield _gauge("baken_answers_owed_overdue", "Events not answered here within their time.", overdue.owed)
        yield _gauge("baken_answers_awaited_overdue", "Own events not answered by others within their time.",
                     overdue.awaited)  # fmt: skip
        yield _gauge("baken_trust_seconds", "Until trust is stale; 0 once it is.", self._trust_seconds())

    def _trust_seconds(self) -> int:
        try:
            return max(0, self._gateway.trust_memory.current().expires - seconds(self._clock()))
        except TrustStale:
            return 0


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)


def _by_state(name: str, text: str, values: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=("state",))
    for state, value in values.items():
        family.add_metric((state,), value)
    return family
