"""The generated pages: links, a page for each model, a section and an example for each operation."""

from __future__ import annotations

import inspect
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import vidispine
from vidispine import api, models
from vidispine._calls.operation import Operation
from vidispine._documents.model import Vocabulary

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(file.name for file in DOCS.glob("*.md"))


def text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def without_code(markdown: str) -> str:
    return re.sub(r"```.*?```", "", markdown, flags=re.DOTALL)


@cache
def anchors(file: Path) -> frozenset[str]:
    """Return the anchors of a page: those that GitHub makes of headings, and those in HTML."""
    markdown = without_code(file.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ +(.+?) *$", markdown, re.MULTILINE)
    plain = [re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading) for heading in headings]
    made = {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-").lower() for heading in plain}
    return frozenset(made | {name.lower() for name in re.findall(r'<a (?:id|name)="([^"]+)"', markdown)})


def test_links() -> None:
    for page in PAGES:
        assert_links(page)


def assert_links(page: str) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", without_code(text(page)))
    assert links
    for link in links:
        target, _, anchor = link.partition("#")
        if target.startswith(("http:", "https:")):
            continue
        file = (DOCS / target).resolve() if target else DOCS / page
        assert file.is_file(), link
        assert not anchor or anchor.lower() in anchors(file), link


# Other names of the same model have no page of their own.
MODELS = sorted(name for name in models.__all__ if getattr(models, name).__name__ == name)


def test_every_model_has_a_page() -> None:
    listed = text("models.md")
    for name in MODELS:
        assert_model_page(name)
        assert f"({name}.md)" in listed


def assert_model_page(name: str) -> None:
    model = getattr(vidispine, name)
    page = text(f"{name}.md")
    assert f"\n# {name}\n" in page
    if issubclass(model, Vocabulary):
        words = re.findall(r"^`([^`]+)`(?: \(`\w+`\))? \|", page, re.MULTILINE)
        assert [word for word in words if not word.startswith(f"{name}.")] == list(model.values())
    else:
        rows = re.findall(r"^\*\*(\w+)\*\* \| `([^`]+)` \|", page, re.MULTILINE)
        assert rows == [(name, field.wire) for name, field in model.fields().items()]


def operations(name: str) -> list[Operation[Any]]:
    return list(getattr(vidispine, name).operations.values())


@pytest.mark.parametrize("name", api.__all__)
def test_api_page(name: str) -> None:
    page = text(f"{name}.md")
    iterate_methods = {operation.name: operation.pages.name for operation in operations(name) if operation.pages}
    methods = [
        method
        for method in sorted(vars(getattr(vidispine, name)))
        if not method.startswith("_")
        and not method.endswith("_with_http_info")
        and method not in iterate_methods.values()
    ]
    assert re.findall(r"^# \*\*(\w+)\*\*$", page, re.MULTILINE) == methods
    sections = dict(zip(methods, page.split("\n# **")[1:]))
    for method, section in sections.items():
        parameters = [
            parameter.name
            for parameter in inspect.signature(getattr(getattr(vidispine, name), method)).parameters.values()
            if parameter.name not in ("self", "options")
        ]
        assert re.findall(r"^ \*\*(\w+)\*\* \|", section, re.MULTILINE) == parameters
        for heading in (
            "Example",
            *(["All pages"] if method in iterate_methods else []),
            "Parameters",
            "Return type",
            "Authorization",
            "HTTP request headers",
            "HTTP response details",
        ):
            assert f"\n### {heading}\n" in section
        example = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
        assert len(example) == 1
        assert f"api.{method}(" in example[0]
        assert re.findall(r"^`(iterate_\w+)\(", section, re.MULTILINE) == [*filter(None, [iterate_methods.get(method)])]
        assert "[[Back to top]](#)" in section


def test_docstrings_describe_every_argument() -> None:
    for name in api.__all__:
        for method, function in inspect.getmembers(getattr(vidispine, name), inspect.isfunction):
            if method.startswith("_") or method.endswith("_with_http_info"):
                continue
            arguments = set(inspect.signature(function).parameters) - {"self", "options"}
            described = set(re.findall(r":param (\w+): \S", function.__doc__ or "")) - {"options"}
            listing = [
                operation for operation in operations(name) if operation.pages and operation.pages.name == method
            ]
            if listing:
                # The parameters shared with the operation are described there.
                assert f"``{listing[0].name}``" in (function.__doc__ or "")
                own = {"page_size", "limit", "cursor"}
                assert described == arguments & own
                arguments -= own
                described = set(inspect.signature(getattr(getattr(vidispine, name), listing[0].name)).parameters)
                assert arguments < described
            else:
                assert described == arguments


def test_line_length_of_generated_code() -> None:
    files = [*(ROOT / "vidispine" / "api").glob("*.py"), *(ROOT / "vidispine" / "models").glob("*.py")]
    assert files
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    # A method and its path stay on one line, however long they are.
    assert [line for line in lines if len(line) > 120 and not line.lstrip().startswith(("``", '"/'))] == []
