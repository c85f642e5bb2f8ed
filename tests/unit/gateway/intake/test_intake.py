"""What is handed in is durable, worked off once per record, answered in full, and forgotten in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from adapters import interface
from adapters.interface import DecodedRecord
from broker.gateway.intake.intake import Intake
from broker.gateway.intake.submission import RecordStatus, SubmissionStatus
from broker.gateway.intake.tables import submission_records, submissions
from broker.gateway.intake.work import BATCH_RECORDS, Worker
from broker.settings import IntakeSettings
from contracts.codes import ErasureGround
from contracts.errors import IdempotencyConflict, IntakeFull, StoreBusy, TrustStale, UsageError
from tests.support.gateway_world import GatewayWorld
from tests.support.postgres import ON_BOTH
from tests.support.records import suspects

pytestmark = ON_BOTH
MORE = "Haarstijl;BSN;"
"""A column that the Dutch table does not know, its values are residue, and one that it reads."""


def intake(world: GatewayWorld) -> Intake:
    return world.gateway("NL-POL").intake


def hand_in(world: GatewayWorld, data: bytes, **options: Any) -> str:
    return intake(world).accept(data, **{"adapter": "nl-csv", "actor": "a", "client": "system", **options}).id


def new_worker(world: GatewayWorld) -> Worker:
    """Return a worker as a restarted process has it: it knows nothing but the database."""
    gateway = world.gateway("NL-POL")
    return Worker(intake=gateway.intake, publisher=gateway.publisher, vault=gateway.vault, clock=world.clock, file=None)


def work_off(world: GatewayWorld, worker: Worker | None = None) -> None:
    worker = worker or world.services["NL-POL"].worker
    while worker.step(world.services["NL-POL"].trust.fresh()):
        pass


def with_residue(data: bytes) -> bytes:
    """Put a column before the others that no row of the table reads, and one with a BSN whose check digit is wrong."""
    head, *rows = data.decode("cp1252").splitlines()
    return "\r\n".join([MORE + head, *(f"krullen;123456789;{row}" for row in rows), ""]).encode("cp1252")


async def test_every_record_is_answered_for(exchange: GatewayWorld) -> None:
    """A file with one bad record: the others are acknowledged, the bad one has its findings and no event."""
    data = suspects(3).replace(b"UTO-T-2", b"")
    id_ = hand_in(exchange, data)
    assert intake(exchange).submission(id_).state is SubmissionStatus.RECEIVED
    work_off(exchange)
    done = intake(exchange).submission(id_)
    assert (done.state, done.decided, done.acknowledged, done.refused) == (SubmissionStatus.DONE, 3, 2, 1)
    first, bad, last = intake(exchange).records(id_)
    assert [one.state for one in (first, bad, last)] == ["acknowledged", "refused", "acknowledged"]
    assert bad.jti is None
    assert {finding["code"] for finding in bad.findings} == {"A03-field"}
    assert all(finding["rule"] and finding["remedy"] and finding["line"] == 3 for finding in bad.findings)
    assert exchange.gateway("NL-POL").state(first.jti or "").jti == first.jti


async def test_a_file_handed_in_again_is_found_unchanged(exchange: GatewayWorld) -> None:
    """Without a key the records themselves are recognised, and nothing is issued twice."""
    first, second = hand_in(exchange, suspects(2)), hand_in(exchange, suspects(2))
    work_off(exchange)
    assert intake(exchange).submission(second).unchanged == 2
    assert {one.jti for one in intake(exchange).records(first)} == {one.jti for one in intake(exchange).records(second)}


async def test_a_key_stands_for_one_file(exchange: GatewayWorld) -> None:
    """The same key and file give the same submission; another file or client does not."""
    first = intake(exchange).accept(suspects(1), adapter="nl-csv", actor="a", client="x", idempotency_key="k")
    again = intake(exchange).accept(suspects(1), adapter="nl-csv", actor="a", client="x", idempotency_key="k")
    assert (again.id, again.repeated) == (first.id, True)
    with pytest.raises(IdempotencyConflict):
        intake(exchange).accept(suspects(2), adapter="nl-csv", actor="a", client="x", idempotency_key="k")
    other = intake(exchange).accept(suspects(2), adapter="nl-csv", actor="a", client="y", idempotency_key="k")
    assert not other.repeated


async def test_a_full_intake_takes_nothing(exchange: GatewayWorld) -> None:
    """Beyond its limits the client is told to wait, and what waits already is kept."""
    exchange.gateway("NL-POL").close()
    exchange.start("NL-POL", intake=IntakeSettings(max_backlog=1))
    await exchange.load_trust("NL-POL")
    kept = hand_in(exchange, suspects(1))
    with pytest.raises(IntakeFull) as refused:
        hand_in(exchange, suspects(1, first=2))
    assert refused.value.retry_seconds > 0
    work_off(exchange)
    assert intake(exchange).submission(kept).acknowledged == 1
    assert intake(exchange).backlog().submissions == 0
    hand_in(exchange, suspects(1, first=2))


async def test_an_empty_body_and_an_unknown_submission_are_refused(exchange: GatewayWorld) -> None:
    """Each with its reason."""
    with pytest.raises(UsageError, match="empty"):
        hand_in(exchange, b"")
    with pytest.raises(UsageError, match="no submission"):
        intake(exchange).submission("00000000-0000-7000-8000-000000000000")


async def test_a_worker_that_is_killed_anywhere_repeats_nothing(exchange: GatewayWorld) -> None:
    """A new process after every single batch still decides each record exactly once."""
    count = BATCH_RECORDS * 2 + 3
    id_ = hand_in(exchange, suspects(count))
    while intake(exchange).submission(id_).state in {SubmissionStatus.RECEIVED, SubmissionStatus.WORKING}:
        new_worker(exchange).step(exchange.services["NL-POL"].trust.fresh())
    done = intake(exchange).submission(id_)
    assert (done.acknowledged, done.unchanged, done.refused) == (count, 0, 0)
    records = intake(exchange).records(id_)
    assert [one.number for one in records] == list(range(1, count + 1))
    assert len({one.jti for one in records}) == count


async def test_a_transaction_that_fails_decides_nothing(exchange: GatewayWorld, monkeypatch: Any) -> None:
    """When the outbox fails in the middle of a batch, neither events nor positions of it exist; then all do."""
    id_ = hand_in(exchange, suspects(BATCH_RECORDS))
    worker, decide = new_worker(exchange), type(exchange.gateway("NL-POL").publisher).decide

    def fails(*arguments: Any, **options: Any) -> Any:
        decide(*arguments, **options)
        raise StoreBusy("full disk")

    with monkeypatch.context() as patch:
        patch.setattr(type(exchange.gateway("NL-POL").publisher), "decide", fails)
        with pytest.raises(StoreBusy):
            worker.step(exchange.services["NL-POL"].trust.fresh())
    assert intake(exchange).submission(id_).decided == 0
    assert exchange.gateway("NL-POL").outbox.backlog() == {}
    work_off(exchange, worker)
    assert intake(exchange).submission(id_).acknowledged == BATCH_RECORDS


async def test_a_file_that_no_adapter_can_read_is_refused_as_a_whole(exchange: GatewayWorld) -> None:
    """Its one finding says where it ceases to be readable."""
    id_ = hand_in(exchange, b"Soort;Registratienummer\r\n\x81;\r\n")
    work_off(exchange)
    assert intake(exchange).submission(id_).state is SubmissionStatus.REFUSED
    assert {finding["code"] for one in intake(exchange).records(id_) for finding in one.findings} == {"A01-encoding"}


async def test_a_file_without_records_is_done(exchange: GatewayWorld) -> None:
    """A nightly export on a quiet day has a header and nothing else."""
    id_ = hand_in(exchange, suspects(0))
    work_off(exchange)
    done = intake(exchange).submission(id_)
    assert (done.state, done.decided) == (SubmissionStatus.DONE, 0)


async def test_a_submission_whose_adapter_is_gone_is_refused(exchange: GatewayWorld) -> None:
    """An upgrade that drops an adapter does not stop the gateway."""
    id_ = hand_in(exchange, suspects(1), adapter="no-such")
    work_off(exchange)
    (record,) = intake(exchange).records(id_)
    assert (record.state, record.findings[0]["code"]) == (RecordStatus.REFUSED, "A02-format")


async def test_short_submissions_pass_a_long_file(exchange: GatewayWorld) -> None:
    """The folder and HTTP take turns; within each the first comes first."""
    data = suspects(BATCH_RECORDS * 3)
    long = intake(exchange).new_id()
    intake(exchange).adopt(long, adapter="nl-csv", actor="a", size=len(data), data=data)
    gateway = exchange.gateway("NL-POL")
    worker = Worker(
        intake=gateway.intake, publisher=gateway.publisher, vault=gateway.vault, clock=exchange.clock,
        file=lambda _: data,
    )  # fmt: skip
    trust = exchange.services["NL-POL"].trust.fresh()
    worker.step(trust)
    first, second = hand_in(exchange, suspects(1, first=900)), hand_in(exchange, suspects(1, first=901))
    for finished in (first, second):
        worker.step(trust)
        worker.step(trust)
        assert intake(exchange).submission(finished).state is SubmissionStatus.DONE
    assert intake(exchange).submission(long).state is not SubmissionStatus.RECEIVED
    work_off(exchange, worker)
    assert intake(exchange).submission(long).acknowledged == BATCH_RECORDS * 3


async def test_files_of_a_folder_that_is_watched_no_more_wait(exchange: GatewayWorld) -> None:
    """A setting that was lost loses no record."""
    data = suspects(1)
    waiting = intake(exchange).new_id()
    intake(exchange).adopt(waiting, adapter="nl-csv", actor="a", size=len(data), data=data)
    work_off(exchange, new_worker(exchange))
    assert intake(exchange).submission(waiting).state is SubmissionStatus.RECEIVED
    assert intake(exchange).backlog().submissions == 1


async def test_nothing_is_decided_without_fresh_trust(exchange: GatewayWorld) -> None:
    """The task waits, the submission too, and it is decided afterwards."""
    id_, trust = hand_in(exchange, suspects(1)), exchange.services["NL-POL"].trust.fresh()
    exchange.clock.advance(seconds=25 * 3600)
    with pytest.raises(TrustStale):
        await exchange.services["NL-POL"].intake_step()
    assert intake(exchange).submission(id_).state is SubmissionStatus.RECEIVED
    exchange.services["NL-POL"].worker.step(trust)
    assert intake(exchange).submission(id_).acknowledged == 1


async def test_a_restart_on_another_day_reads_the_file_as_on_the_first(
    exchange: GatewayWorld, monkeypatch: Any
) -> None:
    """Ages are counted from the day of acceptance, so that positions and judgements stay."""
    trust, day, seen = exchange.services["NL-POL"].trust.fresh(), exchange.clock().date(), []

    def decode(_: bytes, *, on: date) -> Iterator[DecodedRecord]:
        seen.append(on)
        return iter([])

    id_ = hand_in(exchange, suspects(1))
    exchange.clock.advance(seconds=2 * 86_400)
    monkeypatch.setattr(interface, "find", lambda _: SimpleNamespace(decode=decode))
    new_worker(exchange).step(trust)
    assert (seen, intake(exchange).submission(id_).state) == ([day], SubmissionStatus.DONE)


async def test_an_oversize_file_is_refused_before_it_is_read(exchange: GatewayWorld) -> None:
    """The limit and the remedy are named."""
    exchange.gateway("NL-POL").close()
    exchange.start("NL-POL", intake=IntakeSettings(max_file_bytes=100))
    await exchange.load_trust("NL-POL")
    id_ = hand_in(exchange, suspects(1))
    work_off(exchange)
    (record,) = intake(exchange).records(id_)
    assert (record.state, record.findings[0]["code"]) == (RecordStatus.REFUSED, "A01-size")


async def test_what_was_handed_in_is_sealed_and_goes_when_it_is_worked_off(exchange: GatewayWorld) -> None:
    """No body and no residue stands in clear, and the body is gone at the end."""
    id_ = hand_in(exchange, with_residue(suspects(1, mark="Q")))
    store = intake(exchange).store
    with store.read() as connection:
        assert b"ProefstraQ" not in (connection.scalar(select(submissions.c.body_sealed)) or b"ProefstraQ")
    work_off(exchange)
    with store.read() as connection:
        assert connection.execute(submissions.select()).one().body_sealed is None
        assert b"krullen" not in connection.execute(submission_records.select()).one().residue_sealed
    (record,) = intake(exchange).records(id_)
    assert [item["value"] for item in record.residue] == ["krullen"]
    assert [(flag["field"], flag["code"]) for flag in record.flags] == [("BSN", "Q01-register-number")]


async def test_erasing_an_alert_erases_its_residue_and_flags(exchange: GatewayWorld) -> None:
    """That there was residue stays known; its values are gone, and what was doubtful about them."""
    id_ = hand_in(exchange, with_residue(suspects(1)))
    work_off(exchange)
    await exchange.run()
    exchange.gateway("NL-POL").order_erasure("UTO-T-1", ErasureGround.UNLAWFUL)
    await exchange.run()
    (record,) = intake(exchange).records(id_)
    assert (record.residue_count, record.residue, record.flags) == (1, (), ())


async def test_finished_submissions_are_forgotten_after_their_term(exchange: GatewayWorld) -> None:
    """Events stay; what waits stays too."""
    done, waiting = hand_in(exchange, suspects(1)), ""
    work_off(exchange)
    waiting = hand_in(exchange, suspects(1, first=2))
    exchange.clock.advance(seconds=91 * 86_400)
    now_ms = int(exchange.clock().timestamp() * 1000)
    assert intake(exchange).forget(now_ms=now_ms) == 1
    assert [one.id for one in intake(exchange).submissions()] == [waiting]
    assert intake(exchange).records(done) == []


async def test_submissions_are_listed_from_the_latest(exchange: GatewayWorld) -> None:
    """And page by page."""
    first, second, third = (hand_in(exchange, suspects(1, first=n)) for n in range(3))
    assert [one.id for one in intake(exchange).submissions(limit=2)] == [third, second]
    assert [one.id for one in intake(exchange).submissions(before=second)] == [first]
