"""Name every way in which a record, the world or our own state can be wrong.

::

    BakenError                      code, disposition
      RecordError                   the record is at fault           -> QUARANTINE
        OversizeRecord              step 1
        MalformedRecord             steps 2, 3 (form), 5
        UnknownEventType            step 5
        UntrustedSignature          steps 3 (header), 4, 6
          UnknownKey  BadSignature  ExpiredKey  RevokedKey
        StaleRecord                 step 7
        MisaddressedRecord          steps 8, 10 (recipients)
        OutOfOrder                  step 9
        ForbiddenSection            steps 10 (minimisation), 11, 12, 13
        NationalRecordError         before sealing (A01 to A06)
        ProofRefused                a proof file (P01 to P08)
      AuthorisationError            a peer may not do this           -> QUARANTINE and alarm
      TransientError                the world is at fault            -> RETRY
        LogUnavailable  StoreBusy  TrustStale  GrantMissing  FetchFailed  ServiceFailed  IntakeFull
      IntegrityFault                our own state is wrong           -> HALT
        AuditGap  StoreCorrupt  CheckpointFork  ClockFault  TrustRefused  PinMismatch
      UsageError                    the caller asked for something that cannot be done -> REFUSE
        IdempotencyConflict  NotAnother  Unknown  DraftRefused
      RequestRefused                an HTTP request cannot be taken as it stands -> REFUSE

The class tells the caller what to do; the code is public, stable and never reused. No message
carries text from a record: `detail` names the rule, the member or the position only.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from contracts.stable_codes import Code as Code  # noqa: PLC0414 - everybody takes codes and classes from here

if TYPE_CHECKING:  # reason: a finding has a code of this module
    from contracts.findings import Finding


class Disposition(StrEnum):
    """What the caller does with the failure."""

    QUARANTINE = "quarantine"
    RETRY = "retry"
    HALT = "halt"
    REFUSE = "refuse"


class BakenError(Exception):
    """Carry a stable `code`, a `disposition` and a `detail` free of record content."""

    disposition: ClassVar[Disposition]
    code: Code

    def __init__(self, code: Code, detail: str = "") -> None:
        self.code = code
        self.detail = detail
        super().__init__(f"{code.value}: {detail}" if detail else code.value)


class RecordError(BakenError):
    """Refuse one record; the records behind it go on."""

    disposition = Disposition.QUARANTINE


class OversizeRecord(RecordError):
    """Refuse by size alone (step 1)."""


class MalformedRecord(RecordError):
    """Refuse by form: not the JSON, JWS or claims that the contract describes (steps 2, 3, 5)."""


class UnknownEventType(RecordError):
    """Refuse a type or version that this side does not know (step 5)."""


class UntrustedSignature(RecordError):
    """Refuse because no trusted key vouches for these bytes (steps 3, 4, 6)."""


class UnknownKey(UntrustedSignature):
    """The protected header is not in the trust table."""


class BadSignature(UntrustedSignature):
    """The signature does not hold over the bytes as received."""


class ExpiredKey(UntrustedSignature):
    """The certificate was not valid at the instant that counts."""


class RevokedKey(UntrustedSignature):
    """The key was suspended or withdrawn at the instant that counts."""


class StaleRecord(RecordError):
    """Refuse by time (step 7)."""


class MisaddressedRecord(RecordError):
    """Refuse by place or by recipient (steps 8, 10)."""


class OutOfOrder(RecordError):
    """Refuse by generation or references (step 9)."""


class ForbiddenSection(RecordError):
    """Refuse by minimisation, sealing or content (steps 10 to 13)."""


class NationalRecordError(RecordError):
    """Refuse a national record before sealing (A01 to A06)."""


class ProofRefused(RecordError):
    """Refuse a proof file, or the part of it that is wrong (P01 to P08)."""


class AuthorisationError(BakenError):
    """A peer may not do this: quarantine and alarm."""

    disposition = Disposition.QUARANTINE

    def __init__(self, detail: str = "") -> None:
        super().__init__(Code.X_AUTHORISATION, detail)


class TransientError(BakenError):
    """Try again later; nothing is decided."""

    disposition = Disposition.RETRY
    default: ClassVar[Code]

    def __init__(self, detail: str = "") -> None:
        super().__init__(self.default, detail)


class LogUnavailable(TransientError):
    """Kafka did not answer within the bound."""

    default = Code.X_LOG


class StoreBusy(TransientError):
    """The database is locked beyond the bound."""

    default = Code.X_STORE


class TrustStale(TransientError):
    """No fresh trust: stop consuming, refuse nothing."""

    default = Code.X_TRUST_STALE


class GrantMissing(TransientError):
    """The epoch key has not arrived: the record is stored sealed as `awaiting-grant`."""

    default = Code.X_GRANT


class FetchFailed(TransientError):
    """A pinned file could not be downloaded; `detail` names it and the remedy."""

    default = Code.X_FETCH


class ServiceFailed(TransientError):
    """A process of the local exchange did not become ready, or ended; `detail` names its log."""

    default = Code.X_SERVICE


class IntakeFull(TransientError):
    """Too much waits to be worked off; `retry_seconds` is how long to wait before trying again."""

    default = Code.X_INTAKE_FULL

    def __init__(self, detail: str, *, retry_seconds: int) -> None:
        super().__init__(detail)
        self.retry_seconds = retry_seconds


class IntegrityFault(BakenError):
    """Stop: our own state or the log contradicts itself."""

    disposition = Disposition.HALT
    default: ClassVar[Code]

    def __init__(self, detail: str = "") -> None:
        super().__init__(self.default, detail)


class AuditGap(IntegrityFault):
    """A committed position has no leaf in the audit log."""

    default = Code.X_AUDIT_GAP


class StoreCorrupt(IntegrityFault):
    """The local database contradicts itself."""

    default = Code.X_STORE_CORRUPT


class CheckpointFork(IntegrityFault):
    """Two roots for one tree size."""

    default = Code.X_FORK


class ClockFault(IntegrityFault):
    """Kafka's clock and ours are too far apart to judge anything."""

    default = Code.X_CLOCK


class TrustRefused(IntegrityFault):
    """A trust document does not verify, or goes back."""

    default = Code.X_TRUST


class PinMismatch(IntegrityFault):
    """A downloaded file is not the one that was pinned: it was removed and never used."""

    default = Code.X_PIN


class UsageError(BakenError):
    """The caller asked for something that cannot be done; `detail` names the field and the remedy."""

    disposition = Disposition.REFUSE
    default: ClassVar[Code] = Code.X_USAGE

    def __init__(self, detail: str) -> None:
        super().__init__(self.default, detail)


class IdempotencyConflict(UsageError):
    """An idempotency key stands for something else already."""

    default = Code.X_IDEMPOTENCY


class NotAnother(UsageError):
    """A second approval was given by the one whom it is to be another than."""

    default = Code.X_NOT_ANOTHER


class Unknown(UsageError):
    """Nothing here has the id or number that was asked for."""

    default = Code.X_UNKNOWN


class DraftRefused(UsageError):
    """What somebody stated is refused; `findings` (`contracts.findings.Finding`) list everything that is wrong."""

    default = Code.X_DRAFT

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("nothing was issued: findings list every rule and its remedy")
        self.findings = tuple(findings)


class RequestRefused(BakenError):
    """An HTTP request cannot be taken as it stands; with `retry_seconds`, the same may be taken later."""

    disposition = Disposition.REFUSE

    def __init__(self, code: Code, detail: str, *, retry_seconds: int | None = None) -> None:
        super().__init__(code, detail)
        self.retry_seconds = retry_seconds


_BY_CODE: dict[Code, type[RecordError]] = {
    Code.E01_EMPTY: OversizeRecord,
    Code.E01_SIZE: OversizeRecord,
    Code.E03_HEADER: UnknownKey,
    Code.E04_SIGNATURE: BadSignature,
    Code.E05_TYPE: UnknownEventType,
    Code.E06_CERTIFICATE: ExpiredKey,
    Code.E06_REVOKED: RevokedKey,
    Code.E10_RECIPIENT: MisaddressedRecord,
    Code.E10_NO_AUDIENCE: MisaddressedRecord,
}
_BY_STEP: dict[str, type[RecordError]] = {
    "E02": MalformedRecord,
    "E03": MalformedRecord,
    "E05": MalformedRecord,
    "E06": UntrustedSignature,
    "E07": StaleRecord,
    "E08": MisaddressedRecord,
    "E09": OutOfOrder,
    "E10": ForbiddenSection,
    "E11": ForbiddenSection,
    "E12": ForbiddenSection,
    "E13": ForbiddenSection,
    "A01": NationalRecordError,
    "A02": NationalRecordError,
    "A03": NationalRecordError,
    "A04": NationalRecordError,
    "A05": NationalRecordError,
    "A06": NationalRecordError,
    **{f"P0{step}": ProofRefused for step in range(1, 9)},
}


def refusal(code: Code, detail: str = "") -> RecordError:
    """Return the record error of the class that belongs to `code`, ready to be raised."""
    known = _BY_CODE.get(code) or _BY_STEP[code.value[:3]]
    return known(code, detail)
