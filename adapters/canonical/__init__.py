"""The canonical form itself as a format: `baken-json`, drafts exactly as `adapter convert` shows them.

One JSON value, an array of them, or one on each line, in UTF-8. Nothing is translated, so nothing is lost:
what the contract does not know is refused, and there is no residue.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from adapters.canonical.draft import KINDS, read_draft
from adapters.canonical.split import BROKEN_RECORDS, Refused, refused, split_file
from adapters.canonical.strict import read_value
from adapters.interface import DecodedRecord, Encoded, EventContent, Reason, ResidueItem, as_json
from adapters.mapping.encode import DERIVED, OF_THE_HUB, plain_content
from contracts.encoding import canonical
from contracts.findings import Finding
from contracts.quality import flags_of


class CanonicalAdapter:
    """The adapter of the canonical form (`adapters.interface.Adapter`)."""

    name = "baken-json"
    description = "canonical JSON: one draft, an array, or one on each line"

    def decode(self, data: bytes, *, on: date | None = None) -> Iterator[DecodedRecord]:
        """Read a file draft by draft; see `Adapter.decode`."""
        broken = 0
        for item in split_file(data):
            value = item.finding if isinstance(item, Refused) else read_value(item.data, line=item.line)
            yield _record(item.line, value, on)
            broken += isinstance(value, Finding)
            if broken > BROKEN_RECORDS:
                rule = "too many records are no JSON; the rest is not read"
                yield _record(item.line, refused(item.line, rule, "check how the file was written").finding, on)
                return

    def encode(self, records: Iterable[EventContent]) -> Encoded:
        """Write events as JSON lines; what the issuer derived, and who got them, stays behind."""
        lines: list[bytes] = []
        residue: list[ResidueItem] = []
        for number, content in enumerate(records, start=1):
            if content.type not in KINDS:
                rule = "a draft is an alert or a message"
                residue.append(_lost(number, "", as_json(content), Reason.NOT_EXPRESSIBLE, rule))
                continue
            sections = dict(plain_content(content)["sections"])
            for name in (*DERIVED, *OF_THE_HUB):
                if name in sections:
                    value = canonical(sections.pop(name))
                    residue.append(_lost(number, f"sections.{name}", value, Reason.DERIVED, "not stated in drafts"))
            lines.append(as_json(replace(content, sections=sections)) + b"\n")
        return Encoded(data=b"".join(lines), residue=residue)


def _record(line: int, value: Any, on: date | None) -> DecodedRecord:
    """Make a record of a JSON value, or of the finding that it is none."""
    draft, findings = (None, [value]) if isinstance(value, Finding) else read_draft(value, on=on)
    return DecodedRecord(
        line=line,
        national_id=None if draft is None else draft.national_id,
        draft=None if findings else draft,
        residue=[],
        findings=[replace(finding, line=line) for finding in findings],
        flags=[] if draft is None or findings else [replace(flag, line=line) for flag in flags_of(draft.sections)],
    )


def _lost(number: int, path: str, value: bytes, reason: Reason, rule: str) -> ResidueItem:
    return ResidueItem(line=number, field=None, path=path, value=value.decode(), reason=reason, rule=rule)


adapter = CanonicalAdapter()
"""What the entry point `baken-json` names."""
