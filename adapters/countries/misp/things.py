"""The MISP table, part four: things and places."""

from __future__ import annotations

from typing import Any

from adapters.countries.misp import words
from adapters.countries.misp.lands import COUNTRY
from adapters.countries.misp.shape import PERSON
from adapters.countries.misp.values import (
    ACCOUNT_NUMBER,
    EXACT_DATE,
    IMEI,
    INSTANT,
    LINE,
    PHONE,
    PLATE,
    REGION,
    SHORT,
    VIN,
    DayOfInstant,
    first,
)
from adapters.mapping.codes import coded
from adapters.mapping.numbers import Degrees
from adapters.mapping.table import Group, Row, Rows
from adapters.mapping.text import Text
from contracts.codes import AccountKind

_LATITUDE = Degrees(limit=90, mark=".", cut=True)
_LONGITUDE = Degrees(limit=180, mark=".", cut=True)


def _many(path: str, prefix: str, *rows: Row, **fixed: Any) -> Group:
    """Return the group of all objects, or attributes, of one name."""
    return Group(path=f"sections.objects.{path}", prefix=prefix, count=None, fixed=fixed, rows=rows)


def _account(name: str, kind: str, *relations: str, institution: str | None = None) -> Group:
    """Return the group of an account whose number stands in the first of `relations` that is filled."""
    numbers = [
        first(relation, "number", ACCOUNT_NUMBER, unless=tuple(f"{other}[1]" for other in relations[:n]))
        for n, relation in enumerate(relations)
    ]
    more = [] if institution is None else [first(institution, "institution", LINE, needs=("number",))]
    country = first("baken-country", "country", COUNTRY, needs=("number",))
    return _many("accounts", f"{name}[{{n}}]/", *numbers, *more, country, kind=kind)


def _organisation(name: str, *more: Row, **marked: str) -> Group:
    return Group(
        path="sections.objects.organisations",
        prefix=f"{name}[{{n}}]/",
        count=None,
        marked={f"{relation}[1]": word for relation, word in marked.items()},
        rows=(first("name", "name", LINE), *more),
    )


def _place(prefix: str = "", path: str = "") -> Rows:
    inside = f"{path}." if path else ""
    return (
        first(f"{prefix}country", f"{inside}country", COUNTRY),
        first(f"{prefix}region", f"{inside}region", REGION),
        first(f"{prefix}town", f"{inside}town", LINE),
        first(f"{prefix}address", f"{inside}address", LINE),
        *_point(f"{inside}point", prefix),
    )


def _point(path: str, prefix: str = "") -> Rows:
    return (
        first(f"{prefix}latitude", f"{path}.latitude", _LATITUDE, needs=(f"{path}.longitude",)),
        first(f"{prefix}longitude", f"{path}.longitude", _LONGITUDE, needs=(f"{path}.latitude",)),
    )


_NUMBERED = {"needs": ("number",)}
_NAMED = {"needs": ("name",)}
_REGISTERED = first("registration-number", "registration", SHORT, **_NAMED)
_REGISTERED_IN = first("baken-country", "country", COUNTRY, **_NAMED)
OBJECTS: Rows = (
    _many(
        "vehicles",
        "vehicle[{n}]/",
        first("license-plate-number", "plate", PLATE),
        first("type", "kind", words.VEHICLE, default="other"),
        first("baken-country", "country", COUNTRY),
        first("vin", "vin", VIN),
        first("make", "make", SHORT),
        first("model", "model", SHORT),
        first("exterior-color", "colour", SHORT),
    ),
    _many("phones", "phone[{n}]/", first("msisdn", "number", PHONE), first("imei", "imei", IMEI)),
    _many("phones", "phone-number[{n}]/", first("phone-number", "number", PHONE)),
    _many("phones", f"{PERSON}/phone-number[{{n}}]", Row(field="", path="number", converter=PHONE)),
    _many("phones", "@Attribute/phone-number[{n}]", Row(field="", path="number", converter=PHONE)),
    _account("bank-account", "bank", "iban", "account", institution="institution-name"),
    _account("credit-card", "card", "cc-number", institution="bank_name"),
    _account("coin-address", "crypto", "address", "address-crypto", "address-xmr"),
    _account("btc-wallet", "crypto", "wallet-address"),
    _many(
        "accounts",
        "baken-account[{n}]/",
        first("number", "number", ACCOUNT_NUMBER),
        first("kind", "kind", coded("kind of account", AccountKind), default="other"),
        first("institution", "institution", LINE, **_NUMBERED),
        first("country", "country", COUNTRY, **_NUMBERED),
    ),
    _many("accounts", "@Attribute/iban[{n}]", Row(field="", path="number", converter=ACCOUNT_NUMBER), kind="bank"),
    _many("accounts", "@Attribute/btc[{n}]", Row(field="", path="number", converter=SHORT), kind="crypto"),
    _many("handles", f"{PERSON}/e-mail[{{n}}]", Row(field="", path="handle", converter=LINE), platform="e-mail"),
    _many("handles", "telegram-account[{n}]/", first("username", "handle", LINE), platform="Telegram"),
    _many("handles", "facebook-account[{n}]/", first("account-name", "handle", LINE), platform="Facebook"),
    _many("handles", "instagram-account[{n}]/", first("account-name", "handle", LINE), platform="Instagram"),
    _many("handles", "twitter-account[{n}]/", first("name", "handle", LINE), platform="Twitter"),
    _many(
        "handles",
        "user-account[{n}]/",
        first("username", "handle", LINE),
        first("user-id", "handle", LINE, unless=("username[1]",)),
        first("account-type", "platform", Text(limit=80), needs=("handle",), default="unknown"),
    ),
    _organisation("legal-entity", _REGISTERED, _REGISTERED_IN),
    _organisation("organization", _REGISTERED, _REGISTERED_IN),
    _organisation("identity", identity_class="organization"),
)

_SEEN = "sections.movement.last_seen"
MOVEMENT: Rows = (
    Group(
        path=_SEEN,
        prefix="geolocation[{n}]/",
        count=None,
        single=True,
        rows=(
            first("countrycode", "place.country", COUNTRY),
            first("country", "place.country", COUNTRY, unless=("countrycode[1]",)),
            first("baken-region", "place.region", REGION),
            first("city", "place.town", LINE),
            first("address", "place.address", LINE),
            *_point("place.point"),
            first("last-seen", "at", INSTANT, needs=("place",)),
            first("baken-date", "on", EXACT_DATE, needs=("place",), unless=("last-seen[1]",)),
        ),
    ),
    Group(
        path="sections.movement.routes",
        prefix="baken-route[{n}]/",
        count=None,
        rows=(
            *_place("from-", "origin"),
            *_place("to-", "destination"),
            Group(path="via", prefix="via-{n}-", count=None, rows=_place()),
            first("mode", "mode", words.TRANSPORT),
            first("date", "on", EXACT_DATE),
            first("note", "note", LINE),
        ),
    ),
    Group(
        path="sections.movement.routes",
        prefix="transport-ticket[{n}]/",
        count=None,
        rows=(
            first("origin", "origin.town", LINE, needs=("destination.town",)),
            first("destination", "destination.town", LINE, needs=("origin.town",)),
            first("type-of-transport", "mode", words.TRANSPORT, needs=("destination",)),
            first("date-of-departure", "on", DayOfInstant(), needs=("destination",)),
        ),
    ),
)
