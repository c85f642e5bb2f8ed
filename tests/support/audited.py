"""An audited exchange in memory, and an enemy who edits its export."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from broker.audit.checkpointer import Checkpointer
from broker.audit.export import START, ExportLog, _chain, write_export
from broker.audit.replay import replay
from broker.audit.report import AuditResult
from broker.ports import LogReader
from contracts.encoding import canonical, decode_base64url, encode_base64url
from contracts.errors import Code
from contracts.identifiers import alert_id
from contracts.wire import Reference
from tests.support import envelope_world as world
from tests.support.hub import SUBMIT, Hub, ending, receipt

KEY = Ed25519PrivateKey.from_private_bytes(b"\x11" * 32)
ORIGIN = "baken/live"
TOPICS = world.TOPICS

Line = dict[str, Any]


class Audited(Hub):
    """A hub with a checkpointer and an auditor."""

    def __init__(self) -> None:
        super().__init__()
        keys = {ORIGIN: KEY.public_key().public_bytes_raw()}
        self.trust.views = {7: replace(world.trust(), checkpoint_keys=keys)}

    def checkpointer(self) -> Checkpointer:
        """Start a checkpointer."""
        return Checkpointer(
            reader=self.log, writer=self.log, topics=TOPICS, key=KEY, origin=ORIGIN, keys=[], clock=self.clock
        )

    async def work(self) -> None:
        """Admit everything that waits, issuers in the order of their first event, and sign it."""
        for partition in dict.fromkeys(made.composed.topic for made in self.made):
            await self.drive(self.process(), replace(SUBMIT, topic=partition))
        await self.checkpointer().catch_up()

    async def replay(self, source: LogReader | None = None, **changes: Any) -> AuditResult:
        """Replay the log, or another source of it."""
        values = {"topics": TOPICS, "now": self.clock()}
        return await replay(source or self.log, self.trust, **{**values, **changes})

    async def export(self, path: Path) -> Path:
        """Write an export."""
        await write_export(self.log, TOPICS, path)
        return path

    async def replay_export(self, path: Path) -> AuditResult:
        """Replay an export, with what is wrong with the file itself."""
        source = ExportLog(path)
        return await self.replay(source, known=source.findings)


_BUSY: list[Audited] = []


async def busy() -> Audited:
    """Return a hub of its own with 55 decisions of every kind, signed in five checkpoints.

    The work is done once: composing and signing is most of the time of such a test.
    """
    if not _BUSY:
        _BUSY.append(await _work_through())
    made, own = _BUSY[0], Audited()
    own.clock.now = made.clock.now
    own.committed, own.numbers, own.made = dict(made.committed), dict(made.numbers), list(made.made)
    for place, held in made.log._partitions.items():
        copy = own.log._partitions[place]
        copy.records, copy.end = list(held.records), held.end
    return own


async def _work_through() -> Audited:
    hub = Audited()
    for round_ in range(5):
        first = hub.submit(sub=alert_id(bytes([round_] * 16)))
        second = hub.submit(ver=2, sub=first.claims.sub, ref=(Reference(iss="NL-POL", jti=first.claims.jti),))
        hub.submit_bytes(b"{%d}" % round_)
        hub.submit(second)
        for _ in range(3):
            hub.submit()
        order = hub.submit(**ending("erase.v1", first, second, to=("BE-FGP", "DE-BKA", "FR-PNJ")))
        for name in ("BE-FGP", "DE-BKA", "FR-PNJ"):
            hub.submit(iss=name, **receipt("erasure-receipt.v1", order))
        hub.clock.advance(minutes=1)
        await hub.work()
    return hub


def edit(path: Path, change: Callable[[list[Line]], None], *, rechain: bool = False, topic: str = TOPICS.audit) -> Path:
    """Rewrite an export after `change` edited the records of `topic` in place.

    With `rechain` the enemy numbers the offsets anew and makes chain and counts fit, so that nothing
    but signatures can tell.
    """
    lines = [orjson.loads(line) for line in path.read_bytes().splitlines()]
    head, *records, tail = lines
    own = [line for line in records if line["record"]["topic"] == topic]
    before = records[: records.index(own[0])]
    after = records[records.index(own[-1]) + 1 :]
    change(own)
    if rechain:
        for offset, line in enumerate(own):
            line["record"] = {**line["record"], "offset": offset}
        tail["record"]["counts"][topic] = len(own)
    chain = START
    with path.open("wb") as file:
        for line in (head, *before, *own, *after, tail):
            if rechain:
                chain = _chain(chain, canonical(line["record"]))
                line["chain"] = encode_base64url(chain)
            file.write(canonical(line) + b"\n")
    return path


def value_of(line: Line) -> Any:
    """Decode the value of an exported record."""
    return orjson.loads(decode_base64url(line["record"]["value"], code=Code.E02_MEMBER))


def with_value(line: Line, value: Any) -> None:
    """Put another value into an exported record."""
    line["record"] = {**line["record"], "value": encode_base64url(canonical(value))}


def dishonest(made: world.Made, **leaf: Any) -> bytes:
    """An audit record for `made` that no honest broker would write."""
    submit = msgspec.json.decode(made.composed.record)
    value = {"disclosed": submit["disclosed"], "jws": submit["jws"], "leaf": msgspec.to_builtins(made.leaf(**leaf))}
    return canonical(value)
