"""Verify a record: one procedure of numbered steps, walked by the hub, a recipient and an auditor.

Each step is a function with its number in its name, and takes what the step before it has verified
(`states`). A step passes or raises the one code that says what is wrong; the first failure ends the
walk. `docs/wire.md` has the same numbers and codes.

What is *not* verified here: that the leaf of a delivered event stands under a checkpoint (step 14),
that an event was not received before (the inbox), and whether trust is fresh (the caller's view is).
No comparison here involves a secret: hashes, headers and digests are public to whoever can send a
record, and keys are only ever judged by the ciphers that use them.
"""

from __future__ import annotations

from broker.envelope.grants import EpochKeys
from broker.envelope.order import Head
from broker.envelope.states import (
    Addressed,
    Audited,
    AwaitingGrant,
    Opened,
    Placed,
    Refused,
    Repeat,
    Token,
    Valid,
    Verdict,
)
from broker.envelope.steps_form import (
    FEED,
    SUBMIT,
    step_01_size,
    step_02_container,
    step_03_form,
    step_03_header,
    step_05_claims,
)
from broker.envelope.steps_open import step_11_sealed_for_me, step_12_open, step_13_content
from broker.envelope.steps_policy import held, step_10_audience, step_10_clock, step_10_digests, step_11_sealed
from broker.envelope.steps_trust import (
    step_04_signature,
    step_06_issuer,
    step_07_time,
    step_08_place,
    step_08_place_of_feed,
    step_08_place_of_leaf,
    step_09_order,
    step_09_references,
)
from broker.ports import Incoming
from broker.trust.view import TrustView
from contracts.errors import RecordError
from contracts.wire import Audit


def verify_submitted(incoming: Incoming, *, at: int, trust: TrustView, head: Head) -> Verdict:
    """Decide whether a record on a submit topic, appended at `at` (milliseconds), enters the exchange.

    The sealed part stays sealed and is judged by its hash alone. `head` is of this partition; the
    verdict carries the head after it, which moves for everything that passed steps 1 to 8.
    """
    token: Token | None = None
    placed: Placed | None = None
    disclosed: tuple[str, ...] = ()
    try:
        value = step_01_size(incoming.value)
        submit = step_02_container(value, SUBMIT).record
        disclosed = submit.disclosed
        token = step_03_form(submit.jws)
        key = step_03_header(token, trust)
        signed = step_04_signature(token, key)
        claimed = step_05_claims(signed, trust)
        authentic = step_06_issuer(claimed, trust, at=at)
        timely = step_07_time(authentic, at=at)
        placed = step_08_place(timely, incoming)
        addressed = _addressed(placed, disclosed, trust, head)
        if isinstance(addressed, Repeat):
            return addressed
        return step_11_sealed(addressed, submit)
    except RecordError as fault:
        return _refused(fault, token, placed, disclosed, head)


def verify_audited(audit: Audit, *, trust: TrustView, head: Head) -> Audited:
    """Repeat steps 3 to 10 from the audit log, for a leaf that says steps 1 to 8 held.

    `trust` is the list that the leaf names, `head` the auditor's own for that partition. Steps 1, 2
    and 11 and the Kafka headers concern bytes that only the hub saw.
    """
    token: Token | None = None
    placed: Placed | None = None
    leaf = audit.leaf
    disclosed = audit.disclosed or ()
    try:
        token = step_03_form(audit.jws or "")
        key = step_03_header(token, trust)
        signed = step_04_signature(token, key)
        claimed = step_05_claims(signed, trust)
        authentic = step_06_issuer(claimed, trust, at=leaf.time)
        timely = step_07_time(authentic, at=leaf.time)
        placed = step_08_place_of_leaf(timely, leaf)
        return _addressed(placed, disclosed, trust, head)
    except RecordError as fault:
        return _refused(fault, token, placed, disclosed, head)


def verify_delivered(incoming: Incoming, *, me: str, trust: TrustView, keys: EpochKeys) -> Valid | AwaitingGrant:
    """Verify and open a record in the feed of `me`. Tombstones, notices and heartbeats are not for here.

    Raises:
        RecordError: the code of the first step that does not hold; nothing of the record counts.
    """
    opened = open_delivered(incoming, me=me, trust=trust, keys=keys)
    return step_13_content(opened) if isinstance(opened, Opened) else opened


def open_delivered(incoming: Incoming, *, me: str, trust: TrustView, keys: EpochKeys) -> Opened | AwaitingGrant:
    """Take steps 1 to 12 of a record in the feed of `me`: all but the contract of its content.

    Raises:
        RecordError: as `verify_delivered` does.
    """
    value = step_01_size(incoming.value)
    feed = step_02_container(value, FEED).record
    token = step_03_form(feed.jws)
    key = step_03_header(token, trust)
    signed = step_04_signature(token, key)
    claimed = step_05_claims(signed, trust)
    authentic = step_06_issuer(claimed, trust, at=feed.leaf.time)
    timely = step_07_time(authentic, at=feed.leaf.time)
    placed = step_08_place_of_feed(timely, incoming, feed.leaf, me=me)
    sealed = step_11_sealed_for_me(placed, feed, trust, me=me)
    epoch_key = keys.get(sealed.kid)
    if epoch_key is None:
        return AwaitingGrant(sealed=sealed)
    return step_12_open(sealed, epoch_key)


def _addressed(placed: Placed, disclosed: tuple[str, ...], trust: TrustView, head: Head) -> Addressed | Repeat:
    """Walk steps 9 and 10, which hub and auditor share."""
    advance = step_09_order(placed, head)
    if advance is None:
        return Repeat(placed=placed, disclosed=held(placed, disclosed), head=head)
    step_09_references(placed)
    contents = step_10_digests(placed, disclosed)
    audience = step_10_audience(placed, contents, trust)
    step_10_clock(placed)
    return Addressed(placed=placed, audience=audience, disclosed=disclosed, head=advance.head, gap=advance.gap)


def _refused(
    fault: RecordError, token: Token | None, placed: Placed | None, disclosed: tuple[str, ...], head: Head
) -> Refused:
    """Say how far a refused record came; the head moves if it came past step 8."""
    return Refused(
        code=fault.code,
        detail=fault.detail,
        token=token,
        placed=placed,
        disclosed=held(placed, disclosed) if placed else (),
        head=head.after(placed.claims) if placed else head,
    )
