"""Check that what an event names in `ref`, `sub` and `ver` fits its type (step 9)."""

from __future__ import annotations

from msgspec import UNSET

from contracts.errors import Code, refusal
from contracts.events import EventSpec, Refers, spec
from contracts.wire import MAX_REFERENCES, Claims


def reference_rule(claims: Claims) -> None:
    """Check that `ref`, `sub` and `ver` fit the type (step 9).

    Raises:
        OutOfOrder: E09-reference, the detail names the rule.
    """
    known = spec(claims.type)
    fault = _carried_fault(claims, known) or _reference_fault(claims, known.refers)
    if fault is not None:
        raise refusal(Code.E09_REFERENCE, fault)


def _carried_fault(claims: Claims, known: EventSpec) -> str | None:
    for name, value, wanted in (("sub", claims.sub, known.has_sub), ("ver", claims.ver, known.has_ver)):
        if (value is not UNSET) != wanted:
            return f"{name} is missing" if wanted else f"{name} stands in a type without it"
    return None


def _reference_fault(claims: Claims, refers: Refers) -> str | None:
    referenced = {(reference.iss, reference.jti) for reference in claims.ref}
    if len(referenced) != len(claims.ref):
        return "ref names an event twice"
    if (claims.iss, claims.jti) in referenced:
        return "ref names the event itself"
    least, most = _count(claims, refers)
    if not least <= len(claims.ref) <= most:
        return f"ref does not name {refers.value}"
    issuers = {issuer for issuer, _ in referenced}
    if refers in _OWN and issuers - {claims.iss}:
        return "ref names an event of another issuer"
    if refers in _THEIRS and (len(issuers) != 1 or claims.iss in issuers):
        return "ref does not name events of one other issuer"
    return None


_OWN = frozenset({Refers.PREVIOUS, Refers.OWN, Refers.ONE_OWN})
_THEIRS = frozenset({Refers.THEIRS, Refers.ONE_THEIRS})


def _count(claims: Claims, refers: Refers) -> tuple[int, int]:
    """Return how few and how many events `ref` may name."""
    match refers:
        case Refers.PREVIOUS:
            before = int(claims.ver is not UNSET and claims.ver > 1)
            return before, before
        case Refers.OWN | Refers.THEIRS:
            return 1, MAX_REFERENCES
        case Refers.ONE_OWN | Refers.ONE_THEIRS:
            return 1, 1
        case Refers.PERHAPS_ONE:
            return 0, 1
        case Refers.NOTHING:
            return 0, 0
