"""Every type of the contract over a real Kafka: published, admitted, received, answered, and audited.

One story in order. Each test is a part of it, and the last holds the log against all types there are.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from broker.cli.places import gateway_of
from broker.embedded import home as homes
from broker.embedded.exchange import Exchange
from contracts.encoding import decode_base64url
from contracts.errors import Code
from contracts.events import EVENTS
from tests.support.command import baken
from tests.support.contents import content
from tests.support.waiting import DEADLINE_SECONDS, until

SAMPLES = Path(__file__).resolve().parents[2] / "adapters" / "samples"


class Story:
    """The exchange and what was issued in it: event ids by name. Owner: this module."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.home = home
        self.folder = folder
        self.events: dict[str, str] = {}
        self.alerts: dict[str, str] = {}

    def file(self, **sections: Any) -> Path:
        """Write sections as `--file` takes them."""
        path = self.folder / f"{len(self.events)}-{'-'.join(sections)}.json"
        path.write_text(json.dumps(sections), encoding="utf-8")
        return path

    def run(self, command: str, who: str, *words: str | Path) -> Any:
        """Run a command that succeeds and return its JSON."""
        ran = baken(command, "--home", self.home, "--as", who, "--json", *words)
        assert ran.code == 0, (command, words, ran.out, ran.err)
        return ran.json()

    def say(self, name: str, command: str, who: str, *words: str | Path) -> dict[str, Any]:
        """Issue one event and remember it under `name`."""
        told = self.run(command, who, "--wait", str(DEADLINE_SECONDS), *words)
        assert told["findings"] == []
        (event,) = told["events"]
        assert event["outcome"] == "admitted"
        self.events[name], self.alerts[name] = event["event"], event["alert"]
        found: dict[str, Any] = event
        return found

    def entry(self, who: str, event: str) -> Any:
        """Return what `who` holds of an event as soon as it is opened there, or gone."""
        return until(
            lambda: next(
                (
                    line
                    for line in baken("feed", "--home", self.home, "--as", who, "--json").lines()
                    if line["event"] == event and line["state"] != "awaiting-grant"
                ),
                None,
            )
        )

    def api(self, who: str) -> httpx.Client:
        """Return a client of the HTTP interface of `who`."""
        home = homes.load(self.home)
        keys = home.folder / who / "clients"
        context = ssl.create_default_context(cafile=keys / "ca.pem")
        context.load_cert_chain(keys / "national-system.pem", keys / "national-system.key")
        return httpx.Client(base_url=f"https://127.0.0.1:{home.http_ports[who]}", verify=context, timeout=30)


@pytest.fixture(scope="module")
def story(exchange: Exchange, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Begin the story."""
    return Story(exchange.home.folder, tmp_path_factory.mktemp("every"))


def test_alerts_of_every_kind_arrive(story: Story) -> None:
    """A suspect, a victim, a signal for police, and a referral request for care."""
    for name in ("suspect", "victim", "signal"):
        file = SAMPLES / "baken-json" / f"{name}.json"
        to = ("--to", "DE-BKA", "--to", "BE-FGP")
        story.say(name, "publish", "NL-POL", "--adapter", "baken-json", *to, file)
        assert {story.entry(who, story.events[name])["state"] for who in ("DE-BKA", "BE-FGP")} == {"opened"}
    draft = {
        "type": "referral-request.v1",
        "purpose": "protect_victim",
        "basis": ["gdpr:art6-1-d", "gdpr:art9-2-c"],
        "urgency": "urgent:life_at_risk",
        "validity_days": 30,
        "claims": [],
        "national_id": "UTO-R-0001",
        "sections": {"needs": content("needs")},
    }
    file = story.folder / "referral.json"
    file.write_text(json.dumps(draft), encoding="utf-8")
    story.say("referral", "publish", "NL-CARE", "--adapter", "baken-json", "--to", "BE-CARE", file)
    assert story.entry("BE-CARE", story.events["referral"])["sections"].keys() == {"needs", "summary"}


def test_a_hit_and_two_words_about_errors_go_back_to_the_issuer(story: Story) -> None:
    """Each is about the alert, reaches its issuer, and is answered by a signed receipt."""
    alert = story.events["suspect"]
    story.say("hit", "hit", "BE-FGP", "--country", "BEL", "--on", "vehicle", "--taken", "checked", alert)
    right = story.file(objects=content("objects"), handling=content("handling"))
    words = ("--what", "inaccurate", "--member", "objects.vehicles[0].plate", "--file", right)
    story.say("correction", "propose-correction", "DE-BKA", *words, alert)
    story.say("error", "report-error", "DE-BKA", "--what", "outdated", alert)
    for name in ("hit", "correction", "error"):
        entry = story.entry("NL-POL", story.events[name])
        assert entry["about"] == {"event": alert, "from": "NL-POL"}
    about = baken("feed", "--home", story.home, "--as", "NL-POL", "--json", "--about", alert).lines()
    assert [line["event"] for line in about] == [story.events[name] for name in ("hit", "correction", "error")]


def test_a_hit_opens_the_identity_at_the_border(story: Story) -> None:
    """The border post that found the suspect is shown who it is, under the signature that it has."""
    told = story.run("disclose", "NL-POL", "--after", story.events["hit"], "--section", "identity")
    story.events["disclosure"] = told["event"]
    entry = until(lambda: story.entry("BE-FGP", story.events["suspect"]), lambda one: "identity" in one["sections"])
    assert entry["disclosed"] == {"identity": story.events["disclosure"]}


def test_a_request_is_answered_and_another_refused(story: Story) -> None:
    """The answer is given over HTTP, the refusal on the command line; both are about the request."""
    asked = ("--asked", "whereabouts", "--why-there", "residence", "--offence", "iccs:0204", "--to", "DE-BKA")
    why = ("--purpose", "locate_suspect", "--basis", "dir-2023-977:art5-1-c")
    plate = story.file(objects=content("objects"), handling=content("handling"))
    story.say("request", "request", "NL-POL", *asked, *why, "--file", plate)
    number = story.entry("DE-BKA", story.events["request"])["number"]
    sections = {
        "report": {"answer": {"extent": "complete"}},
        "movement": content("movement"),
        "handling": content("handling"),
    }
    with story.api("DE-BKA") as api:
        told = api.post(f"/v1/inbox/{number}/messages", json={"type": "answer.v1", "sections": sections})
        assert told.status_code == 202, told.text
        story.events["answer"] = told.json()["event"]
        again = api.post(f"/v1/inbox/{number}/messages", json={"type": "answer.v1", "sections": sections})
        assert (again.json()["event"], again.json()["unchanged"]) == (story.events["answer"], True)
    entry = story.entry("NL-POL", story.events["answer"])
    assert entry["about"] == {"event": story.events["request"], "from": "NL-POL"}
    assert entry["sections"]["movement"] == content("movement")

    story.say("second", "request", "NL-POL", *asked, *why, "--about", story.events["suspect"])
    story.entry("DE-BKA", story.events["second"])
    story.say("refusal", "refuse", "DE-BKA", "--ground", "ongoing_investigation", story.events["second"])
    told = story.entry("NL-POL", story.events["refusal"])["sections"]["report"]
    assert told == {"refusal": {"grounds": ["ongoing_investigation"]}}


def test_shelters_offer_and_decide(story: Story) -> None:
    """An offer about the referral request comes back, and a decision takes the person in."""
    referral = story.events["referral"]
    place = ("--country", "BEL", "--service", "shelter", "--places", "2", "--until", "2099-12-31", "--to", "NL-CARE")
    story.say("offer", "offer", "BE-CARE", *place, "--about", referral)
    assert story.entry("NL-CARE", story.events["offer"])["sections"]["offer"]["places_free"] == 2
    story.say("decision", "decide", "BE-CARE", "--outcome", "accepted", referral)
    told = story.entry("NL-CARE", story.events["decision"])
    assert told["sections"] == {"notice": {"referral": {"outcome": "accepted"}}}
    assert told["about"] == {"event": referral, "from": "NL-CARE"}


def test_what_answers_nothing_is_refused_before_it_is_signed(story: Story) -> None:
    """The officer is told which rule and what to do; nothing goes out."""
    ran = baken("refuse", "--home", story.home, "--as", "DE-BKA", "--ground", "not_available", story.events["suspect"])
    assert ran.code == 1
    assert ran.err.startswith("E13-history ref: is about no ")


def test_endings_reach_whoever_has_the_alert(story: Story) -> None:
    """A recall takes a signal back, a victim alert is restricted and withdrawn, a suspect alert erased."""
    draft = json.loads((SAMPLES / "baken-json" / "signal.json").read_bytes())
    draft["sections"]["observation"]["reporter"] = "hotel"
    file = story.folder / "signal.json"
    file.write_text(json.dumps(draft), encoding="utf-8")
    update = story.say("update", "publish", "NL-POL", "--adapter", "baken-json", "--to", "DE-BKA", file)
    assert (update["version"], update["recalled"]) == (2, ["BE-FGP"])
    assert story.entry("DE-BKA", story.events["update"])["state"] == "opened"
    until(lambda: story.entry("BE-FGP", story.events["signal"])["state"] == "erased")
    (restricted,) = story.run("restrict", "NL-POL", "--reason", "contested", story.alerts["victim"])
    story.events["restrict"] = restricted["events"][0]["event"]
    until(lambda: story.entry("DE-BKA", story.events["victim"])["restricted"] == "contested")
    (withdrawn,) = story.run("withdraw", "NL-POL", story.alerts["victim"])
    story.events["withdraw"] = withdrawn["events"][0]["event"]
    until(lambda: story.entry("DE-BKA", story.events["victim"])["ended"] == "withdrawn")
    (erased,) = story.run("erase", "NL-POL", story.alerts["suspect"])
    story.events["erase"] = erased["events"][0]["event"]
    assert erased["events"][0]["receipts"] == {"BE-FGP": "erased", "DE-BKA": "erased"}
    assert story.entry("DE-BKA", story.events["suspect"])["state"] == "erased"


def test_who_looked_is_reported_to_auditors_alone(story: Story) -> None:
    """What was read above is reported without waiting for the day to end, and stands in the auditor's report."""
    with gateway_of(story.home, "DE-BKA") as gateway:
        at_once = replace(gateway.consulted, delay_seconds=0)
        assert at_once.step(gateway.trust_memory.current()) > 0
    told = until(lambda: baken("audit", "report", "--home", story.home, "--json").json()["looked"])
    assert {line["by"] for line in told} == {"DE-BKA"}
    assert {line["why"] for line in told} == {"case_work"}
    assert story.alerts["victim"] in {line["alert"] for line in told}
    for who in ("NL-POL", "BE-FGP"):
        entries = baken("feed", "--home", story.home, "--as", who, "--json").lines()
        assert "consultation-batch.v1" not in {line["type"] for line in entries}


def test_the_auditor_finds_every_type_and_nothing_wrong(story: Story) -> None:
    """Each type is in the log, admitted; no decision, order or history in it is wrong."""
    until(lambda: baken("audit", "verify", "--home", story.home).code == 0)
    log = story.folder / "audit.jsonl"
    assert baken("audit", "export", "--home", story.home, "--out", log).code == 0
    admitted = {claims["jti"]: claims["type"] for claims in admissions(log)}
    assert set(story.events.values()) <= admitted.keys()
    assert set(admitted.values()) >= EVENTS.keys()


def admissions(log: Path) -> Iterator[Any]:
    """Yield the claims of every event of an export that was admitted."""
    for line in log.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)["record"]
        if record.get("topic", "").endswith(".audit"):
            value = json.loads(decode_base64url(record["value"], code=Code.E02_MEMBER))
            if value["leaf"]["decision"] == "admitted":
                yield json.loads(decode_base64url(value["jws"].split(".")[1], code=Code.E02_MEMBER))
