"""Say what is wrong with a record so that its sender can mend it, without quoting it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from contracts.errors import Code


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault of one record. A refused record lists all of them.

    `path` is the canonical place (`identity.identities[0].birth`), `line` and `field` the national
    one where there is one. No text here carries a value of the record.
    """

    code: Code
    path: str
    rule: str
    remedy: str
    line: int | None = None
    field: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "code": self.code.value,
            "field": self.field,
            "line": self.line,
            "path": self.path,
            "remedy": self.remedy,
            "rule": self.rule,
        }
