"""The MISP table, part one: purpose and handling, evaluation, references and free text."""

from __future__ import annotations

from adapters.countries.misp import words
from adapters.countries.misp.lands import COUNTRY
from adapters.countries.misp.shape import ID_FIELD
from adapters.countries.misp.values import (
    BASIS,
    IDENTIFIER,
    PROSE,
    REFUSE,
    SHORT,
    URGENCY,
    first,
    own,
    tag,
    tags,
)
from adapters.mapping.codes import coded
from adapters.mapping.numbers import Formed, Whole
from adapters.mapping.table import Clash, Group, Row, Rows
from adapters.mapping.text import Text
from contracts.codes import (
    Condition,
    EvaluationScheme,
    HandlingCode,
    InformationCode,
    JudicialUse,
    LegalRegime,
    Minor,
    Onward,
    Purpose,
    ReferenceScheme,
    SourceCode,
)
from contracts.events import FIVE_YEARS_DAYS
from contracts.sections.handling import ACTOR_PATTERN
from contracts.sections.remarks import MAX_HANDLING_NOTE

CLAIMS: Rows = (
    Row(field=ID_FIELD, path="national_id", converter=IDENTIFIER, on_malformed=REFUSE),
    tag("purpose", "purpose", coded("purpose", Purpose)),
    tags("basis", "basis", BASIS, as_set=False),
    tag("urgency", "urgency", URGENCY, default="routine"),
    tag("validity-days", "validity_days", Whole(low=1, high=FIVE_YEARS_DAYS)),
    tags("claim", "claims", coded("claim", Condition)),
)

_HANDLING = "sections.handling"
_TLP = "@Tag/tlp[1]"
HANDLING: Rows = (
    tag("onward", f"{_HANDLING}.onward", coded("onward", Onward)),
    Row(field=_TLP, path=f"{_HANDLING}.onward", converter=words.TLP, strictest=words.ONWARD_STRICTEST),
    Row(
        field="@distribution",
        path=f"{_HANDLING}.onward",
        converter=words.DISTRIBUTION,
        strictest=words.ONWARD_STRICTEST,
        unless=("@Tag/baken:onward[1]",),
        default="none",
    ),
    tags("handling", f"{_HANDLING}.codes", coded("handling", HandlingCode), default=("H0", "H1", "H2")),
    tag("third-countries", f"{_HANDLING}.no_third_country", words.THIRD_COUNTRIES, default=True),
    tag("judicial-use", f"{_HANDLING}.judicial_use", coded("judicial-use", JudicialUse), default="none"),
    tag("regime", f"{_HANDLING}.legal_regime", coded("regime", LegalRegime), default="led"),
    tag("minor", f"{_HANDLING}.minor", coded("minor", Minor)),
    own(
        "actor",
        f"{_HANDLING}.actor",
        Formed(what="pseudonym", form=ACTOR_PATTERN, shown="8 to 64 letters, digits, - or _", upper=False),
        refuse=True,
    ),
    own("handling-note", "sections.handling_note.text", Text(limit=MAX_HANDLING_NOTE, lines=True), refuse=True),
    Row(field="@Tag/pap[1]", path="sections.handling_note.text", converter=words.PAP),
)
"""Where an event says anything of handling, what it leaves open is read as the strictest."""

CLASHES = (
    Clash(
        fields={_TLP: frozenset(), "@Tag/tlp[2]": frozenset()},
        path="handling.onward",
        rule="two TLP tags contradict each other",
        remedy="keep one",
    ),
    Clash(
        fields={_TLP: frozenset({"red", "amber+strict"}), "@distribution": frozenset({"2", "3"})},
        path="handling.onward",
        rule="the TLP tag keeps the event with its recipients, its distribution spreads it to other communities",
        remedy="make them agree",
    ),
    Clash(
        fields={"@Tag/pap[1]": frozenset(), "@Tag/pap[2]": frozenset()},
        path="handling_note.text",
        rule="two PAP tags contradict each other",
        remedy="keep one",
    ),
)

REMARKS: Rows = (
    own("case-number", "sections.references.case_number", SHORT),
    Group(
        path="sections.references.numbers",
        prefix="baken-alert[1]/reference-{n}-",
        count=None,
        rows=(
            first("number", "number", SHORT),
            first("scheme", "scheme", coded("reference scheme", ReferenceScheme), default="other"),
            first("country", "country", COUNTRY),
        ),
    ),
    own(
        "language",
        "sections.references.language",
        Formed(what="language", form="[a-z]{2,3}", shown="its ISO 639 code", upper=False),
    ),
    own("text", "sections.narrative.text", PROSE),
    first("person/text", "sections.narrative.text", PROSE, unless=("baken-alert[1]/text[1]",)),
    tag("source", "sections.evaluation.source", coded("source", SourceCode)),
    first(
        "@Tag/admiralty-scale:source-reliability",
        "sections.evaluation.source",
        words.ADMIRALTY_SOURCE,
        unless=("@Tag/baken:source[1]",),
        default="X",
    ),
    tag("information", "sections.evaluation.information", coded("information", InformationCode)),
    first(
        "@Tag/admiralty-scale:information-credibility",
        "sections.evaluation.information",
        words.ADMIRALTY_INFORMATION,
        unless=("@Tag/baken:information[1]",),
        default="4",
    ),
    tag("evaluation-scheme", "sections.evaluation.original.scheme", coded("evaluation-scheme", EvaluationScheme)),
    own("evaluation", "sections.evaluation.original.value", SHORT),
)
