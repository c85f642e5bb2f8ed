"""The door to the adapters."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from adapters import interface
from adapters.interface import Adapter, convert, find, installed
from contracts.errors import UsageError

SUSPECTS = Path(interface.__file__).parent / "samples" / "nl-csv" / "suspects.csv"
MIXED = SUSPECTS.with_name("mixed.csv")


def test_installed_adapters_are_found_by_name() -> None:
    """Entry points lead to adapters with that name and a description."""
    found = installed()
    assert "nl-csv" in found
    for name, adapter in found.items():
        assert isinstance(adapter, Adapter)
        assert (adapter.name, bool(adapter.description)) == (name, True)


def test_an_unknown_adapter_is_an_error_that_lists_the_known() -> None:
    """The caller learns which adapters there are."""
    with pytest.raises(UsageError, match="nl-csv"):
        find("xx-csv")


def test_an_entry_point_to_something_else_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that registers what is no adapter is named."""
    point = EntryPoint(name="broken", value="adapters.interface:ENTRY_POINTS", group=interface.ENTRY_POINTS)
    monkeypatch.setattr(interface, "entry_points", lambda **_: [point])
    with pytest.raises(UsageError, match="broken"):
        installed()


def test_an_adapter_is_found_without_loading_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that cannot be imported does not keep the others from working."""
    broken = EntryPoint(name="broken", value="adapters.no_such_module:adapter", group=interface.ENTRY_POINTS)
    good = EntryPoint(name="nl-csv", value="adapters.countries.nl:adapter", group=interface.ENTRY_POINTS)
    monkeypatch.setattr(interface, "entry_points", lambda **_: [broken, good])
    assert find.__wrapped__("nl-csv").name == "nl-csv"


def test_convert_without_a_target_gives_json_lines() -> None:
    """One canonical JSON document per accepted record; residue and findings beside it."""
    result = convert(MIXED.read_bytes(), source="nl-csv")
    assert result.accepted == len(result.data.splitlines()) == 99
    assert all(line.startswith(b'{"basis":') for line in result.data.splitlines())
    assert {finding.code.value for finding in result.findings} == {"A03-field", "A04-code"}


def test_convert_into_a_format_gives_its_file() -> None:
    """A national file comes out, and both directions' residue is returned."""
    result = convert(SUSPECTS.read_bytes(), source="nl-csv", target="nl-csv")
    assert result.data.startswith(b"Soort;Registratienummer;")
    assert result.findings == []
    assert any(item.field == "Dienst" for item in result.residue)
    again = convert(result.data, source="nl-csv")
    assert again.data == convert(SUSPECTS.read_bytes(), source="nl-csv").data
