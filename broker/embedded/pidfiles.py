"""Remember which processes belong to a home, so that a recycled process id is never mistaken for one of them."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path

MARK = "BAKEN_SUPERVISED"
"""Environment variable of every supervised process: `<home>|<service>`."""
_SUFFIX = ".pid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A process as it was started: `identity` as the kernel tells its start, `since` in seconds since the epoch."""

    name: str
    pid: int
    identity: str
    since: float
    restarts: int = 0

    def alive(self) -> bool:
        """Tell whether this very process still runs (a process that ended and was not yet collected does not)."""
        return identity(self.pid) == self.identity


def identity(pid: int) -> str | None:
    """Return what tells this process from a later one with the same id, or None if it does not run.

    On Linux the boot and the start in clock ticks since then, which no change of the wall clock
    alters (`proc(5)`); elsewhere the start time that `ps` prints.
    """
    stat = Path("/proc") / str(pid) / "stat"
    if Path("/proc/self/stat").exists():
        try:
            # The command name stands in parentheses and may hold anything; the fields after it are plain.
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            return None
        state, started = fields[0], fields[19]
        return None if state in "ZX" else f"{_boot()}:{started}"
    shown = subprocess.run(  # noqa: S603 - fixed arguments
        ["ps", "-o", "lstart=,state=", "-p", str(pid)],  # noqa: S607 - part of every Unix
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    start, _, state = shown.rpartition(" ")
    return None if not shown or state.startswith("Z") else start.strip()


def write(folder: Path, running: Running) -> None:
    """Store the process under its name; a crash leaves the former file or the new one."""
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{running.name}{_SUFFIX}"
    part.write_text(json.dumps(asdict(running)), encoding="utf-8")
    part.replace(_path(folder, running.name))


def read(folder: Path, name: str) -> Running | None:
    """Return the process stored under `name`, running or not; None if there is none or the file is damaged."""
    try:
        return Running(**json.loads(_path(folder, name).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def remove(folder: Path, name: str) -> None:
    """Forget the process stored under `name`."""
    _path(folder, name).unlink(missing_ok=True)


def names(folder: Path) -> list[str]:
    """Return the names of all stored processes."""
    return sorted(path.name.removesuffix(_SUFFIX) for path in folder.glob(f"[!.]*{_SUFFIX}"))


def marked(home: Path) -> list[Running]:
    """Return every process of this user that was started for `home`, by its environment (Linux only).

    This finds what a supervisor started and was killed before it could write down.
    """
    found = []
    wanted = f"{MARK}={home}|".encode()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if entry.stat().st_uid != os.getuid():
                continue
            variables = (entry / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        mark = next((value for value in variables if value.startswith(wanted)), None)
        start = identity(int(entry.name))
        if mark is not None and start is not None:
            name = mark.removeprefix(wanted).decode("utf-8", errors="replace")
            found.append(Running(name=name, pid=int(entry.name), identity=start, since=0.0))
    return found


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}{_SUFFIX}"


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
