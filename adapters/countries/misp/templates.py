"""The public object templates that Baken writes: identity, and the MISP type of each relation (misp-objects)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A template of MISP, or of Baken's own with no relation but texts."""

    uuid: str
    version: str
    category: str = "misc"
    types: Mapping[str, str] = field(default_factory=dict)


_OWN_VERSION = "1"
TEMPLATES: Mapping[str, Template] = {
    "person": Template(
        uuid="a15b0477-e9d1-4b9c-9546-abe78a4f4248",
        version="21",
        types={
            "date-of-birth": "date-of-birth",
            "e-mail": "email-src",
            "first-name": "first-name",
            "full-name": "full-name",
            "gender": "gender",
            "identity-card-number": "identity-card-number",
            "last-name": "last-name",
            "nationality": "nationality",
            "passport-country": "passport-country",
            "passport-creation": "datetime",
            "passport-expiration": "passport-expiration",
            "passport-number": "passport-number",
            "phone-number": "phone-number",
            "place-of-birth": "place-of-birth",
            "portrait": "attachment",
        },
    ),
    "bank-account": Template(
        uuid="b4712203-95a8-4883-80e9-b566f5df11c9",
        version="3",
        category="financial",
        types={"account": "bank-account-nr", "iban": "iban"},
    ),
    "btc-wallet": Template(
        uuid="22910C83-DD0E-4ED2-9823-45F8CAD562A4", version="3", category="financial", types={"wallet-address": "btc"}
    ),
    "coin-address": Template(
        uuid="d0e6997e-78da-4815-a6a1-cfc1c1cb8a46", version="7", category="financial", types={"address": "btc"}
    ),
    "credit-card": Template(
        uuid="2b9c57aa-daba-4330-a738-56f18743b0c7", version="3", category="financial", types={"cc-number": "cc-number"}
    ),
    "facebook-account": Template(uuid="b9862b95-7d78-4938-a2b5-13e45c60f25a", version="1"),
    "geolocation": Template(
        uuid="cd6f2238-ba55-4888-82c4-104e6e1acf21",
        version="8",
        types={"last-seen": "datetime", "latitude": "float", "longitude": "float"},
    ),
    "instagram-account": Template(uuid="656ced16-23f3-4322-925d-c9c961684999", version="1"),
    "legal-entity": Template(uuid="14f5688f-d89c-469f-9878-c48bf6c41c65", version="2"),
    "phone": Template(uuid="d7e4fbdd-b551-4862-bddb-a0b470a38509", version="6"),
    "phone-number": Template(
        uuid="c4b5a67c-63d2-11ec-90d6-0242ac120003",
        version="1",
        category="mobile",
        types={"phone-number": "phone-number"},
    ),
    "tattoo": Template(uuid="747976fc-d637-4730-8b64-93f7f2814506", version="1"),
    "telegram-account": Template(uuid="06f02ecf-5afb-42c5-9cb0-b362e222f52c", version="2"),
    "transport-ticket": Template(
        uuid="8d6bd699-86f8-477c-aac3-a7f273c19266", version="2", types={"date-of-departure": "datetime"}
    ),
    "twitter-account": Template(uuid="8066563f-881e-4f6a-9d6c-a9d15b8658bb", version="7"),
    "user-account": Template(uuid="49606b06-22f0-4ac8-8eee-2f12ad46f3d3", version="6"),
    "vehicle": Template(uuid="683c076c-f695-4ff2-8efa-e98a418049f4", version="5"),
    "baken-account": Template(uuid="0b6f6a0e-8f5c-4c0b-9d3c-6d0f7c1f2a01", version=_OWN_VERSION),
    "baken-alert": Template(uuid="0b6f6a0e-8f5c-4c0b-9d3c-6d0f7c1f2a02", version=_OWN_VERSION),
    "baken-biometric": Template(uuid="0b6f6a0e-8f5c-4c0b-9d3c-6d0f7c1f2a03", version=_OWN_VERSION),
    "baken-document": Template(uuid="0b6f6a0e-8f5c-4c0b-9d3c-6d0f7c1f2a04", version=_OWN_VERSION),
    "baken-mark": Template(uuid="0b6f6a0e-8f5c-4c0b-9d3c-6d0f7c1f2a05", version=_OWN_VERSION),
    "baken-route": Template(uuid="0b6f6a0e-8f5c-4c0b-9d3c-6d0f7c1f2a06", version=_OWN_VERSION),
}

CATEGORIES: Mapping[str, str] = {
    "attachment": "External analysis",
    "bank-account-nr": "Financial fraud",
    "btc": "Financial fraud",
    "cc-number": "Financial fraud",
    "date-of-birth": "Person",
    "email-src": "Payload delivery",
    "first-name": "Person",
    "full-name": "Person",
    "gender": "Person",
    "iban": "Financial fraud",
    "identity-card-number": "Person",
    "last-name": "Person",
    "nationality": "Person",
    "passport-country": "Person",
    "passport-expiration": "Person",
    "passport-number": "Person",
    "phone-number": "Person",
    "place-of-birth": "Person",
}
"""Category that MISP files a type under; all others stand under `Other`."""
