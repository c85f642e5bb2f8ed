"""Purpose, basis, urgency and policy stand in clear, so that they are codes and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from contracts.errors import Code, MalformedRecord
from contracts.stated import basis_fault, check_stated, purpose_fault, urgency_fault
from contracts.wire import Claims

CLAIMS = Claims(
    sd_alg="sha-256",
    basis=("dir-2023-977:art7",),
    env="live",
    exp=1,
    gen=1,
    iat=0,
    iss="NL-POL",
    jti="01920000-0000-7000-8000-0000000000ff",
    place="baken.submit.nl-pol",
    policy="minimisation-1",
    purpose="prosecute",
    ref=(),
    sealed={},
    sections={},
    seq=1,
    slot=0,
    type="suspect-alert.v1",
    urgency="urgent:life_at_risk",
)


@pytest.mark.parametrize("urgency", ["routine", "urgent:life_at_risk", "immediate:child_at_risk"])
def test_urgency_names_its_reason(urgency: str) -> None:
    """Routine needs none, the others one of the list."""
    assert urgency_fault(urgency) is None


@pytest.mark.parametrize("urgency", ["", "urgent", "urgent:", "routine:", "routine:life_at_risk", "urgent:soon", "now"])
def test_urgency_is_never_free_text(urgency: str) -> None:
    """A missing, superfluous or unknown reason is refused."""
    assert urgency_fault(urgency) is not None


def test_basis_is_stated_once_at_least() -> None:
    """No basis, the same twice, and an unknown one are refused."""
    assert basis_fault(("dir-2023-977:art7", "reg-2018-1862:art36")) is None
    for words in ((), ("gdpr:art6-1-d", "gdpr:art6-1-d"), ("dir-2023-977:art7", "custom:x")):
        assert basis_fault(words) is not None


def test_purpose_is_of_the_list() -> None:
    """An unknown purpose is no purpose."""
    assert purpose_fault("identify") is None
    assert purpose_fault("curiosity") is not None


@pytest.mark.parametrize(
    "changes",
    [{"purpose": "curiosity"}, {"basis": ("custom:x",)}, {"urgency": "urgent"}, {"policy": "minimisation-9"}],
)
def test_unknown_codes_in_claims_are_refused_at_step_five(changes: dict[str, Any]) -> None:
    """The claim is named, its value is not."""
    check_stated(CLAIMS)
    with pytest.raises(MalformedRecord) as refused:
        check_stated(structs.replace(CLAIMS, **changes))
    assert refused.value.code is Code.E05_SCHEMA
    assert refused.value.detail.startswith(next(iter(changes)))
    assert "custom" not in refused.value.detail
