"""The error tree: every code has a class, and the class says what to do."""

from __future__ import annotations

import pytest

from contracts import errors
from contracts.errors import BakenError, Code, Disposition


@pytest.mark.parametrize("code", [code for code in Code if not code.value.startswith(("X-", "H-"))])
def test_every_record_code_has_a_class_that_quarantines(code: Code) -> None:
    """A refusal of a record never blocks the records behind it."""
    fault = errors.refusal(code, "the rule")
    assert fault.code is code
    assert fault.disposition is Disposition.QUARANTINE
    assert str(fault) == f"{code.value}: the rule"


@pytest.mark.parametrize(
    ("fault", "disposition"),
    [
        (errors.LogUnavailable(), Disposition.RETRY),
        (errors.StoreBusy(), Disposition.RETRY),
        (errors.TrustStale(), Disposition.RETRY),
        (errors.GrantMissing(), Disposition.RETRY),
        (errors.AuditGap(), Disposition.HALT),
        (errors.StoreCorrupt(), Disposition.HALT),
        (errors.CheckpointFork(), Disposition.HALT),
        (errors.ClockFault(), Disposition.HALT),
        (errors.TrustRefused(), Disposition.HALT),
        (errors.AuthorisationError(), Disposition.QUARANTINE),
        (errors.UsageError("name the file"), Disposition.REFUSE),
    ],
)
def test_the_class_tells_the_caller_what_to_do(fault: BakenError, disposition: Disposition) -> None:
    """Callers decide by type, not by text."""
    assert fault.disposition is disposition


def test_codes_are_unique_and_well_formed() -> None:
    """Codes are public: one spelling each."""
    assert len({code.value for code in Code}) == len(Code)
