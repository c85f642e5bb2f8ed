"""The MISP table, part three: role, status, exploitation and observation. Codes are tags `baken:`, texts are not."""

from __future__ import annotations

from adapters.countries.misp import words
from adapters.countries.misp.lands import COUNTRY
from adapters.countries.misp.values import DAY, EXACT_DATE, INSTANT, REGION, SHORT, Offence, own, tag, tags
from adapters.mapping.codes import coded
from adapters.mapping.table import Row, Rows
from contracts.codes import (
    Act,
    AgeAssertion,
    AgeBand,
    AssertedBy,
    AssessmentRule,
    ChildCase,
    ControlMethod,
    DecisionKind,
    Dimension,
    ExploitationForm,
    Indicator,
    Industry,
    Means,
    ModusOperandi,
    ReporterClass,
    SignalOutcome,
    Situation,
    SubjectCategory,
    SuspectAction,
    SuspectRole,
    VictimAction,
    VictimAlertKind,
    VictimStatement,
    VictimStatus,
    WarningMarker,
)

_WARNING = coded("warning", WarningMarker)


def _assessment(section: str) -> Rows:
    return (
        own("assessment-reference", f"sections.{section}.assessment.reference", SHORT, refuse=True),
        own("assessment-date", f"sections.{section}.assessment.assessed_on", DAY, refuse=True),
    )


_ROLE = "sections.role"
ROLE: Rows = (
    tags("role", f"{_ROLE}.roles", coded("role", SuspectRole)),
    tag("category", f"{_ROLE}.subject_category", coded("category", SubjectCategory), default="suspect"),
    tags("offence", f"{_ROLE}.offences", Offence(), as_set=False),
    tag("action", f"{_ROLE}.action", coded("action", SuspectAction)),
    tag("decision", f"{_ROLE}.decision.kind", coded("decision", DecisionKind)),
    own("decision-reference", f"{_ROLE}.decision.reference", SHORT, refuse=True),
    own("decision-country", f"{_ROLE}.decision.country", COUNTRY, refuse=True),
    own("decision-date", f"{_ROLE}.decision.decided_on", DAY, refuse=True),
    tags("modus-operandi", f"{_ROLE}.modus_operandi", coded("modus-operandi", ModusOperandi)),
    tags("warning", f"{_ROLE}.warnings", _WARNING),
    *_assessment("role"),
)

_STATUS = "sections.status"
STATUS: Rows = (
    tag("victim-kind", f"{_STATUS}.kind", coded("victim-kind", VictimAlertKind)),
    tag("victim-status", f"{_STATUS}.victim_status", coded("victim-status", VictimStatus)),
    tag("asserted-by", f"{_STATUS}.asserted_by", coded("asserted-by", AssertedBy)),
    tag("statement", f"{_STATUS}.statement", coded("statement", VictimStatement)),
    tag("action", f"{_STATUS}.action", coded("action", VictimAction)),
    tag("age-band", f"{_STATUS}.age_band", coded("age-band", AgeBand)),
    tag("age-assertion", f"{_STATUS}.age_assertion", coded("age-assertion", AgeAssertion)),
    tag("child-case", f"{_STATUS}.child_case", coded("child-case", ChildCase)),
    tags("warning", f"{_STATUS}.warnings", _WARNING),
    tag("interview-held", f"{_STATUS}.interview_held", words.YES_NO),
    *_assessment("status"),
)

_EXPLOITATION = "sections.exploitation"
EXPLOITATION: Rows = (
    tags("exploitation", f"{_EXPLOITATION}.forms", coded("exploitation", ExploitationForm)),
    tags("act", f"{_EXPLOITATION}.acts", coded("act", Act)),
    tags("means", f"{_EXPLOITATION}.means", coded("means", Means)),
    tags("control", f"{_EXPLOITATION}.control_methods", coded("control", ControlMethod)),
    tags("industry", f"{_EXPLOITATION}.industry", coded("industry", Industry)),
)

_OBSERVATION = "sections.observation"
_INDICATOR = coded("indicator", Indicator)
_ASSESSED = f"{_OBSERVATION}.assessment"
OBSERVATION: Rows = (
    own("observed-at", f"{_OBSERVATION}.observed_at", INSTANT, refuse=True),
    own("observed-on", f"{_OBSERVATION}.observed_on", EXACT_DATE, refuse=True),
    Row(
        field="@date",
        path=f"{_OBSERVATION}.observed_on",
        converter=EXACT_DATE,
        unless=("baken-alert[1]/observed-at[1]", "baken-alert[1]/observed-on[1]"),
    ),
    own("observed-country", f"{_OBSERVATION}.place.country", COUNTRY),
    own("observed-region", f"{_OBSERVATION}.place.region", REGION),
    tag("reporter", f"{_OBSERVATION}.reporter", coded("reporter", ReporterClass)),
    tags("indicator-yes", f"{_OBSERVATION}.indicators.yes", _INDICATOR),
    tags("indicator-no", f"{_OBSERVATION}.indicators.no", _INDICATOR),
    tags("indicator-not-asked", f"{_OBSERVATION}.indicators.not_asked", _INDICATOR),
    tag("assessment-rule", f"{_ASSESSED}.rule", coded("assessment-rule", AssessmentRule)),
    tag("outcome", f"{_ASSESSED}.outcome", coded("outcome", SignalOutcome)),
    own("assessed-on", f"{_ASSESSED}.assessed_on", DAY, refuse=True),
    tag("situation", f"{_ASSESSED}.situation", coded("situation", Situation)),
    tags("dimension", f"{_ASSESSED}.positive", coded("dimension", Dimension)),
)
