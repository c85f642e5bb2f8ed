"""One wrong line refuses the whole list: keys, proofs, histories and order are checked when it is loaded."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from broker.trust.enrol import Enrolled, listed_encryption
from broker.trust.listing import build_view
from broker.trust.models import ListedParticipant, ListedWitness, Status, TrustList
from broker.trust.view import ListedKey
from contracts.encoding import encode_base64url
from contracts.errors import TrustRefused
from contracts.identifiers import Environment, seconds
from tests.support.world import World

WORLD = World()
LINES = {line.id: line for line in WORLD.lines()}
NOW = seconds(WORLD.clock())


def with_line(line: ListedParticipant, **others: ListedParticipant) -> TrustList:
    lines = {**LINES, line.id: line, **others}
    return WORLD.draft(2, lines.values())


def changed(authority: str, **changes: object) -> ListedParticipant:
    return msgspec.structs.replace(LINES[authority], **changes)


def history(*steps: tuple[str, int]) -> ListedKey:
    """Return the listed key of NL-POL with a history of (status, seconds from now)."""
    told = tuple(msgspec.convert({"status": status, "since": NOW + at}, Status) for status, at in steps)
    (certificate,) = LINES["NL-POL"].certificates
    line = changed("NL-POL", certificates=(msgspec.structs.replace(certificate, history=told),))
    view = build_view(with_line(line))
    return next(key for key in view.headers.values() if key.issuer == "NL-POL")


def enrolled(authority: str) -> Enrolled:
    return next(one for one in WORLD.enrolled.values() if one.id == authority)


def test_history_says_when_a_key_counts() -> None:
    """Granted, suspended, granted again, withdrawn: each instant gets the answer of its time."""
    key = history(("granted", -1000), ("suspended", -500), ("granted", -400), ("withdrawn", -100))
    told = [key.revoked_at(NOW + at) for at in (-501, -500, -401, -400, -101, -100, 50)]
    assert told == [False, True, True, False, False, True, True]
    assert key.not_before == NOW - 1000


def test_key_that_is_withdrawn_while_suspended_does_not_count_in_between() -> None:
    """From the suspension on it no longer counts."""
    key = history(("granted", -1000), ("suspended", -500), ("withdrawn", -100))
    assert key.revoked_from == NOW - 500


def test_nothing_is_sealed_to_a_key_that_nobody_vouches_for() -> None:
    """While the signing key behind the proof is suspended, the participant has no encryption key."""
    (certificate,) = LINES["NL-POL"].certificates
    told = (*certificate.history, Status(since=NOW, status="suspended"))
    line = changed("NL-POL", certificates=(msgspec.structs.replace(certificate, history=told),))
    participant = build_view(with_line(line)).participant("NL-POL")
    assert participant is not None
    assert participant.encryption is None


@pytest.mark.parametrize(
    "steps",
    [
        (("suspended", -10),),
        (("granted", -10), ("suspended", -10)),
        (("granted", -10), ("granted", -5)),
        (("granted", -10), ("suspended", -20)),
        (("granted", -10), ("withdrawn", -5), ("granted", -1)),
    ],
)
def test_impossible_histories_are_refused(steps: tuple[tuple[str, int], ...]) -> None:
    """A history begins with granted, goes forward, changes each time and ends with withdrawn."""
    with pytest.raises(TrustRefused, match="history"):
        history(*steps)


def other_key() -> TrustList:
    line = changed("NL-POL", certificates=LINES["DE-BKA"].certificates)
    return with_line(line)


def same_key_twice() -> TrustList:
    return with_line(changed("NL-POL", certificates=LINES["NL-POL"].certificates * 2))


def key_of_another() -> TrustList:
    thief, owner = enrolled("NL-CARE"), enrolled("NL-POL")
    stolen = thief.national.signing("NL-CARE", owner.key.public_key(), now=WORLD.clock(), randomness=WORLD.randomness)
    taken = msgspec.structs.replace(
        thief.listed(Environment.LIVE).certificates[0], der=encode_base64url(stolen.public_bytes(Encoding.DER))
    )
    return with_line(changed("NL-CARE", certificates=(taken,)))


def encryption_of_another() -> TrustList:
    return with_line(changed("NL-POL", encryption=LINES["DE-BKA"].encryption))


def proof_by_another_environment() -> TrustList:
    who = enrolled("NL-POL")
    wrong = listed_encryption(who.id, who.encryption.public(), who.signer(), Environment.EXERCISE)
    return with_line(changed("NL-POL", encryption=wrong))


def proof_for_another_key() -> TrustList:
    mine, theirs = LINES["NL-POL"].encryption, LINES["DE-BKA"].encryption
    assert mine is not None
    assert theirs is not None
    return with_line(changed("NL-POL", encryption=msgspec.structs.replace(mine, x25519=theirs.x25519)))


def short_encryption() -> TrustList:
    mine = LINES["NL-POL"].encryption
    assert mine is not None
    return with_line(changed("NL-POL", encryption=msgspec.structs.replace(mine, mlkem="AAAA")))


def out_of_order() -> TrustList:
    return msgspec.structs.replace(WORLD.draft(2), participants=tuple(reversed(WORLD.draft(2).participants)))


def twice() -> TrustList:
    lines = WORLD.draft(2).participants
    return msgspec.structs.replace(WORLD.draft(2), participants=(lines[0], *lines))


def wrong_witness() -> TrustList:
    return msgspec.structs.replace(WORLD.draft(2), witnesses=(ListedWitness(key="AAAA", name="w"),))


@pytest.mark.parametrize(
    ("build", "reason"),
    [
        (other_key, "NL-POL: (no chain|the name)"),
        (same_key_twice, "NL-POL: a certificate stands twice"),
        (key_of_another, "NL-POL: the signing key of another|NL-CARE"),
        (encryption_of_another, "NL-POL: the proof"),
        (proof_by_another_environment, "NL-POL: the proof"),
        (proof_for_another_key, "NL-POL: the proof"),
        (short_encryption, "NL-POL: an encryption key of another size"),
        (lambda: with_line(changed("NL-POL", certificates=(), encryption=None, profiles={})), "issues events without"),
        (lambda: with_line(changed("NL-POL", encryption=None)), "receives events without"),
        (lambda: with_line(changed("NL-POL", ca=None)), "without a national CA"),
        (lambda: with_line(changed("NL-POL", ca=LINES["NL-POL"].certificates[0].der)), "the CA"),
        (out_of_order, "out of order"),
        (twice, "twice"),
        (wrong_witness, "32 bytes"),
    ],
)
def test_one_wrong_line_refuses_the_list(build: Callable[[], TrustList], reason: str) -> None:
    """The list is refused whole, with the participant and the rule."""
    with pytest.raises(TrustRefused, match=reason):
        build_view(build())
