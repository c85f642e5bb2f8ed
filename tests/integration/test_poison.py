"""A poison record is refused with its code, and neither blocks the records behind it nor vanishes."""

from __future__ import annotations

import os
import subprocess
import sys

from broker.embedded.exchange import Exchange
from tests.support.command import baken
from tests.support.records import suspects
from tests.support.waiting import until


def test_a_header_that_is_no_text_blocks_nobody(exchange: Exchange) -> None:
    """The record gets its leaf, the next one of the same participant is admitted, the audit verifies."""
    home = exchange.home.folder
    command = [sys.executable, "-m", "tests.support.hostile_producer", str(home), "NL-POL"]
    environment = {**os.environ, "AIOKAFKA_NO_EXTENSIONS": "1"}
    before = baken("audit", "replay", "--home", home, "--json").json()["refusals"].get("E02-json", 0)
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=60)
    ran = baken("publish", "--home", home, "--as", "NL-POL", "--json", "-", stdin=suspects(1, first=800_001))
    assert [event["outcome"] for event in ran.json()["events"]] == ["admitted"]
    report = until(
        lambda: baken("audit", "replay", "--home", home, "--json").json(),
        lambda found: found["refusals"].get("E02-json", 0) > before,
    )
    assert report["verified"]
