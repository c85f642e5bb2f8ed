"""Section `documents`: identity and travel documents."""

from __future__ import annotations

from contracts.codes import DocumentState, DocumentType
from contracts.parts import Part, SectionModel, Several
from contracts.text import Line, Short
from contracts.values import Country, PartialDate


class Document(Part):
    """One document (Reg. 2018/1862 art. 20(3)(s) to (v)). `country` issued it."""

    type: DocumentType
    number: Short
    country: Country | None = None
    state: DocumentState | None = None
    authority: Line | None = None
    issued: PartialDate | None = None
    expires: PartialDate | None = None


class Documents(SectionModel):
    """All documents of one person."""

    documents: Several[Document]
