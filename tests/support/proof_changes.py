"""What an enemy may do to a proof file of `tests.support.proved.erased_alert`, with the code that each deserves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from contracts.encoding import canonical, decode_base64url, encode_base64url
from contracts.errors import Code

Change = Callable[[Any], None]


def changed(data: bytes, change: Change) -> bytes:
    value = orjson.loads(data)
    change(value)
    return canonical(value)


def set_in(*path: str | int, to: Any) -> Change:
    def change(value: Any) -> None:
        for name in path[:-1]:
            value = value[name]
        value[path[-1]] = to(value[path[-1]]) if callable(to) else to

    return change


def bent(text: str) -> str:
    """Return base64url of other bytes of the same length."""
    data = bytearray(decode_base64url(text, code=Code.E02_MEMBER))
    data[len(data) // 2] ^= 1
    return encode_base64url(bytes(data))


def bent_part(number: int) -> Callable[[str], str]:
    def bend(jws: str) -> str:
        parts = jws.split(".")
        parts[number] = bent(parts[number])
        return ".".join(parts)

    return bend


def lists_twice(value: Any) -> None:
    value["lists"] *= 2


ENTRY = ("entries", 0)
LEAF = (*ENTRY, "audit", "leaf")
CHANGES: dict[str, tuple[Change, str]] = {
    "another kind of file": (set_in("proof", to="baken-proof-2"), "P01-form"),
    "an unknown member": (lambda value: value.update(extra=1), "P01-form"),
    "no entry": (set_in("entries", to=[]), "P01-form"),
    "a path too long to read": (set_in(*ENTRY, "path", to=["A" * 43] * 64), "P01-form"),
    "a list that nobody signed": (set_in("lists", 0, "list", "payload", to=bent), "P02-list"),
    "a root signature": (set_in("lists", 0, "list", "signatures", 0, "signature", to=bent), "P02-list"),
    "too few root signatures": (set_in("lists", 0, "list", "signatures", to=lambda all_: all_[:1]), "P02-list"),
    "the freshness statement": (set_in("lists", 0, "fresh", "jws", to=bent_part(1)), "P03-freshness"),
    "the size of the checkpoint": (set_in("checkpoint", to=lambda x: x.replace("\n13\n", "\n14\n")), "P04-checkpoint"),
    "the checkpoint of another log": (set_in("checkpoint", to=lambda x: x.replace("live", "test")), "P04-checkpoint"),
    "no signature of the checkpoint": (set_in("checkpoint", to=lambda note: note.partition("—")[0]), "P04-checkpoint"),
    "a list twice": (lists_twice, "P04-checkpoint"),
    "the index": (set_in(*ENTRY, "index", to=5), "P05-inclusion"),
    "an index behind the checkpoint": (set_in(*ENTRY, "index", to=13), "P05-inclusion"),
    "a hash of the path": (set_in(*ENTRY, "path", 1, to=bent), "P05-inclusion"),
    "a path too short": (set_in(*ENTRY, "path", to=lambda path: path[:-1]), "P05-inclusion"),
    "the decision": (set_in(*LEAF, "decision", to="refused"), "P05-inclusion"),
    "the time of admission": (set_in(*LEAF, "time", to=1_795_435_200_001), "P05-inclusion"),
    "the position": (set_in(*LEAF, "position", "offset", to=99), "P05-inclusion"),
    "the protected header": (set_in(*ENTRY, "audit", "jws", to=bent_part(0)), "E03-header"),
    "the claims": (set_in(*ENTRY, "audit", "jws", to=bent_part(1)), "E04-signature"),
    "the signature": (set_in(*ENTRY, "audit", "jws", to=bent_part(2)), "E04-signature"),
    "two parts of a signed part": (set_in(*ENTRY, "audit", "jws", to="a.b"), "E03-form"),
    "the audience": (set_in(*ENTRY, "audit", "disclosed", 0, to=bent), "E10-digest"),
    "the handling": (set_in(*ENTRY, "audit", "disclosed", 1, to=bent), "E10-digest"),
    "no disclosures": (lambda value: value["entries"][0]["audit"].pop("disclosed"), "P07-decision"),
}  # fmt: skip
