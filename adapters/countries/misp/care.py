"""The MISP table, part five: what a victim needs, and what keeps them safe."""

from __future__ import annotations

from adapters.countries.misp import words
from adapters.countries.misp.lands import COUNTRY
from adapters.countries.misp.values import DAY, LINE, REGION, SHORT, own, tag, tags
from adapters.mapping.codes import coded
from adapters.mapping.numbers import Formed, Whole
from adapters.mapping.table import Rows
from contracts.codes import (
    AgeBand,
    Capability,
    Channel,
    ConsentGiver,
    ConsentScope,
    ContactGroup,
    NoConsentBasis,
    Service,
    ServiceLevel,
    Sex,
)

_NEEDS = "sections.needs"
_LANGUAGE = Formed(what="language", form="[a-z]{2,3}", shown="its ISO 639 code", upper=False)
NEEDS: Rows = (
    tags("service", f"{_NEEDS}.services", coded("service", Service)),
    tags("capability", f"{_NEEDS}.capabilities", coded("capability", Capability)),
    tags("care-language", f"{_NEEDS}.languages", _LANGUAGE),
    tag("staff-sex", f"{_NEEDS}.staff_sex", coded("staff-sex", Sex)),
    tag("dependants", f"{_NEEDS}.dependants.count", Whole(low=1, high=30)),
    tags("dependants-age-band", f"{_NEEDS}.dependants.age_bands", coded("dependants-age-band", AgeBand)),
    tag("safety-level", f"{_NEEDS}.safety_level", Whole(low=1, high=4)),
    tag("service-level", f"{_NEEDS}.service_level", coded("service-level", ServiceLevel)),
    own("needed-by", f"{_NEEDS}.needed_by", DAY, refuse=True),
)

_SAFETY = "sections.safety"
SAFETY: Rows = (
    tags("consent", f"{_SAFETY}.consent.scope", coded("consent", ConsentScope)),
    tag("consent-by", f"{_SAFETY}.consent.given_by", coded("consent-by", ConsentGiver)),
    own("consent-date", f"{_SAFETY}.consent.given_on", DAY, refuse=True),
    own("consent-withdrawn", f"{_SAFETY}.consent.withdrawn_on", DAY, refuse=True),
    tag("without-consent", f"{_SAFETY}.consent.without", coded("without-consent", NoConsentBasis)),
    tag("guardian-needed", f"{_SAFETY}.guardian.needed", words.YES_NO),
    tag("guardian-appointed", f"{_SAFETY}.guardian.appointed", words.YES_NO),
    own("guardian-contact", f"{_SAFETY}.guardian.contact", LINE),
    tags("do-not-contact", f"{_SAFETY}.do_not_contact", coded("do-not-contact", ContactGroup)),
    tag("safe-contact", f"{_SAFETY}.safe_contact.channel", coded("safe-contact", Channel)),
    own("safe-contact", f"{_SAFETY}.safe_contact.value", LINE, refuse=True),
    own("safe-contact-note", f"{_SAFETY}.safe_contact.note", LINE),
    own("shelter-since", f"{_SAFETY}.shelter.accepted_on", DAY, refuse=True),
    own("shelter-country", f"{_SAFETY}.shelter.country", COUNTRY),
    own("shelter-region", f"{_SAFETY}.shelter.region", REGION),
    own("shelter-provider", f"{_SAFETY}.shelter.provider", SHORT),
)
