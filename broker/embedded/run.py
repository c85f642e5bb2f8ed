"""Own one home: start its services in order, keep them running, stop them in order.

Runs as `python -m broker.embedded.run --home DIR`, started by `broker.embedded.exchange.up`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import structlog

from broker import logging
from broker.embedded import home as homes
from broker.embedded import jars, java, lock, node, operator, pidfiles, recovery, services, setup
from broker.embedded.home import Home
from broker.embedded.pidfiles import Running
from broker.embedded.state import State, Teller
from broker.embedded.supervisor import POLL_SECONDS, Supervisor
from broker.topology import cluster
from contracts.errors import BakenError, LogUnavailable

KAFKA_SECONDS = 90.0
"""A node starts in 2 to 5 s; a busy machine, and recovery after a kill, may take much longer."""
SERVICES_SECONDS = 90.0

_LOG = structlog.get_logger()


class Stop:
    """Counts requests to stop: the first ends the run in order, a further one hurries. Owned by the main thread."""

    def __init__(self) -> None:
        self.requests = 0

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        """Take a signal."""
        self.requests += 1

    def wanted(self) -> bool:
        """Tell whether to stop."""
        return self.requests > 0

    def hurried(self) -> bool:
        """Tell whether to stop at once."""
        return self.requests > 1


def own(home: Home, *, chosen: Sequence[str], stop: Stop, bound_to: Running | None, teller: Teller) -> None:
    """Bring everything up, keep it so until told to stop, and leave no process behind, whatever happens.

    `bound_to` is a process whose end also ends the run: a command in the foreground, or a test.

    Raises:
        BakenError: the exchange did not come up; everything that was started has ended again.
    """
    supervisor = Supervisor(home=home.folder)
    try:
        _bring_up(home, supervisor, chosen=chosen, stop=stop, teller=teller)
        _LOG.info("exchange.ready")
        while not stop.wanted() and (bound_to is None or bound_to.alive()):
            supervisor.tick()
            time.sleep(POLL_SECONDS * 2)
    finally:
        supervisor.stop(hurried=stop.hurried)
        _LOG.info("exchange.stopped")


def start_node(
    home: Home,
    supervisor: Supervisor,
    *,
    cancelled: Callable[[], bool] = lambda: False,
    completed: Callable[[str], None] = lambda _step: None,
) -> None:
    """Start Kafka for a home, wait until it serves, and apply the topology; `completed` hears of each step.

    Raises:
        ServiceFailed, LogUnavailable: it does not come up.
    """
    topology = homes.topology()
    program = node.Program(java=java.ensure().path, jars=jars.ensure())
    node.prepare(home.node(), program, topology)
    completed("format")
    supervisor.start(services.kafka_service(home, program))
    supervisor.wait_ready([services.KAFKA], seconds=KAFKA_SECONDS, cancelled=cancelled)
    _wait_until_served(home, cancelled)
    if cancelled():
        return
    completed("kafka")
    cluster.apply(home.operator_log(), home.desired(topology))
    completed("topology")


def _bring_up(home: Home, supervisor: Supervisor, *, chosen: Sequence[str], stop: Stop, teller: Teller) -> None:
    start_node(home, supervisor, cancelled=stop.wanted, completed=teller.step)
    if stop.wanted():
        return
    asyncio.run(operator.publish_once(home, _now))
    teller.step("trust")
    wanted = services.others(home, chosen)
    for service in wanted:
        supervisor.start(service)
    supervisor.wait_ready([service.name for service in wanted], seconds=SERVICES_SECONDS, cancelled=stop.wanted)
    teller.step("services")
    teller.tell(replace(teller.state, ready=not stop.wanted()))


def _wait_until_served(home: Home, cancelled: Callable[[], bool]) -> None:
    """Return when the node answers the operator over TLS: the log line alone does not show that."""
    deadline = time.monotonic() + KAFKA_SECONDS
    while not cancelled():
        try:
            with cluster.connect(home.operator_log()) as session:
                session.identify()
        except LogUnavailable:
            if time.monotonic() > deadline:
                raise
            time.sleep(POLL_SECONDS)
        else:
            return


def _now() -> datetime:
    return datetime.now(UTC)


def main(arguments: list[str]) -> int:
    """Own the home until a signal comes; return 0 after an orderly stop."""
    parser = argparse.ArgumentParser(prog="python -m broker.embedded.run", description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--services", default="", help="comma-separated; all by default")
    parser.add_argument("--bound-to", type=int, help="process id whose end also ends this run")
    options = parser.parse_args(arguments)
    logging.configure(service="supervisor", instance="supervisor-1")
    stop = Stop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)
    home = homes.load(options.home)
    try:
        with lock.owned(home.lock):
            return _owning(home, options.services.split(",") if options.services else None, options.bound_to, stop)
    except BakenError as fault:
        sys.stderr.write(f"{fault}\n")
        return 1


def _owning(home: Home, chosen: Sequence[str] | None, bound_to: int | None, stop: Stop) -> int:
    teller = Teller(home.run)
    bound = None
    if bound_to is not None:
        bound = Running(name="foreground", pid=bound_to, identity=pidfiles.identity(bound_to) or "gone", since=0.0)
    own_identity = pidfiles.identity(os.getpid())
    try:
        ended = recovery.recover(home.folder)
        if ended:
            _LOG.warning("leftovers.ended", count=len(ended))
        pidfiles.write(
            home.run,
            Running(name="supervisor", pid=os.getpid(), identity=own_identity or "", since=time.time()),
        )
        home = setup.settle_ports(home)
        teller.tell(State(bootstrap=home.bootstrap))
        teller.step("leftovers")
        own(home, chosen=chosen or services.names(home), stop=stop, bound_to=bound, teller=teller)
    except BakenError as fault:
        _LOG.error("exchange.failed", code=fault.code.value)
        teller.tell(replace(teller.state, ready=False, fault=fault.detail or str(fault)))
        return 1
    finally:
        pidfiles.remove(home.run, "supervisor")
    teller.tell(State())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
