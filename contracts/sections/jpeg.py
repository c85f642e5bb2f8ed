"""Judge a JPEG by its segments: one picture, nothing else (ITU-T T.81 annex B, JFIF 1.02).

Cameras and programs leave places, times, owners and small copies of the uncropped picture in
application segments and comments, and anything may hide behind the end. The pixels are not decoded.
"""

from __future__ import annotations

MAX_IMAGE_BYTES = 128 * 1024
"""A facial image for comparison by eye; with it in two profiles a record stays below 512 KiB."""

_SOI, _EOI, _SOS, _APP0, _COMMENT = 0xD8, 0xD9, 0xDA, 0xE0, 0xFE
_APPLICATION = frozenset(range(0xE1, 0xF0))
"""APP1 (EXIF, XMP), APP2 (profiles), APP13 (IPTC) and the others."""
_MARKER_BYTES = 2
_LENGTH_BYTES = 2
_FRAME_HEADER_BYTES = 6
_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
"""Baseline, extended sequential and progressive, all with Huffman coding: what every reader opens."""
_TABLES = frozenset({0xC4, 0xDB, 0xDD})
"""Huffman tables, quantisation tables, restart interval."""
_RESTARTS = frozenset(range(0xD0, 0xD8))
_JFIF_HEADER_BYTES = 16
_JFIF = b"JFIF\x00"


def jpeg_fault(data: bytes) -> str | None:
    """Return which rule `data` breaks, or None for a plain JPEG without metadata."""
    if len(data) > MAX_IMAGE_BYTES:
        return "is larger than 128 KiB"
    if data[:2] != bytes((0xFF, _SOI)):
        return "does not begin as a JPEG"
    position, frames, scans = _MARKER_BYTES, 0, 0
    while True:
        marker = data[position + 1] if data[position : position + 1] == b"\xff" and position + 1 < len(data) else None
        if marker is None:
            return "is cut off or damaged"
        if marker == _EOI:
            return _ending_fault(trailing=len(data) - position - _MARKER_BYTES, frames=frames, scans=scans)
        length = int.from_bytes(data[position + 2 : position + 4], "big")
        segment = data[position + 4 : position + 2 + length]
        if length < _LENGTH_BYTES or len(segment) != length - _LENGTH_BYTES:
            return "is cut off or damaged"
        if fault := _segment_fault(marker, segment, first=position == _MARKER_BYTES):
            return fault
        frames += marker in _FRAMES
        position += _MARKER_BYTES + length
        if marker == _SOS:
            scans += 1
            position = _end_of_scan(data, position)


def _segment_fault(marker: int, segment: bytes, *, first: bool) -> str | None:
    if marker == _APP0:
        plain = first and len(segment) == _JFIF_HEADER_BYTES - _LENGTH_BYTES and segment.startswith(_JFIF)
        return None if plain and segment[-2:] == b"\x00\x00" else "holds a thumbnail or an extension"
    if marker in _APPLICATION or marker == _COMMENT:
        return "holds metadata"
    if marker in _FRAMES:
        empty = len(segment) < _FRAME_HEADER_BYTES or segment[1:3] == b"\x00\x00" or segment[3:5] == b"\x00\x00"
        return "has no size" if empty else None
    if marker == _SOS or marker in _TABLES:
        return None
    return "holds a segment that a plain JPEG has not"


def _ending_fault(*, trailing: int, frames: int, scans: int) -> str | None:
    if trailing:
        return "holds data behind its end"
    return None if frames == 1 and scans else "does not hold exactly one picture"


def _end_of_scan(data: bytes, position: int) -> int:
    """Return where the next marker stands: entropy-coded data escapes FF as FF00 and may hold restarts."""
    while True:
        position = data.find(b"\xff", position)
        if position < 0 or position + 1 >= len(data):
            return len(data)
        following = data[position + 1]
        if following != 0 and following not in _RESTARTS:
            return position
        position += 2
