"""Lay a file into the watched folder of a running gateway and see on the command line what became of it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from broker.embedded.exchange import Exchange
from tests.support.command import baken
from tests.support.records import suspects
from tests.support.waiting import until

FIRST = 70_001


@pytest.fixture(scope="module")
def submission(exchange: Exchange) -> str:
    """Hand in three suspects, the second without its number and all with a column of no home; wait until it is over."""
    folder = exchange.home.participant("NL-POL") / "intake"
    before = set((folder / "done").iterdir())
    head, *rows = suspects(3, first=FIRST).decode("cp1252").splitlines()
    rows[1] = rows[1].replace(f"UTO-T-{FIRST + 1}", "")
    data = "\r\n".join([f"Haarstijl;{head}", *(f"krullen;{row}" for row in rows), ""]).encode("cp1252")
    part = folder / "in" / "export.csv.part"
    part.write_bytes(data)
    part.rename(folder / "in" / "export.csv")
    (done,) = until(lambda: set((folder / "done").iterdir()) - before)
    assert sorted(path.name for path in done.iterdir()) == [
        "export.csv",
        "export.csv.report.json",
        "export.csv.residue.json",
    ]
    return done.name


def intake(home: Path, *arguments: str) -> Any:
    """Run `baken intake` as NL-POL."""
    return baken("intake", "--home", home, "--as", "NL-POL", *arguments)


def test_the_list_counts_what_became_of_records(exchange: Exchange, submission: str) -> None:
    """The latest submission comes first."""
    listed = intake(exchange.home.folder, "--json").json()
    found = next(one for one in listed if one["submission"] == submission)
    counts = {name: found[name] for name in ("state", "source", "decided", "acknowledged", "refused", "residue")}
    assert counts == {
        "state": "done", "source": "folder", "decided": 3, "acknowledged": 2, "refused": 1, "residue": 3,
    }  # fmt: skip
    line = next(line for line in intake(exchange.home.folder).out.splitlines() if line.startswith(submission))
    assert line.endswith("folder nl-csv done: 2 acknowledged, 1 refused, 3 values in the residue")


def test_one_submission_shows_events_and_findings_and_values_on_request_alone(
    exchange: Exchange, submission: str
) -> None:
    """What the events do not carry is national data: it is counted, and shown only with `--residue`."""
    shown = intake(exchange.home.folder, submission)
    assert shown.code == 0
    assert "A03-field line 3, Registratienummer" in shown.out
    assert "1 values in the residue" in shown.out
    assert "2 acknowledged, 1 refused" in shown.out
    assert "krullen" not in shown.out + intake(exchange.home.folder, submission, "--json").out
    assert intake(exchange.home.folder, submission, "--residue").out.count("krullen") == 3


def test_an_event_of_the_folder_is_followed_like_any_other(exchange: Exchange, submission: str) -> None:
    """The report's event ids are those of the delivery ledger."""
    records = intake(exchange.home.folder, submission, "--json").json()["records"]
    events = [record["event"] for record in records if record["state"] == "acknowledged"]

    def states(event: str) -> set[str]:
        (state,) = baken("status", event, "--home", exchange.home.folder, "--as", "NL-POL", "--json").json()
        return {delivery["state"] for delivery in state["deliveries"]}

    assert len(events) == 2
    for event in events:
        until(partial(states, event), {"opened"}.__eq__)


def test_an_unknown_submission_is_a_usage_error(exchange: Exchange) -> None:
    """With its reason."""
    ran = intake(exchange.home.folder, "01a20000-0000-7000-8000-000000000000")
    assert (ran.code, "no submission" in ran.err) == (2, True)
