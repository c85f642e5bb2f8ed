"""Show the policy in force as tables: `python -m contracts.policy_page` writes those of `docs/policy.md` anew.

The page is prose by hand; what stands between `<!-- policy: NAME -->` and `<!-- end -->` comes from the data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from contracts.codes import Condition, Profile
from contracts.errors import UsageError
from contracts.events import EVENTS, EventSpec, Lifecycle
from contracts.minimisation import POLICIES, POLICY, Policy

PAGE = Path(__file__).resolve().parents[1] / "docs" / "policy.md"
_BLOCK = re.compile(r"(?<=<!-- policy: )([a-z]+)( -->\n).*?(?=<!-- end -->)", re.DOTALL)
_PROFILES = tuple(profile.value for profile in Profile)


def written(page: str, policy: Policy = POLICIES[POLICY]) -> str:
    """Return the page with every table as the data has it.

    Raises:
        UsageError: the page asks for a table that there is not.
    """

    def block(found: re.Match[str]) -> str:
        make = _TABLES.get(found[1])
        if make is None:
            raise UsageError(f"docs/policy.md: there is no table {found[1]}; there are {', '.join(_TABLES)}")
        return f"{found[1]}{found[2]}\n{make(policy)}\n\n"

    return _BLOCK.sub(block, page)


def write(page: Path = PAGE) -> None:
    """Write the tables of the page anew."""
    page.write_text(written(page.read_text("utf-8")), "utf-8")


def _sections(_: Policy) -> str:
    """Show which type has which section: R required, o optional, one of those with 1 at least."""
    groups = _alike({known.type: (known.required, known.any_of, known.optional) for known in EVENTS.values()})
    rows = []
    for types in groups:
        known = EVENTS[types[0]]
        any_of = f"; at least one of {_codes(sorted(known.any_of))}" if known.any_of else ""
        rows.append((_names(types), f"{_codes(sorted(known.required))}{any_of}", _codes(sorted(known.optional))))
    return _table(("types", "always", "perhaps"), rows)


def _maximum(policy: Policy) -> str:
    """Show per group of types with the same tables what each profile may open."""
    tables = {
        known.type: tuple((name, policy.maximum.get((known.type, name))) for name in _PROFILES)
        for known in EVENTS.values()
        if known.profiles
    }
    parts = []
    for types in _alike(tables):
        known = EVENTS[types[0]]
        rows = [
            (f"`{section}`", *(_cell(policy, known, name, section) for name in _PROFILES)) for section in known.sections
        ]
        whys = [
            f"`{'`, `'.join(one.profiles)}`: {one.why}."
            for one in policy.rules.maximum
            if one.why and types[0] in one.types
        ]
        text = "\n".join(["\n", *(f"- {why}" for why in whys)]) if whys else ""
        parts.append(f"**{_names(types)}**\n\n{_table(('section', *_PROFILES), rows)}{text}")
    return "\n\n".join(parts)


def _cell(policy: Policy, known: EventSpec, profile: str, section: str) -> str:
    rows = policy.maximum.get((known.type, profile))
    if rows is None:
        return ""
    needed = rows.get(section)
    if needed is not None:
        return _codes(sorted(needed)) if needed else "yes"
    later = policy.disclosed.get((known.type, profile), {}).get(section)
    return "-" if later is None else f"by disclosure, {_codes(sorted(later))}"


def _conditions(policy: Policy) -> str:
    rows = [
        (
            f"`{word.value}`",
            rule.means,
            "nobody: it follows from the purpose" if rule.follows_from_purpose else _kinds(rule.asserted_in),
            rule.source,
        )
        for word, rule in policy.rules.conditions.items()
    ]
    return _table(("condition", "holds when", "may be asserted in", "source"), rows)


def _purposes(policy: Policy) -> str:
    suspect = policy.rules.suspect_purpose
    rows = [
        ("`victim_purpose` of an adult", _codes(sorted(policy.victim_purposes))),
        ("`victim_purpose` of a minor", _codes(sorted(policy.minor_purposes))),
        (f"a message is about a suspect, and `{suspect.lifts.value}` is not asked for", _codes(suspect.purposes)),
    ]
    return _table(("what", "purposes"), rows)


def _minors(policy: Policy) -> str:
    rules = policy.rules.minor
    rows = [
        *((f"`{name}`", f"needs {_codes(needed)} on top") for name, needed in rules.conditions.items()),
        ("`image`", f"only in alerts of kind {_codes(rules.image_kinds)}"),
        ("`handling.minor`", f"is stated in every {_kinds(rules.stated_in)}, else with {_codes(rules.stated_with)}"),
    ]
    return f"{_table(('what', 'rule'), rows)}\n\nSource: {rules.source}."


def _handling(policy: Policy) -> str:
    rules = policy.rules.handling
    words = _table(("code or member", "asks"), [(f"`{name}`", text) for name, text in rules.words.items()])
    wrong = "\n".join(f"- {rule.says}" for rule in rules.contradiction)
    code, section, beside = rules.note.code, rules.note.section, rules.note.beside
    note = f"`{code}` stands exactly where `{section}` is opened, beside `{beside}`, to every profile."
    return f"{words}\n\nRefused as contradictions:\n\n{wrong}\n\n{note} Source: {rules.source}."


def _regimes(policy: Policy) -> str:
    rules = policy.rules.regimes
    rows = [
        (
            f"`{name}`",
            _codes(one.profiles),
            f"those that begin with `{one.bases}`" if one.bases else "every other",
        )
        for name, one in (("led", rules.led), ("gdpr", rules.gdpr))
    ]
    abroad = (
        f"A basis `{rules.no_third_country_basis}…` excludes third countries ({rules.no_third_country_source}). "
        f"Events of kind {_kinds(rules.answers_under_own)} stand under the regime of their issuer."
    )
    return f"{_table(('regime', 'profiles', 'legal bases'), rows)}\n\n{abroad}"


_TABLES: Mapping[str, Callable[[Policy], str]] = {
    "sections": _sections,
    "maximum": _maximum,
    "conditions": _conditions,
    "purposes": _purposes,
    "minors": _minors,
    "handling": _handling,
    "regimes": _regimes,
}


def _alike(described: Mapping[str, object]) -> list[list[str]]:
    """Group types that are described alike, in the order of the contract."""
    groups: dict[str, list[str]] = {}
    for event_type, what in described.items():
        groups.setdefault(repr(what), []).append(event_type)
    return list(groups.values())


def _names(types: Iterable[str]) -> str:
    return ", ".join(f"`{one}`" for one in types)


def _codes(words: Iterable[str | Condition]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _kinds(lifecycles: Iterable[Lifecycle]) -> str:
    return ", ".join(one.value for one in lifecycles)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    write()
