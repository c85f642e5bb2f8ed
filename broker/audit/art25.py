"""Answer the questions of Directive (EU) 2016/680 art. 25 from the log: who, when, why, to whom, and what came of it.

The log shows what went through the exchange. What happens inside an authority (who looked at a record
there, what was typed in or combined) stands in that authority's own logs; a report says so.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from broker.audit.activity import MAX_ROWS, RECEIPT_DUE, Activity
from broker.audit.decisions import PastTrust
from broker.audit.erasures import ERASURE_DUE
from broker.audit.figures import Answers, Clocked, Day, ErasureTimes, Flow, Line, Looked, Named, Opened, Refusals
from broker.audit.findings import AuditFinding
from broker.audit.index import ReplayIndex
from broker.audit.replay import replay
from broker.audit.report import AuditResult, Disclosed, Erasure
from broker.audit.scope import Scope
from broker.ports import LogReader
from contracts.encoding import encode_base64url
from contracts.identifiers import Topics, instant, iso, milliseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One processing operation of art. 25(1): how often the log shows it (None: it cannot), and what that means."""

    name: str
    count: int | None
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Activities:
    """What happened within the scope."""

    days: list[Day]
    flows: list[Flow]
    disclosures: list[Disclosed]
    opened: list[Opened]
    profiles: list[Named]
    conditions: list[Named]
    urgency: list[Named]
    refusals: list[Refusals]
    disorder: dict[str, int]
    answers: list[Answers]
    clocks: list[Clocked]
    looked: list[Looked]
    looks: int
    times: ErasureTimes
    orders: frozenset[tuple[str, str]]
    lines: list[Line]


@dataclass(frozen=True, slots=True, kw_only=True)
class Art25Report:
    """Figures within `scope`, and the verdict on the whole log that they come from; `made` by the auditor's clock."""

    scope: Scope
    made: datetime
    environment: str
    origin: str
    lists: tuple[int, ...]
    third_countries: frozenset[str]
    result: AuditResult
    activities: Activities

    @property
    def erasures(self) -> list[Erasure]:
        """Orders within the scope, those not complete first."""
        return [one for one in self.result.erasures if (one.iss, one.jti) in self.activities.orders][:MAX_ROWS]

    @property
    def findings(self) -> list[AuditFinding]:
        """What speaks against the log, remarks left out."""
        return [finding for finding in self.result.findings if not finding.remark]

    def operations(self) -> list[Operation]:
        """Return the operations that art. 25(1) wants to be logged."""
        acts = self.activities
        issued = Counter[str]()
        for day in acts.days:
            issued += Counter(new=day.new, altered=day.updates + day.withdrawals, disclosed=day.disclosed)
        abroad = sum(flow.count for flow in acts.flows if flow.to in self.third_countries)
        return [
            Operation(name="collection", count=issued["new"], meaning="alerts issued for the first time"),
            Operation(name="alteration", count=issued["altered"], meaning="later versions and withdrawals"),
            Operation(
                name="consultation",
                count=acts.looks,
                meaning="looks at opened content that gateways reported: a person, an event and a reason, once an hour",
            ),
            Operation(
                name="disclosure",
                count=issued["disclosed"],
                meaning="alerts, messages and further sections sent, once for each recipient; "
                f"{abroad} alerts to third countries",
            ),
            Operation(
                name="combination", count=None, meaning="matches with other data stand in each authority's own log"
            ),
            Operation(
                name="erasure",
                count=acts.times.complete,
                meaning=f"orders that every recipient certified, of {acts.times.ordered} given",
            ),
        ]

    def to_json(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        acts, result = self.activities, self.result
        return {
            **{name: [_plain(line) for line in getattr(acts, name)] for name in _LISTS},
            "disorder": acts.disorder,
            "disclosures": [line.to_json() for line in acts.disclosures[:MAX_ROWS]],
            "disclosures_unlisted": max(0, len(acts.disclosures) - MAX_ROWS),
            "environment": self.environment,
            "erasures": {
                **_plain(acts.times),
                "due_hours": ERASURE_DUE.total_seconds() / 3600,
                "orders": [one.to_json() for one in self.erasures],
            },
            "events": [{**_plain(line), "time": iso(instant(line.time))} for line in acts.lines],
            "integrity": {
                "checkpoints": result.checkpoints,
                "findings": dict(Counter(finding.code.value for finding in result.findings)),
                "leaves": result.leaves,
                "lists": list(self.lists),
                "origin": self.origin,
                "reverified": result.reverified,
                "root": encode_base64url(result.root),
                "signed": result.signed,
                "unlisted": result.unlisted,
                "verified": result.verified,
            },
            "made": iso(self.made),
            "operations": [_plain(operation) for operation in self.operations()],
            "receipts_due_hours": RECEIPT_DUE.total_seconds() / 3600,
            "scope": self.scope.to_json(),
        }


_IN_JSON = {"iss": "from", "jti": "event"}
_LISTS = ("answers", "clocks", "conditions", "days", "flows", "looked", "opened", "profiles", "refusals", "urgency")


def _plain(figures: Any) -> dict[str, Any]:
    """Return a dataclass of figures as plain values, with the names that a verdict has in JSON."""
    plain: dict[str, Any] = msgspec.to_builtins(figures)
    return {_IN_JSON.get(name, name): value for name, value in plain.items()}


async def report(
    source: LogReader,
    trust: PastTrust,
    *,
    topics: Topics,
    now: datetime,
    scope: Scope,
    known: tuple[AuditFinding, ...] = (),
) -> Art25Report:
    """Replay the whole log and count what happened within `scope`.

    Raises:
        UsageError, LogUnavailable: as `replay` does.
    """
    counted: list[Activities] = []

    def inspect(index: ReplayIndex) -> None:
        counted.append(_count(Activity(index, scope), now))

    result = await replay(source, trust, topics=topics, now=now, known=known, inspect=inspect)
    views = [view for version in trust.versions if (view := trust.version_at(version)) is not None]
    return Art25Report(
        scope=scope,
        made=now,
        environment=topics.environment.value,
        origin=views[-1].checkpoint_origin,
        lists=trust.versions,
        third_countries=frozenset(
            str(name) for view in views for name, line in view.participants.items() if line.third_country
        ),
        result=result,
        activities=counted[0],
    )


def _count(activity: Activity, now: datetime) -> Activities:
    return Activities(
        days=activity.days(),
        flows=activity.flows(),
        disclosures=activity.disclosures(),
        opened=activity.opened(),
        profiles=activity.profiles(),
        conditions=activity.conditions(),
        urgency=activity.urgency(),
        refusals=activity.refusals(),
        disorder=activity.disorder(),
        answers=activity.answers(milliseconds(now)),
        clocks=activity.clocks(milliseconds(now)),
        looked=activity.looked(),
        looks=activity.looks(),
        times=activity.erasure_times(milliseconds(now), ERASURE_DUE),
        orders=frozenset(activity.orders()),
        lines=activity.lines(),
    )
