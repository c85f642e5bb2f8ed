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
        IdempotencyConflict  Unknown
      RequestRefused                an HTTP request cannot be taken as it stands -> REFUSE

The class tells the caller what to do; the code is public, stable and never reused. No message
carries text from a record: `detail` names the rule, the member or the position only.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar


class Disposition(StrEnum):
    """What the caller does with the failure."""

    QUARANTINE = "quarantine"
    RETRY = "retry"
    HALT = "halt"
    REFUSE = "refuse"


class Code(StrEnum):
    """Stable public codes: `E<step>-<word>` for the steps of `docs/wire.md`, `A<nn>-<word>` before sealing.

    `P<nn>-<word>` are those of proof files (`docs/auditing.md`), `H-<word>` those of HTTP (`docs/integrate.md`).
    """

    E01_EMPTY = "E01-empty"
    E01_SIZE = "E01-size"
    E02_JSON = "E02-json"
    E02_MEMBER = "E02-member"
    E02_CANONICAL = "E02-canonical"
    E03_FORM = "E03-form"
    E03_BASE64 = "E03-base64"
    E03_HEADER = "E03-header"
    E04_SIGNATURE = "E04-signature"
    E05_SCHEMA = "E05-schema"
    E05_CANONICAL = "E05-canonical"
    E05_TYPE = "E05-type"
    E05_ENVIRONMENT = "E05-environment"
    E05_SECTIONS = "E05-sections"
    E06_ISSUER = "E06-issuer"
    E06_CERTIFICATE = "E06-certificate"
    E06_REVOKED = "E06-revoked"
    E06_TYPE = "E06-type"
    E07_FUTURE = "E07-future"
    E07_LATE = "E07-late"
    E07_EXPIRED = "E07-expired"
    E07_VALIDITY = "E07-validity"
    E08_PLACE = "E08-place"
    E08_HEADERS = "E08-headers"
    E09_REPEAT = "E09-repeat"
    E09_GENERATION = "E09-generation"
    E09_REFERENCE = "E09-reference"
    E10_DIGEST = "E10-digest"
    E10_RECIPIENT = "E10-recipient"
    E10_PROFILE = "E10-profile"
    E10_SECTION = "E10-section"
    E10_HANDLING = "E10-handling"
    E10_REGIME = "E10-regime"
    E10_NO_AUDIENCE = "E10-no-audience"
    E10_CLOCK = "E10-clock"
    E10_CONSULTATIONS = "E10-consultations"
    E11_HASH = "E11-hash"
    E11_HEADER = "E11-header"
    E11_PROFILES = "E11-profiles"
    E11_WRAP = "E11-wrap"
    E12_OPEN = "E12-open"
    E12_PADDING = "E12-padding"
    E12_DISCLOSURE = "E12-disclosure"
    E12_SECTION = "E12-section"
    E13_CONTENT = "E13-content"
    E13_HISTORY = "E13-history"
    E13_OPENED = "E13-opened"
    A01_SIZE = "A01-size"
    A01_ENCODING = "A01-encoding"
    A02_FORMAT = "A02-format"
    A03_FIELD = "A03-field"
    A04_CODE = "A04-code"
    A05_MINIMUM = "A05-minimum"
    A06_POLICY = "A06-policy"
    P01_FORM = "P01-form"
    P02_LIST = "P02-list"
    P03_FRESHNESS = "P03-freshness"
    P04_CHECKPOINT = "P04-checkpoint"
    P05_INCLUSION = "P05-inclusion"
    P06_VERSION = "P06-version"
    P07_DECISION = "P07-decision"
    P08_ERASURE = "P08-erasure"
    X_AUTHORISATION = "X-authorisation"
    X_LOG = "X-log-unavailable"
    X_STORE = "X-store-busy"
    X_TRUST_STALE = "X-trust-stale"
    X_GRANT = "X-grant-missing"
    X_FETCH = "X-fetch"
    X_SERVICE = "X-service"
    X_AUDIT_GAP = "X-audit-gap"
    X_STORE_CORRUPT = "X-store-corrupt"
    X_FORK = "X-checkpoint-fork"
    X_CLOCK = "X-clock"
    X_TRUST = "X-trust-refused"
    X_PIN = "X-pin-mismatch"
    X_USAGE = "X-usage"
    X_UNKNOWN = "X-unknown"
    X_IDEMPOTENCY = "X-idempotency"
    X_INTAKE_FULL = "X-intake-full"
    H_REQUEST = "H-request"
    H_CLIENT = "H-client"
    H_RIGHT = "H-right"
    H_NOT_FOUND = "H-not-found"
    H_METHOD = "H-method"
    H_TIMEOUT = "H-timeout"
    H_SIZE = "H-size"
    H_MEDIA_TYPE = "H-media-type"
    H_PARAMETER = "H-parameter"
    H_RATE = "H-rate"
    H_STREAMS = "H-streams"
    H_HEADERS = "H-headers"
    H_FAULT = "H-fault"
    H_BUSY = "H-busy"


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


class Unknown(UsageError):
    """Nothing here has the id or number that was asked for."""

    default = Code.X_UNKNOWN


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
