"""Read pictures as they stand in text formats."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from adapters.mapping.conversion import Malformed, Reading, Writing
from contracts.encoding import encode_base64url
from contracts.sections.jpeg import jpeg_fault


@dataclass(frozen=True, slots=True)
class Jpeg:
    """A picture as base64 of its JPEG, with or without line breaks (RFC 4648 §4).

    With `plain`, a picture that the contract would not take is malformed; else the contract refuses the record.
    """

    plain: bool = False

    def read(self, text: str, /) -> Reading:
        """Decode."""
        try:
            data = base64.b64decode("".join(text.split()), validate=True)
        except binascii.Error as fault:
            raise Malformed("the value is no base64", "write the JPEG in base64") from fault
        if self.plain and (wrong := jpeg_fault(data)) is not None:
            raise Malformed(f"the picture {wrong}", "write a JPEG of at most 128 KiB without metadata")
        return Reading(encode_base64url(data))

    def write(self, value: str, /) -> Writing:
        """Write base64 on one line."""
        padded = value + "=" * (-len(value) % 4)
        return Writing(base64.b64encode(base64.urlsafe_b64decode(padded)).decode("ascii"))
