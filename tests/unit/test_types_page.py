"""docs/types.md says what the contract says of each type, and names a test for each rule that exists."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from contracts.events import EVENTS, EventSpec, Refers
from contracts.history import ABOUT

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "types.md").read_text(encoding="utf-8")
GROUPS = {
    "every type": set(EVENTS),
    "alerts": {name for name, known in EVENTS.items() if known.lifecycle.value == "alert"},
    "messages": set(ABOUT),
}
MANDATORY = ("sections and profiles", "reference", "validity", "recipients", "minimisation")
"""Rules that no type is without."""
_NAME = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def row(known: EventSpec) -> str:
    """Return the line of the page that describes a type."""
    about = known.refers.value
    if known.type in ABOUT:
        names = ", ".join(sorted({name.partition(".")[0] for name in ABOUT[known.type]}))
        about = f"{'at most one' if known.refers is Refers.PERHAPS_ONE else 'one'} of {names}"
    to = "hub and auditors" if not known.profiles else "the issuer of that" if known.answers else "route or `--to`"
    profiles = ", ".join(known.profiles) or "-"
    return f"| `{known.type}` | {known.lifecycle.value} | {about} | {to} | {profiles} | {known.validity_days} |"


def rules() -> list[tuple[str, str, str]]:
    """Return rule, types and tests of every line of the second table."""
    table = PAGE.split("## Rules and their tests")[1]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line[:2] == "| "]
    return [(one[0], one[1], one[-1]) for one in cells[1:]]


def covered(words: str) -> set[str]:
    """Return the types that a line speaks of: a group, with or without some, or types by name."""
    whole, _, without = words.partition(" but ")
    found = GROUPS.get(whole) or {f"{name.strip()}.v1" for name in whole.split(",")}
    return found - {f"{name.strip()}.v1" for name in without.split(",") if name}


@cache
def functions_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}


@pytest.mark.parametrize("known", EVENTS.values(), ids=lambda known: known.type)
def test_each_type_is_described_as_it_is(known: EventSpec) -> None:
    """Its line says what it is about, who receives it and how long it may hold."""
    assert row(known) in PAGE.splitlines(), row(known)


def test_each_rule_names_types_that_exist_and_tests_that_exist() -> None:
    """A test that is renamed is renamed here."""
    for rule, words, named in rules():
        assert covered(words) <= set(EVENTS), (rule, words)
        found = _NAME.findall(named)
        assert found, rule
        for path, name in found:
            assert name in functions_in(path), f"{path}::{name}"


@pytest.mark.parametrize("rule", MANDATORY)
def test_no_type_is_without_the_common_rules(rule: str) -> None:
    """Every type of the contract is under each of them."""
    assert set().union(*(covered(words) for name, words, _ in rules() if name == rule)) == set(EVENTS)


def test_every_type_is_in_the_story() -> None:
    """Published, admitted, received, answered and audited over a real Kafka."""
    told = set().union(*(covered(words) for name, words, _ in rules() if name == "from command to audit"))
    assert told >= EVENTS.keys()


def test_no_message_is_without_minimum_and_history() -> None:
    """What it must say, and what the event that it names must be."""
    for rule in ("minimum content", "history, signing", "history, arriving", "history, audit"):
        spoken = set().union(*(covered(words) for name, words, _ in rules() if name == rule))
        assert spoken >= GROUPS["messages"], rule
