"""Read the state of a Kafka cluster and change it by plan, over kafka-python's administration client."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from kafka import KafkaAdminClient
from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    AlterConfigOp,
    ConfigResource,
    ConfigResourceType,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
)
from kafka.errors import AuthorizationError, KafkaError, for_code
from kafka.protocol.admin import AlterClientQuotasRequest, DescribeClientQuotasRequest

from broker.settings import Log
from broker.topology.model import Acl, State, TopicState
from broker.topology.plan import Plan, plan
from contracts.errors import AuthorisationError, LogUnavailable

BOOTSTRAP_MS = 5_000
"""How long a first connection may take; callers that wait for a node try again."""
REQUEST_MS = 20_000
"""How long one request may take: a cluster under load answers within seconds."""
VISIBLE_SECONDS = 10.0
"""ACLs reach the authoriser about 50 ms after they are made; beyond this something is wrong."""

_SPECIFIED_ENTITY = 2
"""Match type of DescribeClientQuotas (KIP-546): every entity of that type with a name."""


class Cluster:
    """An administration session. `connect` makes it; it is used by one thread."""

    def __init__(self, admin: Any) -> None:
        self._admin = admin

    def identify(self) -> str:
        """Return the cluster's id: the node answers, and this certificate may speak to it."""
        with _translated():
            return str(self._admin.describe_cluster()["cluster_id"])

    def state(self) -> State:
        """Read topics, settings made on them, ACLs and user quotas. Internal topics are not ours."""
        with _translated():
            described = [topic for topic in self._admin.describe_topics() if not topic["is_internal"]]
            settings = self._settings([topic["name"] for topic in described])
            topics = {
                topic["name"]: TopicState(
                    partitions=len(topic["partitions"]),
                    replication=len(topic["partitions"][0]["replica_nodes"]),
                    settings=settings[topic["name"]],
                )
                for topic in described
            }
            return State(topics=topics, acls=frozenset(self._acls()), quotas=self._quotas())

    def carry_out(self, changes: Plan) -> None:
        """Make every change of the plan and wait until the ACLs are in force.

        Each step can be repeated: after a failure the next plan holds what is left.
        """
        with _translated():
            if changes.create:
                self._admin.create_topics(
                    {
                        name: {
                            "num_partitions": topic.partitions,
                            "replication_factor": topic.replication,
                            "configs": dict(topic.settings),
                        }
                        for name, topic in changes.create.items()
                    },
                    wait_for_metadata=True,
                )
            if changes.grow:
                self._admin.create_partitions(dict(changes.grow))
            if changes.settings:
                self._alter_settings(changes.settings)
            # New rights first: a rule that is only spelled anew never leaves its principal without access.
            if changes.allow:
                made = self._admin.create_acls([_to_kafka(acl) for acl in sorted(changes.allow)])
                for fault in made["failed"]:
                    raise fault
            if changes.withdraw:
                for _, _, fault in self._admin.delete_acls([_to_kafka(acl) for acl in sorted(changes.withdraw)]):
                    _check(fault.errno)
            if changes.quotas:
                self._alter_quotas(changes.quotas)
            self._wait_for_acls(changes)

    def _settings(self, names: list[str]) -> dict[str, dict[str, str]]:
        if not names:
            return {}
        resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
        found = self._admin.describe_configs(resources)["topic"]
        return {
            name: {
                key: entry["value"]
                for key, entry in found[name].items()
                if entry["config_source"] == "DYNAMIC_TOPIC_CONFIG"
            }
            for name in names
        }

    def _alter_settings(self, settings: Mapping[str, Mapping[str, str | None]]) -> None:
        resources = [
            ConfigResource(
                ConfigResourceType.TOPIC,
                name,
                {
                    key: (AlterConfigOp.DELETE, None) if value is None else (AlterConfigOp.SET, value)
                    for key, value in wanted.items()
                },
            )
            for name, wanted in settings.items()
        ]
        for name, outcome in self._admin.alter_configs(resources)["topic"].items():
            if outcome != "OK":
                raise LogUnavailable(f"Kafka refuses the settings of {name}: {outcome}")

    def _acls(self) -> Iterator[Acl]:
        everything = ACLFilter(
            None,
            None,
            ACLOperation.ANY,
            ACLPermissionType.ANY,
            ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY),
        )
        found, _ = self._admin.describe_acls(everything)
        for acl in found:
            yield Acl(
                resource=acl.resource_pattern.resource_type.name.lower(),
                name=acl.resource_pattern.resource_name,
                principal=acl.principal,
                operation=acl.operation.name.lower(),
                pattern=acl.resource_pattern.pattern_type.name.lower(),
                permission=acl.permission_type.name.lower(),
                host=acl.host,
            )

    def _wait_for_acls(self, changes: Plan) -> None:
        deadline = time.monotonic() + VISIBLE_SECONDS
        while changes.allow or changes.withdraw:
            present = frozenset(self._acls())
            if changes.allow <= present and not changes.withdraw & present:
                return
            if time.monotonic() > deadline:
                raise LogUnavailable(f"ACLs are not in force after {VISIBLE_SECONDS:.0f} s")
            time.sleep(0.02)

    def _quotas(self) -> dict[str, dict[str, float]]:
        request = DescribeClientQuotasRequest(
            components=[
                DescribeClientQuotasRequest.ComponentData(entity_type="user", match_type=_SPECIFIED_ENTITY, match=None)
            ],
            strict=True,
        )
        # kafka-python has the quota requests in its protocol but no method for them.
        response = self._admin._manager.run(self._admin._manager.send, request)  # noqa: SLF001
        _check(response.error_code)
        return {
            entry.entity[0].entity_name: {value.key: value.value for value in entry.values}
            for entry in response.entries or []
        }

    def _alter_quotas(self, quotas: Mapping[str, Mapping[str, float | None]]) -> None:
        entry, user, limit = (
            AlterClientQuotasRequest.EntryData,
            AlterClientQuotasRequest.EntryData.EntityData,
            AlterClientQuotasRequest.EntryData.OpData,
        )
        request = AlterClientQuotasRequest(
            entries=[
                entry(
                    entity=[user(entity_type="user", entity_name=name)],
                    ops=[limit(key=key, value=value or 0.0, remove=value is None) for key, value in limits.items()],
                )
                for name, limits in quotas.items()
            ],
            validate_only=False,
        )
        response = self._admin._manager.run(self._admin._manager.send, request)  # noqa: SLF001
        for outcome in response.entries:
            _check(outcome.error_code)


class _Administration(KafkaAdminClient):  # type: ignore[misc] # kafka-python has no types
    """The client, which ends its thread and its connections also when the first connection fails."""

    def __init__(self, **options: Any) -> None:
        try:
            super().__init__(**options)
        except KafkaError:
            self._client.close()
            self._net.stop()
            raise


@contextmanager
def connect(log: Log, *, client_id: str = "baken-topology") -> Iterator[Cluster]:
    """Open an administration session with the operator's certificate.

    Raises:
        LogUnavailable: no node answers within `BOOTSTRAP_MS`, or the certificate is refused at TLS.
    """
    context = ssl.create_default_context(cafile=str(log.tls.ca))
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(log.tls.certificate, log.tls.key)
    with _translated():
        _reach(log.bootstrap)
        admin = _Administration(
            bootstrap_servers=log.bootstrap,
            client_id=client_id,
            security_protocol="SSL",
            ssl_context=context,
            bootstrap_timeout_ms=BOOTSTRAP_MS,
            request_timeout_ms=REQUEST_MS,
        )
    try:
        yield Cluster(admin)
    finally:
        admin.close()


def apply(log: Log, desired: State) -> Plan:
    """Bring the cluster into the desired state and return what was changed; a second call changes nothing.

    Raises:
        LogUnavailable: Kafka does not answer, or refuses a change.
        AuthorisationError: the certificate is not the operator's.
    """
    with connect(log) as cluster:
        changes = plan(desired, cluster.state())
        cluster.carry_out(changes)
        return changes


def _reach(bootstrap: str) -> None:
    """Open and close one connection to any of the nodes.

    kafka-python tries a port that nobody listens on again and again, and leaves a socket open each time.
    """
    *others, last = bootstrap.split(",")
    for node in others:
        with suppress(OSError), _connection(node):
            return
    with _connection(last):
        return


def _connection(node: str) -> socket.socket:
    host, _, port = node.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=BOOTSTRAP_MS / 1000)


def _to_kafka(acl: Acl) -> Any:
    return ACL(
        acl.principal,
        acl.host,
        ACLOperation[acl.operation.upper()],
        ACLPermissionType[acl.permission.upper()],
        ResourcePattern(ResourceType[acl.resource.upper()], acl.name, ACLResourcePatternType[acl.pattern.upper()]),
    )


def _check(error_code: int) -> None:
    if error_code:
        raise for_code(error_code)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except AuthorizationError as fault:
        raise AuthorisationError("Kafka denies administration to this certificate") from fault
    except (KafkaError, OSError) as fault:
        raise LogUnavailable(f"Kafka administration: {type(fault).__name__}") from fault
