"""The shape of the German XML: Baken's own profile `umf-like/1`, after what is public of UMF.

The schema of UMF is not public, and no conformity with it is claimed. A message holds alerts, persons and things
side by side, each with an `id`, and connections between them. `Alert` and `Journey`, and what things consist of, are
this profile's own; the other things are called as UMF's object types are.
"""

from __future__ import annotations

from adapters.formats.xml import Form

NAMESPACE = "urn:baken:umf-like:1"

FORM = Form(
    namespace=NAMESPACE,
    root="Messages",
    message="Message",
    subject="Person",
    things=(
        "Alert",
        "Person",
        "Document",
        "MeansOfTransportation",
        "MeansOfCommunication",
        "MeansOfPayment",
        "Organisation",
        "Location",
        "Journey",
        "Event",
    ),
    once=frozenset({"Alert"}),
    repeats=frozenset(
        {
            "Document",
            "MeansOfTransportation",
            "MeansOfCommunication",
            "MeansOfPayment",
            "Organisation",
            "Location",
            "Journey",
            "Journey/Via",
            "Event",
            "Event/Observation/Yes",
            "Event/Observation/No",
            "Event/Observation/NotAsked",
            "Event/Assessment/Dimension",
            "Person/Identity",
            "Person/Identity/Name",
            "Person/Identity/Nationality",
            "Person/Identity/RegisterNumber",
            "Person/Identity/MisuseConsent/Category",
            "Person/Appearance/Mark",
            "Person/Biometric",
            "Alert/LegalBasis",
            "Alert/Confirmation",
            "Alert/Role",
            "Alert/ModusOperandi",
            "Alert/Warning",
            "Alert/Reference",
            "Alert/Handling/Code",
            "Alert/Exploitation/Form",
            "Alert/Exploitation/Act",
            "Alert/Exploitation/Means",
            "Alert/Exploitation/ControlMethod",
            "Alert/Exploitation/Industry",
            "Alert/Needs/Service",
            "Alert/Needs/Capability",
            "Alert/Needs/Language",
            "Alert/Needs/DependantAgeBand",
            "Alert/Safety/ConsentScope",
            "Alert/Safety/DoNotContact",
        }
    ),
    link="Connection",
    ends=("from", "to"),
)
