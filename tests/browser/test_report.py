"""The report page in a real browser: complete, quiet, readable, printable, and equal to the JSON."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.support.browser import Watched, browser, chromium, opened
from tests.support.command import baken
from tests.support.month import month


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """Write an export of four weeks, and a report on it as page and as JSON, where there is a browser to show it."""
    chromium()
    folder = tmp_path_factory.mktemp("report")

    async def write() -> None:
        hub = await month()
        await hub.export(folder / "audit.jsonl")
        hub.save_roots(folder)

    asyncio.run(write())
    source = ("--file", folder / "audit.jsonl", "--roots", folder / "roots.json")
    ran = baken("audit", "report", *source, "--html", folder / "report.html", "--json")
    assert ran.code == 0, ran.err
    return folder / "report.html", ran.json()


@pytest.fixture(scope="module")
def running(reported: tuple[Path, dict[str, Any]]) -> Iterator[Browser]:
    """Run a browser once the report is written: its driver keeps an event loop of its own."""
    with browser() as one:
        yield one


@pytest.fixture(scope="module")
def shown(running: Browser, reported: tuple[Path, dict[str, Any]]) -> Watched:
    return opened(running, reported[0].as_uri(), viewport={"width": 1040, "height": 1400})


def number(watched: Watched, name: str) -> int:
    return int(watched.page.locator(f"[data-figure={name}]").inner_text().split(" of ")[0].replace("\u202f", ""))


def rows(watched: Watched, table: str) -> list[list[str]]:
    return [
        [cell.strip() for cell in line.locator("th, td").all_inner_texts()]
        for line in watched.page.locator(f"#{table} tbody tr").all()
    ]


def test_the_page_needs_nothing_and_complains_about_nothing(shown: Watched) -> None:
    """One request, for the file itself; no error and no warning in the console."""
    assert [address.partition(":")[0] for address in shown.requests] == ["file"]
    assert shown.complaints == []


def test_headings_and_figures_are_those_of_the_json(shown: Watched, reported: tuple[Path, dict[str, Any]]) -> None:
    """The verdict, the key figures and every table say what the JSON says."""
    _, told = reported
    page = shown.page
    assert page.locator("h1").inner_text() == "Audit report"
    assert page.locator("h2").all_inner_texts() == [
        "Operations", "Over time", "To whom", "What was opened", "Receipts", "Erasure", "Refusals and order",
        "Integrity",
    ]  # fmt: skip
    assert page.locator("[data-figure=verified]").inner_text().strip() == "Verified"
    assert page.locator("[data-figure=root]").inner_text() == told["integrity"]["root"]
    for one in told["operations"]:
        if one["name"] in {"collection", "consultation", "disclosure", "erasure"}:
            assert number(shown, one["name"]) == one["count"]
    assert number(shown, "refused") == sum(one["count"] for one in told["refusals"])
    days = {line[0]: [int(cell) for cell in line[1:]] for line in rows(shown, "days")}
    for day in told["days"]:
        assert days[day["day"]] == [day["disclosed"], day["receipts"], day["refused"]]
    assert [(line[0], int(line[1])) for line in rows(shown, "receipts")] == [
        (one["to"], one["due"]) for one in told["answers"]
    ]
    assert len(rows(shown, "erasures")) == len(told["erasures"]["orders"])
    assert [(a, b, int(c)) for a, b, c in rows(shown, "refusals")] == [
        (one["from"], one["code"], one["count"]) for one in told["refusals"]
    ]


def test_charts_have_titles_descriptions_and_tables(shown: Watched) -> None:
    """Every chart names itself for who cannot see it, and has a table in its section."""
    charts = shown.page.locator("svg[role=img]").all()
    assert len(charts) == 5
    for chart in charts:
        named = (chart.get_attribute("aria-labelledby") or "").split()
        assert all(chart.locator(f"#{name}").text_content() for name in named)
        assert chart.locator("rect").count() > 0
        assert chart.locator("xpath=ancestor::section").locator("table").count() > 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_reads_on_any_screen(
    running: Browser, reported: tuple[Path, dict[str, Any]], scheme: Any, width: int
) -> None:
    """Nothing is wider than the screen, and ink and paper differ in light and in dark."""
    seen = opened(running, reported[0].as_uri(), color_scheme=scheme, viewport={"width": width, "height": 900})
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
    ink, paper = seen.page.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.documentElement).backgroundColor]"
        ".map(text => text.match(/\\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0))"
    )
    assert (ink < paper) is (scheme == "light")
    assert abs(ink - paper) > 450
    assert seen.complaints == []


def test_it_prints(shown: Watched) -> None:
    """The printed form is a PDF of a few pages, in ink on white."""
    data = shown.page.pdf(prefer_css_page_size=True)
    assert data.startswith(b"%PDF-")
    assert 2 <= data.count(b"/Type /Page\n") <= 15
