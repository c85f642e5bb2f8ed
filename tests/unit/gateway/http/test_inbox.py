"""The inbox over HTTP: listed in pages, read one by one, answered with actions."""

from __future__ import annotations

from broker.settings import Right
from contracts.codes import ErasureGround
from contracts.identifiers import instant, iso
from tests.support.gateway_world import GatewayWorld, suspect, victim
from tests.support.http_client import MakeClient
from tests.support.messages import message, told


async def test_entries_come_in_pages_and_by_choice(exchange: GatewayWorld, reach: MakeClient) -> None:
    """`next` leads through everything once; a filter leaves what it names."""
    drafts = [suspect(f"N-{n}") for n in range(4)] + [victim()]
    exchange.gateway("NL-POL").publish(drafts)
    await exchange.run()
    api = reach("DE-BKA", Right.READ)
    numbers, address = [], "/v1/inbox?limit=2&from=NL-POL"
    while address:
        page = (await api.get(address)).json()
        numbers += [entry["number"] for entry in page["entries"]]
        address = page["next"]
    assert numbers == [1, 2, 3, 4, 5]
    victims = (await api.get("/v1/inbox", params={"type": "victim-alert.v1"})).json()["entries"]
    assert [(entry["type"], "identity" in entry["sections"]) for entry in victims] == [("victim-alert.v1", True)]
    alert = victims[0]["alert"]
    assert (await api.get(f"/v1/inbox?alert={alert}")).json()["entries"] == victims
    assert (await api.get(f"/v1/inbox/{victims[0]['number']}")).json() == victims[0]
    for query in ("from=BE-FGP", "state=erased", "since=2999-01-01T00:00:00Z"):
        assert (await api.get(f"/v1/inbox?{query}")).json() == {"entries": [], "next": None}


async def test_what_must_be_answered_is_chosen_by_its_end(exchange: GatewayWorld, reach: MakeClient) -> None:
    """A request shows until when its answer is due; once that is over both sides count it."""
    (asked,) = told(exchange, "NL-POL", message("request.v1", None, "objects"), to=["DE-BKA"])
    await exchange.run()
    api, issuer = reach("DE-BKA"), reach("NL-POL")
    (entry,) = (await api.get("/v1/inbox?due_before=2999-01-01T00:00:00Z")).json()["entries"]
    assert (entry["event"], entry["answered"], entry["overdue"]) == (asked.jti, None, False)
    assert entry["due"] > entry["admitted"] + 7 * 86_400_000
    due = iso(instant(entry["due"]))
    assert (await api.get("/v1/inbox", params={"due_before": due})).json()["entries"] == []
    exchange.clock.advance(days=10)
    assert (await api.get("/v1/inbox/1")).json()["overdue"]
    (delivery,) = (await issuer.get(f"/v1/events/{asked.jti}")).json()["deliveries"]
    assert (delivery["due"], delivery["answered"], delivery["answer_overdue"]) == (entry["due"], None, True)
    assert "baken_answers_owed_overdue 1.0" in (await api.get("/metrics")).text
    assert "baken_answers_awaited_overdue 1.0" in (await issuer.get("/metrics")).text


async def test_a_question_that_does_not_fit_is_refused(reach: MakeClient) -> None:
    """An unknown parameter is refused too: a typing mistake must not widen the answer; its value is not repeated."""
    api = reach("DE-BKA")
    for query in ("form=NL-POL", "limit=0", "state=x", "from=nl-pol", "since=yesterday", "after=-1", "alert=1"):
        refused = await api.get(f"/v1/inbox?{query}")
        name, _, value = query.partition("=")
        assert (refused.status_code, refused.json()["code"]) == (422, "H-parameter")
        assert [error["at"] for error in refused.json()["errors"]] == [f"query.{name}"]
        assert value not in refused.json()["errors"][0].values()


async def test_an_action_is_told_to_the_issuer_once(exchange: GatewayWorld, reach: MakeClient) -> None:
    """The issuer's ledger shows it; the same again changes nothing."""
    (told,) = exchange.gateway("NL-POL").publish([suspect()])
    await exchange.run()
    officer, issuer = reach("DE-BKA", Right.ORDER), reach("NL-POL", Right.SUBMIT)
    first, second = [await officer.post("/v1/inbox/1/actions", json={"state": "tasked"}) for _ in range(2)]
    assert (first.status_code, first.json()["unchanged"], second.json()["unchanged"]) == (202, False, True)
    assert first.json()["receipt"] == second.json()["receipt"]
    await exchange.run()
    ledger = (await issuer.get(f"/v1/events/{told.jti}")).json()  # type: ignore[union-attr]
    assert {one["to"]: one["state"] for one in ledger["deliveries"]} == {"BE-FGP": "opened", "DE-BKA": "tasked"}


async def test_an_action_that_makes_no_sense_is_refused(exchange: GatewayWorld, reach: MakeClient) -> None:
    """Nothing is issued; and what is not there can be neither read nor acted upon."""
    exchange.gateway("NL-POL").publish([suspect()])
    await exchange.run()
    before, api = exchange.gateway("DE-BKA").outbox.backlog(), reach("DE-BKA")
    asked: list[tuple[int, object, int, str]] = [
        (1, {"state": "opened"}, 422, "H-parameter"),
        (1, {"state": "cannot_act"}, 422, "X-usage"),
        (1, {"state": "tasked", "reason": "not_available"}, 422, "X-usage"),
        (1, {"state": "tasked", "by": "Jansen"}, 422, "H-parameter"),
        (1, "tasked", 422, "H-parameter"),
        (7, {"state": "acted"}, 404, "X-unknown"),
    ]
    for number, body, status, code in asked:
        refused = await api.post(f"/v1/inbox/{number}/actions", json=body)
        assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert (await api.get("/v1/inbox/7")).json()["code"] == "X-unknown"
    assert exchange.gateway("DE-BKA").outbox.backlog() == before


async def test_an_erased_entry_keeps_its_place_and_nothing_else(exchange: GatewayWorld, reach: MakeClient) -> None:
    """Its state says so; claims and sections are gone."""
    (told,) = exchange.gateway("NL-POL").publish([suspect()])
    await exchange.run()
    exchange.gateway("NL-POL").order_erasure(told.sub, ErasureGround.EXPIRED)  # type: ignore[union-attr]
    await exchange.run()
    entry = (await reach("DE-BKA").get("/v1/inbox/1")).json()
    assert (entry["state"], entry["claims"], entry["sections"]) == ("erased", {}, {})
