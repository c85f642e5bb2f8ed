"""The benchmark of admission runs on a real Kafka, with tiny sizes and no judgement about time."""

from __future__ import annotations

from tests.bench import admission
from tests.support.exchange import RunningNode


def test_admission_router_and_two_processes_run(kafka_node: RunningNode) -> None:
    """Each process works through its records and says what it spent."""
    cast = admission.Cast(
        issuers={2: "NL-POL"},
        sources={2: "NL-CARE"},
        alone=("NL-POL", "NL-CARE"),
        shared=("NL-POL", "NL-CARE"),
        recipients=("BE-FGP", "DE-BKA"),
    )
    stage = admission.Stage(kafka_node.home, cast)
    found = list(admission.rows_on(stage, (2,), admission.TINY, two_at=2))
    assert [row.name for row in found] == ["admission", "admission, two processes"]
    assert all(spent.operations >= 3 for row in found for spent in (*row.ours, *row.bare))
