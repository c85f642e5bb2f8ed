"""Put the HTTP interface beside the tasks of a gateway process."""

from __future__ import annotations

from broker.gateway.http.app import create
from broker.gateway.http.changes import Changes, Places
from broker.gateway.http.health import Vitals
from broker.gateway.http.interface import Interface
from broker.gateway.http.metrics import Metrics
from broker.gateway.http.server import HttpServer
from broker.gateway.service import GatewayService
from broker.ports import Clock
from broker.settings import HttpSettings


def interface_of(service: GatewayService, settings: HttpSettings, *, clock: Clock) -> Interface:
    """Return what the handlers work with."""
    gateway = service.gateway
    return Interface(
        gateway=gateway,
        vitals=Vitals(gateway=gateway, fresh=service.trust.fresh, contact=lambda: service.contact, clock=clock),
        metrics=Metrics(gateway, clock),
        changes=Changes(gateway.inbox.last_change, service.stopping),
        streams=Places(settings.max_streams),
        stop=service.stopping,
    )


def serve(service: GatewayService, settings: HttpSettings, *, clock: Clock) -> HttpServer:
    """Have `service` serve its clients while it runs; the server's `ready` is set once it listens."""
    server = HttpServer(settings, create(interface_of(service, settings, clock=clock), settings))
    service.beside("http", server.run)
    return server
