"""What is derived is the same everywhere and every day: a changed vector is a new policy version."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from contracts.derive import derive
from contracts.encoding import canonical
from contracts.minimisation import POLICY
from contracts.reading import parse_section

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "derived" / f"{POLICY}.json").read_text("utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["case"])
def test_the_present_policy_derives_its_vectors(vector: dict[str, Any]) -> None:
    """Byte for byte, and nothing besides what the vector names differs from what was given."""
    given = {name: parse_section(name, content) for name, content in vector["given"].items()}
    full = derive(vector["type"], given, on=date.fromisoformat(vector["on"]))
    made = {name: section.content() for name, section in full.items() if section != given.get(name)}
    assert canonical(made) == canonical(vector["derived"])
