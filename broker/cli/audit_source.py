"""Open what an auditor reads: the log of a home or an export, with the root keys and a progress bar."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from broker.audit.export import ExportLog
from broker.audit.findings import AuditFinding
from broker.cli.output import complaints
from broker.cli.places import auditor_of
from broker.embedded import home as homes
from broker.ports import Incoming, LogReader
from broker.transport.kafka_log import KafkaLog
from broker.trust.keyfiles import write_private
from broker.trust.roots import Roots
from contracts.errors import UsageError
from contracts.identifiers import Topics

HomeOption = Annotated[Path | None, typer.Option("--home", help="Folder of the exchange.")]
AuditorOption = Annotated[
    str | None, typer.Option("--as", metavar="PARTICIPANT", help="The auditor; without it, the only one of the home.")
]
FileOption = Annotated[Path | None, typer.Option("--file", help="An export to read instead of the log.")]
RootsOption = Annotated[
    Path | None, typer.Option("--roots", help="roots.json that the trust lists must be signed with.")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """A log to audit. `known` is what is wrong with the file itself, where it is one."""

    log: LogReader
    topics: Topics
    roots: Roots
    known: tuple[AuditFinding, ...] = ()


class ShownLog:
    """A log that draws how far each reading of one topic has come, on a terminal alone."""

    def __init__(self, log: LogReader, topic: str, bars: Progress) -> None:
        self._log = log
        self._topic = topic
        self._bars = bars

    async def end(self, topic: str, partition: int = 0) -> int:
        """Return the offset that the next record will get."""
        return await self._log.end(topic, partition)

    async def read(
        self, topic: str, partition: int = 0, *, start: int = 0, follow: bool = False
    ) -> AsyncIterator[list[Incoming]]:
        """Yield what the log yields."""
        bar = None
        if topic == self._topic:
            bar = self._bars.add_task("Leaves of the log", total=await self._log.end(topic, partition), completed=start)
        async for batch in self._log.read(topic, partition, start=start, follow=follow):
            yield batch
            if bar is not None and batch:
                self._bars.update(bar, completed=batch[-1].offset + 1)


@asynccontextmanager
async def auditing(
    home: Path | None, as_: str | None, file: Path | None, roots: Path | None, *, quiet: bool = True
) -> AsyncIterator[Audited]:
    """Open the log of `home`, or the export `file`; without `quiet`, draw progress where people look.

    Raises:
        UsageError: neither is given, or no root keys are.
    """
    bars = Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=32),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=complaints,
        transient=True,
        disable=quiet or not complaints.is_terminal,
    )
    with bars:
        if file is not None:
            export = ExportLog(file)
            shown = ShownLog(export, export.topics.audit, bars)
            known = Roots.load(roots_of(home, roots))
            yield Audited(log=shown, topics=export.topics, roots=known, known=tuple(export.findings))
            return
        if home is None:
            raise UsageError("give --home, or --file with --roots")
        settings = auditor_of(home, as_)
        topics = Topics(settings.environment)
        async with KafkaLog(settings.log, settings.instance) as log:
            known = Roots.load(roots or settings.trust.roots)
            yield Audited(log=ShownLog(log, topics.audit, bars), topics=topics, roots=known)


def save(path: Path, data: bytes) -> None:
    """Write a file that its owner alone can read: who works with whom on what.

    Raises:
        UsageError: it cannot be written there.
    """
    try:
        write_private(path, data)
    except OSError as fault:
        raise UsageError(f"cannot write {path}: {fault.strerror}") from fault


def roots_of(home: Path | None, roots: Path | None) -> Path:
    """Return where the root keys stand.

    Raises:
        UsageError: nobody said so.
    """
    if roots is not None:
        return roots
    if home is None:
        raise UsageError("give --roots: a file proves nothing by the lists that it brings itself")
    return homes.load(home).trust / "roots.json"
