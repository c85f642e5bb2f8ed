"""Sections: the unit of minimisation. One closed model for the content of each (CONTRACTS 2).

`audience` is not among the models: the hub reads it on the hot path, so that its entries are wire
types (`contracts.sections.audience`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from contracts.parts import SectionModel
from contracts.sections.biometric_refs import BiometricRefs
from contracts.sections.consultations import Consultations
from contracts.sections.derived import Markers, MatchKeys, Summary
from contracts.sections.documents import Documents
from contracts.sections.exploitation import Exploitation
from contracts.sections.handling import Handling
from contracts.sections.identity import IdentitySection
from contracts.sections.image import Image
from contracts.sections.movement import Movement
from contracts.sections.needs import Needs
from contracts.sections.notice import Notice
from contracts.sections.objects import Objects
from contracts.sections.observation import Observation
from contracts.sections.offer import Offer
from contracts.sections.opened import Opened
from contracts.sections.physical import Physical
from contracts.sections.references import References
from contracts.sections.remarks import Evaluation, HandlingNote, Narrative
from contracts.sections.report import Report
from contracts.sections.role import Role
from contracts.sections.safety import Safety
from contracts.sections.status import Status

SECTION_MODELS: Mapping[str, type[SectionModel]] = MappingProxyType(
    {
        "biometric_refs": BiometricRefs,
        "consultations": Consultations,
        "documents": Documents,
        "evaluation": Evaluation,
        "exploitation": Exploitation,
        "handling": Handling,
        "handling_note": HandlingNote,
        "identity": IdentitySection,
        "image": Image,
        "markers": Markers,
        "match_keys": MatchKeys,
        "movement": Movement,
        "narrative": Narrative,
        "needs": Needs,
        "notice": Notice,
        "objects": Objects,
        "observation": Observation,
        "offer": Offer,
        "opened": Opened,
        "physical": Physical,
        "references": References,
        "report": Report,
        "role": Role,
        "safety": Safety,
        "status": Status,
        "summary": Summary,
    }
)
"""Model of each section by its name."""

__all__ = ["SECTION_MODELS", "SectionModel"]
