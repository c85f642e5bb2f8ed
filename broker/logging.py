"""Write JSON log lines that name events and codes and can carry nothing else.

Every field must be in `FIELDS` and every text value must look like an identifier or a code. What does
not is dropped and its name listed under `withheld`: a log line is the last place where content could
leave, so the rule stands here and not with the authors of log calls.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, TextIO

import structlog

from contracts.errors import BakenError

READY_EVENT = "service.ready"
"""Logged by a service once it has fresh trust and reads its topics; a supervisor waits for it."""

FIELDS = frozenset(
    {
        "event", "level", "timestamp", "service", "instance", "participant", "environment",
        "jti", "sub", "ver", "iss", "to", "type", "code", "disposition", "step",
        "topic", "partition", "offset", "gen", "slot", "seq", "gap", "decision", "profile",
        "kid", "retention", "epoch", "trust", "expires", "size", "root", "count", "bytes",
        "seconds", "attempt", "state", "reason", "fault", "frames", "pid", "port", "rc",
        "principal", "operation", "resource", "withheld", "ref", "record", "task", "group",
    }
)  # fmt: skip
"""All names that a log line may have."""

_TEXT = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.:/@+=-]{0,127}$")
"""Identifiers, codes, hashes, topic names, instants: one word without spaces, ASCII only."""
_EVENT = re.compile(r"^[a-z][a-z0-9-]*(\.[a-z0-9-]+)+$")
"""Events of a log line are dotted names, as `record.admitted`."""


def configure(*, service: str, instance: str, stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Send log lines of at least `level` to `stream` (standard error), one JSON object per line.

    Standard-library loggers (aiokafka, FastStream, kafka) are reduced to their name and level: their
    messages may quote records.
    """
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            reduce_exception,
            withhold_content,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=stream or sys.stderr),
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.bind_contextvars(service=service, instance=instance)
    root = logging.getLogger()
    root.handlers[:] = [_LibraryHandler()]
    root.setLevel(max(level, logging.WARNING))


def reduce_exception(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace an exception by its class, its code and its frames; its text may quote a record."""
    fault = line.pop("exc_info", None)
    if fault is True:
        fault = sys.exc_info()[1]
    elif isinstance(fault, tuple):
        fault = fault[1]
    if isinstance(fault, BaseException):
        line["fault"] = type(fault).__name__
        line["frames"] = frames_of(fault)
        if isinstance(fault, BakenError):
            line["code"] = fault.code.value
    return line


def frames_of(fault: BaseException) -> list[str]:
    """Return `module:line` of the last frames, innermost last."""
    found: list[str] = []
    step = fault.__traceback__
    while step is not None:
        found.append(f"{Path(step.tb_frame.f_code.co_filename).stem}:{step.tb_lineno}")
        step = step.tb_next
    return found[-8:]


def withhold_content(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep only listed fields whose values are numbers or single words; list the names of the others."""
    kept: dict[str, Any] = {}
    withheld: list[str] = []
    for name, value in line.items():
        if name in FIELDS and _is_safe(name, value):
            kept[name] = value
        else:
            withheld.append(name if name in FIELDS else "unlisted")
    if withheld:
        kept["withheld"] = sorted(set(withheld))
    kept.setdefault("event", "log.withheld")
    return kept


def _is_safe(name: str, value: Any) -> bool:
    if value is None or isinstance(value, (bool, int, float)):
        return True
    if isinstance(value, str):
        return bool((_EVENT if name == "event" else _TEXT).match(value))
    if isinstance(value, (list, tuple)):
        return all(isinstance(item, (str, int)) and _is_safe("", item) for item in value)
    return False


class _LibraryHandler(logging.Handler):
    """Pass the logger's name and level of library messages on, never their text."""

    def emit(self, record: logging.LogRecord) -> None:
        fault = record.exc_info[1] if record.exc_info else None
        log = structlog.get_logger()
        fields: dict[str, Any] = {"resource": record.name, "reason": f"{record.module}:{record.lineno}"}
        if fault is not None:
            fields["fault"] = type(fault).__name__
        log.log(record.levelno, "library.message", **fields)
