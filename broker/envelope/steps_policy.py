"""Steps 10 and 11 as the hub takes them, step 10 as the auditor does: who gets what, and what is sealed for whom."""

from __future__ import annotations

from typing import Any

from broker.envelope.disclose import AUDIENCE, CONSULTATIONS, HANDLING, digest, read
from broker.envelope.grants import epoch_kid
from broker.envelope.seal import check_form, check_wrap, protected_header, sealed_hash
from broker.envelope.states import Addressed, Admitted, Placed
from broker.trust.view import TrustView
from contracts.clocks import clock_fault
from contracts.content import parse_section
from contracts.errors import Code, refusal
from contracts.identifiers import AuthorityId
from contracts.policy import check_audience
from contracts.sections.audience import parse_audience
from contracts.sections.handling import Handling
from contracts.versions import read_event
from contracts.wire import AudienceEntry, Claims, Submit, Wrap


def held(placed: Placed, disclosed: tuple[str, ...]) -> tuple[str, ...]:
    """Return `disclosed` where all of it holds against the signed digests, else nothing."""
    return disclosed if _digests_hold(placed, disclosed) else ()


def step_10_digests(placed: Placed, disclosed: tuple[str, ...]) -> dict[str, Any]:
    """Return the content of what the type shows in clear, once the disclosures hold against the signed digests.

    That is `audience` and `handling`, and `consultations` of a batch.

    Raises:
        ForbiddenSection: `E10-digest`, also when a signed disclosure is not of our form.
    """
    if not _digests_hold(placed, disclosed):
        raise refusal(Code.E10_DIGEST, "what is disclosed is not what was signed")
    return {name: read(text, code=Code.E10_DIGEST) for name, text in zip(placed.spec.clear, disclosed, strict=True)}


def step_10_audience(placed: Placed, contents: dict[str, Any], trust: TrustView) -> tuple[AudienceEntry, ...]:
    """Hold every recipient against the trust list, and what it may open against the policy that the event names.

    Raises:
        MisaddressedRecord: `E10-recipient`, `E10-no-audience`.
        ForbiddenSection: `E10-profile`, `E10-section`, `E10-handling`, `E10-regime`, `E10-consultations`.
    """
    claims = placed.claims
    audience = parse_audience(contents[AUDIENCE])
    for entry in audience:
        participant = trust.participant(entry.to)
        if participant is None or entry.to == claims.iss:
            raise refusal(Code.E10_RECIPIENT, "not a participant other than the issuer")
        if participant.profiles.get(claims.type) != entry.profile or entry.profile not in placed.spec.profiles:
            raise refusal(Code.E10_PROFILE, "not the profile of the recipient for this type")
    if placed.spec.answers and any(entry.to != claims.ref[0].iss for entry in audience):
        raise refusal(Code.E10_RECIPIENT, "not the issuer of the event that it answers")
    check_audience(
        event_type=claims.type,
        purpose=claims.purpose,
        basis=claims.basis,
        handling=_handling(claims.type, contents[HANDLING]),
        audience=audience,
        regime_of=lambda to: trust.participants[AuthorityId(to)].regime,
        third_country_of=lambda to: trust.participants[AuthorityId(to)].third_country,
        policy=claims.policy,
    )
    if CONSULTATIONS in contents:
        parse_section(CONSULTATIONS, contents[CONSULTATIONS], code=Code.E10_CONSULTATIONS)
    return audience


def step_10_clock(placed: Placed) -> None:
    """Require that a request sets exactly one time limit, and of what urgency it is.

    Raises:
        ForbiddenSection: `E10-clock`.
    """
    claims = placed.claims
    fault = clock_fault(claims.type, claims.basis, claims.urgency)
    if fault is not None:
        raise refusal(Code.E10_CLOCK, fault)


def step_11_sealed(addressed: Addressed, submit: Submit) -> Admitted:
    """Require exactly the ciphertexts of the profiles in `audience`, as signed, and one wrap for each recipient.

    Raises:
        ForbiddenSection: `E11-hash`, `E11-profiles`, `E11-header`, `E11-wrap`.
    """
    claims = addressed.claims
    names = {value: name for name, value in claims.sealed.items()}
    found = []
    for part in submit.sealed:
        check_form(part)
        name = names.get(sealed_hash(part))
        if name is None:
            raise refusal(Code.E11_HASH, "not a ciphertext that was signed")
        found.append(name)
    if found != sorted({entry.profile for entry in addressed.audience}):
        raise refusal(Code.E11_PROFILES, "not exactly the profiles of the audience, in order")
    for name, part in zip(found, submit.sealed, strict=True):
        if part.protected != protected_header(env=claims.env, iss=claims.iss, jti=claims.jti, profile=name):
            raise refusal(Code.E11_HEADER, "not the protected header of this event and profile")
    if len(submit.wraps) != len(addressed.audience):
        raise refusal(Code.E11_WRAP, "not one wrap for each recipient")
    for entry, wrap in zip(addressed.audience, submit.wraps, strict=True):
        _check_wrap(claims, entry, wrap)
    return Admitted(
        placed=addressed.placed,
        disclosed=addressed.disclosed,
        head=addressed.head,
        audience=addressed.audience,
        gap=addressed.gap,
        submit=submit,
    )


def _handling(event_type: str, content: Any) -> Handling:
    handling = read_event(event_type, {HANDLING: content}, code=Code.E10_HANDLING)[HANDLING]
    if not isinstance(handling, Handling):
        raise refusal(Code.E10_HANDLING, "not a handling block")
    return handling


def _digests_hold(placed: Placed, disclosed: tuple[str, ...]) -> bool:
    signed = placed.claims.sections
    return tuple(map(digest, disclosed)) == tuple(signed[name].sd[0] for name in placed.spec.clear)


def _check_wrap(claims: Claims, entry: AudienceEntry, wrap: Wrap) -> None:
    if (wrap.to, wrap.profile) != (entry.to, entry.profile):
        raise refusal(Code.E11_WRAP, "wraps are not those of the audience, in its order")
    if wrap.kid != epoch_kid(claims, to=entry.to, profile=entry.profile):
        raise refusal(Code.E11_WRAP, "a wrap does not name the epoch key of this event")
    check_wrap(wrap.encrypted_key)
