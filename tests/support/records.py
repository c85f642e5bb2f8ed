"""Make files of the Dutch sample system with as many synthetic suspects as a test needs."""

from __future__ import annotations

from collections.abc import Mapping

FIELDS: Mapping[str, str] = {
    "Soort": "verdachte",
    "Registratienummer": "UTO-T-{number}",
    "Doel": "opsporing verdachte",
    "Rechtsgrond": "Richtlijn 2023/977 art. 7",
    "Geldigheid": "365",
    "Achternaam": "Proefstra{mark}",
    "Voornamen": "Test",
    "Geboortedatum": "13-05-1984",
    "Identiteitstatus": "niet vastgesteld",
    "Rol": "ronselaar",
    "Delict": "Sr 273f",
    "Maatregel": "onopvallende controle",
    "Afhandelingscode": "H0|H2",
    "Doorgifte": "na toestemming",
    "DerdeLanden": "verboden",
    "GebruikInRechte": "na toestemming",
    "Regime": "Wpg",
    "Minderjarig": "nee",
    "Behandelaar": "pseudoniem-utopia-01",
    "Zaaknummer": "UTO-2026-{number}",
    "Taal": "Nederlands",
    "Omschrijving": "{text}",
}


def suspects(count: int, *, first: int = 1, mark: str = "", text: str = "") -> bytes:
    """Return a file with `count` suspects whose national ids are numbered from `first`."""
    rows = [FIELDS.values()] * count
    lines = [";".join(FIELDS)] + [
        ";".join(value.format(number=number, mark=mark, text=text) for value in row)
        for number, row in enumerate(rows, start=first)
    ]
    return ("\r\n".join(lines) + "\r\n").encode("cp1252")
