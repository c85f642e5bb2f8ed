"""Build events that say something about other events: orders and receipts. They hold codes only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from broker.envelope.compose import Event
from broker.trust.view import TrustView
from contracts.codes import HandlingCode, JudicialUse, LegalRegime, Onward
from contracts.events import spec
from contracts.identifiers import AlertId, AuthorityId
from contracts.policy import POLICY, Facts, check_audience, choose
from contracts.sections.handling import Handling
from contracts.sections.notice import Notice
from contracts.wire import AudienceEntry, Reference

DAY_SECONDS = 86_400


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
    trust: TrustView,
    sub: str | None = None,
) -> Event:
    """Return an order or receipt for those of `recipients` that the trust list still lets receive it.

    Raises:
        RecordError: the policy forbids it, or nobody is left to address (`E10-no-audience`).
    """
    handling = _handling(regime, actor)
    audience = tuple(
        _entry(type_, purpose, to, profile) for to, profile in sorted(profiles(recipients, type_, trust).items())
    )
    check_audience(
        event_type=type_,
        purpose=purpose,
        basis=basis,
        handling=handling,
        audience=audience,
        regime_of=lambda to: trust.participants[AuthorityId(to)].regime.value,
        third_country_of=lambda to: trust.participants[AuthorityId(to)].third_country,
    )
    return Event(
        type=type_,
        purpose=purpose,
        basis=basis,
        urgency="routine",
        policy=POLICY,
        sections={"handling": handling.content(), "notice": notice.content()},
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


def _handling(regime: LegalRegime, actor: str) -> Handling:
    """Bind recipients as little as codes about codes need: there is nothing here to share or to keep out of court."""
    return Handling(
        codes=(HandlingCode.H0,),
        onward=Onward.WITH_RELEASE,
        no_third_country=False,
        judicial_use=JudicialUse.WITH_PERMISSION,
        legal_regime=regime,
        actor=actor,
    )
