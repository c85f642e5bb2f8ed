"""Watch which steps a walk takes and which of them refuses."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from broker.envelope import verify
from contracts.errors import RecordError

STEP = re.compile(r"^step_(\d\d)_")


class Trace:
    """Numbers of the steps taken, in order, and of those that refused."""

    def __init__(self) -> None:
        self.taken: list[int] = []
        self.refused: list[int] = []


@pytest.fixture
def trace(monkeypatch: pytest.MonkeyPatch) -> Trace:
    trace = Trace()
    for name, step in list(vars(verify).items()):
        if match := STEP.match(name):
            monkeypatch.setattr(verify, name, watched(step, int(match[1]), trace))
    return trace


def watched(step: Callable[..., Any], number: int, trace: Trace) -> Callable[..., Any]:
    def run(*args: Any, **kwargs: Any) -> Any:
        trace.taken.append(number)
        try:
            return step(*args, **kwargs)
        except RecordError:
            trace.refused.append(number)
            raise

    return run
