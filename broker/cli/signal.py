"""Record a signal by its indicators, assess one, and show what is asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from broker.cli import signal_new
from broker.cli.adapters import read_input
from broker.cli.output import AsJson, ExitCode, complain, finding_text, print_json, say, table
from broker.cli.signal_text import lines
from contracts.assessment import Answers, answers_of, assess
from contracts.codes import Indicator, Language, Situation
from contracts.errors import Code, UsageError
from contracts.findings import Finding
from contracts.indicators import ENTRIES, SITUATIONS, asked_in, described, strength_of
from contracts.parts import SectionModel
from contracts.reading import findings_of, read_section

app = typer.Typer(help="Signals: ask, assess, publish what was observed.", no_args_is_help=True)
app.command("new")(signal_new.new)

Lang = Annotated[Language, typer.Option("--lang", help="Language of the texts.")]


@app.command("indicators")
def show_indicators(
    situation: Annotated[Situation | None, typer.Option(help="Only what is asked there, heaviest first.")] = None,
    lang: Lang = Language.EN,
    *,
    as_json: AsJson = False,
) -> None:
    """List the indicators, what each weighs in each situation, and where they come from.

    Examples:
    `baken signal indicators --situation child_labour --lang nl`

    `baken signal indicators --json`
    """
    found = described()
    if as_json:
        asked = set(Indicator) if situation is None else set(asked_in(situation))
        print_json({**found, "indicators": [one for one in found["indicators"] if one["indicator"] in asked]})
        return
    situations = list(Situation) if situation is None else [situation]
    shown = list(Indicator) if situation is None else asked_in(situation)
    rows = [(one, *(strength_of(one, at) for at in situations), ENTRIES[one].in_(lang)) for one in shown]
    table("Indicators", ("indicator", *situations, "text"), rows)
    for source in (source for catalogue in found["catalogues"] for source in catalogue["sources"]):
        say(f"{source['id']}: {source['title']} ({source['publisher']}). {source['reference']}.")
    for told in (SITUATIONS[one] for one in situations):
        if told.note is not None:
            say(f"{told.text.in_(lang)}: {told.note}")


@app.command("assess")
def assess_file(
    file: Annotated[Path, typer.Argument(help="A canonical signal, or answers; `-` reads standard input.")],
    situation: Annotated[
        Situation | None, typer.Option(help="What is assessed, where FILE does not say or another is meant.")
    ] = None,
    lang: Lang = Language.EN,
    *,
    as_json: AsJson = False,
) -> None:
    """Assess the indicators in FILE, and explain how. Nothing is stored or sent.

    FILE is a signal as `baken-json` takes it, or only its answers:
    `{"situation": "adult_labour", "yes": ["ilo-ec:d5-debt_bondage"], "no": [], "not_asked": []}`.
    The result is an assessment and a proposal, never a finding. Exit code 1 when FILE cannot be read as either.

    Examples:
    `baken signal assess answers.json`

    `baken signal assess --situation adult_labour --json signal.json`
    """
    read = _answers(_value(read_input(file)), situation)
    if not isinstance(read, Answers):
        for finding in read:
            complain(finding_text(finding))
        raise typer.Exit(ExitCode.REFUSED)
    assessment = assess(read)
    if as_json:
        print_json(assessment.to_json())
        return
    for line in lines(assessment, lang):
        say(line)


def _value(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return None


def _answers(value: Any, situation: Situation | None) -> Answers | list[Finding]:
    """Return the answers that a JSON value states, or every finding about it.

    Raises:
        UsageError: nothing says which situation is assessed.
    """
    if not isinstance(value, dict):
        remedy = "write a signal, or answers"
        return [Finding(code=Code.A02_FORMAT, path="file", rule="is no JSON object", remedy=remedy)]
    if isinstance(value.get("sections"), dict):
        return _of_draft(value["sections"], situation)
    stated = value if situation is None else {**value, "situation": situation}
    try:
        return Answers.model_validate(stated)
    except ValidationError as fault:
        return findings_of("", fault, code=Code.A03_FIELD)


def _of_draft(values: dict[str, Any], situation: Situation | None) -> Answers | list[Finding]:
    sections: dict[str, SectionModel] = {}
    findings: list[Finding] = []
    for name in ("observation", "exploitation"):
        read = read_section(name, values[name], code=Code.A03_FIELD) if name in values else None
        if isinstance(read, SectionModel):
            sections[name] = read
        elif read is not None:
            findings += read
    if "observation" not in values:
        findings.append(Finding(code=Code.A05_MINIMUM, path="observation", rule="is missing", remedy="assess a signal"))
    if findings:
        return findings
    answers = answers_of(sections, situation)
    if answers is None:
        raise UsageError("the signal does not say which situation was assessed: name it with --situation")
    return answers
