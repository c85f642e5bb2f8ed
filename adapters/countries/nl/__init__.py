"""The Netherlands: `nl-csv`, suspects, victims and signals in a semicolon CSV file in CP1252, told apart by `Soort`.

No export of a Dutch police system is public; the format is Baken's own, with Dutch names and habits.
"""

from __future__ import annotations

from adapters.countries.nl.case import EXPLOITATION, MOVEMENT, OBJECTS, ROLE, STATUS
from adapters.countries.nl.exchange import CLAIMS, HANDLING, ID_FIELD, NEEDS, REMARKS, SAFETY
from adapters.countries.nl.person import APPEARANCE, DOCUMENTS, IDENTITY
from adapters.countries.nl.signal import OBSERVATION
from adapters.countries.nl.values import NULL_WORDS
from adapters.formats.csv import CsvCodec, Dialect, Limits
from adapters.mapping.adapter import TableAdapter
from adapters.mapping.table import Kind, Table

_PHOTO_CHARACTERS = 180_000
"""Characters of a field: a JPEG of 128 KiB in base64."""
_RECORD_CHARACTERS = 400_000

TABLE = Table(
    name="nl-csv",
    description="Netherlands: suspects, victims and signals, semicolon CSV in CP1252",
    codec=CsvCodec(
        Dialect(
            encoding="cp1252",
            delimiter=";",
            limits=Limits(field_characters=_PHOTO_CHARACTERS, record_characters=_RECORD_CHARACTERS),
        )
    ),
    kind_field="Soort",
    id_field=ID_FIELD,
    kinds=(
        Kind(
            word="verdachte",
            type="suspect-alert.v1",
            rows=(
                *CLAIMS,
                *IDENTITY,
                *DOCUMENTS,
                *APPEARANCE,
                *ROLE,
                *EXPLOITATION,
                *MOVEMENT,
                *OBJECTS,
                *HANDLING,
                *REMARKS,
            ),
        ),
        Kind(
            word="slachtoffer",
            type="victim-alert.v1",
            rows=(
                *CLAIMS,
                *IDENTITY,
                *DOCUMENTS,
                *APPEARANCE,
                *STATUS,
                *EXPLOITATION,
                *MOVEMENT,
                *OBJECTS,
                *NEEDS,
                *SAFETY,
                *HANDLING,
                *REMARKS,
            ),
        ),
        Kind(
            word="signaal",
            type="signal.v1",
            rows=(
                *CLAIMS,
                *OBSERVATION,
                *IDENTITY,
                *EXPLOITATION,
                *MOVEMENT,
                *OBJECTS,
                *HANDLING,
                *REMARKS,
            ),
        ),
    ),
    null_words=NULL_WORDS,
)

adapter = TableAdapter(TABLE)
"""What the entry point `nl-csv` names."""
