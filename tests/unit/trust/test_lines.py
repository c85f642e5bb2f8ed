"""A version comes into a line of the trust list beside another one, and leaves it before the other."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from broker.trust.lines import lags, unknown, with_version, without_version
from broker.trust.models import ListedParticipant
from contracts.errors import RecordError, UsageError
from tests.support.next_version import NEWER, OLDER, later_release
from tests.support.world import World


@pytest.fixture(scope="module")
def lines() -> Iterator[dict[str, ListedParticipant]]:
    """Lines that know the first version, seen by an installation of the later release."""
    world = World()
    with later_release():
        yield {line.id: line for line in world.list.participants}


def test_a_version_comes_with_the_profile_of_the_other(lines: dict[str, ListedParticipant]) -> None:
    """Receiving and issuing are two decisions; giving them twice is giving them once."""
    receiving = with_version(lines["BE-FGP"], NEWER, issue=False)
    assert receiving.profiles[NEWER] == receiving.profiles[OLDER] == "border"
    assert NEWER not in receiving.issues
    both = with_version(receiving, NEWER, issue=True)
    assert both.issues == tuple(sorted({*lines["BE-FGP"].issues, NEWER}))
    assert with_version(both, NEWER, issue=True) == both


def test_what_a_line_never_had_does_not_come_with_a_version(lines: dict[str, ListedParticipant]) -> None:
    """A care organisation gets no suspects by an upgrade; nor does anybody get what is unknown here."""
    with pytest.raises(UsageError, match="no version of suspect-alert"):
        with_version(lines["NL-CARE"], NEWER, issue=True)
    with pytest.raises(RecordError):
        with_version(lines["NL-POL"], "suspect-alert.v9", issue=True)
    receiver = msgspec.structs.replace(lines["DE-BKA"], issues=("receipt.v1",))
    assert with_version(receiver, NEWER, issue=True).issues == ("receipt.v1",)


def test_the_last_version_of_a_kind_stays(lines: dict[str, ListedParticipant]) -> None:
    """Taking a kind of event away is not retiring a version of it."""
    for receive in (True, False):
        with pytest.raises(UsageError, match="no other version"):
            without_version(lines["NL-POL"], OLDER, receive=receive)
    both = with_version(lines["NL-POL"], NEWER, issue=True)
    first = without_version(both, OLDER, receive=True)
    assert OLDER not in first.issues
    assert OLDER in first.profiles
    assert OLDER not in without_version(first, OLDER, receive=False).profiles


def test_who_lags_is_read_from_the_lines(lines: dict[str, ListedParticipant]) -> None:
    """Who never had the kind does not lag; a version that only the list knows is told."""
    listed = [with_version(line, NEWER, issue=False) if line.id == "DE-BKA" else line for line in lines.values()]
    (found,) = [one for one in lags(listed) if one.type == NEWER]
    assert found.cannot_receive == ("BE-FGP", "NL-POL")
    assert found.cannot_issue == ("BE-FGP", "DE-BKA", "NL-POL")
    assert found.beside == (OLDER,)
    assert all(not one.cannot_receive for one in lags(listed) if one.type != NEWER)
    assert unknown(listed) == []
    strange = msgspec.structs.replace(lines["DE-BKA"], issues=("suspect-alert.v9",))
    assert unknown([*listed, strange]) == ["suspect-alert.v9"]
