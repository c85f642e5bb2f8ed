"""The inbox keeps each event once, sealed at rest, and forgets content on order or at `exp`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from broker.gateway.entries import EntryState, Wanted
from broker.gateway.inbox import Inbox
from broker.ports import Incoming
from contracts.errors import Code, refusal
from tests.support.gateway_parts import SECTIONS, arrival, receive
from tests.support.postgres import ON_BOTH

pytestmark = ON_BOTH


def test_an_entry_reads_as_it_was_opened(inbox: Inbox, maker: Any) -> None:
    """Sections, claims and state come back; nothing is superseded."""
    claims = maker.claims()
    receive(inbox, arrival(claims))
    (entry,) = inbox.feed()
    assert (entry.jti, entry.state, entry.sections, entry.superseded) == (
        claims.jti,
        EntryState.OPENED,
        SECTIONS,
        False,
    )
    assert entry.claims["purpose"] == "locate_suspect"


def test_sections_stand_in_no_file_in_clear(inbox: Inbox, maker: Any, tmp_path: Path) -> None:
    """Opened content is sealed under the local key at rest."""
    receive(inbox, arrival(maker.claims()))
    assert all(b"PLANTED" not in file.read_bytes() for file in tmp_path.iterdir())


def test_a_known_event_is_dropped(inbox: Inbox, maker: Any) -> None:
    """The same issuer and id come in once; another issuer's same id is another event."""
    claims = maker.claims()
    receive(inbox, arrival(claims))
    with inbox.store.read() as connection:
        assert inbox.dropped(connection, claims) == "known"
        assert inbox.dropped(connection, maker.claims(jti=claims.jti, iss="BE-FGP")) is None


def test_a_crash_before_the_commit_leaves_the_event_unknown(inbox: Inbox, maker: Any) -> None:
    """What was not committed is taken in when the feed brings it again."""
    claims = maker.claims()

    def crash() -> None:
        with inbox.store.write() as connection:
            inbox.add(connection, arrival(claims), now_ms=5, admitted=4)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        crash()
    with inbox.store.read() as connection:
        assert inbox.dropped(connection, claims) is None


def test_a_later_version_supersedes(inbox: Inbox, maker: Any) -> None:
    """Both versions are listed, the earlier one marked."""
    first = maker.claims()
    receive(inbox, arrival(first))
    receive(inbox, arrival(maker.claims(sub=first.sub, ver=2)))
    assert [entry.superseded for entry in inbox.feed()] == [True, False]


def test_the_feed_goes_on_behind_a_number_and_over_pages(
    inbox: Inbox, maker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading in pages yields every entry once; a reader resumes behind the last number."""
    monkeypatch.setattr("broker.gateway.inbox.PAGE_ROWS", 2)
    for _ in range(5):
        receive(inbox, arrival(maker.claims()))
    numbers = [entry.number for entry in inbox.feed()]
    assert len(numbers) == len(set(numbers)) == 5
    assert [entry.number for entry in inbox.feed(numbers[2])] == numbers[3:]


def test_a_record_without_grant_is_kept_as_it_came_and_opened_later(inbox: Inbox, maker: Any) -> None:
    """An event that waits for its grant comes back byte for byte and is opened in place."""
    waiting = arrival(maker.claims(), sections=None, profile=None, kid="NL-POL/DE-BKA/suspect-1y/2026-03-02")
    receive(inbox, waiting)
    assert inbox.waiting() == [waiting.incoming]
    assert inbox.waiting(["another"]) == []
    assert inbox.waiting([waiting.kid]) == [waiting.incoming]
    with inbox.store.write() as connection:
        inbox.opened(connection, arrival(waiting.claims))
    (entry,) = inbox.feed()
    assert (entry.state, entry.sections) == (EntryState.OPENED, SECTIONS)


def test_a_follower_sees_an_entry_again_when_it_changes(inbox: Inbox, maker: Any) -> None:
    """Changes are numbered one by one, and an entry stands where it changed last, with all that is known of it."""
    for _ in range(3):
        receive(inbox, arrival(maker.claims()))
    first, second, third = inbox.changes(0, 10)
    assert [first.change, second.change, third.change] == [1, 2, 3]
    with inbox.store.write() as connection:
        inbox.drop_content(connection, [first.number, second.number], EntryState.ERASED, None)
    inbox.reported(third.number, "tasked", None, actions=1)
    seen = inbox.changes(third.change, 10)
    assert [(entry.number, entry.change, entry.state, entry.action) for entry in seen] == [
        (first.number, 4, EntryState.ERASED, None),
        (second.number, 5, EntryState.ERASED, None),
        (third.number, 6, EntryState.OPENED, "tasked"),
    ]
    assert [entry.number for entry in inbox.changes(4, 1)] == [second.number]
    assert (inbox.last_change(), inbox.changes(6, 10)) == (6, [])


def test_entries_are_chosen_by_what_they_say(inbox: Inbox, maker: Any) -> None:
    """Each filter leaves what matches; none leaves everything."""
    claims = [maker.claims(), maker.claims(iss="DE-BKA"), maker.claims(type="victim-alert.v1")]
    for one in claims:
        receive(inbox, arrival(one))
    receive(inbox, arrival(maker.claims(), sections=None, profile=None))
    chosen = [
        (Wanted(), [1, 2, 3, 4]),
        (Wanted(number=2), [2]),
        (Wanted(iss="DE-BKA"), [2]),
        (Wanted(type="victim-alert.v1"), [3]),
        (Wanted(sub=claims[0].sub), [1]),
        (Wanted(state=EntryState.AWAITING_GRANT), [4]),
        (Wanted(since=5), [1, 2, 3, 4]),
        (Wanted(since=6), []),
    ]
    for wanted, numbers in chosen:
        assert [entry.number for entry in inbox.feed(wanted=wanted)] == numbers


def test_raw_records_are_as_on_the_wire(inbox: Inbox, maker: Any) -> None:
    """The raw feed gives key, headers and value as they were read."""
    item = arrival(maker.claims())
    receive(inbox, item)
    assert list(inbox.raw()) == [item.incoming]


def test_what_is_past_its_end_loses_its_content(inbox: Inbox, maker: Any) -> None:
    """At `exp` everything but the fact of the event is deleted, by the event's own word."""
    claims = maker.claims()
    receive(inbox, arrival(claims))
    assert inbox.expire(now_s=claims.exp - 1) == 0
    assert inbox.expire(now_s=claims.exp) == 1
    assert inbox.expire(now_s=claims.exp) == 0
    (entry,) = inbox.feed()
    assert (entry.state, entry.sections, entry.claims, list(inbox.raw())) == (EntryState.EXPIRED, {}, {}, [])


def test_a_refused_record_is_noted_once_without_its_bytes(inbox: Inbox, maker: Any, tmp_path: Path) -> None:
    """Quarantine keeps position, code and rule; the same position is noted once."""
    incoming = Incoming(topic="baken.feed.de-bka", partition=0, offset=3, time=0, key=b"k", value=b"PLANTED")
    for _ in range(2):
        with inbox.store.write() as connection:
            inbox.refuse(connection, incoming, refusal(Code.E12_OPEN, "tag"), now_ms=5)
    assert all(b"PLANTED" not in file.read_bytes() for file in tmp_path.iterdir())
