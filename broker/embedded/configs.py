"""Write the configuration files of a home: what an operator would write by hand, with the reasons beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from broker.embedded.clients import NATIONAL_SYSTEM, SECOND_OFFICER
from broker.embedded.defaults import ADAPTERS, DECIDED_BY, OTHER_ADAPTER, DefaultRoute, routes
from broker.embedded.home import MARKER, Home
from broker.embedded.ports import LOOPBACK
from broker.topology.model import Compaction

BOOTSTRAP = re.compile(r'^bootstrap = "[^"]*"$', re.MULTILINE)
"""The line of a configuration file that says where Kafka is."""
_LISTEN = re.compile(r'^listen = "[^"]*"$', re.MULTILINE)
_HTTP_PORTS = re.compile(r"^http_ports = \{.*\}$", re.MULTILINE)
_PORT = re.compile(r"^(port|controller_port) = \d+$", re.MULTILINE)


def write_all(home: Home, *, decided: date) -> None:
    """Write every service's file, and last the one that makes the home complete."""
    home.broker_config.write_text(broker(home), encoding="utf-8")
    home.checkpointer_config.write_text(
        'key = "keys/checkpoint.key"\n' + _service(home, "checkpointer-1"), encoding="utf-8"
    )
    for participant in home.participants:
        content = (
            gateway(home, participant, decided=decided) if participant in home.gateways else auditor(home, participant)
        )
        home.config(participant).write_text(content, encoding="utf-8")
    marker = home.folder / f".{MARKER}"
    marker.write_text(_exchange(home), encoding="utf-8")
    marker.replace(home.folder / MARKER)


def broker(home: Home) -> str:
    """Return `broker.toml`; where erasure must be seen within seconds, the feeds are kept moving every second."""
    quick = "# Kafka compacts a partition only while records arrive.\nheartbeat_seconds = 1.0\n"
    return (quick if home.compaction is Compaction.TEST else "") + _service(home, "broker-1")


def auditor(home: Home, participant: str) -> str:
    """Return `auditor.toml`: an auditor reads, and has a TLS certificate and nothing else."""
    return f"participant = {_text(participant)}\n" + _service(home, f"auditor-{participant.lower()}")


def gateway(home: Home, participant: str, *, decided: date) -> str:
    """Return `gateway.toml` with default routes and default handling, both decided at set-up."""
    head = (
        f"participant = {_text(participant)}\n"
        f"adapter = {_text(ADAPTERS.get(participant, OTHER_ADAPTER))}\n"
        "# In a local exchange receipts need not wait for company.\n"
        "receipt_seconds = 0.5\n"
        "# Everybody is up: a receipt that is not here after a minute is a fault.\n"
        "overdue_seconds = 60.0\n"
    )
    tail = """
[keys]
signing = "keys/signing.key"
certificate = "keys/signing.pem"
encryption = "keys/encryption.key"
local = "keys/local.key"

[stores]
outbox = "outbox.db"
inbox = "inbox.db"

# National files laid into intake/in are published.
[intake]
folder = "intake"

[http]
LISTEN
certificate = "keys/http.pem"
key = "keys/http.key"
client_ca = "clients/ca.pem"

# Who may do what, by the common name of a certificate of that CA.
[[http.client]]
name = "CLIENT"
may = ["submit", "read", "order", "operate"]

# Approves what must not go out on one person's word.
[[http.client]]
name = "SECOND"
may = ["approve"]

# For records that bring no handling of their own.
[handling.default]
codes = ["H1"]
onward = "with_release"
no_third_country = true
judicial_use = "with_permission"
"""
    tail = tail.replace("LISTEN", _listen(home, participant)).replace("CLIENT", NATIONAL_SYSTEM)
    tail = tail.replace("SECOND", SECOND_OFFICER)
    decision = f"approved_by = {_text(DECIDED_BY)}\ndate = {decided.isoformat()}\n"
    shown = "".join(_route(route, decision) for route in routes(participant, home.participants))
    return head + _service(home, f"gateway-{participant.lower()}") + tail + decision + shown


def move_ports(home: Home, moved: Home) -> None:
    """Write new ports into every file of the home; nothing else in them changes.

    A crash in between leaves files with old and new ports; the next start compares them all again.
    """
    files = [home.broker_config, home.checkpointer_config, *(home.config(p) for p in home.participants)]
    for path in files:
        _rewrite(path, BOOTSTRAP.sub(f'bootstrap = "{moved.bootstrap}"', path.read_text(encoding="utf-8")))
    for participant in home.gateways:
        path = home.config(participant)
        _rewrite(path, _LISTEN.sub(_listen(moved, participant), path.read_text(encoding="utf-8")))
    ports = {"port": moved.port, "controller_port": moved.controller_port}
    marker = home.folder / MARKER
    text = _PORT.sub(lambda match: f"{match[1]} = {ports[match[1]]}", marker.read_text(encoding="utf-8"))
    _rewrite(marker, _HTTP_PORTS.sub(_http_ports(moved), text))


def _rewrite(path: Path, content: str) -> None:
    part = path.with_name(f".{path.name}")
    part.write_text(content, encoding="utf-8")
    part.replace(path)


def _service(home: Home, instance: str) -> str:
    return f"""instance = {_text(instance)}
environment = {_text(home.environment.value)}

[trust]
roots = "../trust/roots.json"

[log]
bootstrap = "{home.bootstrap}"

[log.tls]
ca = "../trust/{home.transport_ca.name}"
certificate = "keys/tls.pem"
key = "keys/tls.key"
"""


def _route(route: DefaultRoute, decision: str) -> str:
    return (
        f"\n[[route]]\ntype = {_text(route.type)}\npurpose = {_text(route.purpose)}\n"
        f"to = {_list(route.to)}\nregime = {_text(route.regime.value)}\n{decision}"
    )


def _exchange(home: Home) -> str:
    return (
        "# What this local exchange was made with; `baken up` uses it as it is.\n"
        f"environment = {_text(home.environment.value)}\n"
        f"compaction = {_text(home.compaction.value)}\n"
        f"participants = {_list(home.participants)}\n"
        f"port = {home.port}\n"
        f"controller_port = {home.controller_port}\n"
        f"{_http_ports(home)}\n"
    )


def _http_ports(home: Home) -> str:
    return f"http_ports = {{ {', '.join(f'{name} = {port}' for name, port in home.http_ports.items())} }}"


def _listen(home: Home, participant: str) -> str:
    return f'listen = "{LOOPBACK}:{home.http_ports[participant]}"'


def _text(value: str) -> str:
    # A JSON string of ASCII is a TOML basic string.
    return json.dumps(value)


def _list(values: Sequence[str]) -> str:
    return f"[{', '.join(map(_text, values))}]"
