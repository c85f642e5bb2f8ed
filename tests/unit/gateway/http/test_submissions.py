"""Handing records in over HTTP: durable, once per key, refused with reasons."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from broker.gateway.http import submissions
from broker.settings import IntakeSettings
from tests.support.gateway_world import GatewayWorld
from tests.support.http_client import MakeClient

ROOT = Path(__file__).resolve().parents[4]
SUSPECTS = (ROOT / "adapters" / "samples" / "nl-csv" / "suspects.csv").read_bytes()
CSV = {"Content-Type": "text/csv"}


LINES = SUSPECTS.splitlines(keepends=True)


def first(records: int) -> bytes:
    """Return the first records of the sample with its head line; the very first one takes two lines."""
    return b"".join(LINES[: records + 2])


async def work(world: GatewayWorld, name: str = "NL-POL") -> None:
    """Let the intake of a gateway decide everything that waits."""
    while await world.services[name].intake_step():
        pass


async def test_a_file_is_taken_in_decided_and_explained(exchange: GatewayWorld, reach: MakeClient) -> None:
    """The answer names the address of its state; record by record it tells event, findings, flags and residue."""
    api = reach("NL-POL")
    taken = await api.post("/v1/submissions", content=SUSPECTS, headers=CSV)
    assert (taken.status_code, taken.json()["state"]) == (202, "received")
    await work(exchange)
    done = (await api.get(taken.headers["location"])).json()
    assert (done["state"], done["adapter"]) == ("done", "nl-csv")
    records: list[dict[str, Any]] = []
    following = f"{taken.headers['location']}/records?limit=10"
    while following:
        page = (await api.get(following)).json()
        records += page["records"]
        following = page["next"]
    assert [record["number"] for record in records] == list(range(1, done["decided"] + 1))
    assert sum(len(record["residue"]) for record in records) == done["residue"] > 0
    flags = {flag["field"]: flag["code"] for record in records for flag in record["flags"]}
    assert flags == {
        "Achternaam": "Q08-name",
        "Voornamen": "Q08-name",
        "BSN": "Q01-register-number",
        "Rekening1Nummer": "Q05-account",
    }
    ledger = await api.get(f"/v1/events/{records[0]['event']}")
    assert ledger.json()["deliveries"][0]["state"] == "pending"


async def test_a_wrong_record_is_refused_by_itself(exchange: GatewayWorld, reach: MakeClient) -> None:
    """Its findings name line and field, and the record behind it goes on."""
    api = reach("NL-POL")
    broken = b"".join([LINES[0], LINES[3].split(b";")[0] + b"\n", LINES[4]])
    taken = await api.post("/v1/submissions", content=broken, headers=CSV)
    await work(exchange)
    state = (await api.get(taken.headers["location"])).json()
    assert (state["state"], state["refused"], state["acknowledged"]) == ("done", 1, 1)
    (refused, _) = (await api.get(f"{taken.headers['location']}/records")).json()["records"]
    assert (refused["state"], refused["event"]) == ("refused", None)
    assert refused["findings"]


async def test_the_same_key_is_the_same_submission(exchange: GatewayWorld, reach: MakeClient) -> None:
    """A retry gets the first answer's address; the key for another file is refused and changes nothing."""
    api = reach("NL-POL")
    headers = {**CSV, "Idempotency-Key": "batch-1"}
    told = [await api.post("/v1/submissions", content=first(1), headers=headers) for _ in range(2)]
    assert told[0].headers["location"] == told[1].headers["location"]
    other = await api.post("/v1/submissions", content=first(2), headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "X-idempotency")
    await work(exchange)
    assert exchange.gateway("NL-POL").outbox.backlog() == {"pending": 1}


async def test_waiting_saves_a_question(exchange: GatewayWorld, reach: MakeClient) -> None:
    """With `Prefer: wait` the answer comes once every record is decided."""
    headers = {**CSV, "Prefer": "respond-async, wait=20"}
    asking = asyncio.create_task(reach("NL-POL").post("/v1/submissions", content=first(1), headers=headers))
    while not asking.done():
        await exchange.services["NL-POL"].intake_step()
    taken = await asking
    assert (taken.json()["state"], taken.headers["preference-applied"]) == ("done", "wait=20")


async def test_canonical_json_is_taken_as_the_document_shows_it(exchange: GatewayWorld, reach: MakeClient) -> None:
    """JSON is canonical unless an adapter is named; the example of the document is a whole draft."""
    api = reach("NL-POL")
    taken = await api.post("/v1/submissions?to=DE-BKA:liaison", json=submissions.JSON_EXAMPLE)
    await work(exchange)
    state = (await api.get(taken.headers["location"])).json()
    assert (state["adapter"], state["state"], state["acknowledged"]) == ("baken-json", "done", 1)


async def test_recipients_may_be_named(exchange: GatewayWorld, reach: MakeClient) -> None:
    """`to` takes the place of the routes."""
    api = reach("NL-POL")
    taken = await api.post("/v1/submissions?to=BE-FGP:border", content=first(1), headers=CSV)
    await work(exchange)
    (record,) = (await api.get(f"{taken.headers['location']}/records")).json()["records"]
    deliveries = (await api.get(f"/v1/events/{record['event']}")).json()["deliveries"]
    assert [(one["to"], one["profile"]) for one in deliveries] == [("BE-FGP", "border")]


async def test_what_cannot_be_taken_in_is_refused(exchange: GatewayWorld, reach: MakeClient) -> None:
    """Each answer is a problem with a stable code, and nothing was stored."""
    api = reach("NL-POL")
    asked: list[tuple[str, dict[str, str], bytes, int, str]] = [
        ("", {"Content-Type": "image/png"}, b"x", 415, "H-media-type"),
        ("", {"Content-Type": ""}, b"x", 415, "H-media-type"),
        ("?adapter=klingon", CSV, b"x", 422, "H-parameter"),
        ("?to=nobody", CSV, b"x", 422, "H-parameter"),
        ("", CSV, b"", 422, "X-usage"),
        ("", {**CSV, "Idempotency-Key": "k" * 256}, b"x", 422, "H-parameter"),
    ]
    for address, headers, body, status, code in asked:
        refused = await api.post(f"/v1/submissions{address}", content=body, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert exchange.gateway("NL-POL").intake.backlog().submissions == 0


async def test_a_full_intake_asks_to_come_back(exchange: GatewayWorld, reach: MakeClient) -> None:
    """Back-pressure is 503 with Retry-After, never loss."""
    exchange.services["NL-POL"].gateway.close()
    exchange.start("NL-POL", intake=IntakeSettings(max_backlog=1))
    await exchange.load_trust("NL-POL")
    api = reach("NL-POL")
    first_, second = [await api.post("/v1/submissions", content=first(1), headers=CSV) for _ in range(2)]
    assert first_.status_code == 202
    assert (second.status_code, second.json()["code"]) == (503, "X-intake-full")
    assert int(second.headers["retry-after"]) > 0


async def test_an_unknown_submission_is_not_found(reach: MakeClient) -> None:
    """State and records of one that this gateway never had."""
    api = reach("NL-POL")
    for tail in ("", "/records"):
        gone = await api.get(f"/v1/submissions/019c8a5e-7d10-7a44-8b1f-0e5c9d3a7b62{tail}")
        assert (gone.status_code, gone.json()["code"]) == (404, "X-unknown")


@pytest.mark.parametrize(
    ("prefer", "seconds"),
    [(None, 0), ("wait=7", 7), ("respond-async;wait=9", 9), ("wait=99999", 30), ("wait=x", 0), ("await=3", 0)],
)
def test_a_preference_is_read_within_bounds(prefer: str | None, seconds: int) -> None:
    """RFC 7240: what is not understood is left aside."""
    assert submissions._wait_seconds(prefer) == seconds
