"""The policy file: read strictly, and refused when it contradicts itself."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from typing import Any

import pytest

from contracts.codes import Condition, LegalRegime
from contracts.errors import UsageError
from contracts.events import EVENTS, Lifecycle
from contracts.minimisation import POLICIES, POLICY, load

TEXT = files("contracts").joinpath("policies", f"{POLICY}.toml").read_text("utf-8")


def changed(old: str, new: str) -> bytes:
    """The file with one passage replaced; the passage must be there."""
    assert TEXT.count(old) >= 1, old
    return TEXT.replace(old, new, 1).encode()


SUSPECT_AT_BORDER = 'open = ["handling", "handling_note", "markers", "match_keys"]'
VICTIM_AT_BORDER = 'open = ["handling", "markers"]\nwhy'
CARE = 'open = ["markers", "needs", "safety", "status", "summary"]'
CONTRADICTIONS: list[tuple[str, str, str, str]] = [
    ("a section of another type", SUSPECT_AT_BORDER, 'open = ["needs"]', "suspect-alert.v1 has no section needs"),
    ("a section of no type", SUSPECT_AT_BORDER, 'open = ["gossip"]', "has no section gossip"),
    ("a profile that the type lacks", 'profiles = ["border"]', 'profiles = ["care"]', "has no profile care"),
    ("a table twice", 'profiles = ["border"]', 'profiles = ["border", "liaison"]', "stand twice"),
    ("a type of nobody", 'types = ["signal.v1"]', 'types = ["rumour.v1"]', "rumour.v1 is no event type"),
    ("a table missing", 'types = ["signal.v1"]', "types = []", "no table for signal.v1 and profile liaison"),
    ("the audience", SUSPECT_AT_BORDER, 'open = ["audience"]', "opens audience, which is for the hub"),
    ("evaluation to care", CARE, 'open = ["evaluation"]', "opens evaluation to care"),
    ("the story to care", CARE, 'open = ["narrative"]', "opens narrative to care"),
    ("a victim's reason at a border", VICTIM_AT_BORDER, 'open = ["summary"]\nwhy', "opens summary of a victim"),
    ("open and conditional", 'open = ["markers", "needs"', 'open = ["identity", "needs"', "open and has conditions"),
    ("no condition", 'identity = ["consent"]', "identity = []", "has no condition although"),
    ("unassertable", 'physical = ["strictly_necessary"]', 'physical = ["after_match"]', "which nobody can assert"),
    (
        "unassertable for a minor",
        'asserted_in = ["alert", "disclosure", "message"]',
        'asserted_in = ["alert"]',
        "section narrative needs second_approval, which nobody can assert",
    ),
    ("a purpose that is asserted", "follows_from_purpose = true", 'asserted_in = ["alert"]', "follow from the purpose"),
    (
        "a minor above an adult",
        'minor = ["identify"',
        'minor = ["statistics"',
        "opens more of a minor than of an adult",
    ),
    ("a silent alert", 'stated_in = ["alert"]', "stated_in = []", "leave open whether it is about a minor"),
    ("a rule for nothing", "[minor.conditions]", '[minor.conditions]\ngossip = ["consent"]', "no event has a section"),
    ("both purposes", 'purposes = ["locate_suspect"]', 'purposes = ["identify"]', "serves the victim as well"),
    ("an alert as message", '"hit.v1", "refusal.v1"', '"signal.v1", "refusal.v1"', "signal.v1 is no message"),
    ("a disclosure of nothing", '"signal.v1", "suspect-alert.v1", "v', '"signal.v1", "v', "not among the earlier"),
    ("a disclosure beyond the type", "biometric_refs = [", "needs = [", "suspect-alert.v1 has no section needs"),
    ("a word missing", 'H0 = "use', 'H9 = "use', "H9 is missing, or is no word"),
    ("there and not", 'any_code = ["H2"]', 'any_code = ["H2"]\nwithout_code = "H2"', "both there and not"),
    ("a profile in no regime", 'profiles = ["care"]\nbases', "profiles = []\nbases", "exactly one regime"),
    ("no bases", 'bases = "gdpr:"', "", "gdpr names its bases"),
]


@pytest.mark.parametrize(("old", "new", "detail"), [pytest.param(*c[1:], id=c[0]) for c in CONTRADICTIONS])
def test_a_policy_that_contradicts_itself_is_refused(old: str, new: str, detail: str) -> None:
    """Each contradiction is named, before anything is decided by the policy."""
    with pytest.raises(UsageError) as refused:
        load(changed(old, new), complete=True)
    assert detail in refused.value.detail


UNKNOWN: list[tuple[str, str, str]] = [
    ("no toml", 'version = "minimisation-1"', "version ="),
    ("member", "[victim_purpose]", "[victim_purpose]\nelder = []"),
    ("table", "[regimes.led]", "[regimes.martial]\nprofiles = []\n[regimes.led]"),
    ("condition", 'identity = ["consent"]', 'identity = ["curiosity"]'),
    ("purpose", 'adult = ["identify"', 'adult = ["gossip"'),
    ("profile", 'profiles = ["border"]', 'profiles = ["press"]'),
    ("kind", '"missing_protect"]', '"famous"]'),
    ("lifecycle", 'stated_in = ["alert"]', 'stated_in = ["rumour"]'),
    ("version", 'version = "minimisation-1"', 'version = "minimal"'),
    ("spelling", '"handling", "markers"]\nwhy', '"Handling", "markers"]\nwhy'),
]


@pytest.mark.parametrize(("old", "new"), [pytest.param(*c[1:], id=c[0]) for c in UNKNOWN])
def test_an_unknown_word_is_refused(old: str, new: str) -> None:
    """A word that is passed over would be a rule that does not hold."""
    with pytest.raises(UsageError, match="policy file"):
        load(changed(old, new), complete=True)


def test_every_contradiction_is_named_at_once() -> None:
    """Whoever writes a policy mends it in one go."""
    data = changed(SUSPECT_AT_BORDER, 'open = ["needs", "role", "audience", "gossip"]')
    with pytest.raises(UsageError) as refused:
        load(data, complete=True)
    assert len(re.findall("has no section|opens audience", refused.value.detail)) == 3


def test_an_old_version_may_lack_types_of_today() -> None:
    """It was complete when it was in force; today's must be."""
    data = changed('types = ["shelter-offer.v1"]', "types = []")
    assert ("shelter-offer.v1", "care") not in load(data, complete=False).maximum
    with pytest.raises(UsageError):
        load(data, complete=True)


def test_the_version_in_force_says_who_may_assert_what() -> None:
    """After a match only by disclosure, a victim's purpose never; consent where a consent record can be."""
    policy = POLICIES[POLICY]
    named: Any = {kind: policy.assertable(kind) for kind in Lifecycle}
    assert named[Lifecycle.ALERT] == {Condition.STRICTLY_NECESSARY, Condition.CONSENT, Condition.SECOND_APPROVAL}
    assert named[Lifecycle.DISCLOSURE] == set(Condition) - {Condition.VICTIM_PURPOSE}
    assert named[Lifecycle.MESSAGE] == {Condition.SECOND_APPROVAL}
    assert not named[Lifecycle.RECEIPT] | named[Lifecycle.ENDING] | named[Lifecycle.BATCH]
    assert policy.regime_of_basis("gdpr:art6-1-d") is LegalRegime.GDPR
    assert policy.regime_of_basis("dir-2011-36:art9") is LegalRegime.LED


def test_a_file_is_named_after_its_version() -> None:
    """What an auditor looks up under a version is what was signed under it."""
    for file in files("contracts").joinpath("policies").iterdir():
        assert file.name == f"{tomllib.loads(file.read_text('utf-8'))['version']}.toml"


def test_every_type_that_may_be_disclosed_has_content() -> None:
    """Alerts and messages between police; notices hold nothing that could be opened later."""
    earlier = set(POLICIES[POLICY].rules.disclosure.earlier)
    assert {EVENTS[one].lifecycle for one in earlier} == {Lifecycle.ALERT, Lifecycle.MESSAGE}
    assert {known.type for known in EVENTS.values() if known.lifecycle is Lifecycle.ALERT} <= earlier
