"""The index of a replay grows on disk, compactly, and not in memory."""

from __future__ import annotations

import random
import tracemalloc

import msgspec

from broker.audit import index as index_module
from broker.audit.index import ReplayIndex
from contracts.identifiers import alert_id, event_id
from contracts.wire import Claims, Reference
from tests.support import envelope_world as world

EVENTS = 3_000
MAX_EVENT_BYTES = 320
"""On disk, with three recipients."""
MAX_MEMORY_BYTES = 2_000_000


def test_an_event_takes_a_few_hundred_bytes_on_disk_and_none_in_memory() -> None:
    """Thousands of events with three recipients each fill the file, not the process."""
    made, chance = world.make(), random.Random(1)  # noqa: S311 - ids that repeat
    claims, leaf = made.claims, made.leaf()
    tracemalloc.start()
    with ReplayIndex() as index:
        for number in range(EVENTS):
            one = _numbered(claims, number, chance)
            event = index.add_event(one, leaf, actor="k3JfT0qWvX2a")
            index.add_deliveries(event, one, world.AUDIENCE)
            index.tally("NL-POL", "admitted", "", number * 40_000_000)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        (pages,), (size,) = (index.db.execute(f"PRAGMA page_{name}").fetchone() for name in ("count", "size"))
    assert peak < MAX_MEMORY_BYTES
    assert pages * size / EVENTS < MAX_EVENT_BYTES


def _numbered(claims: Claims, number: int, chance: random.Random) -> Claims:
    return msgspec.structs.replace(
        claims, jti=event_id(world.NOW, chance.randbytes(10)), sub=alert_id(chance.randbytes(16)), seq=number + 1
    )


def test_words_are_bounded_in_memory() -> None:
    """However many legal bases issuers invent, only some are kept in memory, and each keeps its number."""
    with ReplayIndex() as index:
        first = index.word("basis-0")
        for number in range(index_module.MAX_WORDS + 10):
            index.word(f"basis-{number}")
        assert len(index._words) <= index_module.MAX_WORDS
        assert index.word("basis-0") == first


def test_a_number_that_was_used_is_found_again() -> None:
    """The first record under a number is the one that counts; another participant's numbers are its own."""
    claims, leaf = world.make().claims, world.make().leaf()
    with ReplayIndex() as index:
        assert index.number_of(claims) is None
        index.add_event(claims, leaf)
        index.add_event(claims, world.make().leaf(record="A" * 43))
        assert index.number_of(claims) == leaf.record


def test_receipts_mark_what_they_name_once() -> None:
    """The first receipt of a recipient counts, and only for events that it was sent."""
    claims, leaf = world.make().claims, world.make().leaf()
    with ReplayIndex() as index:
        event = index.add_event(claims, leaf)
        index.add_deliveries(event, claims, world.AUDIENCE)
        for holder, time in (("DE-BKA", 5), ("DE-BKA", 9), ("NL-CARE", 7)):
            index.receive(holder, [Reference(iss=claims.iss, jti=claims.jti)], time, erasure=False)
        rows = index.db.execute("SELECT word, received FROM deliveries JOIN words ON words.id=recipient ORDER BY 1")
        assert list(rows) == [("BE-FGP", None), ("DE-BKA", 5), ("FR-PNJ", None)]
