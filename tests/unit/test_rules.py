"""Rules of the repository that no other tool holds."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts import errors

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("contracts", "adapters", "broker")
MAX_LINES = 400
FORBIDDEN_NAMES = {"utils.py", "util.py", "helpers.py", "helper.py", "misc.py", "common.py"}
CACHED = {
    ("adapters/interface.py", "find"),
    ("broker/envelope/grants.py", "_class_and_day"),
    ("broker/envelope/steps_form.py", "_shape"),
    ("contracts/choice.py", "_table"),
    ("contracts/choice.py", "choose"),
    ("contracts/clocks.py", "clock_fault"),
    ("contracts/clocks.py", "limit_of"),
    ("contracts/deadlines.py", "_holidays"),
    ("contracts/indicators.py", "asked_in"),
    ("contracts/places.py", "_divisions"),
    ("contracts/places.py", "coarse_region"),
    ("contracts/stated.py", "_stated_fault"),
    ("contracts/values.py", "_languages"),
    ("contracts/values.py", "_regions"),
}
"""Functions whose answers a process keeps: of codes, types, names of adapters and countries."""
BUILTIN_RAISES = {"StopIteration", "StopAsyncIteration", "KeyboardInterrupt", "SystemExit"}


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("path", list(sources("tests")), ids=lambda p: str(p.relative_to(ROOT)))
def test_each_test_states_its_behaviour(path: Path) -> None:
    """Every test function has a docstring of one sentence."""
    silent = [
        node.name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


@pytest.mark.parametrize("path", list(sources(*PRODUCT, "tests")), ids=lambda p: str(p.relative_to(ROOT)))
def test_files_stay_small_and_named(path: Path) -> None:
    """No file is longer than 400 lines, none is a room without a name."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES
    assert path.name not in FORBIDDEN_NAMES


def test_the_median_file_is_short() -> None:
    """The median product file has fewer than 180 lines."""
    sizes = sorted(len(path.read_text(encoding="utf-8").splitlines()) for path in sources(*PRODUCT))
    assert sizes[len(sizes) // 2] < 180


@pytest.mark.parametrize("path", list(sources(*PRODUCT)), ids=lambda p: str(p.relative_to(ROOT)))
def test_only_our_own_errors_are_raised(path: Path) -> None:
    """Domain code raises classes of the error tree: the class tells the caller what to do."""
    ours = {name for name, value in vars(errors).items() if isinstance(value, type)} | {"refusal"} | BUILTIN_RAISES
    foreign = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Raise) or node.exc is None:
            continue
        raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        name = raised.attr if isinstance(raised, ast.Attribute) else getattr(raised, "id", "")
        if name[:1].isupper() and name not in ours and not is_allowed(path, name):
            foreign.append(f"{name} at line {node.lineno}")
    assert foreign == []


def is_allowed(path: Path, name: str) -> bool:
    """pydantic validators speak ValueError; Typer leaves by Exit; asyncio cancels; a node child process fails."""
    place = str(path.relative_to(ROOT))
    if place.startswith("broker/cli/"):
        return name in {"Exit", "BadParameter"}
    if place == "broker/transport/producer.py":
        return name == "MessageSizeTooLargeError"  # as the client library does; translated in one place
    if place.startswith("adapters/") and name in {"Malformed", "Inexpressible", "Broken"}:
        return True  # verdicts on one value or record, subclasses of NationalRecordError
    if place.startswith(("contracts/", "adapters/")):
        return name in {"ValueError", "PydanticCustomError"}
    return False


def test_no_private_key_and_no_machine_path_is_committed() -> None:
    """Keys are generated at set-up, and no path of one machine stands in the tree."""
    wrong = []
    for path in ROOT.rglob("*"):
        if not path.is_file() or any(
            part.startswith(".") or part == "__pycache__" for part in path.parts[len(ROOT.parts) :]
        ):
            continue
        if path == Path(__file__):
            continue
        data = path.read_bytes()
        if re.search(rb"BEGIN ([A-Z]+ )?PRIVATE KEY-----\n[A-Za-z0-9+/]{16}", data) or re.search(
            rb"(?<![\w.])/(work|farm)/", data
        ):
            wrong.append(str(path.relative_to(ROOT)))
    assert wrong == []


def test_no_memory_of_a_process_outlives_an_erasure() -> None:
    """Answers are kept for codes, types and countries alone: a cache of texts would hold what records said."""
    kept = {
        (path.relative_to(ROOT).as_posix(), node.name)
        for path in sources(*PRODUCT)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        and any(ast.unparse(one).partition("(")[0] in {"cache", "lru_cache"} for one in node.decorator_list)
    }
    assert kept == CACHED
