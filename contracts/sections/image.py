"""Section `image`: one facial image."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from contracts.encoding import decode_base64url, encode_base64url
from contracts.errors import Code, RecordError
from contracts.parts import SectionModel
from contracts.sections.jpeg import MAX_IMAGE_BYTES, jpeg_fault
from contracts.values import PartialDate

MAX_IMAGE_CHARACTERS = -(-MAX_IMAGE_BYTES * 4 // 3)


class Image(SectionModel):
    """A JPEG of at most 128 KiB without metadata; `data` is base64url without padding."""

    media_type: Literal["image/jpeg"]
    data: Annotated[str, Field(min_length=1, max_length=MAX_IMAGE_CHARACTERS, repr=False)]
    taken: PartialDate | None = None

    @model_validator(mode="after")
    def _is_a_plain_jpeg(self) -> Self:
        try:
            data = decode_base64url(self.data, code=Code.E13_CONTENT)
        except RecordError:
            raise ValueError("data is not base64url without padding") from None
        if fault := jpeg_fault(data):
            raise ValueError(f"data {fault}")
        return self

    @classmethod
    def of(cls, jpeg: bytes, *, taken: PartialDate | None = None) -> Image:
        """Make the section from the bytes of a JPEG."""
        return cls(media_type="image/jpeg", data=encode_base64url(jpeg), taken=taken)
