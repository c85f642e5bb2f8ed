"""Read what the audit log says about a record: its leaf, and the signed part where steps 1 to 8 held.

Nothing is verified here. Only the broker writes `audit`, a record stands there because it was judged
before, and the auditor judges it again; what is read decides where tombstones and copies go, not what
is admitted.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from msgspec import UNSET

from broker.envelope import disclose
from broker.trust import jws
from contracts.audit_log import decode_audit
from contracts.encoding import decode_base64url
from contracts.errors import AuditGap, Code, RecordError
from contracts.wire import AudienceEntry, Audit, Claims, Leaf

_CLAIMS = msgspec.json.Decoder(Claims)


@dataclass(frozen=True, slots=True)
class Recorded:
    """One leaf of the audit log with the offset where it stands."""

    audit: Audit
    offset: int

    @property
    def leaf(self) -> Leaf:
        """The decision."""
        return self.audit.leaf

    def claims(self) -> Claims | None:
        """Return the claims of the record, None where it did not pass steps 1 to 8.

        Raises:
            AuditGap: the log is damaged here.
        """
        if self.audit.jws is UNSET:
            return None
        try:
            payload = decode_base64url(jws.split(self.audit.jws).payload, code=Code.E03_BASE64)
            return _CLAIMS.decode(payload)
        except (RecordError, msgspec.MsgspecError, ValueError) as fault:
            raise AuditGap(f"audit offset {self.offset} holds no readable signed part") from fault

    def audience(self) -> tuple[AudienceEntry, ...]:
        """Return the audience of an admitted event.

        Raises:
            AuditGap: the log is damaged here.
        """
        disclosed = () if self.audit.disclosed is UNSET else self.audit.disclosed
        try:
            return msgspec.convert(disclose.read(disclosed[0], code=Code.E10_DIGEST), tuple[AudienceEntry, ...])
        except (RecordError, msgspec.MsgspecError, IndexError) as fault:
            raise AuditGap(f"audit offset {self.offset} holds no readable audience") from fault


def recorded(value: bytes | None, *, offset: int) -> Recorded:
    """Read one record of `audit`.

    Raises:
        AuditGap: it is not an audit record.
    """
    return Recorded(decode_audit(value, offset=offset), offset)
