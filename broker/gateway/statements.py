"""Build events that say something about other events: orders and receipts. They hold codes only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import structlog

from broker.envelope.compose import Event
from broker.gateway.issued import issue_in
from broker.trust.view import TrustView
from contracts.codes import HandlingCode, JudicialUse, LegalRegime, Onward
from contracts.errors import Code, refusal
from contracts.events import spec
from contracts.identifiers import AlertId, AuthorityId
from contracts.parts import SectionModel
from contracts.policy import POLICY, Facts, check_audience, choose
from contracts.sections.handling import Handling
from contracts.sections.notice import Notice
from contracts.versions import newest
from contracts.wire import AudienceEntry, Reference

DAY_SECONDS = 86_400

_log = structlog.get_logger()


def statement(
    type_: str,
    notice: Notice,
    *,
    purpose: str,
    basis: tuple[str, ...],
    regime: LegalRegime,
    actor: str,
    recipients: Iterable[str],
    ref: tuple[Reference, ...],
    participant: AuthorityId,
    trust: TrustView,
    sub: str | None = None,
) -> Event:
    """Return an order or receipt of `participant` for those of `recipients` that may receive it by the trust list.

    It is of the newest version that all of them can receive; codes that an older one lacks are logged.

    Raises:
        RecordError: the policy forbids it, or nobody is left to address (`E10-no-audience`).
    """
    handling = codes_handling(regime, actor)
    sections: dict[str, SectionModel] = {"handling": handling, "notice": notice}
    wanted = sorted(recipients)
    issued = issue_in(newest(type_), sections, recipients=wanted, participant=participant, trust=trust)
    if issued.findings:
        raise refusal(Code.E13_CONTENT, f"cannot be said in {issued.type}, which not all can go beyond")
    if issued.lost:
        _log.warning("statement.shortened", type=issued.type, count=len(issued.lost))
    audience = tuple(
        _entry(issued.type, purpose, to, profile) for to, profile in profiles(wanted, issued.type, trust).items()
    )
    check_audience(
        event_type=issued.type,
        purpose=purpose,
        basis=basis,
        handling=handling,
        audience=audience,
        regime_of=lambda to: trust.participants[AuthorityId(to)].regime.value,
        third_country_of=lambda to: trust.participants[AuthorityId(to)].third_country,
    )
    return Event(
        type=issued.type,
        purpose=purpose,
        basis=basis,
        urgency="routine",
        policy=POLICY,
        sections=issued.contents,
        audience=audience,
        ref=ref,
        sub=None if sub is None else AlertId(sub),
    )


def profiles(recipients: Iterable[str], type_: str, trust: TrustView) -> Mapping[str, str]:
    """Return the profile of each recipient that may receive `type_`; who left the list cannot be addressed."""
    found = {}
    for to in recipients:
        participant = trust.participant(to)
        if participant is not None and type_ in participant.profiles:
            found[to] = participant.profiles[type_]
    return found


def validity_end(type_: str, iat: int) -> int:
    """Return `exp` of an order or receipt: the whole validity of its type."""
    return iat + spec(type_).validity_days * DAY_SECONDS


def _entry(type_: str, purpose: str, to: str, profile: str) -> AudienceEntry:
    present = frozenset({"handling", "notice"})
    choice = choose(Facts(type=type_, purpose=purpose, minor=None, present=present), profile)
    return AudienceEntry(because=choice.because, profile=profile, sections=choice.sections, to=to)


def codes_handling(regime: LegalRegime, actor: str) -> Handling:
    """Bind recipients as little as codes about codes need: there is nothing here to share or to keep out of court."""
    return Handling(
        codes=(HandlingCode.H0,),
        onward=Onward.WITH_RELEASE,
        no_third_country=False,
        judicial_use=JudicialUse.WITH_PERMISSION,
        legal_regime=regime,
        actor=actor,
    )
