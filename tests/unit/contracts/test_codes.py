"""Code lists hold the values of the contract, and the counts that outside lists fix."""

from __future__ import annotations

from enum import StrEnum

import pytest

from contracts import codes

LISTS = {
    "Act": "recruitment transportation transfer harbouring reception exchange_of_control",
    "Means": "threat_or_force other_coercion abduction fraud deception abuse_of_power abuse_of_vulnerability "
    "payment_or_benefit",
    "VictimStatus": "possible presumed formally_identified rejected",
    "VictimStatement": "none given withdrawn",
    "VictimAction": "contact_origin safe_place welfare_check",
    "SuspectAction": "locate discreet_check inquiry_check specific_check identify inform_only arrest_reference",
    "VictimAlertKind": "missing_protect missing_no_protect child_abduction_risk child_trafficking_risk "
    "vulnerable_adult_trafficking_risk located_inform possible_victim_notice",
    "SuspectRole": "recruiter transporter harbourer controller_exploiter organiser facilitator_documents "
    "facilitator_housing facilitator_finance facilitator_online client_knowing_user client_of_minor corrupt_official "
    "legal_person money_mule other",
    "ExploitationForm": "sexual_exploitation forced_labour_services domestic_servitude slavery_servitude "
    "forced_begging forced_criminality organ_removal forced_marriage illegal_adoption surrogacy_exploitation "
    "forced_military_nonstate child_labour other unknown",
    "WarningMarker": "armed violent escaped suicide_risk health_threat terror_related at_risk_of_retaliation "
    "accompanied_by_controller do_not_contact_family",
    "Sex": "0 1 2 9",
    "AgeBand": "0-8 9-17 18-20 21-23 24-26 27-29 30-38 39-47 48+",
    "HandlingCode": "H0 H1 H2 H3",
    "Onward": "none with_release same_profile",
    "JudicialUse": "none with_permission permitted",
    "SourceCode": "A B C X",
    "InformationCode": "1 2 3 4",
    "UrgencyLevel": "routine urgent immediate",
    "UrgencyReason": "life_at_risk child_at_risk flight_risk evidence_loss ongoing_exploitation",
    "Condition": "victim_purpose strictly_necessary consent after_match second_approval",
    "Purpose": "locate_suspect protect_victim identify prevent prosecute statistics training",
    "RefusalGround": "not_available no_judicial_authorisation national_security ongoing_investigation "
    "safety_of_person disproportionate offence_below_threshold inaccurate_or_outdated needs_clarification",
    "ErasureGround": "expired purpose_achieved unlawful inaccurate data_subject_request legal_obligation "
    "consent_withdrawn origin_deleted issued_in_error exercise_end",
    "KeepReason": "contested evidence legal_claim protects_subject",
    "IdentityStatus": "confirmed not_confirmed alias misused",
    "Profile": "liaison border care",
    "Minor": "yes no presumed",
    "ReporterClass": "police border labour_inspectorate municipality health education bank hotel transport ngo citizen "
    "self anonymous",
    "SignalOutcome": "no_finding further_assessment presumed_victim",
    "Dimension": "D1 D2 D3 D4 D5 D6",
    "Strength": "strong medium weak",
    "Situation": "adult_labour adult_sexual child_labour child_sexual",
}


@pytest.mark.parametrize("name", sorted(LISTS))
def test_lists_of_the_contract_hold_exactly_its_values(name: str) -> None:
    """A value added or lost changes what the exchange can say."""
    assert [member.value for member in getattr(codes, name)] == LISTS[name].split()


def test_control_methods_are_the_sixteen_of_htcds_and_restricted_movement() -> None:
    """HTCDS defines the seventeenth in prose only."""
    assert len(codes.ControlMethod) == 17
    assert codes.ControlMethod.RESTRICTS_MOVEMENT in codes.ControlMethod


def test_every_list_is_closed_text() -> None:
    """Each exported name is an enumeration of strings with distinct values."""
    for name in codes.__all__:
        listed = getattr(codes, name)
        assert issubclass(listed, StrEnum)
        assert len({member.value for member in listed}) == len(listed.__members__)
