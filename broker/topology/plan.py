"""Compare what should be on Kafka with what is. Pure: the same two states give the same plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from broker.topology.model import Acl, State, TopicState

V = TypeVar("V")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The changes that lead from the present state to the desired one, and what no change can mend.

    `settings` gives, for each topic, the value to set or None to return to Kafka's default; `quotas`
    likewise by user. `unlisted` topics are named and left alone: deleting data is never a side effect.
    `blocked` says what Kafka cannot do in place.
    """

    create: Mapping[str, TopicState] = field(default_factory=dict)
    grow: Mapping[str, int] = field(default_factory=dict)
    settings: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    allow: frozenset[Acl] = frozenset()
    withdraw: frozenset[Acl] = frozenset()
    quotas: Mapping[str, Mapping[str, float | None]] = field(default_factory=dict)
    unlisted: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()

    @property
    def changes(self) -> int:
        """Count the single changes."""
        return (
            len(self.create)
            + len(self.grow)
            + sum(map(len, self.settings.values()))
            + len(self.allow)
            + len(self.withdraw)
            + sum(map(len, self.quotas.values()))
        )

    def lines(self) -> list[str]:
        """Describe each change in one line, in a stable order."""
        lines = [f"create topic {name}" for name in sorted(self.create)]
        lines += [f"grow topic {name} to {count} partitions" for name, count in sorted(self.grow.items())]
        for name, wanted in sorted(self.settings.items()):
            lines += [f"set {name} {key}={_shown(value)}" for key, value in sorted(wanted.items())]
        lines += [f"allow {_acl(acl)}" for acl in sorted(self.allow)]
        lines += [f"withdraw {_acl(acl)}" for acl in sorted(self.withdraw)]
        for user, limits in sorted(self.quotas.items()):
            lines += [f"quota {user} {key}={_shown(value)}" for key, value in sorted(limits.items())]
        lines += [f"unlisted topic {name}: left alone" for name in self.unlisted]
        return lines + [f"blocked: {line}" for line in self.blocked]


def plan(desired: State, actual: State) -> Plan:
    """Return what must change so that `actual` becomes `desired`.

    Every ACL and quota on the cluster that the topology does not name is withdrawn: it owns them all.
    """
    grow: dict[str, int] = {}
    settings: dict[str, Mapping[str, str | None]] = {}
    blocked: list[str] = []
    for name, wanted in desired.topics.items():
        present = actual.topics.get(name)
        if present is None:
            continue
        if present.partitions < wanted.partitions:
            grow[name] = wanted.partitions
        elif present.partitions > wanted.partitions:
            blocked.append(f"{name} has {present.partitions} partitions, wanted {wanted.partitions}")
        if present.replication != wanted.replication:
            blocked.append(f"{name} has {present.replication} copies, wanted {wanted.replication}")
        if different := _difference(wanted.settings, present.settings):
            settings[name] = different
    quotas = {
        user: limits
        for user in sorted({*desired.quotas, *actual.quotas})
        if (limits := _difference(desired.quotas.get(user, {}), actual.quotas.get(user, {})))
    }
    return Plan(
        create={name: wanted for name, wanted in desired.topics.items() if name not in actual.topics},
        grow=grow,
        settings=settings,
        allow=desired.acls - actual.acls,
        withdraw=actual.acls - desired.acls,
        quotas=quotas,
        unlisted=tuple(sorted(set(actual.topics) - set(desired.topics))),
        blocked=tuple(blocked),
    )


def _difference(wanted: Mapping[str, V], present: Mapping[str, V]) -> dict[str, V | None]:
    changed: dict[str, V | None] = {key: value for key, value in wanted.items() if present.get(key) != value}
    changed.update({key: None for key in present if key not in wanted})
    return changed


def _shown(value: str | float | None) -> str:
    return "(default)" if value is None else str(value)


def _acl(acl: Acl) -> str:
    rest = [
        word for word, usual in ((acl.pattern, "literal"), (acl.permission, "allow"), (acl.host, "*")) if word != usual
    ]
    return " ".join([acl.principal, "to", acl.operation, acl.resource, acl.name, *rest])
