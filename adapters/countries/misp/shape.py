"""How MISP writes an event (MISP core format, 2.4 and 2.5), as data: members, markings, roles and links."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from adapters.formats.json import Dialect
from adapters.formats.keyed import Entries, Shape

DIALECT = Dialect(wrappers=("response",))
KIND_FIELD = "@Tag/baken:type[1]"
ID_FIELD = "@id"
"""Event and person by their UUIDs, `<event>/<person object>`; written by the codec, MISP has no such member."""

PERSON = "person"
ALIAS = "@alias"
OWN = "baken-alert"
NATIONAL_ID = "national-id"
"""The object for what MISP has no relation for, and the relation in it for an id that is not MISP's."""
ROLE = "role"
KINDS_OF_ROLES: Mapping[str, str] = {
    "victim": "victim-alert",
    "suspect": "suspect-alert",
    "accused": "suspect-alert",
    "accomplice": "suspect-alert",
    "culprit": "suspect-alert",
    "defendent": "suspect-alert",
    "defendant": "suspect-alert",
}
"""Roles of a person that make an alert, the strongest first. A victim whom somebody also suspects is
published as a victim (non-punishment, Directive 2011/36/EU art. 8). `Defendent` is the template's spelling."""
ROLE_OF_KIND: Mapping[str, str] = {"suspect-alert": "Suspect", "victim-alert": "Victim"}
"""Roles that say no more than the kind of the record: they are not repeated in the residue."""

MISUSED = "@misused"
CONSENT = "baken-consent-date"
IDENTITIES: Mapping[str, str] = {"known-as": ALIAS, "same-as": ALIAS, "impersonates": MISUSED}
"""References from a person to another identity of theirs, with the key that it gets. Whoever is impersonated is a
person of their own, and an identity of somebody else only with consent (Reg. 2018/1862 art. 62)."""
NO_LINK = frozenset({"not-relevant-to", "does-not-target", "is-not-targeted-by", "impersonates"})
"""References that say that two objects do not belong together."""

DISTRIBUTIONS = ("0", "4", "1", "2", "3")
"""Distribution from the most restrictive: own organisation, sharing group, community, connected, all."""
TLP = ("red", "amber+strict", "amber", "green", "clear")
"""Traffic Light Protocol 2.0 from the most restrictive."""
OLD_TLP = {"white": "clear"}
"""Words of version 1."""

_MACHINE_TAG = re.compile(r'(?P<name>[^:="]+(?::[^:="]+(?==))?)[:=]"?(?P<text>.*?)"?', re.DOTALL)
"""`namespace:predicate="value"`, or `namespace:predicate` as in `tlp:red`."""

_TAG = Shape(
    ledger=frozenset(
        {"id", "colour", "exportable", "hide_tag", "inherited", "is_custom_galaxy", "is_galaxy", "local", "local_only",
         "numerical_value", "org_id", "user_id"}
    )
)  # fmt: skip
TAGS = Entries(by=("name",), shape=_TAG, under="@Tag/", split=_MACHINE_TAG)
_IDS = frozenset({"id", "uuid", "event_id", "timestamp", "deleted", "distribution", "sharing_group_id"})
ATTRIBUTE = Shape(
    text="value",
    ledger=_IDS | {"category", "disable_correlation", "event_uuid", "object_id", "object_uuid", "to_ids", "type"},
    lists={"Tag": TAGS},
)
_OBJECT_LEDGER = _IDS | {"ObjectReference", "description", "meta-category", "template_uuid", "template_version"}
EVENT = Shape(
    ledger=_IDS
    - {"distribution", "deleted"}
    | {"attribute_count", "disable_correlation", "locked", "org_id", "orgc_id", "proposal_email_lock", "protected",
       "publish_timestamp", "published", "sighting_timestamp"},
    lists={"Tag": TAGS},
)  # fmt: skip
"""An event without its objects and attributes: these are told apart first, by whom they are about."""


def attributes(aside: Callable[[Mapping[str, Any]], str | None]) -> Entries:
    """Return how the attributes of an object read."""
    return Entries(by=("object_relation", "type"), shape=ATTRIBUTE, aside=aside)


def object_shape(aside: Callable[[Mapping[str, Any]], str | None]) -> Shape:
    """Return how an object reads."""
    return Shape(ledger=_OBJECT_LEDGER, lists={"Attribute": attributes(aside)})


OBJECTS = Entries(by=("name",), shape=Shape())
LOOSE = Entries(by=("type",), shape=ATTRIBUTE)
"""How objects, and attributes outside them, are told apart."""


ASIDES: Mapping[str, str] = {
    "@deleted/": "deleted in MISP, and kept there",
    "@withheld/": "marked stricter than the event: fewer may see it than receive the alert",
    "@overruled/": "a tag of the person, or a role, says it more exactly",
    "@other/": "another person, who is neither suspect nor victim here, or something of theirs",
    "@unlinked/": "no reference says whose it is, and the event is about several persons",
}
