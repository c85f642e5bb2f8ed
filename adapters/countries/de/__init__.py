"""Germany: `de-umf-xml`, suspects, victims and signals in XML after UMF, told apart by `Alert/Category`.

Neither the schema of UMF nor an export of a German police system is public; the format is Baken's own
(`adapters.countries.de.form`), with English element names, as UMF has them, and German words and habits.
"""

from __future__ import annotations

from adapters.countries.de.case import EXPLOITATION, MOVEMENT, OBJECTS, ROLE, STATUS
from adapters.countries.de.exchange import CLAIMS, HANDLING, ID_FIELD, KIND_FIELD, NEEDS, REMARKS, SAFETY
from adapters.countries.de.form import FORM
from adapters.countries.de.person import APPEARANCE, DOCUMENTS, IDENTITY
from adapters.countries.de.signal import OBSERVATION
from adapters.countries.de.values import NULL_WORDS
from adapters.formats.xml import XmlCodec
from adapters.mapping.adapter import TableAdapter
from adapters.mapping.table import Kind, Table

_OF_ALL = (*EXPLOITATION, *HANDLING, *REMARKS)
_PERSON = (*IDENTITY, *APPEARANCE, *DOCUMENTS, *OBJECTS, *MOVEMENT)

TABLE = Table(
    name="de-umf-xml",
    description="Germany: suspects, victims and signals, XML of the profile umf-like/1",
    codec=XmlCodec(FORM),
    kind_field=KIND_FIELD,
    id_field=ID_FIELD,
    kinds=(
        Kind(word="Beschuldigter", type="suspect-alert.v1", rows=(*CLAIMS, *ROLE, *_OF_ALL, *_PERSON)),
        Kind(word="Opfer", type="victim-alert.v1", rows=(*CLAIMS, *STATUS, *NEEDS, *SAFETY, *_OF_ALL, *_PERSON)),
        Kind(
            word="Hinweis",
            type="signal.v1",
            rows=(*CLAIMS, *OBSERVATION, *_OF_ALL, *IDENTITY, *OBJECTS, *MOVEMENT),
        ),
    ),
    null_words=NULL_WORDS,
)

adapter = TableAdapter(TABLE)
"""What the entry point `de-umf-xml` names."""
