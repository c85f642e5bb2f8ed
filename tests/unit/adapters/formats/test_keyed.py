"""Trees become fields by path, whatever their names, and nothing that they say is lost."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adapters.formats.keyed import Entries, Fields, Shape, flatten, step, unstep

TAGS = Entries(by=("name",), shape=Shape(), under="@Tag/", split=re.compile(r"(?P<name>[^:]+):(?P<text>.+)"))
THING = Shape(text="value", ledger=frozenset({"id"}), lists={"Tag": TAGS})
SHAPE = Shape(
    ledger=frozenset({"id"}),
    lists={"Thing": Entries(by=("kind", "type"), shape=THING, aside=lambda one: "gone" if one.get("dead") else None)},
)


def fields(tree: dict[str, Any]) -> tuple[Fields, dict[str, Any]]:
    found: Fields = {}
    ledger = flatten(tree, SHAPE, "", found)
    return found, ledger


def test_entries_are_told_apart_by_their_name() -> None:
    """Entries of one name are numbered; their own text, members and tags stand behind them."""
    found, ledger = fields(
        {
            "id": "7",
            "title": "t",
            "Thing": [
                {"kind": "a", "type": "x", "value": "1", "id": "8"},
                {"kind": "a", "value": "2", "note": "n", "Tag": [{"name": "TLP:red"}, {"name": "plain"}]},
                {"kind": "", "type": "b", "value": "3"},
            ],
        }
    )
    assert found == {
        "@title": "t",
        "a[1]": "1",
        "a[1]/@type": "x",
        "a[2]": "2",
        "a[2]/@note": "n",
        "a[2]/@Tag/tlp[1]": "red",
        "a[2]/@Tag/plain[1]": "plain",
        "b[1]": "3",
    }
    assert ledger == {"id": "7", "a[1]": {"id": "8"}}


def test_what_the_shape_does_not_know_is_kept_whole() -> None:
    """Unknown containers, entries without a name, wrong types and what is set aside stay as JSON."""
    found, _ = fields({"Thing": ["x", {"value": "1"}, {"kind": "a", "dead": True}, {"kind": "b", "value": [1]}]})
    assert found == {
        "@Thing[1]": "x",
        "@Thing[2]": '{"value":"1"}',
        "@gone/a[1]": '{"kind":"a","dead":true}',
        "b[1]/@value[1]": "1",
    }
    found, _ = fields({"Thing": {"kind": "a"}, "Other": [{"a": "1"}, "z"]})
    assert found == {"@Thing": '{"kind":"a"}', "@Other[1]": '{"a":"1"}', "@Other[2]": "z"}


@given(st.text())
def test_steps_hold_any_name(name: str) -> None:
    """A name of any characters is one step of a path, and can be read back."""
    spelled = step(name)
    assert unstep(spelled) == name
    assert not set(spelled) & set("/[]")
    assert not spelled.startswith("@")


_NAMES = st.sampled_from(("id", "kind", "type", "value", "Tag", "Thing", "name", "a/b", "a[1]", "@x", "dead"))
_TREES = st.recursive(
    st.none()
    | st.booleans()
    | st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=4).map("v".__add__),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES, inner, max_size=5),
    max_leaves=25,
)


def texts(tree: Any) -> list[str]:
    if isinstance(tree, dict):
        return [text for member in tree.values() for text in texts(member)]
    if isinstance(tree, list):
        return [text for member in tree for text in texts(member)]
    return [tree] if isinstance(tree, str) else []


@given(st.dictionaries(_NAMES, _TREES, max_size=6))
def test_no_text_of_any_tree_is_lost(tree: dict[str, Any]) -> None:
    """Every text stands in a field, in the bookkeeping, or in the name of a path."""
    found, ledger = fields(tree)
    whole = [*found.values(), json.dumps(ledger, ensure_ascii=False), *map(unstep, found), *map(unstep, ledger)]
    spelled = "\n".join(whole).casefold()
    for text in texts(tree):
        quoted = json.dumps(text, ensure_ascii=False)[1:-1]
        twice = json.dumps(quoted, ensure_ascii=False)[1:-1]
        assert any(form.casefold() in spelled for form in (text, quoted, twice, step(text)))
