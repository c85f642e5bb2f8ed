"""The ledger on the command line: how far an event has come, what officers report, and what is wrong usage."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from broker.embedded.exchange import Exchange
from tests.support.command import baken
from tests.support.records import suspects
from tests.support.waiting import until

NUMBER = 710_001


@pytest.fixture(scope="module")
def home(exchange: Exchange) -> Path:
    """Return the folder of the exchange."""
    return exchange.home.folder


def ledger(home: Path, name: str) -> list[dict[str, Any]]:
    """Return what the command says of the events of that name."""
    ran = baken("status", name, "--home", home, "--as", "NL-POL", "--json")
    assert ran.code == 0, ran.err
    return ran.json()


def test_an_event_is_followed_until_an_officer_acted(home: Path) -> None:
    """Published, opened, acted upon: the ledger of the issuer shows it by event, alert and as a table."""
    options = ("--home", home, "--as", "NL-POL", "--to", "DE-BKA:liaison", "--json", "-")
    (event,) = baken("publish", *options, stdin=suspects(1, first=NUMBER)).json()["events"]
    (state,) = until(lambda: ledger(home, event["event"]), lambda found: found[0]["deliveries"][0]["state"] == "opened")
    (line,) = state["deliveries"]
    assert (line["to"], line["overdue"], line["acted"]) == ("DE-BKA", False, None)
    assert line["sent"] <= line["admitted"] + 1000 <= line["opened"] + 1000
    told = baken("action", event["event"], "--home", home, "--as", "DE-BKA", "--state", "acted", "--json")
    assert (told.code, told.json()["receipt"]["outcome"]) == (0, "admitted")
    (state,) = until(lambda: ledger(home, event["alert"]), lambda found: found[0]["deliveries"][0]["state"] == "acted")
    assert state["event"] == event["event"]
    shown = baken("status", event["event"], "--home", home, "--as", "NL-POL")
    assert "DE-BKA" in shown.out
    assert "acted" in shown.out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("status", "E-1"), "--as"),
        (("status", "E-1", "--as", "NL-POL"), "national id"),
        (("action", "1999999", "--as", "DE-BKA", "--state", "acted"), "no entry"),
    ],
)
def test_wrong_usage_says_what_is_missing(home: Path, arguments: tuple[str, ...], says: str) -> None:
    """Exit code 2 and one clear line."""
    ran = baken(*arguments, "--home", home)
    assert ran.code == 2
    assert says in ran.err
