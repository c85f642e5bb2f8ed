"""Derive the coarse sections from the full ones; the issuer signs them like any other (CONTRACTS 2)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date

from contracts.age import age_band, minority
from contracts.choice import asks_for_minor
from contracts.codes import DatePrecision, HandlingCode, LegalRegime, Minor, SuspectAction
from contracts.events import SUSPECT_ALERT, Lifecycle, is_a, spec
from contracts.lookalikes import LOOK_ALIKES
from contracts.minimisation import POLICIES, POLICY
from contracts.parts import SectionModel
from contracts.places import coarse_region
from contracts.romanise import with_romanisations
from contracts.sections.derived import DocumentKey, Markers, MatchKeys, PlateKey, Summary
from contracts.sections.documents import Documents
from contracts.sections.exploitation import Exploitation
from contracts.sections.handling import Handling
from contracts.sections.identity import IdentitySection
from contracts.sections.movement import Movement
from contracts.sections.objects import Objects
from contracts.sections.observation import Observation
from contracts.sections.remarks import UNEVALUATED, Evaluation
from contracts.sections.role import Role
from contracts.sections.status import Status
from contracts.values import PartialDate

_CONFUSED = str.maketrans("OI", "01")
"""In document numbers O and 0, I and 1 are read as each other."""
_NATIONALITIES = 2
"""Most that a summary names: who has more is known by the combination alone."""
_SEPARATORS = re.compile(r"[\s.\-_/·•]+")
_KEY = re.compile(r"[A-Z0-9]{2,40}")


def derive(event_type: str, sections: Mapping[str, SectionModel], *, on: date) -> dict[str, SectionModel]:
    """Return `sections` with what is derived from them: `summary`, `markers`, `match_keys`.

    `handling` gets its `minor` if it has none, names in other scripts get their forms in Latin letters beside
    them. Sections that the type does not list are not made, and what somebody handed in under a derived name is
    replaced. `on` is the day of issue (UTC). How a section is derived belongs to the policy version that the
    event claims: keys of several issuers meet, so that another way is another version (tests/vectors/derived).
    """
    known = spec(event_type)
    asked = asks_for_minor(POLICIES[POLICY], known, sections)
    full = settle_minor(sections, on=on) if asked else dict(sections)
    if known.lifecycle is not Lifecycle.ALERT:
        return full
    identity = full.get("identity")
    if isinstance(identity, IdentitySection):
        full["identity"] = with_romanisations(identity)
    full["summary"] = _summary(full, on)
    markers = _markers(full, on) if "markers" in known.sections else None
    if markers is not None:
        full["markers"] = markers
    full.pop("match_keys", None)
    keys = _match_keys(full) if is_a(event_type, SUSPECT_ALERT) else None
    if keys is not None:
        full["match_keys"] = keys
    return full


def settle_minor(sections: Mapping[str, SectionModel], *, on: date) -> dict[str, SectionModel]:
    """Return `sections` with `handling.minor` filled from the evidence where the issuer stated none."""
    full = dict(sections)
    handling = full.get("handling")
    if isinstance(handling, Handling) and handling.minor is None:
        full["handling"] = handling.model_copy(update={"minor": minority(sections, on)})
    return full


def handling_for_care(handling: Handling) -> Handling:
    """Return a police handling block as it stands towards care: under the GDPR, only the floor of the police codes."""
    return handling.model_copy(update={"legal_regime": LegalRegime.GDPR, "codes": (HandlingCode.H0,)})


def shown_evaluation(sections: Mapping[str, SectionModel]) -> Evaluation:
    """Return the evaluation as it is shown: a missing one is X4."""
    found = sections.get("evaluation")
    return found if isinstance(found, Evaluation) else UNEVALUATED


def plate_key(plate: str) -> str | None:
    """Normalise a plate for matching; None where it cannot be spelt in capitals and digits."""
    return _key(plate)


def document_key(number: str) -> str | None:
    """Normalise a document number for matching: as a plate, and O as 0, I as 1."""
    key = _key(number)
    return None if key is None else key.translate(_CONFUSED)


def _key(text: str) -> str | None:
    compact = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper().translate(LOOK_ALIKES)
    bare = "".join(one for one in unicodedata.normalize("NFD", compact) if unicodedata.category(one) != "Mn")
    return bare if _KEY.fullmatch(bare) else None


def _summary(sections: Mapping[str, SectionModel], on: date) -> Summary:
    """Coarsen. Forms of exploitation of a victim stay out: they are special category data, this section is not."""
    identity, role = sections.get("identity"), sections.get("role")
    exploitation = sections.get("exploitation")
    leading = identity.leading if isinstance(identity, IdentitySection) else None
    country, region, month = _seen(sections)
    about_suspect = isinstance(role, Role)
    return Summary(
        age_band=age_band(sections, on),
        sex=None if leading is None else leading.sex,
        nationalities=None if leading is None else _common(leading.nationalities),
        roles=role.roles if isinstance(role, Role) else None,
        forms=exploitation.forms if about_suspect and isinstance(exploitation, Exploitation) else None,
        country=country,
        region=region,
        month=month,
    )


def _common(nationalities: tuple[str, ...] | None) -> tuple[str, ...] | None:
    return nationalities if nationalities is not None and len(nationalities) <= _NATIONALITIES else None


def _seen(sections: Mapping[str, SectionModel]) -> tuple[str | None, str | None, str | None]:
    """Return country, coarse region and month: of the observation that a signal is, else of the last sighting."""
    observation, movement = sections.get("observation"), sections.get("movement")
    if isinstance(observation, Observation):
        month = _month(observation.observed_at, observation.observed_on)
        return observation.place.country, coarse_region(observation.place.region), month
    seen = movement.last_seen if isinstance(movement, Movement) else None
    if seen is None:
        return None, None, None
    return seen.place.country, coarse_region(seen.place.region), _month(seen.at, seen.on)


def _month(at: str | None, on: PartialDate | None) -> str | None:
    if at is not None:
        return at[:7]
    if on is not None and on.precision in {DatePrecision.DAY, DatePrecision.MONTH}:
        return on.value[:7]
    return None


def _markers(sections: Mapping[str, SectionModel], on: date) -> Markers | None:
    """Say what an officer must know. A signal asks for no action: it makes a task for a person, nothing else."""
    handling = sections.get("handling")
    stated = handling.minor if isinstance(handling, Handling) else None
    minor: Minor = stated if stated is not None else minority(sections, on)
    if "observation" in sections:
        return Markers(minor=minor, action=SuspectAction.INFORM_ONLY)
    about = sections.get("role") or sections.get("status")
    if not isinstance(about, (Role, Status)):
        return None
    return Markers(minor=minor, action=about.action, warnings=about.warnings)


def _match_keys(sections: Mapping[str, SectionModel]) -> MatchKeys | None:
    objects, documents = sections.get("objects"), sections.get("documents")
    plates: dict[PlateKey, None] = {}
    for vehicle in (objects.vehicles or ()) if isinstance(objects, Objects) else ():
        plate = None if vehicle.plate is None else plate_key(vehicle.plate)
        if plate is not None:
            plates[PlateKey(plate=plate, country=vehicle.country)] = None
    numbers: dict[DocumentKey, None] = {}
    for document in documents.documents if isinstance(documents, Documents) else ():
        number = document_key(document.number)
        if number is not None:
            numbers[DocumentKey(number=number, type=document.type, country=document.country)] = None
    if not plates and not numbers:
        return None
    return MatchKeys(plates=tuple(plates) or None, documents=tuple(numbers) or None)
