"""Ask a professional for a signal, show its assessment, and publish it as the person decided."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from adapters.interface import DecodedRecord
from broker.cli.adapters import read_input
from broker.cli.output import AsJson, ExitCode, complain, complaints, finding_text, say
from broker.cli.places import As, Home, gateway_of, now
from broker.cli.publish import Report, take, tell
from broker.cli.signal_interview import Interview, Seen, place_of, seen_of
from broker.cli.signal_text import lines
from broker.cli.signal_words import Phrase, word
from broker.gateway.gateway import Gateway
from broker.gateway.handling import default_handling
from contracts.assessment import assess
from contracts.codes import ExploitationForm, Language, Minor, Purpose, ReporterClass, Situation
from contracts.draft import Draft
from contracts.errors import Code, UsageError
from contracts.events import DERIVED, SIGNAL
from contracts.parts import SectionModel
from contracts.places import CoarsePlace
from contracts.reading import read_section
from contracts.sections.exploitation import Exploitation
from contracts.sections.observation import CHILD_SITUATIONS, Indicators, Observation
from contracts.sections.references import References
from contracts.stated import basis_fault
from contracts.values import alpha3

T = TypeVar("T")

VALIDITY_DAYS = 90
"""The longest that a signal holds which no case has taken up (CONTRACTS 5)."""
_FURTHER = set(SIGNAL.sections) - DERIVED - {"audience", "handling", "observation"}
"""Sections that the answers do not make."""
_FORMS = {
    Situation.CHILD_LABOUR: ExploitationForm.CHILD_LABOUR,
    Situation.CHILD_SEXUAL: ExploitationForm.SEXUAL_EXPLOITATION,
}
"""The form of exploitation that a child's situation supposes: acts stand beside it."""


def new(
    home: Home,
    as_: As,
    situation: Annotated[Situation | None, typer.Option(help="Instead of being asked.")] = None,
    reporter: Annotated[ReporterClass | None, typer.Option(help="Instead of being asked.")] = None,
    place: Annotated[
        str | None, typer.Option(help="Country or region, as NL or NL-NH, instead of being asked.")
    ] = None,
    seen: Annotated[str | None, typer.Option(help="Date, as 2026-11-18 or 2026-11, instead of being asked.")] = None,
    with_: Annotated[
        Path | None, typer.Option("--with", metavar="FILE", help="Further sections as JSON: persons, things, a story.")
    ] = None,
    days: Annotated[int, typer.Option(help="How long the signal holds.", min=1)] = VALIDITY_DAYS,
    purpose: Annotated[Purpose, typer.Option(help="What it may be used for.")] = Purpose.PREVENT,
    basis: Annotated[str, typer.Option(help="Legal basis.")] = "dir-2023-977:art7",
    national_id: Annotated[
        str | None, typer.Option(help="Your own number of it; the same again is its next version.")
    ] = None,
    to: Annotated[
        list[str] | None, typer.Option(metavar="PARTICIPANT:PROFILE", help="Recipients instead of the routes.")
    ] = None,
    lang: Annotated[Language, typer.Option("--lang", help="Language of the questions.")] = Language.EN,
    wait: Annotated[float, typer.Option(help="Seconds to wait for the broker's decision.")] = 30.0,
    *,
    as_json: AsJson = False,
) -> None:
    """Ask through the indicators, show the assessment, and publish the signal if you say so.

    First what it may be, then only the indicators of that: the strong ones one by one, the others by list.
    Nobody needs to be named, the reporter neither. Ctrl-C leaves nothing behind. With `--json` the
    questions go to standard error.

    Examples:
    `baken signal new --home H --as NL-POL`

    `baken signal new --home H --as NL-POL --lang nl --situation adult_labour --with persons.json`
    """
    given = _Given(
        situation=situation,
        reporter=reporter,
        place=_read(place, "--place", place_of),
        seen=_read(seen, "--seen", lambda text: seen_of(text, now()) if text else None),
        sections=_further(with_),
    )
    _check(given.sections, days, basis)
    with gateway_of(home, as_) as gateway:
        interview = Interview(
            language=lang,
            now=now(),
            country=alpha3(gateway.participant.partition("-")[0]),
            ask=lambda question: _ask(question, aside=as_json),
            say=_aside if as_json else say,
        )
        sections = record(gateway, interview, given)
        if not interview.agrees(Phrase.PUBLISH, days):
            interview.say(word(Phrase.NOT_PUBLISHED, lang))
            return
        draft = Draft(
            type=SIGNAL.type,
            purpose=purpose.value,
            basis=(basis,),
            urgency="routine",
            validity_days=days,
            sections=sections,
            national_id=national_id,
        )
        report = Report()
        take(gateway, [DecodedRecord(line=1, national_id=None, draft=draft, residue=[], findings=[])], report, to=to)
        tell(gateway, report, wait=wait, as_json=as_json)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """What is known before the first question."""

    situation: Situation | None
    reporter: ReporterClass | None
    place: CoarsePlace | None
    seen: Seen | None
    sections: Mapping[str, SectionModel]


def record(gateway: Gateway, interview: Interview, given: _Given) -> dict[str, SectionModel]:
    """Ask what is not given, show the assessment, let the person decide, and return the sections of the signal."""
    situation = given.situation or interview.situation()
    seen = given.seen or interview.seen()
    place = given.place or interview.place()
    reporter = given.reporter or interview.reporter()
    sections = dict(given.sections)
    if situation in CHILD_SITUATIONS and "exploitation" not in sections:
        acts = interview.acts()
        if acts:
            sections["exploitation"] = Exploitation(forms=(_FORMS[situation],), acts=acts)
    stated = sections.get("exploitation")
    acts = (stated.acts or ()) if isinstance(stated, Exploitation) else ()
    answers = interview.indicators(situation, acts)
    assessment = assess(answers)
    for line in lines(assessment, interview.language):
        interview.say(line)
    outcome = interview.outcome(assessment.proposal)
    sections["observation"] = Observation(
        observed_at=seen.at,
        observed_on=seen.on,
        place=place,
        reporter=reporter,
        indicators=Indicators(yes=answers.yes or None, no=answers.no or None, not_asked=answers.not_asked or None),
        assessment=assessment.recorded(outcome, on=interview.now.date()),
    )
    default = gateway.settings.handling.default
    if situation not in CHILD_SITUATIONS and default is not None and interview.agrees(Phrase.ADULT):
        handling = default_handling(default, gateway.pseudonym(None))
        sections["handling"] = handling.model_copy(update={"minor": Minor.NO})
    return sections


def _further(file: Path | None) -> Mapping[str, SectionModel]:
    """Read sections that go with the answers, and nothing that the answers say.

    Raises:
        UsageError: FILE is no JSON object of such sections.
    """
    if file is None:
        return {}
    try:
        values = json.loads(read_input(file))
    except ValueError:
        values = None
    if not isinstance(values, dict) or not values.keys() <= _FURTHER:
        raise UsageError(f"--with: write one JSON object with any of {', '.join(sorted(_FURTHER))}")
    read = {name: read_section(name, value, code=Code.A03_FIELD) for name, value in values.items()}
    findings = [finding for one in read.values() if not isinstance(one, SectionModel) for finding in one]
    for finding in findings:
        complain(finding_text(finding))
    if findings:
        raise typer.Exit(ExitCode.REFUSED)
    return {name: one for name, one in read.items() if isinstance(one, SectionModel)}


def _check(sections: Mapping[str, SectionModel], days: int, basis: str) -> None:
    """Tell before the first question what would be refused after the last.

    Raises:
        UsageError: validity or legal basis.
    """
    references = sections.get("references")
    linked = isinstance(references, References) and references.linked
    limit = SIGNAL.validity_days if linked else VALIDITY_DAYS
    if days > limit:
        raise UsageError(f"--days: such a signal holds {limit} days at most; references to a case let it hold longer")
    fault = basis_fault((basis,))
    if fault is not None:
        raise UsageError(f"--basis: {fault}")


def _read(text: str | None, option: str, read: Callable[[str], T | None]) -> T | None:
    if text is None:
        return None
    value = read(text)
    if value is None:
        raise UsageError(f"{option}: cannot be read; --help shows its form")
    return value


def _ask(question: str, *, aside: bool) -> str:
    """Ask on the terminal, or on standard error where standard output is for a machine.

    Raises:
        UsageError: there is no more to read.
    """
    screen = sys.stderr if aside else sys.stdout
    screen.write(f"{question} ")
    screen.flush()
    line = sys.stdin.readline()
    if not line:
        raise UsageError("the input ended before the last question: nothing was kept")
    if not sys.stdin.isatty():
        screen.write("\n")
    return line


def _aside(text: str) -> None:
    complaints.print(text, markup=False)
