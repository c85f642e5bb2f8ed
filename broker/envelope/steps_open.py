"""Steps 11 to 13 as a recipient takes them: its sealed part, the plaintext, the content."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from broker.envelope.disclose import digest, read
from broker.envelope.grants import epoch_kid
from broker.envelope.seal import check_form, check_wrap, protected_header, sealed_hash, unpad, unseal
from broker.envelope.states import Opened, Placed, Sealed, Valid
from broker.trust.view import TrustView
from contracts.codes import Minor
from contracts.content import check_notice, check_opened
from contracts.errors import Code, refusal
from contracts.events import validity_limit_seconds
from contracts.parts import SectionModel
from contracts.policy import maximum
from contracts.sections.derived import Markers
from contracts.sections.handling import Handling
from contracts.sections.notice import Notice
from contracts.versions import newest, read_event
from contracts.wire import Feed


def step_11_sealed_for_me(placed: Placed, feed: Feed, trust: TrustView, *, me: str) -> Sealed:
    """Find the sealed part in the signed claims, under one's own profile, and its wrap under one's own key.

    Raises:
        ForbiddenSection: `E11-hash`, `E11-profiles`, `E11-header`, `E11-wrap`.
    """
    claims, part = placed.claims, feed.sealed
    ciphertext = check_form(part)
    found = sealed_hash(part)
    profile = next((name for name, value in claims.sealed.items() if value == found), None)
    if profile is None:
        raise refusal(Code.E11_HASH, "not the ciphertext that was signed")
    participant = trust.participant(me)
    if participant is None or participant.profiles.get(claims.type) != profile:
        raise refusal(Code.E11_PROFILES, "sealed for a profile that is not one's own")
    if part.protected != protected_header(env=claims.env, iss=claims.iss, jti=claims.jti, profile=profile):
        raise refusal(Code.E11_HEADER, "not the protected header of this event and profile")
    kid = epoch_kid(claims, to=me, profile=profile)
    if part.header.kid != kid:
        raise refusal(Code.E11_WRAP, "the recipient header does not name the epoch key of this event")
    check_wrap(part.encrypted_key)
    return Sealed(placed=placed, feed=feed, profile=profile, kid=kid, ciphertext=ciphertext)


def step_12_open(sealed: Sealed, epoch_key: bytes) -> Opened:
    """Open, and require all of the plaintext to be disclosures of this event that the profile may see.

    Raises:
        ForbiddenSection: `E12-open`, `E12-padding`, `E12-disclosure`, `E12-section`.
    """
    claims, part = sealed.claims, sealed.feed.sealed
    plaintext = unseal(
        sealed.ciphertext, encrypted_key=part.encrypted_key, protected=part.protected, epoch_key=epoch_key
    )
    names = {section.sd[0]: name for name, section in claims.sections.items()}
    disclosures: dict[str, str] = {}
    contents: dict[str, Any] = {}
    for text in unpad(plaintext):
        name = names.get(digest(text))
        if name is None:
            raise refusal(Code.E12_DISCLOSURE, "a disclosure of another event, or of none")
        if disclosures and name <= next(reversed(disclosures)):
            raise refusal(Code.E12_DISCLOSURE, "disclosures are not in order of section, each once")
        disclosures[name] = text
        contents[name] = read(text, code=Code.E12_DISCLOSURE)
    if not disclosures.keys() <= maximum(claims.type, sealed.profile, claims.policy).keys():
        raise refusal(Code.E12_SECTION, "a section outside the maximum of the profile")
    return Opened(sealed=sealed, disclosures=disclosures, contents=contents)


def step_13_content(opened: Opened) -> Valid:
    """Hold every section against its contract, and together against the rules that need content.

    Raises:
        ForbiddenSection: `E13-content`; the detail names sections, paths and rules, never a value.
    """
    claims = opened.claims
    sections = read_event(claims.type, opened.contents)
    findings = check_opened(newest(claims.type), sections, minor=minor_of(sections), policy=claims.policy)
    notice = sections.get("notice")
    if isinstance(notice, Notice):
        findings += check_notice(notice, [reference.jti for reference in claims.ref])
    if findings:
        raise refusal(Code.E13_CONTENT, "; ".join(f"{finding.path} {finding.rule}" for finding in findings))
    if claims.exp - claims.iat > validity_limit_seconds(claims.type, sections):
        raise refusal(Code.E13_CONTENT, "validity is longer than such content allows")
    return Valid(sealed=opened.sealed, disclosures=opened.disclosures, contents=opened.contents, sections=sections)


def minor_of(sections: Mapping[str, SectionModel]) -> Minor | None:
    """Return what the opened sections say of the subject: every profile of an alert opens one of the two."""
    for section in (sections.get("handling"), sections.get("markers")):
        if isinstance(section, (Handling, Markers)):
            return section.minor
    return None
