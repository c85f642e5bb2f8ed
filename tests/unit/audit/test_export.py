"""Tampered exports: what is changed, removed, added or swapped is found where it was done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from broker.audit.alignment import Standing, align
from broker.audit.export import ExportLog, write_export
from broker.audit.findings import FindingCode
from broker.audit.merkle import leaf_hash
from broker.audit.report import AuditResult
from contracts.errors import UsageError
from tests.support.audited import TOPICS, Line, busy, edit, value_of, with_value
from tests.support.memory_log import MemoryLog

HONEST = {"leaves": 55, "signed": 55, "checkpoints": 5}
OFFSETS = [0, 1, 10, 11, 12, 27, 32, 33, 53, 54]
"""First and last leaves, both sides of a checkpoint, and some in the middle."""


def found(result: AuditResult, *codes: FindingCode) -> list[tuple[str, int | None, int | None]]:
    """Return (code, index, offset) of the findings that speak about leaves, or of `codes`."""
    wanted = codes or (
        FindingCode.LEAF_CHANGED,
        FindingCode.LEAF_MISSING,
        FindingCode.LEAF_ADDED,
        FindingCode.LEAF_MOVED,
    )
    return [(item.code.value, item.index, item.offset) for item in result.findings if item.code in wanted]


async def test_an_export_replays_like_the_log(tmp_path: Path) -> None:
    """The verdict over the file is that over the log, and nobody else may read the file."""
    hub = await busy()
    path = await hub.export(tmp_path / "audit.jsonl")
    assert (await hub.replay_export(path)).to_json() == (await hub.replay()).to_json()
    assert path.stat().st_mode & 0o777 == 0o600
    assert not path.with_name("audit.jsonl.part").exists()


async def test_an_export_tells_what_it_holds(tmp_path: Path) -> None:
    """Counts per topic and the last chain value come back, and the same log gives the same file."""
    hub = await busy()
    first = await write_export(hub.log, TOPICS, tmp_path / "a")
    second = await write_export(hub.log, TOPICS, tmp_path / "b")
    assert first == second
    assert first.counts == {TOPICS.audit: 55, TOPICS.checkpoints: 5}
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


async def test_an_export_needs_a_folder(tmp_path: Path) -> None:
    """A path where nothing can be written is a usage error that names it."""
    with pytest.raises(UsageError, match="cannot write"):
        await (await busy()).export(tmp_path / "missing" / "audit.jsonl")


async def test_a_failed_export_leaves_no_export(tmp_path: Path) -> None:
    """What stood at the path stays whole when the log stops answering half way."""
    hub = await busy()
    path = await hub.export(tmp_path / "audit.jsonl")
    before = path.read_bytes()
    hub.log.deny(TOPICS.trust)
    with pytest.raises(Exception, match="X-authorisation"):
        await hub.export(path)
    assert path.read_bytes() == before


def changed(offset: int) -> Callable[[list[Line]], None]:
    def change(lines: list[Line]) -> None:
        value = value_of(lines[offset])
        value["leaf"]["time"] += 1
        with_value(lines[offset], value)

    return change


def removed(offset: int) -> Callable[[list[Line]], None]:
    def change(lines: list[Line]) -> None:
        del lines[offset]

    return change


def added(offset: int) -> Callable[[list[Line]], None]:
    def change(lines: list[Line]) -> None:
        copy = {**lines[offset], "record": {**lines[offset]["record"]}}
        value = value_of(copy)
        value["leaf"]["record"] = "A" * 43
        with_value(copy, value)
        lines.insert(offset, copy)

    return change


def swapped(first: int, second: int) -> Callable[[list[Line]], None]:
    def change(lines: list[Line]) -> None:
        lines[first], lines[second] = lines[second], lines[first]

    return change


@pytest.mark.parametrize("rechain", [False, True], ids=["plain", "by an expert"])
@pytest.mark.parametrize("offset", OFFSETS)
async def test_a_changed_record_is_located(tmp_path: Path, offset: int, *, rechain: bool) -> None:
    """A changed leaf is named by its index and offset, and no other leaf is blamed."""
    hub = await busy()
    path = edit(await hub.export(tmp_path / "x"), changed(offset), rechain=rechain)
    result = await hub.replay_export(path)
    assert found(result) == [("leaf-changed", offset, offset)]
    assert not result.verified
    if not rechain:
        assert [item.line for item in result.findings if item.code is FindingCode.EXPORT_CHAIN] == [offset + 2]


@pytest.mark.parametrize("rechain", [False, True], ids=["plain", "by an expert"])
@pytest.mark.parametrize("offset", OFFSETS)
async def test_a_missing_record_is_located(tmp_path: Path, offset: int, *, rechain: bool) -> None:
    """A removed record is named by its index, by its offset unless the offsets were forged, and by its position."""
    hub = await busy()
    path = edit(await hub.export(tmp_path / "x"), removed(offset), rechain=rechain)
    result = await hub.replay_export(path)
    assert found(result) == [("leaf-missing", offset, None)]
    assert not result.verified
    if not rechain:
        gaps = found(result, FindingCode.AUDIT_OFFSET)
        assert gaps == ([] if offset == 54 else [("audit-offset", None, offset)])
        assert FindingCode.EXPORT_COUNT in {item.code for item in result.findings}


@pytest.mark.parametrize("rechain", [False, True], ids=["plain", "by an expert"])
@pytest.mark.parametrize("offset", OFFSETS)
async def test_an_added_record_is_located(tmp_path: Path, offset: int, *, rechain: bool) -> None:
    """A record that was put in is named by the offset where it stands."""
    hub = await busy()
    path = edit(await hub.export(tmp_path / "x"), added(offset), rechain=rechain)
    result = await hub.replay_export(path)
    assert found(result) == [("leaf-added", None, offset)]
    assert not result.verified


@pytest.mark.parametrize("rechain", [False, True], ids=["plain", "by an expert"])
@pytest.mark.parametrize(("first", "second"), [(0, 1), (11, 12), (3, 9), (30, 31), (44, 54), (22, 30)])
async def test_swapped_records_are_located(tmp_path: Path, first: int, second: int, *, rechain: bool) -> None:
    """Records that changed places are named as moved, by where they belong."""
    hub = await busy()
    path = edit(await hub.export(tmp_path / "x"), swapped(first, second), rechain=rechain)
    result = await hub.replay_export(path)
    named = found(result)
    assert {code for code, _, _ in named} == {"leaf-moved"}
    assert {index for _, index, _ in named} <= {first, second}
    assert not result.verified


async def test_several_changes_are_all_located(tmp_path: Path) -> None:
    """One change does not hide the next, in the same checkpoint or behind it."""
    hub = await busy()

    def change(lines: list[Line]) -> None:
        changed(4)(lines)
        changed(50)(lines)
        added(30)(lines)
        removed(20)(lines)

    path = edit(await hub.export(tmp_path / "x"), change, rechain=True)
    result = await hub.replay_export(path)
    assert [(code, index) for code, index, _ in found(result)] == [
        ("leaf-changed", 4), ("leaf-missing", 20), ("leaf-added", None), ("leaf-changed", 50),
    ]  # fmt: skip


async def test_swapped_far_apart_is_a_change_in_both_places(tmp_path: Path) -> None:
    """Records swapped between checkpoints are found in both."""
    hub = await busy()
    path = edit(await hub.export(tmp_path / "x"), swapped(2, 40), rechain=True)
    result = await hub.replay_export(path)
    assert {index for _, index, _ in found(result)} == {2, 40}


@pytest.mark.parametrize("member", ["jws", "disclosed"])
async def test_what_stands_beside_the_leaf_is_covered_too(tmp_path: Path, member: str) -> None:
    """A signed part or disclosure of another event does not fit the leaf, though the tree does not hash it."""
    hub = await busy()

    def change(lines: list[Line]) -> None:
        value, other = value_of(lines[5]), value_of(lines[6])
        value[member] = other[member]
        with_value(lines[5], value)

    path = edit(await hub.export(tmp_path / "x"), change, rechain=True)
    result = await hub.replay_export(path)
    assert found(result, FindingCode.DECISION_DIFFERS)[0] == ("decision-differs", None, 5)
    assert not result.verified


@pytest.mark.parametrize("change", [removed(2), swapped(1, 2), changed], ids=["missing", "swapped", "changed"])
async def test_tampered_checkpoints_are_located(tmp_path: Path, change: Callable[[list[Line]], None]) -> None:
    """A checkpoint that is missing, moved or changed is found at its own offset."""
    hub = await busy()

    def bend(lines: list[Line]) -> None:
        value = value_of(lines[1])
        value["note"] = value["note"].replace("\n22\n", "\n23\n")
        with_value(lines[1], value)

    path = edit(await hub.export(tmp_path / "x"), bend if change is changed else change, topic=TOPICS.checkpoints)
    result = await hub.replay_export(path)
    codes = (FindingCode.CHECKPOINT_OFFSET, FindingCode.CHECKPOINT_REFUSED)
    assert {offset for _, _, offset in found(result, *codes)} <= {1, 2, 3}
    assert found(result, *codes)
    assert not result.verified


async def test_a_changed_time_is_found_by_the_chain_alone(tmp_path: Path) -> None:
    """What no signature covers is covered by the chain of the file."""
    hub = await busy()

    def change(lines: list[Line]) -> None:
        lines[7]["record"] = {**lines[7]["record"], "time": 0}

    result = await hub.replay_export(edit(await hub.export(tmp_path / "x"), change))
    assert [(item.code, item.line) for item in result.findings] == [(FindingCode.EXPORT_CHAIN, 9)]


@pytest.mark.parametrize(
    ("damage", "code", "line"),
    [
        (lambda lines: [*lines[:3], b"{", *lines[4:]], FindingCode.EXPORT_LINE, 4),
        (lambda lines: [*lines[:3], lines[3] + b" ", *lines[4:]], FindingCode.EXPORT_LINE, 4),
        (lambda lines: [*lines, lines[3]], FindingCode.EXPORT_LINE, 63),
        (lambda lines: [*lines[:3], lines[0], *lines[3:]], FindingCode.EXPORT_LINE, 4),
        (lambda lines: lines[:-1], FindingCode.EXPORT_COUNT, 61),
        (lambda lines: lines[:20], FindingCode.EXPORT_COUNT, 20),
    ],
    ids=["form", "spelling", "behind the end", "second head", "no end", "cut"],
)
async def test_a_damaged_file_says_where(
    tmp_path: Path, damage: Callable[[list[bytes]], list[bytes]], code: FindingCode, line: int
) -> None:
    """Damage to the file itself is named by its line, and the rest is still replayed."""
    hub = await busy()
    path = await hub.export(tmp_path / "x")
    path.write_bytes(b"".join(item + b"\n" for item in damage(path.read_bytes().splitlines())))
    result = await hub.replay_export(path)
    assert (code, line) in [(item.code, item.line) for item in result.findings]
    assert not result.verified


async def test_a_last_line_cut_short_is_found(tmp_path: Path) -> None:
    """A file whose last bytes are missing has no end."""
    hub = await busy()
    path = await hub.export(tmp_path / "x")
    path.write_bytes(path.read_bytes()[:-1])
    codes = {item.code for item in (await hub.replay_export(path)).findings}
    assert codes == {FindingCode.EXPORT_LINE, FindingCode.EXPORT_COUNT}


@pytest.mark.parametrize("data", [b"", b"{}\n", b"\x00\xff\n"])
def test_what_is_no_export_is_refused(tmp_path: Path, data: bytes) -> None:
    """A file of another kind, or none at all, is wrong usage with a remedy."""
    path = tmp_path / "x"
    path.write_bytes(data)
    with pytest.raises(UsageError, match="baken audit export"):
        ExportLog(path)
    with pytest.raises(UsageError, match="cannot read"):
        ExportLog(tmp_path / "absent")


async def test_an_export_reads_like_a_log(tmp_path: Path) -> None:
    """End offsets, start offsets, batches, headers and null values come back as they were."""
    log = MemoryLog()
    for number in range(1_100):
        log.append(TOPICS.audit, b"%d" % number if number % 2 else None, headers=(("a", None), ("b", b"\xff")))
    await write_export(log, TOPICS, tmp_path / "x")
    source = ExportLog(tmp_path / "x")
    assert source.topics.environment is TOPICS.environment
    assert (await source.end(TOPICS.audit), await source.end(TOPICS.audit, 1), await source.end("other")) == (
        1_100,
        0,
        0,
    )
    batches = [batch async for batch in source.read(TOPICS.audit, start=50)]
    assert [len(batch) for batch in batches] == [500, 500, 50]
    assert [record for batch in batches for record in batch] == log.records(TOPICS.audit)[50:]
    assert [batch async for batch in source.read(TOPICS.audit, 1)] == []


async def test_bytes_in_another_spelling_break_the_chain(tmp_path: Path) -> None:
    """A value whose base64url is bent is found by its line and judged as empty."""
    hub = await busy()

    def change(lines: list[Line]) -> None:
        lines[7]["record"] = {**lines[7]["record"], "value": "A"}

    result = await hub.replay_export(edit(await hub.export(tmp_path / "x"), change))
    assert (FindingCode.EXPORT_CHAIN, 9) in [(item.code, item.line) for item in result.findings]
    assert found(result) == [("leaf-changed", 7, 7)]


def test_alignment_tells_what_follows_from_what_differs() -> None:
    """The leaves of the next checkpoint decide whether the last one was changed or is missing."""
    names = "abcdefgh"
    hashes = [leaf_hash(name.encode()) for name in names]

    def standing(text: str) -> list[Standing]:
        return [Standing(leaf_hash(name.encode()), offset) for offset, name in enumerate(text)]

    missing = align(hashes, standing("abcefgh"), start=10, count=4)
    assert [(item.code, item.index) for item in missing.findings] == [(FindingCode.LEAF_MISSING, 13)]
    assert missing.consumed == 3
    bent = align(hashes, standing("abcXefgh"), start=10, count=4)
    assert [(item.code, item.index, item.offset) for item in bent.findings] == [(FindingCode.LEAF_CHANGED, 13, 3)]
    assert bent.consumed == 4
    moved = align(hashes, standing("bXacdefgh"), start=0, count=4)
    assert [(item.code, item.index, item.offset) for item in moved.findings] == [
        (FindingCode.LEAF_MOVED, 1, 0),
        (FindingCode.LEAF_ADDED, None, 1),
    ]
    gone = align(hashes[:4], standing("Xacd"), start=0)
    assert {item.code for item in gone.findings} == {FindingCode.LEAF_ADDED, FindingCode.LEAF_MISSING}
