"""Tell other processes how far a supervisor has come: `run/state.json`, replaced whole at each step."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

STEPS = ("leftovers", "format", "kafka", "topology", "trust", "services")
"""What `State.steps` names, in order."""
_FILE = "state.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Steps that are complete, with their seconds; then either `ready` or a `fault` in words."""

    steps: tuple[tuple[str, float], ...] = ()
    bootstrap: str = ""
    ready: bool = False
    fault: str | None = None


@dataclass(slots=True)
class Teller:
    """Writes the state of one run. Used by the supervisor's thread alone."""

    folder: Path
    state: State = field(default_factory=State)
    _since: float = field(default_factory=time.monotonic)

    def step(self, name: str) -> None:
        """Say that a step is complete."""
        now = time.monotonic()
        self.tell(replace(self.state, steps=(*self.state.steps, (name, round(now - self._since, 2)))))
        self._since = now

    def tell(self, state: State) -> None:
        """Replace the state."""
        self.state = state
        part = self.folder / f".{_FILE}"
        part.write_text(json.dumps(asdict(state)), encoding="utf-8")
        part.replace(self.folder / _FILE)


def read(folder: Path) -> State:
    """Return the state told last; an empty one if there is none."""
    try:
        values = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        return State(**{**values, "steps": tuple((name, seconds) for name, seconds in values["steps"])})
    except (OSError, ValueError, TypeError, KeyError):
        return State()


def clear(folder: Path) -> None:
    """Forget the state of a former run."""
    (folder / _FILE).unlink(missing_ok=True)
