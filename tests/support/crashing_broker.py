"""Run the broker as deployed, and end it with SIGKILL right after a durable step.

`python -m tests.support.crashing_broker CONFIG STEP COUNT`: the kill comes at the COUNT-th time that
STEP (`read-back`, `delivered`, ...) is passed.
"""

from __future__ import annotations

import functools
import os
import signal
import sys
from pathlib import Path

from broker import bootstrap
from broker.admission.process import Step
from broker.settings import BrokerSettings


class Crash:
    """Count the passes of one step and kill this process at the last of them."""

    def __init__(self, step: Step, count: int) -> None:
        self._step = step
        self._left = count

    def __call__(self, step: Step) -> None:
        """Take note of `step`."""
        if step is self._step:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    config, step, count = sys.argv[1:]
    crashing = functools.partial(bootstrap.broker, passed=Crash(Step(step), int(count)))
    bootstrap.run("broker", BrokerSettings.load(Path(config)), crashing)
