"""A second version of the suspect alert, as a later release would bring it; the product has none yet.

`register` puts it into the tables of this process. As a program, this module is the command line of that
later release: `python -m tests.support.next_version broker --config F`. It registers before anything
reads the tables.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Self

from pydantic import model_validator

from contracts import events, minimisation
from contracts.parts import SectionModel, Several
from contracts.sections.references import CaseNumber
from contracts.text import Short

OLDER, NEWER = "suspect-alert.v1", "suspect-alert.v2"


class CaseReferences(SectionModel):
    """Section `references` of the second version.

    `case_number` is now called `case`, `unit` is new, and `language` is gone.
    """

    case: Short | None = None
    numbers: Several[CaseNumber] | None = None
    unit: Short | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.content():
            raise ValueError("says nothing")
        return self


REFERENCES = {"case": "TEST-2026-1", "unit": "TEST-UNIT-7"}
SECOND = replace(events.SUSPECT_ALERT, type=NEWER, models={"references": CaseReferences})


def policies() -> dict[str, minimisation.Policy]:
    """Return the policies with tables for the second version: it opens what the first one does."""
    found = {}
    for version, policy in minimisation.POLICIES.items():
        tables = {
            name: MappingProxyType({**rows, **{(NEWER, to): row for (one, to), row in rows.items() if one == OLDER}})
            for name, rows in (("maximum", policy.maximum), ("disclosed", policy.disclosed))
        }
        found[version] = replace(policy, **tables)
    return found


def step() -> Any:
    """Return what the second version changed."""
    from contracts.versions import Change, Step  # noqa: PLC0415 - it reads tables that are made before

    return Step(
        older=OLDER,
        newer=NEWER,
        changes=(
            Change(section="references", older="case_number", newer="case"),
            Change(section="references", older=None, newer="unit"),
            Change(section="references", older="language", newer=None),
        ),
    )


def register() -> None:
    """Make this process an installation of the later release, for good."""
    minimisation.POLICIES = MappingProxyType(policies())
    events._KNOWN[NEWER] = SECOND
    events.ALERTS = (*events.ALERTS, NEWER)
    from contracts import versions  # noqa: PLC0415 - after the types are complete

    versions._STEPS[NEWER] = step()


@contextmanager
def later_release() -> Iterator[None]:
    """Be an installation of the later release within the block, with everything imported before."""
    from adapters.canonical import draft  # noqa: PLC0415 - not before `register` in a process of its own
    from contracts import policy, versions  # noqa: PLC0415

    tables: list[tuple[Any, Any]] = [(minimisation.POLICIES, MappingProxyType(policies()))]
    tables += [(types, (*types, NEWER)) for types in (events.ALERTS, draft.KINDS)]
    holders = [
        (vars(module), name, now, later)
        for module in list(sys.modules.values())
        for name in ("POLICIES", "ALERTS", "KINDS")
        for now, later in tables
        if getattr(module, name, None) is now
    ]
    events._KNOWN[NEWER] = SECOND
    versions._STEPS[NEWER] = step()
    for names, name, _, later in holders:
        names[name] = later
    try:
        yield
    finally:
        del events._KNOWN[NEWER], versions._STEPS[NEWER]
        for names, name, now, _ in holders:
            names[name] = now
        for cached in vars(policy).values():
            if hasattr(cached, "cache_clear"):
                cached.cache_clear()


if __name__ == "__main__":
    register()
    from broker.cli.main import main

    main()
