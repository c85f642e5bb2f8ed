"""List the processes of a local exchange, with the command line of each."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from broker.embedded import node as kafka
from broker.embedded.home import Home
from broker.embedded.supervisor import Service
from broker.logging import READY_EVENT

KAFKA, OPERATOR, BROKER, CHECKPOINTER = "kafka", "operator", "broker", "checkpointer"
_STAGES = {KAFKA: 0, OPERATOR: 1, BROKER: 2, CHECKPOINTER: 3}
_GATEWAY_STAGE = 4


def names(home: Home) -> list[str]:
    """Return the names of all services in the order in which they start; gateways bear their participant's."""
    return [*_STAGES, *(gateway_name(participant) for participant in home.gateways)]


def gateway_name(participant: str) -> str:
    """Return the service name of a participant's gateway."""
    return f"gateway-{participant.lower()}"


def command(home: Home, name: str) -> list[str]:
    """Return the command line of any service but Kafka: what `baken <service> --config F` runs."""
    if name == OPERATOR:
        return [sys.executable, "-m", "broker.embedded.operator", "--home", str(home.folder)]
    configs = {BROKER: home.broker_config, CHECKPOINTER: home.checkpointer_config}
    configs |= {gateway_name(participant): home.config(participant) for participant in home.gateways}
    kind = name.partition("-")[0]
    return [sys.executable, "-m", "broker.cli", kind, "--config", str(configs[name])]


def kafka_service(home: Home, program: kafka.Program) -> Service:
    """Return Kafka as a service; its log line says that it serves."""
    return Service(name=KAFKA, command=program.serve(home.node()), stage=_STAGES[KAFKA], ready=kafka.READY_LINE)


def others(home: Home, chosen: Sequence[str]) -> list[Service]:
    """Return the chosen services except Kafka, in the order in which they start."""
    return [
        Service(name=name, command=command(home, name), stage=_STAGES.get(name, _GATEWAY_STAGE), ready=READY_EVENT)
        for name in names(home)
        if name in chosen and name != KAFKA
    ]
