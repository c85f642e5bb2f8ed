"""The main job by its commands, on a real Kafka: files in, minimised alerts out, erasure, audit."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from broker.embedded.exchange import Exchange
from tests.support import independent_reader as outsider
from tests.support.command import Ran, baken, baken_process
from tests.support.waiting import until

SAMPLES = Path(__file__).resolve().parents[2] / "adapters" / "samples" / "nl-csv"


@pytest.fixture(scope="module")
def home(exchange: Exchange) -> Path:
    """Return the folder of the exchange that all tests here use."""
    return exchange.home.folder


@pytest.fixture(scope="module")
def published(home: Path) -> Ran:
    """Publish suspects, victims and a file of 100 records of which one is bad."""
    return baken_process(
        "publish", "--home", home, "--as", "NL-POL", "--adapter", "nl-csv", "--json",
        SAMPLES / "suspects.csv", SAMPLES / "victims.csv", SAMPLES / "care.csv", SAMPLES / "mixed.csv",
    )  # fmt: skip


def feed(home: Path, participant: str) -> list[Any]:
    return baken("feed", "--home", home, "--as", participant, "--json").lines()


def arrived(home: Path, participant: str, events: set[str]) -> dict[str, Any]:
    """Return the entries of a feed by event id, once all of `events` are there."""
    return until(
        lambda: {entry["event"]: entry for entry in feed(home, participant)}, lambda found: events <= found.keys()
    )


def events_for(published: Ran, participant: str, type_: str) -> set[str]:
    return {
        event["event"]
        for event in published.json()["events"]
        if participant in event["recipients"] and event["type"] == type_
    }


def test_one_bad_record_refuses_that_one_and_the_others_go_on(published: Ran) -> None:
    """A file of 100 with one bad record: 99 admitted, one refused with line, field and remedy of every error."""
    report = published.json()
    assert published.code == 1
    assert report["refused"] == 1
    assert {event["outcome"] for event in report["events"]} == {"admitted"}
    assert {finding["line"] for finding in report["findings"]} == {58}
    assert {finding["code"] for finding in report["findings"]} == {"A03-field", "A04-code"}
    assert all(finding["field"] and finding["rule"] and finding["remedy"] for finding in report["findings"])


def test_liaison_and_border_see_what_their_profiles_allow(home: Path, published: Ran) -> None:
    """Of one suspect alert the liaison officer sees identity and role, the border post match keys and markers."""
    events = events_for(published, "BE-FGP", "suspect-alert.v1")
    liaison, border = arrived(home, "DE-BKA", events), arrived(home, "BE-FGP", events)
    for event in events:
        assert {"role", "summary", "markers", "handling"} <= liaison[event]["sections"].keys()
        assert "match_keys" not in liaison[event]["sections"]
        assert border[event]["sections"].keys() <= {"match_keys", "markers", "handling", "handling_note"}
    assert any("identity" in liaison[event]["sections"] for event in events)
    assert any("match_keys" in border[event]["sections"] for event in events)


def test_of_a_victim_the_border_post_sees_markers_and_handling_alone(home: Path, published: Ran) -> None:
    """No victim alert opens anything else at the border."""
    events = events_for(published, "BE-FGP", "victim-alert.v1")
    border = arrived(home, "BE-FGP", events)
    assert events
    assert all(border[event]["sections"].keys() == {"markers", "handling"} for event in events)


def test_care_sees_needs_and_never_the_police_story(home: Path, published: Ran) -> None:
    """Events for care have care recipients only and open neither evaluation nor handling."""
    events = events_for(published, "NL-CARE", "victim-alert.v1")
    care = arrived(home, "NL-CARE", events)
    shared = [event for event in published.json()["events"] if event["event"] in events]
    assert events
    assert all(set(event["recipients"]) == {"BE-CARE", "NL-CARE"} for event in shared)
    for event in events:
        assert not {"handling", "evaluation", "narrative", "role", "exploitation"} & care[event]["sections"].keys()


def test_publishing_the_same_file_again_changes_nothing(home: Path, published: Ran) -> None:
    """The same records again are recognised and nothing is issued."""
    again = baken("publish", "--home", home, "--as", "NL-POL", "--json", SAMPLES / "suspects.csv").json()
    assert all(event["unchanged"] for event in again["events"])
    first = {event["event"] for event in published.json()["events"]}
    assert {event["event"] for event in again["events"]} <= first


def test_standard_libraries_open_what_the_wire_carries(home: Path, published: Ran) -> None:
    """Raw grants and raw feed records open with HPKE, JOSE and SD-JWT libraries, written from docs/wire.md alone."""
    arrived(home, "DE-BKA", events_for(published, "DE-BKA", "suspect-alert.v1"))
    keys = outsider.certificate_keys((home / "NL-POL" / "keys" / "signing.pem").read_bytes())
    private = outsider.encryption_key((home / "DE-BKA" / "keys" / "encryption.key").read_bytes())
    grants = [
        grant
        for grant in baken("keys", "list", "--home", home, "--as", "DE-BKA", "--raw").lines()
        if grant["topic"] == "baken.bulletin.nl-pol"
    ]
    epoch_keys = dict(outsider.open_grant(grant["value"].encode(), keys=keys, private=private) for grant in grants)
    opened = {entry["event"]: entry["sections"] for entry in feed(home, "DE-BKA")}
    feed_records = baken("feed", "--home", home, "--as", "DE-BKA", "--raw").lines()
    raw = [record for record in feed_records if record["key"].startswith("NL-POL/")]
    read = [outsider.read_feed(record["value"].encode(), keys=keys, epoch_keys=epoch_keys) for record in raw]
    assert len(read) >= 20
    assert all(record.sections == opened[record.claims["jti"]] for record in read)


def test_an_auditor_confirms_all_of_it_without_content(home: Path, published: Ran) -> None:
    """The replay verifies, lists disclosures by recipient, purpose and basis, and holds no content."""
    verdict = until(
        lambda: baken("audit", "verify", "--home", home, "--json"),
        lambda ran: ran.json()["signed"] >= len(published.json()["events"]),
    )
    report = verdict.json()
    assert verdict.code == 0
    assert report["verified"]
    assert report["signed"] <= report["leaves"]
    assert len(report["root"]) == 43
    disclosed = {(line["to"], line["profile"], line["purpose"]) for line in report["disclosures"]}
    assert {("DE-BKA", "liaison", "locate_suspect"), ("BE-FGP", "border", "locate_suspect")} <= disclosed
    assert all(line["basis"] for line in report["disclosures"])
    names = {
        name["surname"]
        for entry in feed(home, "DE-BKA")
        for identity in entry["sections"].get("identity", {}).get("identities", [])
        for name in identity.get("names", [])
        if "surname" in name
    }
    assert names
    assert not any(name in verdict.out for name in names if len(name) > 4)


def test_an_export_verifies_elsewhere_and_shows_where_it_was_changed(
    home: Path, published: Ran, tmp_path: Path
) -> None:
    """A file checks with the roots alone; one changed leaf is found at its line."""
    file, roots = tmp_path / "audit.jsonl", home / "trust" / "roots.json"
    assert baken("audit", "export", "--home", home, "--out", file).code == 0
    assert baken("audit", "verify", "--file", file, "--roots", roots).code == 0
    lines = file.read_bytes().splitlines(keepends=True)
    record = json.loads(lines[10])
    value = record["record"]["value"]
    record["record"]["value"] = ("B" if value[40] == "A" else "A").join((value[:40], value[41:]))
    lines[10] = json.dumps(record, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    file.write_bytes(b"".join(lines))
    changed = baken("audit", "verify", "--file", file, "--roots", roots, "--json")
    assert changed.code == 1
    assert any(finding.get("line") == 11 for finding in changed.json()["findings"])


def test_a_missing_evaluation_is_shown_as_x4(home: Path, published: Ran) -> None:
    """An alert without an evaluation is shown as one that nobody could assess; its signed sections stay."""
    arrived(home, "DE-BKA", events_for(published, "DE-BKA", "suspect-alert.v1"))
    shown = baken("feed", "--home", home, "--as", "DE-BKA").out
    assert 'evaluation: {"information":"4","source":"X"} (none was given)' in shown
    assert any("evaluation" not in entry["sections"] for entry in feed(home, "DE-BKA"))


def test_the_issuer_is_asked_to_decide_before_a_child_turns_18(home: Path) -> None:
    """A victim alert that outlives four months before the child's majority says by when to decide."""
    born = datetime.now(UTC).date() - timedelta(days=int(17.8 * 365.25))
    fields = {
        "Soort": "slachtoffer",
        "Registratienummer": "UTO-K-0001",
        "Doel": "bescherming slachtoffer",
        "Rechtsgrond": "Richtlijn 2011/36 art. 11",
        "Geldigheid": "365",
        "Achternaam": "Proefkind",
        "Voornamen": "Test",
        "Geboortedatum": f"{born:%d-%m-%Y}",
        "Identiteitstatus": "niet vastgesteld",
        "Maatregel": "contact met melder",
        "Afhandelingscode": "H0|H2",
        "Doorgifte": "na toestemming",
        "DerdeLanden": "verboden",
        "GebruikInRechte": "na toestemming",
        "Regime": "Wpg",
        "Minderjarig": "ja",
        "Behandelaar": "pseudoniem-utopia-01",
        "Zaaknummer": "UTO-2026-K0001",
        "Taal": "Nederlands",
        "Meldingsoort": "mogelijk slachtoffer",
        "Slachtofferstatus": "vermoedelijk",
        "VastgesteldDoor": "politie",
        "Verklaring": "geen",
    }
    file = f"{';'.join(fields)}\r\n{';'.join(fields.values())}\r\n".encode("cp1252")
    ran = baken("publish", "--home", home, "--as", "NL-POL", "--json", "-", stdin=file)
    assert ran.json()["findings"] == []
    (event,) = ran.json()["events"]
    assert event["decide_by"] is not None
