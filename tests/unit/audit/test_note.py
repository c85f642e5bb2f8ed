"""Signed notes: the published example, our own, and each way to spell one wrongly."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from broker.audit import note
from broker.audit.merkle import leaf_hash
from contracts.errors import TrustRefused

KEY = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"\x08" * 32)
PUBLIC = KEY.public_key().public_bytes_raw()
ORIGIN = "baken/live"
HEAD = note.TreeHead(origin=ORIGIN, size=20852163, root=leaf_hash(b"x"))
PEACE = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
"""Verifier key of the example in Go's sumdb/note, from which C2SP signed-note is taken."""
PEACE_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def signed(text: str, key: Ed25519PrivateKey = KEY, name: str = ORIGIN) -> str:
    identity = note.key_id(name, key.public_key().public_bytes_raw())
    blob = base64.b64encode(identity + key.sign(text.encode())).decode()
    return f"{text}\n— {name} {blob}\n"


def test_a_checkpoint_comes_back() -> None:
    """What was signed is read back as the same tree head."""
    assert note.verify(note.sign(HEAD, KEY), origin=ORIGIN, keys=[PUBLIC]) == HEAD


def test_key_id_is_that_of_the_published_example() -> None:
    """The key id of a published verifier key is the one printed in it."""
    name, printed, encoded = PEACE.split("+", 2)
    key = base64.b64decode(encoded)
    assert key[:1] == note.ED25519
    assert note.key_id(name, key[1:]).hex() == printed


def test_signature_of_the_published_example_holds() -> None:
    """The published note passes the signature and stops at being no tree head of ours."""
    key = base64.b64decode(PEACE.split("+", 2)[2])[1:]
    with pytest.raises(TrustRefused, match="not the tree head"):
        note.verify(PEACE_NOTE, origin="PeterNeumann", keys=[key])
    with pytest.raises(TrustRefused, match="does not hold"):
        note.verify(PEACE_NOTE.replace("answer", "Answer"), origin="PeterNeumann", keys=[key])


def test_lines_of_unknown_keys_are_ignored() -> None:
    """A cosignature of a key that we do not know neither helps nor harms."""
    cosigned = note.sign(HEAD, KEY) + signed(HEAD.text(), OTHER, "witness.example/w1").split("\n\n")[1]
    assert note.verify(cosigned, origin=ORIGIN, keys=[PUBLIC]) == HEAD
    with pytest.raises(TrustRefused, match="no known key"):
        note.verify(cosigned, origin=ORIGIN, keys=[OTHER.public_key().public_bytes_raw()])


def test_both_keys_count_during_rotation() -> None:
    """While two keys of one name are listed, either may sign."""
    keys = [PUBLIC, OTHER.public_key().public_bytes_raw()]
    assert note.verify(note.sign(HEAD, OTHER), origin=ORIGIN, keys=keys) == HEAD


def test_a_failing_line_of_a_known_key_refuses_the_note() -> None:
    """One bad signature of a known key outweighs a good one beside it."""
    bad = signed("another\n").split("\n\n")[1]
    with pytest.raises(TrustRefused, match="does not hold"):
        note.verify(note.sign(HEAD, KEY) + bad, origin=ORIGIN, keys=[PUBLIC])


GOOD = note.sign(HEAD, KEY)
ROOT = base64.b64encode(HEAD.root).decode()


@pytest.mark.parametrize(
    "text",
    [
        f"{ORIGIN}\n20852163\n{ROOT}\nextension\n",
        f"{ORIGIN}\n020852163\n{ROOT}\n",
        f"{ORIGIN}\n-1\n{ROOT}\n",
        f"{ORIGIN}\n+1\n{ROOT}\n",
        f"{ORIGIN}\n\u0661\n{ROOT}\n",
        f"{ORIGIN}\n9999999999999999\n{ROOT}\n",
        f"{ORIGIN}\n1\n{ROOT[:-1]}\n",
        f"{ORIGIN}\n1\n{ROOT[:-2]}3=\n",
        f"{ORIGIN}\n1\n{ROOT} \n",
        f"{ORIGIN}\n1\nAAAA\n",
        f"baken/exercise\n1\n{ROOT}\n",
        f"{ORIGIN}\n1\n",
    ],
    ids=[
        "extension", "leading zero", "negative", "plus", "other digits", "too large", "unpadded", "loose bits",
        "space", "short root", "origin", "no root",
    ],
)  # fmt: skip
def test_other_spellings_of_a_tree_head_are_refused(text: str) -> None:
    """A text that a known key signed is still refused when it is not the one spelling of a tree head."""
    with pytest.raises(TrustRefused):
        note.verify(signed(text), origin=ORIGIN, keys=[PUBLIC])


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        GOOD[:-1],
        GOOD.replace("\n\n", "\n"),
        GOOD.replace("—", "-"),
        GOOD.replace("— ", "—  "),
        GOOD.replace("\n", "\r\n"),
        GOOD + "\n",
        GOOD + "— baken/live AAAA\n",
        GOOD + "— baken/live A\n",
        GOOD + "— baken/live AAAAAB==\n",
        GOOD + "x" * note.MAX_NOTE_BYTES + "\n",
        HEAD.text(),
        "\n\n" + GOOD.split("\n\n")[1],
    ],
)
def test_other_forms_of_a_note_are_refused(wrong: str) -> None:
    """Each way to bend the form of the note is refused, whatever it still says."""
    with pytest.raises(TrustRefused):
        note.verify(wrong, origin=ORIGIN, keys=[PUBLIC])


@pytest.mark.parametrize("head", [
    note.TreeHead(origin="with space", size=1, root=HEAD.root),
    note.TreeHead(origin="plus+", size=1, root=HEAD.root),
    note.TreeHead(origin=ORIGIN, size=1, root=b""),
])  # fmt: skip
def test_nothing_is_signed_that_could_not_be_read_back(head: note.TreeHead) -> None:
    """A name or root that the format forbids is refused before signing."""
    with pytest.raises(TrustRefused):
        note.sign(head, KEY)
