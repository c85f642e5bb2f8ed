"""Every code that a recipient can meet: shared steps, its sealed part, the plaintext, the content."""

from __future__ import annotations

from typing import Any

import pytest

from broker.envelope.states import AwaitingGrant, Valid
from broker.envelope.verify import verify_delivered
from contracts.errors import Code, RecordError
from tests.conformance.wire.conftest import Trace
from tests.conformance.wire.recipient import CONTENT, SEALED, SHARED, Arrives
from tests.support.envelope_world import BORDER, LIAISON, SUSPECT, VICTIM_EVENT
from tests.support.wire_bench import Bench

WALK = [1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13]


def receive(bench: Bench, arrives: Arrives) -> Valid | AwaitingGrant:
    incoming = arrives(bench)
    return verify_delivered(incoming, me=bench.to if arrives is plain else "DE-BKA", trust=bench.trust, keys=bench.keys)


def plain(bench: Bench) -> Any:
    return bench.delivered()


@pytest.mark.parametrize("vector", [*SHARED, *SEALED, *CONTENT], ids=lambda v: f"{v[0].value}: {v[1]}")
def test_a_single_fault_is_refused_by_its_own_step(vector: tuple[Code, str, Arrives], trace: Trace) -> None:
    """One fault: its code, after all steps before it held, and no step after it."""
    code, _, arrives = vector
    with pytest.raises(RecordError) as caught:
        receive(Bench(), arrives)
    assert caught.value.code is code
    step = int(code.value[1:3])
    assert trace.refused == [step]
    assert sorted(set(trace.taken)) == [number for number in WALK if number <= step]
    assert trace.taken[-1] == step


def test_every_code_of_steps_11_to_13_has_a_record() -> None:
    """No code that only recipients raise is without a test record, but those that need what an inbox holds."""
    steps = {code for code in Code if code.value[:3] in {"E11", "E12", "E13"}}
    assert {code for code, *_ in (*SEALED, *CONTENT)} == steps - {Code.E13_HISTORY, Code.E13_OPENED}


@pytest.mark.parametrize(("to", "sections"), [("DE-BKA", LIAISON), ("FR-PNJ", LIAISON), ("BE-FGP", BORDER)])
def test_each_recipient_opens_exactly_the_sections_of_its_profile(
    to: str, sections: tuple[str, ...], trace: Trace
) -> None:
    """The content is the issuer's, the sections are those of the audience entry, and nothing else opens."""
    received = receive(Bench().under(to=to), plain)
    assert isinstance(received, Valid)
    assert tuple(received.contents) == sections
    assert dict(received.contents) == {name: SUSPECT[name] for name in sections}
    assert {name: section.content() for name, section in received.sections.items()} == dict(received.contents)
    assert list(dict.fromkeys(trace.taken)) == WALK


def test_a_border_recipient_of_a_victim_alert_sees_markers_and_handling_alone() -> None:
    """What the profile does not list is not there to be opened."""
    received = receive(Bench(VICTIM_EVENT).under(to="BE-FGP"), plain)
    assert isinstance(received, Valid)
    assert set(received.sections) == {"handling", "markers"}


def test_a_missing_epoch_key_is_no_refusal(trace: Trace) -> None:
    """Everything but the sealed part is verified, and the key that is missing is named."""
    bench = Bench()
    kid = "NL-POL/DE-BKA/suspect-1y/2026-11-23"
    bench.keys.missing.add(kid)
    waiting = receive(bench, plain)
    assert isinstance(waiting, AwaitingGrant)
    assert waiting.kid == kid
    assert waiting.claims.jti == bench.claims["jti"]
    assert trace.taken[-1] == 11
    bench.keys.missing.clear()
    assert isinstance(receive(bench, plain), Valid)


def test_states_show_no_content() -> None:
    """The text of a verified state, as a log or a traceback would show it, has no plaintext."""
    received = receive(Bench(), plain)
    assert "Voorbeeld" not in repr(received)
