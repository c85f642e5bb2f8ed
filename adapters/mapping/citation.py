"""Read citations of law as a country writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from adapters.mapping.conversion import Inexpressible, Malformed, Reading, Writing
from contracts.values import legal_basis_fault

_GDPR = "gdpr"


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A legal basis in national words: a law of the Union, the GDPR, or a law of `country`.

    `form`, over lower case, has the groups `law`, `number` (of an instrument of the Union, with its year) and
    `article`. `union` and `national` are how a citation is written, with `{law}` and `{article}`. `instruments`
    are the words for directives and the like, `laws` the spelling of national laws where it is not a capital
    alone. `paragraph` and `point` stand before the parts of an article, which the code joins by hyphens.
    """

    country: str
    form: re.Pattern[str]
    instruments: Mapping[str, str]
    gdpr: str
    union: str
    national: str
    shown: str
    laws: tuple[str, ...] = ()
    paragraph: str = "-"
    point: str = "-"

    def read(self, text: str, /) -> Reading:
        """Read instrument, number and article."""
        match = self.form.fullmatch(" ".join(text.casefold().split()))
        if match is None:
            raise Malformed("the value cites no law", f"write as {self.shown}")
        law, number = match["law"], (match["number"] or "").replace("/", "-")
        article = match["article"].replace(self.paragraph.casefold(), "-").replace(self.point.casefold(), "-")
        kinds = {word.casefold(): code for word, code in self.instruments.items()}
        if number and law in kinds:
            word = f"{kinds[law]}-{number}:art{article}"
        elif law == self.gdpr.casefold():
            word = "" if number else f"{_GDPR}:art{article}"
        else:
            word = f"nat-{self.country}:{law}{f'-{number}' if number else ''}-art{article}"
        if legal_basis_fault(word) is not None:
            raise Malformed("the law or the form of the article is not known", "see the list of legal instruments")
        return Reading(word)

    def write(self, value: str, /) -> Writing:
        """Write the citation; the law of another country has no national name."""
        code, _, reference = value.partition(":")
        if code == f"nat-{self.country}":
            law, found, article = reference.partition("-art")
            if found and law.isalnum():
                return Writing(self._cite(self.national, self._law(law), article))
        article = reference.removeprefix("art")
        if code == _GDPR:
            return Writing(self._cite(self.union, self.gdpr, article))
        short, _, number = code.partition("-")
        for word, kind in self.instruments.items():
            if kind == short:
                return Writing(self._cite(self.union, f"{word} {number.replace('-', '/')}", article))
        raise Inexpressible("the law has no name here")

    def _cite(self, form: str, law: str, article: str) -> str:
        first, *parts = article.split("-")
        shown = first + "".join((self.paragraph if part[0].isdigit() else self.point) + part for part in parts if part)
        return form.format(law=law, article=shown)

    def _law(self, word: str) -> str:
        return next((law for law in self.laws if law.casefold() == word), word.capitalize())
