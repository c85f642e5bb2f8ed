"""What must not work: each gives a clear error and admits nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from broker.embedded.exchange import Exchange
from tests.support.command import Ran, baken
from tests.support.exchange import make_home
from tests.support.records import suspects


@pytest.fixture(scope="module")
def home(exchange: Exchange) -> Path:
    """Return the folder of the exchange."""
    return exchange.home.folder


def publish(home: Path, *arguments: str, number: int) -> Ran:
    return baken(
        "publish", "--home", home, "--as", "NL-POL", "--json", *arguments, "-", stdin=suspects(1, first=number)
    )


@pytest.mark.parametrize(
    ("to", "code"),
    [
        ("XX-NONE:liaison", "E10-recipient"),
        ("BE-FGP:liaison", "E10-profile"),
        ("EU-AUD:liaison", "E10-profile"),
        ("NL-CARE:care", "E10-profile"),
    ],
)
def test_a_recipient_that_may_not_have_it_is_refused(home: Path, to: str, code: str) -> None:
    """An unknown recipient, another profile than its own, an auditor, care for a suspect alert."""
    ran = publish(home, "--to", to, number=700_001)
    assert ran.code == 1
    assert ran.json()["events"] == []
    assert code in {finding["code"] for finding in ran.json()["findings"]}
    assert all(finding["remedy"] for finding in ran.json()["findings"])


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("feed", "--as", "FR-PN"), 2, "no gateway of that name"),
        (("erase", "--as", "NL-POL", "no-such-alert"), 2, "national id"),
        (("publish", "--as", "NL-POL", "--adapter", "xx-none", "-"), 2, "xx-none"),
        (("audit", "verify", "--as", "NL-POL"), 2, "auditor"),
    ],
)
def test_wrong_usage_says_what_and_what_to_do(home: Path, arguments: tuple[str, ...], code: int, says: str) -> None:
    """Exit code 2 and one clear line; no traceback."""
    ran = baken(*arguments[:1] if arguments[0] != "audit" else arguments[:2], "--home", home,
                *(arguments[1:] if arguments[0] != "audit" else arguments[2:]))  # fmt: skip
    assert ran.code == code
    assert "Traceback" not in ran.err
    assert says in ran.err


def test_an_absent_home_is_named(tmp_path: Path) -> None:
    """A folder that is no home is no traceback either."""
    ran = baken("feed", "--home", tmp_path, "--as", "DE-BKA")
    assert ran.code == 2
    assert "baken up" in ran.err


def test_without_fresh_trust_nothing_is_signed(tmp_path: Path) -> None:
    """A gateway that no trust list has reached says so, exits with 3, and issues nothing."""
    home = make_home(tmp_path / "home").folder
    ran = baken("publish", "--home", home, "--as", "NL-POL", "-", stdin=suspects(1))
    assert ran.code == 3
    assert "X-trust-stale" in ran.err
    assert "start its process" in ran.err
    assert baken("feed", "--home", home, "--as", "NL-POL").out == ""
