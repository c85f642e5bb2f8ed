"""The policy page against the policy: its tables come from the data, its cases from the command."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from broker.cli.places import gateway_of
from contracts.errors import UsageError
from contracts.minimisation import POLICIES, POLICY
from contracts.policy_page import PAGE, written
from tests.support import offline_home
from tests.support.command import baken

TEXT = PAGE.read_text("utf-8")
CASES = re.findall(r"^```console\n\$ (baken explain .*)\n((?:.*\n)*?)```$", TEXT, re.MULTILINE)
SAMPLE = "adapters/samples/baken-json/suspect.json"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A home without Kafka, and the event that its NL-POL published from a sample."""
    folder = offline_home.make(tmp_path_factory.mktemp("home")).folder
    options = ("--home", folder, "--as", "NL-POL")
    published = baken("publish", SAMPLE, "--adapter", "baken-json", "--wait", "0", "--json", *options)
    (event,) = published.json()["events"]
    yield folder, event["event"]
    with gateway_of(folder, "NL-POL") as gateway:
        assert sum(gateway.outbox.backlog().values()) == 1  # explaining stores nothing


def test_the_tables_have_not_drifted() -> None:
    """`python -m contracts.policy_page` writes them anew."""
    assert written(TEXT, POLICIES[POLICY]) == TEXT
    with pytest.raises(UsageError, match="no table gossip"):
        written("<!-- policy: gossip -->\n<!-- end -->", POLICIES[POLICY])


def test_there_are_ten_cases() -> None:
    """Ten worked ones or more, each with another question."""
    assert len({command for command, _ in CASES}) == len(CASES) >= 10


@pytest.mark.parametrize(("command", "answer"), CASES, ids=[str(number) for number in range(1, len(CASES) + 1)])
def test_each_case_is_what_the_command_says(home: tuple[Path, str], command: str, answer: str) -> None:
    """Word for word; EVENT stands for the event published from the sample."""
    folder, event = home
    words = [event if word == "EVENT" else word for word in shlex.split(command)[1:]]
    ran = baken(*words, "--home", folder, "--as", "NL-POL")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.replace(event, "EVENT") == answer
