"""Defaults: who is allowed what, and who gets what."""

from __future__ import annotations

import pytest

from broker.embedded import defaults
from broker.embedded.home import DEFAULT_PARTICIPANTS
from broker.trust.view import Regime, Role
from contracts.errors import UsageError


def routes(sender: str) -> dict[tuple[str, str, Regime], tuple[str, ...]]:
    return {
        (route.type, route.purpose, route.regime): route.to for route in defaults.routes(sender, DEFAULT_PARTICIPANTS)
    }


def test_police_alerts_go_to_the_other_authorities() -> None:
    """Each with its own profile; never to care, to the auditor or back to the sender."""
    found = routes("NL-POL")
    assert found["suspect-alert.v1", "locate_suspect", Regime.LED] == ("DE-BKA:liaison", "BE-FGP:border")
    assert found["victim-alert.v1", "protect_victim", Regime.LED] == ("DE-BKA:liaison", "BE-FGP:border")
    assert routes("DE-BKA")["suspect-alert.v1", "identify", Regime.LED] == ("NL-POL:liaison", "BE-FGP:border")


def test_care_alerts_go_to_care_alone() -> None:
    """Under the GDPR a victim alert has care recipients only; there is no suspect alert for them."""
    found = routes("NL-POL")
    assert found["victim-alert.v1", "protect_victim", Regime.GDPR] == ("NL-CARE:care",)
    assert not [key for key in found if key[0] == "suspect-alert.v1" and key[2] is Regime.GDPR]


def test_care_sends_no_suspect_alerts() -> None:
    """What a participant may not issue has no route."""
    assert all(type_ == "victim-alert.v1" for type_, _, _ in routes("NL-CARE"))


def test_a_route_without_recipients_does_not_exist() -> None:
    """Alone in an exchange there is nobody to send to, and publishing says so."""
    assert defaults.routes("NL-POL", ["NL-POL", "EU-AUD"]) == []


@pytest.mark.parametrize(
    ("participant", "role", "third"),
    [
        ("FR-PN", Role.AUTHORITY, False),
        ("CH-FEDPOL", Role.AUTHORITY, False),
        ("GB-NCA", Role.AUTHORITY, True),
        ("BE-CARE", Role.CARE, False),
        ("NL-AUD", Role.AUDITOR, False),
    ],
)
def test_other_participants_have_terms_by_their_unit(participant: str, role: Role, third: bool) -> None:
    """Police unless the unit says care or audit; third countries are marked as such."""
    terms = defaults.terms_of(participant)
    assert terms.roles == (role,)
    assert terms.third_country is third
    assert defaults.is_auditor(participant) is (role is Role.AUDITOR)


def test_a_wrong_id_is_refused() -> None:
    """With the form that is expected."""
    with pytest.raises(UsageError, match="as NL-POL"):
        defaults.terms_of("Netherlands")
