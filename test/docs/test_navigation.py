"""Two clicks lead from the home page of the documentation, and from the README, to every answer.

The links are read from the files, so that they count on GitHub as well as on the site.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
LINK = re.compile(r"\]\(([^)\s#:]+\.md)(?:#[^)\s]*)?\)")
NAVIGATION: list[dict[str, Any]] = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
RECIPES = sorted(path for path in (DOCS / "cookbook").glob("*.md") if path.stem != "index")

TOPICS = {
    "Get started": ["Installation", "Quickstart", "Concepts", "Migration"],
    "Guides": [
        "Client and configuration",
        "Authentication",
        "Timeouts, retries and deadlines",
        "Errors",
        "Pagination",
        "Waiting",
        "Uploads and downloads",
        "Models and documents",
        "Metadata",
        "Search",
        "Time codes",
        "Notifications",
        "Logging, metrics and tracing",
        "Threads, processes and asyncio",
        "Performance",
    ],
    "Cookbook": [
        "Import with metadata",
        "Set a field",
        "Search with facets",
        "Make a proxy",
        "Export",
        "Move a file",
        "Receive notifications",
        "Why did a job fail",
        "Access rights",
        "Watch folder",
        "CSV in and out",
    ],
    "Testing": ["With pytest", "Faults", "The simulator", "Simulator coverage"],
    "Project": ["Changelog", "Contributing", "The generator", "Security"],
}
"""Topics that readers look for, by section of the site."""


def links(page: Path) -> set[Path]:
    """Return the pages that a page links to."""
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    return {found for target in targets if (found := (page.parent / target).resolve()).is_file()}


def within_two_clicks(page: Path) -> set[Path]:
    first = links(page)
    return first.union(*(links(target) for target in first))


def listed(section: str) -> dict[str, str]:
    """Return the pages of a section of the site, by title."""
    pages = next(entry[section] for entry in NAVIGATION if section in entry)
    return {title: path for entry in pages if isinstance(entry, dict) for title, path in entry.items()}


@pytest.mark.parametrize("home", [DOCS / "index.md", ROOT / "README.md"], ids=["home", "readme"])
def test_two_clicks_lead_to_every_page(home: Path) -> None:
    wanted = {*RECIPES, *(DOCS / "guides").glob("*.md"), *DOCS.glob("[a-z]*.md"), *DOCS.glob("*Api.md")}
    assert len(wanted) > 100
    assert sorted(path.name for path in wanted - within_two_clicks(home) - {home}) == []


def test_one_click_leads_to_each_recipe_and_guide() -> None:
    from_home = links(DOCS / "index.md")
    assert {*RECIPES, *(DOCS / "guides").glob("*.md")} <= from_home
    assert set(RECIPES) <= links(DOCS / "cookbook" / "index.md")


@pytest.mark.parametrize("section", TOPICS)
def test_navigation_has_each_topic(section: str) -> None:
    titles = list(listed(section))
    assert [topic for topic in TOPICS[section] if not any(title.startswith(topic) for title in titles)] == []


def test_navigation_has_each_hand_written_page() -> None:
    named = re.findall(r"[\w/.-]+\.md", str(NAVIGATION))
    pages = {path.relative_to(DOCS).as_posix() for path in [*DOCS.glob("[a-z]*.md"), *DOCS.glob("*/*.md")]}
    assert pages - set(named) == set()
    assert len(named) == len(set(named))
