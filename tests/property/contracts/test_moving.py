"""Whatever an event says, another version of its type says it too, or it is reported as lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.encoding import canonical
from contracts.events import spec
from contracts.reading import parse_section
from contracts.versions import Change, Lost, moved
from tests.support.contents import CONTENTS
from tests.support.next_version import NEWER, OLDER, later_release

EXAMPLES = settings(max_examples=200, deadline=None)
SHORT = st.text("abcdefghijklmnop-0123456789", min_size=1, max_size=12).filter(lambda text: text == text.strip())
NUMBERS = st.lists(
    st.fixed_dictionaries({"scheme": st.just("siena"), "number": SHORT}), min_size=1, max_size=3, unique_by=canonical
)
MEMBERS = {
    OLDER: {"case_number": SHORT, "numbers": NUMBERS, "language": st.sampled_from(["nl", "de"])},
    NEWER: {"case": SHORT, "numbers": NUMBERS, "unit": SHORT},
}
NAMES = st.sampled_from("abcd")
JSON = st.recursive(
    st.integers(0, 3) | st.sampled_from(["new", "old"]),
    lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(NAMES, inner, min_size=1, max_size=3),
    max_leaves=10,
)


@pytest.fixture(scope="module", autouse=True)
def later() -> Iterator[None]:
    """Be an installation of the later release."""
    with later_release():
        yield


def contents(event_type: str) -> st.SearchStrategy[dict[str, Any]]:
    """Return events of one version, with references that say something."""
    references = st.fixed_dictionaries({}, optional=MEMBERS[event_type]).filter(bool)
    return st.fixed_dictionaries({"references": references, "role": st.just(CONTENTS["role"])})


def leaves(value: Any) -> list[Any]:
    """Return every value that holds no other, in a form that can be counted."""
    if isinstance(value, dict):
        return [leaf for member in value.values() for leaf in leaves(member)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in leaves(item)]
    return [value]


def all_of(said: Any, lost: tuple[Lost, ...]) -> set[str]:
    """Return what an event says together with what is reported; what becomes the same is said once."""
    return set(map(repr, leaves(said) + [leaf for one in lost for leaf in leaves(one.value)]))


@EXAMPLES
@given(st.sampled_from([(OLDER, NEWER), (NEWER, OLDER)]), st.data())
def test_another_version_says_everything_or_reports_it(versions: tuple[str, str], data: st.DataObject) -> None:
    """Every value is in the result or in the report, the result is valid, and going back loses nothing more."""
    source, target = versions
    event = data.draw(contents(source))
    untouched = canonical(event)
    there = moved(event, source=source, target=target)
    assert all_of(there.contents, there.lost) == all_of(event, ())
    for name, content in there.contents.items():
        assert name in spec(target).sections
        assert parse_section(name, content, event_type=target).content() == content
    back = moved(there.contents, source=target, target=source)
    assert back.lost == ()
    assert moved(back.contents, source=source, target=target).contents == there.contents
    if not there.lost:
        assert back.contents == event
    assert canonical(event) == untouched, "the event is not changed in place"


@EXAMPLES
@given(JSON, st.lists(NAMES, min_size=1, max_size=3), st.sampled_from(["z", None]))
def test_no_member_vanishes_whatever_the_content_is(value: Any, path: list[str], leaf: str | None) -> None:
    """Added, removed and renamed members at any depth, in lists and outside."""
    here = ".".join(path)
    there = None if leaf is None else ".".join([*path[:-1], leaf])
    change = Change(section="references", older=here, newer=there)
    with pytest.MonkeyPatch.context() as patched:
        steps = {NEWER: type("Steps", (), {"older": OLDER, "newer": NEWER, "changes": (change,)})}
        patched.setattr("contracts.versions.STEPS", steps)
        found = moved({"references": value}, source=OLDER, target=NEWER)
    assert all_of(found.contents, found.lost) == all_of(value, ())
    assert bool(found.lost) is (leaf is None and found.contents.get("references") != value)
