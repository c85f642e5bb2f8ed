"""A professional records a signal in a terminal: asked, assessed, published, received."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from broker.embedded.exchange import Exchange
from tests.support.command import Ran, baken
from tests.support.terminal import answer
from tests.support.waiting import until

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "signals.md"
COMMAND = "$ baken signal new --home /tmp/exchange --as NL-POL\n"
_ID = re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
WALK = (
    "1", "", "NL-NH", "13",  # adult and labour, just now, in Noord-Holland, anonymous
    "y", "n", "y", "y", "y", "", "",  # the strong indicators
    "1", "", "2 4", "1", "", "-3",  # the others, dimension by dimension
    "", "y", "y",  # as proposed, of age, publish
)  # fmt: skip


@pytest.fixture(scope="module")
def home(exchange: Exchange) -> Path:
    """Return the folder of the exchange that all tests here use."""
    return exchange.home.folder


def received(home: Path, participant: str, event: str) -> Any:
    """Return the sections that a participant holds of an event, as soon as it is there."""

    def look() -> Any:
        ran = baken("feed", "--home", home, "--as", participant, "--json")
        return next((line["sections"] for line in ran.lines() if line["event"] == event), None)

    return until(look)


def as_shown(screen: str) -> str:
    """Return a screen as a page shows it: without ids, which are others each time, and spaces at the end of lines."""
    return re.sub(r" +\n", "\n", _ID.sub("...", screen))


def typed(home: Path, answers: list[str], *arguments: str | Path) -> Ran:
    """Run `baken signal new` with answers from a pipe."""
    stdin = "".join(f"{one}\n" for one in answers).encode()
    return baken("signal", "new", "--home", home, "--as", "NL-POL", *arguments, stdin=stdin)


def test_the_walk_through_of_the_page_is_what_happens(home: Path) -> None:
    """Typed into a real terminal, the answers of docs/signals.md give its screen; liaison gets the assessment."""
    session = answer(WALK, "signal", "new", "--home", home, "--as", "NL-POL")
    assert (session.code, session.questions) == (0, len(WALK))
    (shown,) = re.findall(r"```text\n(\$ baken signal new.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert COMMAND + as_shown(session.screen) == shown
    event = next(_ID.finditer(session.screen))[0]
    liaison = received(home, "DE-BKA", event)
    assert liaison["observation"]["assessment"]["outcome"] == "presumed_victim"
    assert liaison["observation"]["assessment"]["positive"] == ["D1", "D4", "D5"]
    assert len(liaison["observation"]["indicators"]["not_asked"]) == 67 - 10
    assert liaison["markers"] == {"action": "inform_only", "minor": "no"}
    assert "identity" not in liaison


def test_a_childs_signal_needs_no_person_and_states_the_act(home: Path) -> None:
    """Questions go aside with `--json`; a child is presumed, and the act stands in a section that stays closed."""
    given = ("--situation", "child_labour", "--reporter", "education", "--place", "NL", "--seen", "2026-01", "--json")
    ran = typed(home, ["4 1", "y", *[""] * 14, "", "", "", "1", "", "", "2", "y"], *given)
    assert ran.code == 0
    (event,) = ran.json()["events"]
    assert event["outcome"] == "admitted"
    assert "What was done with the child?" in ran.err
    liaison = received(home, "DE-BKA", event["event"])
    assert liaison["observation"]["assessment"] == {
        **liaison["observation"]["assessment"],
        "outcome": "further_assessment",
        "situation": "child_labour",
    }
    assert liaison["markers"]["minor"] == "presumed"
    assert "exploitation" not in liaison


def test_persons_and_things_come_from_a_file(home: Path, tmp_path: Path) -> None:
    """What the indicators do not ask is read as canonical sections, and refused by path where it is wrong."""
    file = tmp_path / "more.json"
    given = ("--situation", "adult_sexual", "--reporter", "hotel", "--place", "NL-NH", "--seen", "2026-01")
    file.write_text(json.dumps({"objects": {"handles": [{"platform": "Voorbeeldnet", "handle": "@test"}]}}))
    ran = typed(home, ["n", *[""] * 6, "", "", "y"], *given, "--with", file, "--json")
    (event,) = ran.json()["events"]
    liaison = received(home, "DE-BKA", event["event"])
    assert liaison["objects"]["handles"][0]["platform"] == "Voorbeeldnet"
    assert liaison["observation"]["assessment"]["rule"] == "professional_judgement"
    file.write_text(json.dumps({"objects": {"handles": [{"platform": "x", "nick": "y"}]}}))
    wrong = typed(home, [], *given, "--with", file)
    assert (wrong.code, "objects.handles[0]" in wrong.err) == (1, True)
    file.write_text(json.dumps({"observation": {}}))
    assert typed(home, [], *given, "--with", file).code == 2


def test_the_same_number_again_is_the_next_version(home: Path) -> None:
    """A signal that has the authority's own number is continued by it, as any alert."""
    given = ("--situation", "adult_labour", "--place", "NL", "--seen", "2026-01", "--national-id", "UTO-S-9001")
    versions = []
    for reporter in ("hotel", "police"):
        ran = typed(home, [*[""] * 13, "", "y", "y"], *given, "--reporter", reporter, "--json")
        versions += [(one["alert"], one["version"]) for one in ran.json()["events"]]
    assert [version for _, version in versions] == [1, 2]
    assert len({alert for alert, _ in versions}) == 1


def test_nothing_is_kept_without_a_yes(home: Path) -> None:
    """Enter at the last question, or the end of the input before it, publishes nothing."""
    before = baken("status", "--home", home, "--as", "NL-POL", "--json").out
    given = (
        "--situation",
        "adult_labour",
        "--reporter",
        "police",
        "--place",
        "NL",
        "--seen",
        "2026-01",
        "--lang",
        "nl",
    )
    declined = typed(home, [""] * 16, *given)
    assert (declined.code, declined.out.splitlines()[-1]) == (0, "Niet gepubliceerd; er is niets bewaard.")
    assert typed(home, ["j", "n"], *given).code == 2
    assert baken("status", "--home", home, "--as", "NL-POL", "--json").out == before


def test_wrong_options_are_wrong_usage(home: Path) -> None:
    """A place, date, validity or basis that would be refused in the end is told before anything is asked."""
    for option, value in (
        ("--place", "Nowhere"),
        ("--seen", "18-11-2026"),
        ("--days", "91"),
        ("--basis", "some law"),
    ):
        ran = typed(home, [], option, value)
        assert (ran.code, option in ran.err) == (2, True)
