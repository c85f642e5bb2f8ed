"""Read and write checkpoints: C2SP tlog-checkpoint inside a C2SP signed note, signed with Ed25519.

One spelling only. A note of ours has the three lines of a tree head and nothing below them; lines
signed by keys that we do not know are ignored, as the format demands, so witnesses may add theirs.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from broker.audit.merkle import HASH_BYTES
from contracts.encoding import SAFE_INTEGER
from contracts.errors import TrustRefused

MAX_NOTE_BYTES = 64 * 1024
"""Room for our signature and many cosignatures, post-quantum ones included; a bound for parsing."""
ED25519 = b"\x01"
"""Signature type byte of a log's Ed25519 key (C2SP signed-note)."""
KEY_ID_BYTES = 4
SIGNATURE_BYTES = 64

_KEY_NAME = re.compile(r"^[^\s+]+\Z")
_SIZE = re.compile(r"^(0|[1-9][0-9]{0,15})\Z")
_SIGNATURE_LINE = re.compile(r"^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeHead:
    """Size and root of the tree of `origin`, as a checkpoint states them."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return the note text: three lines, each ended by a newline (C2SP tlog-checkpoint)."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode('ascii')}\n"


def key_id(name: str, public_key: bytes) -> bytes:
    """Return the four bytes that tell keys of one name apart (C2SP signed-note)."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public_key).digest()[:KEY_ID_BYTES]


def sign(head: TreeHead, key: Ed25519PrivateKey) -> str:
    """Return the signed note of `head`; the key's name is the origin."""
    if not _KEY_NAME.match(head.origin) or len(head.root) != HASH_BYTES:
        raise TrustRefused("origin or root of the checkpoint has the wrong form")
    text = head.text()
    identity = key_id(head.origin, key.public_key().public_bytes_raw())
    signature = base64.b64encode(identity + key.sign(text.encode())).decode("ascii")
    return f"{text}\n— {head.origin} {signature}\n"


def verify(note: str, *, origin: str, keys: Iterable[bytes]) -> TreeHead:
    """Return the tree head in `note` once one of `keys` (raw Ed25519, named `origin`) has signed it.

    What is read is what was signed: the text is parsed after a signature over it holds. A known key
    whose signature fails refuses the whole note, however many others hold.

    Raises:
        TrustRefused: form, origin or signature is wrong.
    """
    text, signatures = _split(note)
    known = {key_id(origin, key): key for key in keys}
    signed = False
    for name, identity, signature in signatures:
        key = known.get(identity)
        if name != origin or key is None:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(signature, text.encode())
        except InvalidSignature as fault:
            raise TrustRefused("signature of the checkpoint does not hold") from fault
        signed = True
    if not signed:
        raise TrustRefused("no known key signed the checkpoint")
    return _parse(text, origin)


def _split(note: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """Split a note at its last empty line into the signed text and (name, key id, signature) lines."""
    body, blank, tail = note.rpartition("\n\n")
    if len(note.encode("utf-8", "replace")) > MAX_NOTE_BYTES or not blank or not body or not tail.endswith("\n"):
        raise TrustRefused("checkpoint is not a signed note")
    if any(character < " " and character != "\n" for character in note):
        raise TrustRefused("checkpoint holds control characters")
    signatures = []
    for line in tail[:-1].split("\n"):
        match = _SIGNATURE_LINE.match(line)
        if match is None:
            raise TrustRefused("signature line of the checkpoint has the wrong form")
        blob = _decode(match[2])
        if len(blob) <= KEY_ID_BYTES:
            raise TrustRefused("signature line of the checkpoint is too short")
        signatures.append((match[1], blob[:KEY_ID_BYTES], blob[KEY_ID_BYTES:]))
    return body + "\n", signatures


def _parse(text: str, origin: str) -> TreeHead:
    lines = text.split("\n")
    if len(lines) != 4 or lines[0] != origin or not _SIZE.match(lines[1]):  # noqa: PLR2004 - three lines, each ended
        raise TrustRefused("checkpoint is not the tree head of this log")
    root = _decode(lines[2])
    if len(root) != HASH_BYTES or int(lines[1]) > SAFE_INTEGER:
        raise TrustRefused("root or size of the checkpoint has the wrong form")
    return TreeHead(origin=lines[0], size=int(lines[1]), root=root)


def _decode(text: str) -> bytes:
    """Decode standard base64 with padding, in its one spelling (RFC 4648 §4)."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as fault:
        raise TrustRefused("base64 of the checkpoint has the wrong form") from fault
    if base64.b64encode(data).decode("ascii") != text:
        raise TrustRefused("base64 of the checkpoint has another spelling")
    return data
