"""A handling block that contradicts itself is refused, not read one way or the other."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.handling_rules import contradictions
from tests.support.contents import section


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"onward": "same_profile", "judicial_use": "permitted"},
        {"codes": ["H1"], "judicial_use": "none"},
        {"codes": ["H1", "H2"], "onward": "none", "judicial_use": "with_permission"},
        {"codes": ["H0", "H2"], "onward": "none"},
        {"codes": ["H2", "H3"], "onward": "with_release"},
        {"legal_regime": "gdpr", "onward": "none", "judicial_use": "none"},
    ],
)
def test_codes_and_members_that_agree_hold(members: dict[str, Any]) -> None:
    """H1 speaks of courts, H2 of passing on; under the GDPR the consent record decides."""
    handling: Any = section("handling", **members)
    assert list(contradictions(handling)) == []


@pytest.mark.parametrize(
    ("members", "rule"),
    [
        ({"onward": "none"}, "onward none without H2"),
        ({"codes": ["H1"], "onward": "none"}, "onward none without H2"),
        ({"codes": ["H2"], "onward": "same_profile"}, "onward same_profile with H2"),
        ({"judicial_use": "none"}, "judicial_use none without H1"),
        ({"codes": ["H1"], "judicial_use": "permitted"}, "judicial_use permitted with H1"),
        ({"legal_regime": "gdpr", "codes": ["H0", "H1"]}, "under legal_regime gdpr"),
        ({"legal_regime": "gdpr", "codes": ["H3"]}, "under legal_regime gdpr"),
    ],
)
def test_a_contradiction_is_named_in_codes(members: dict[str, Any], rule: str) -> None:
    """H0 with a ban on passing on, H1 with free use in court, police codes towards care."""
    handling: Any = section("handling", **members)
    assert any(rule in found for found in contradictions(handling))


def test_every_contradiction_is_listed() -> None:
    """Two at once are both named."""
    handling: Any = section("handling", onward="none", judicial_use="none")
    assert len(list(contradictions(handling))) == 2
