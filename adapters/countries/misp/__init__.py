"""MISP: `misp-json`, events as MISP exports them, with suspects, victims and signals in them.

The format is public (MISP core format, object templates, taxonomies). What MISP has no word for is said
by tags `baken:`, where it is a code, and else by attributes of the object `baken-alert`: tags are
known to a whole MISP instance, so that nothing personal may stand in one.
"""

from __future__ import annotations

from adapters.countries.misp.care import NEEDS, SAFETY
from adapters.countries.misp.case import EXPLOITATION, OBSERVATION, ROLE, STATUS
from adapters.countries.misp.claims import CLAIMS, CLASHES, HANDLING, REMARKS
from adapters.countries.misp.codec import MispCodec
from adapters.countries.misp.person import APPEARANCE, DOCUMENTS, IDENTITY
from adapters.countries.misp.shape import ASIDES, ID_FIELD, KIND_FIELD
from adapters.countries.misp.things import MOVEMENT, OBJECTS
from adapters.countries.misp.values import NULL_WORDS
from adapters.mapping.adapter import TableAdapter
from adapters.mapping.table import Kind, Table

_ABOUT_A_PERSON = (*IDENTITY, *DOCUMENTS, *APPEARANCE)
_ABOUT_A_CASE = (*EXPLOITATION, *MOVEMENT, *OBJECTS, *HANDLING, *REMARKS)

TABLE = Table(
    name="misp-json",
    description="MISP: suspects, victims and signals in MISP events, JSON",
    codec=MispCodec(),
    kind_field=KIND_FIELD,
    id_field=ID_FIELD,
    kinds=(
        Kind(
            word="suspect-alert",
            type="suspect-alert.v1",
            rows=(*CLAIMS, *_ABOUT_A_PERSON, *ROLE, *_ABOUT_A_CASE),
        ),
        Kind(
            word="victim-alert",
            type="victim-alert.v1",
            rows=(*CLAIMS, *_ABOUT_A_PERSON, *STATUS, *_ABOUT_A_CASE, *NEEDS, *SAFETY),
        ),
        Kind(
            word="signal",
            type="signal.v1",
            rows=(*CLAIMS, *IDENTITY, *OBSERVATION, *_ABOUT_A_CASE),
        ),
    ),
    null_words=NULL_WORDS,
    clashes=CLASHES,
    asides=ASIDES,
)

adapter = TableAdapter(TABLE)
"""What the entry point `misp-json` names."""
