"""Ports: free ones on the loopback interface."""

from __future__ import annotations

import socket

from broker.embedded import ports


def test_a_port_in_use_is_not_free() -> None:
    """A port that somebody listens on is not given out; it is free again afterwards."""
    port = ports.free()
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind((ports.LOOPBACK, port))
        server.listen()
        assert not ports.is_free(port)
    assert ports.is_free(port)


def test_ports_lie_below_those_of_outgoing_connections() -> None:
    """The system never takes a given port for a connection of its own."""
    assert ports.LOWEST <= ports.free() < ports.HIGHEST <= 32_768
