"""Do the main job on a local exchange and keep what each party saw: nothing here is faked or prepared.

A Dutch police system's files go in; a German liaison officer and a Belgian border post read what their
profiles allow; one alert is erased again; an auditor replays the log.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from adapters import interface
from broker.audit.report import AuditResult
from broker.cli.audit import examine
from broker.cli.places import gateway_of, now
from broker.cli.publish import Report, batches, take
from broker.embedded.progress import Progress
from broker.gateway.entries import EntryState, InboxEntry
from broker.gateway.gateway import Gateway
from broker.gateway.publish import Acknowledged
from broker.gateway.status import Delivery
from contracts.codes import ErasureGround
from contracts.errors import LogUnavailable, NotAnother
from contracts.events import ALERTS, SUSPECT_ALERT, VICTIM_ALERT, is_a
from contracts.findings import Finding

T = TypeVar("T")

ISSUER, LIAISON, BORDER, CARE = "NL-POL", "DE-BKA", "BE-FGP", "NL-CARE"
SAMPLES = Path(interface.__file__).parent / "samples" / "nl-csv"
FILES = ("suspects.csv", "victims.csv", "signals.csv", "care.csv", "mixed.csv")
"""`mixed.csv` has 100 records of which one is bad."""
SECOND_OFFICER = "second officer of the demo"
DEADLINE_SECONDS = 90.0
POLL_SECONDS = 0.1
WITNESS_BYTES = 48
"""How much of a ciphertext is looked for on disk: enough to be the only one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One promise, and whether it held in this run."""

    promise: str
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """The erasure of one alert: what recipients certified, and where its sealed copies still lie."""

    alert: str
    state: str
    receipts: tuple[Delivery, ...]
    feed_copies_left: int
    plain_copies_left: int
    seconds: float


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What each party saw."""

    alerts: Mapping[str, int] = field(default_factory=dict)
    recipients: int = 0
    residue: int = 0
    findings: Sequence[Finding] = ()
    refused_records: int = 0
    approved: int = 0
    kept_from_first: int = 0
    suspect: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    victim: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    care: Mapping[str, Any] | None = None
    receipts: int = 0
    erased: Erased | None = None
    audit: AuditResult | None = None
    checks: list[Check] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Tell whether every promise held."""
        return all(check.held for check in self.checks)


def run(home: Path, progress: Progress) -> Outcome:
    """Do the main job on the exchange that is up at `home`.

    Raises:
        LogUnavailable: something did not arrive within `DEADLINE_SECONDS`.
    """
    outcome = Outcome()
    report = _publish(home, outcome, progress)
    _receive(home, report, outcome, progress)
    _erase(home, report, outcome, progress)
    progress("Replay the audit log", 0, 1)
    outcome.audit = asyncio.run(examine(home, None, None, None))
    progress("Replay the audit log", 1, 1)
    _judge(outcome)
    return outcome


def _publish(home: Path, outcome: Outcome, progress: Progress) -> Report:
    report = Report()
    with gateway_of(home, ISSUER) as gateway:
        translator = interface.find(gateway.settings.adapter)
        for number, name in enumerate(FILES):
            progress("Translate, sign and seal", number, len(FILES))
            for batch in batches(translator.decode((SAMPLES / name).read_bytes(), on=now().date())):
                take(gateway, batch, report, to=None)
        progress("Translate, sign and seal", len(FILES), len(FILES))
        _approve(gateway, report, outcome)
        events = [one.jti for one in report.acknowledged]
        left = until(lambda: gateway.outbox.open_count(events), lambda open_: open_ == 0)
        for open_ in left:
            progress("Admit", len(events) - open_, len(events))
        outcome.receipts = sum(_receipts(gateway, event) for event in events)
        progress("Collect receipts", 1, 1)
    outcome.alerts = {kind: sum(1 for one in report.acknowledged if one.type == kind) for kind in ALERTS}
    outcome.recipients = sum(len(one.recipients) for one in report.acknowledged)
    outcome.residue, outcome.findings, outcome.refused_records = len(report.residue), report.findings, report.refused
    return report


def _approve(gateway: Gateway, report: Report, outcome: Outcome) -> None:
    """Give the second approvals that records wait for under another name, once the first officer was refused."""
    for waits in report.pending:
        try:
            gateway.approve(waits.approval)
        except NotAnother:
            outcome.kept_from_first += 1
        given = gateway.approve(waits.approval, actor=SECOND_OFFICER)
        if isinstance(given, Acknowledged):
            outcome.approved += 1
            report.acknowledged.append(given)


def _receipts(gateway: Gateway, event: str) -> int:
    """Wait until every recipient of `event` has sent a receipt and return how many did."""
    return len(reached(lambda: gateway.state(event).deliveries, lambda all_: all(one.opened for one in all_)))


def reached(look: Callable[[], T], enough: Callable[[T], bool]) -> T:
    """Return what `look` finds as soon as it is enough; raises as `until` does."""
    return list(until(look, enough))[-1]


def until(look: Callable[[], T], enough: Callable[[T], bool]) -> Iterator[T]:
    """Yield what `look` finds until it is enough.

    Raises:
        LogUnavailable: it was not within `DEADLINE_SECONDS`.
    """
    deadline = time.monotonic() + DEADLINE_SECONDS
    while True:
        found = look()
        yield found
        if enough(found):
            return
        if time.monotonic() > deadline:
            raise LogUnavailable("something did not arrive in time: see the logs of the exchange")
        time.sleep(POLL_SECONDS)


def _entries(home: Path, participant: str) -> dict[str, InboxEntry]:
    with gateway_of(home, participant) as gateway:
        return {entry.jti: entry for entry in gateway.feed()}


def _receive(home: Path, report: Report, outcome: Outcome, progress: Progress) -> None:
    inboxes = {one: _entries(home, one) for one in (LIAISON, BORDER, CARE)}
    suspect = _richest(report.acknowledged, SUSPECT_ALERT.type, inboxes)
    victim = _richest(report.acknowledged, VICTIM_ALERT.type, inboxes)
    outcome.suspect = {one: inboxes[one][suspect.jti].sections for one in (LIAISON, BORDER)}
    outcome.victim = {one: inboxes[one][victim.jti].sections for one in (LIAISON, BORDER)}
    care = [entry.sections for entry in inboxes[CARE].values() if is_a(entry.type, VICTIM_ALERT)]
    outcome.care = max(care, key=len, default=None)
    progress("Open what each may see", 1, 1)


def _richest(
    events: Sequence[Acknowledged], type_: str, inboxes: Mapping[str, Mapping[str, InboxEntry]]
) -> Acknowledged:
    """Return the event of which liaison and border post together see most sections."""
    shown = [one for one in events if one.type == type_ and one.jti in inboxes[LIAISON] and one.jti in inboxes[BORDER]]
    return max(shown, key=lambda one: (len(inboxes[BORDER][one.jti].sections), len(inboxes[LIAISON][one.jti].sections)))


def _erase(home: Path, report: Report, outcome: Outcome, progress: Progress) -> None:
    event = next(one for one in report.acknowledged if is_a(one.type, SUSPECT_ALERT))
    with gateway_of(home, LIAISON) as gateway:
        raw = next(one for one in gateway.raw_feed() if one.key == f"{ISSUER}/{event.jti}".encode())
        opened = next(entry for entry in gateway.feed() if entry.jti == event.jti)
    sealed = _witness(raw.value or b"")
    names = _names(opened.sections)
    progress("Erase one alert", 0, 1)
    began = time.monotonic()
    with gateway_of(home, ISSUER) as gateway:
        (ordered,) = gateway.order_erasure(event.sub, ErasureGround.PURPOSE_ACHIEVED)
        states = reached(
            lambda: [gateway.state(event) for event in ordered.events],
            lambda found: all(state.erasure == "certified" for state in found),
        )
    for copies in until(lambda: _copies(home / "kafka", sealed, "*feed.*"), lambda left: left == 0):
        progress("Erase one alert", 1 if copies == 0 else 0, 1)
    outcome.erased = Erased(
        alert=event.sub,
        state=states[0].erasure or "",
        receipts=tuple(delivery for state in states for delivery in state.deliveries),
        feed_copies_left=_copies(home / "kafka", sealed, "*feed.*"),
        plain_copies_left=sum(_copies(home, name, "*") for name in names),
        seconds=time.monotonic() - began,
    )
    gone = _entries(home, LIAISON)[event.jti]
    outcome.checks.append(
        Check(
            promise="the erased alert is gone from the inbox",
            held=gone.state is EntryState.ERASED and not gone.sections,
        )
    )


def _witness(value: bytes) -> bytes:
    """Return a stretch of the ciphertext in a feed record, to be looked for on disk."""
    start = value.index(b'"ciphertext":"') + len(b'"ciphertext":"')
    return value[start : start + WITNESS_BYTES]


def _names(sections: Mapping[str, Any]) -> list[bytes]:
    """Return the surnames of an alert as they would stand in a file."""
    identities = sections.get("identity", {}).get("identities", [])
    return [
        name["surname"].encode() for identity in identities for name in identity.get("names", []) if name.get("surname")
    ]


def _copies(folder: Path, needle: bytes, pattern: str) -> int:
    """Count the files below the folders matching `pattern` that hold `needle`; files that go meanwhile hold nothing."""
    found = 0
    for path in folder.rglob("*"):
        if path.is_file() and any(part.match(pattern) for part in (path, *path.parents)):
            try:
                found += needle in path.read_bytes()
            except OSError:
                continue
    return found


def _judge(outcome: Outcome) -> None:
    suspect, victim, erased, audit = outcome.suspect, outcome.victim, outcome.erased, outcome.audit
    held = {
        "every recipient of every alert sent a signed receipt": outcome.receipts == outcome.recipients > 0,
        "one bad record is refused with its reasons, the others go on": outcome.refused_records == 1,
        "who handed a record in cannot give its second approval, another officer can": outcome.kept_from_first
        == outcome.approved
        > 0,
        "the liaison officer sees who the suspect is": "identity" in suspect[LIAISON],
        "the border post sees match keys and no identity": "match_keys" in suspect[BORDER]
        and "identity" not in suspect[BORDER],
        "of a victim the border post sees markers and handling alone": set(victim[BORDER]) == {"markers", "handling"},
        "the care organisation sees no evaluation and no handling codes": outcome.care is not None
        and not {"handling", "evaluation", "narrative", "role"} & set(outcome.care),
        "every recipient certified the erasure": erased is not None
        and erased.state == "certified"
        and all(delivery.erasure == "erased" for delivery in erased.receipts),
        "no sealed copy of the erased alert is left in any feed": erased is not None and erased.feed_copies_left == 0,
        "no name of the erased alert stands in any file in clear": erased is not None and erased.plain_copies_left == 0,
        "the audit log verifies": audit is not None and audit.verified,
        "the audit shows the erasure as complete": audit is not None and any(line.complete for line in audit.erasures),
    }
    outcome.checks += [Check(promise=promise, held=bool(value)) for promise, value in held.items()]
