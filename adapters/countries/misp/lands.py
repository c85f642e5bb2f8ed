"""Names of countries as MISP users write them: English names, ISO codes, and adjectives of nationality."""

from __future__ import annotations

import pycountry

from adapters.mapping.codes import OpenList
from contracts.values import BIRTH_COUNTRIES, COUNTRIES, NATIONALITIES

_ADJECTIVES = {
    "albanian": "ALB", "armenian": "ARM", "austrian": "AUT", "azerbaijani": "AZE", "belarusian": "BLR",
    "belgian": "BEL", "bosnian": "BIH", "brazilian": "BRA", "british": "GBR", "bulgarian": "BGR", "chinese": "CHN",
    "colombian": "COL", "croatian": "HRV", "cypriot": "CYP", "czech": "CZE", "danish": "DNK", "dutch": "NLD",
    "estonian": "EST", "filipino": "PHL", "finnish": "FIN", "french": "FRA", "georgian": "GEO", "german": "DEU",
    "ghanaian": "GHA", "greek": "GRC", "hungarian": "HUN", "indian": "IND", "irish": "IRL", "italian": "ITA",
    "latvian": "LVA", "lithuanian": "LTU", "luxembourgish": "LUX", "maltese": "MLT", "moldovan": "MDA",
    "moroccan": "MAR", "nigerian": "NGA", "norwegian": "NOR", "polish": "POL", "portuguese": "PRT",
    "romanian": "ROU", "russian": "RUS", "serbian": "SRB", "slovak": "SVK", "slovenian": "SVN", "spanish": "ESP",
    "swedish": "SWE", "swiss": "CHE", "thai": "THA", "turkish": "TUR", "ukrainian": "UKR", "vietnamese": "VNM",
}  # fmt: skip
_MORE = {"Kosovo": "XK", "stateless": "XXA", "refugee": "XXB", "UK": "GBR", "United States of America": "USA"}


def _names() -> dict[str, str]:
    """Return words and codes: the common English name first, because it is written."""
    words: dict[str, str] = {}
    taken: set[str] = set()

    def add(word: str | None, code: str) -> None:
        if word and word.casefold() not in taken:
            taken.add(word.casefold())
            words[word] = code

    for country in pycountry.countries:
        add(getattr(country, "common_name", country.name), country.alpha_3)
    for country in pycountry.countries:
        for word in (country.name, getattr(country, "official_name", None), country.alpha_3, country.alpha_2):
            add(word, country.alpha_3)
    for word, code in {**_MORE, **_ADJECTIVES}.items():
        add(word, code)
    for code in sorted(BIRTH_COUNTRIES):
        add(code, code)
    return words


_WORDS = _names()
COUNTRY = OpenList("countries", {word: code for word, code in _WORDS.items() if code in COUNTRIES})
NATIONALITY = OpenList("nationalities", {word: code for word, code in _WORDS.items() if code in NATIONALITIES})
BIRTH_COUNTRY = OpenList("countries of birth", _WORDS)
