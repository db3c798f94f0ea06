"""The generated pages: links, a page for each model, a section and an example for each operation."""

from __future__ import annotations

import ast
import doctest
import inspect
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import vidispine
from test.support.spec import OPERATIONS
from vidispine import api, models
from vidispine._calls.operation import Operation
from vidispine._documents.vocabulary import Vocabulary

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


# Aliases of a model have no separate page.
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
        declared = [(name, field.wire) for name, field in model.fields().items()]
        assert rows == sorted(declared, key=lambda row: row[0] != "id"), "the id comes first"


def operations(name: str) -> list[Operation[Any]]:
    return list(getattr(vidispine, name).operations.values())


def inherited(name: str) -> set[str]:
    """Return the hand-written methods of a class."""
    bases = [base for base in getattr(vidispine, name).__mro__ if base.__module__.startswith("vidispine._mixins.")]
    return {method for base in bases for method in vars(base) if not method.startswith("_")}


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
    shown = re.findall(r"^# \*\*(\w+)\*\*$", page, re.MULTILINE)
    assert shown[: len(methods)] == methods
    assert set(shown[len(methods) :]) == inherited(name)
    assert re.findall(rf"^\[\*\*(\w+)\*\*\]\({name}", page, re.MULTILINE) == shown, "the list of contents"
    sections = dict(zip(methods, page.split("\n# **")[1:]))
    for method, section in sections.items():
        parameters = [
            parameter.name
            for parameter in inspect.signature(getattr(getattr(vidispine, name), method)).parameters.values()
            if parameter.name not in ("self", "options")
        ]
        shown = re.findall(r"^ \*\*(\w+)\*\* \|", section, re.MULTILINE)
        assert sorted(shown) == sorted(parameters)
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
        assert re.search(rf"client\.\w+\.{method}\(", example[0])
        assert max(map(len, example[0].splitlines())) <= 88 or "://" in example[0]
        assert re.findall(r"^`(iterate_\w+)\(", section, re.MULTILINE) == [*filter(None, [iterate_methods.get(method)])]
        assert "[[Back to top]](#)" in section


@pytest.mark.parametrize("name", api.__all__)
def test_inherited_methods_have_examples(name: str) -> None:
    sections = dict(re.findall(r"^# \*\*(\w+)\*\*$(.*?)(?=^# |\Z)", text(f"{name}.md"), re.MULTILINE | re.DOTALL))
    for method in inherited(name):
        assert f".{method}(" in sections[method].partition("### Example")[2].partition("### Parameters")[0]


@pytest.mark.parametrize("name", api.__all__)
def test_docstrings_have_an_example(name: str) -> None:
    """One call, and perhaps a line with its result, which are valid Python."""
    for operation in operations(name):
        documentation = getattr(getattr(vidispine, name), operation.name).__doc__ or ""
        examples = doctest.DocTestParser().get_examples(documentation)
        assert 1 <= len(examples) <= 2, operation.name
        assert f".{operation.name}(" in examples[0].source
        for example in examples:
            ast.parse(example.source)


def test_signatures_show_the_defaults_of_the_server() -> None:
    assert "> `abort_job(job_id, *, reason=None, cleanup=True) -> None`" in text("JobApi.md")
    shown = {
        (page, found[0]): found[1]
        for page in api.__all__
        for found in re.findall(r"^# \*\*(\w+)\*\*\n> `(.+)`$", text(f"{page}.md"), re.MULTILINE)
    }
    for operation in OPERATIONS:
        for parameter in operation.parameters:
            if parameter.default is not None and not parameter.required:
                page = operation.owner
                assert f"{parameter.name}={parameter.default!r}" in shown[page, operation.name].replace('"', "'")


def test_the_class_tree_of_errors() -> None:
    tree = text("errors.md").partition("## Classes")[2].partition("```text\n")[2].partition("```")[0]
    parents: dict[int, str] = {}
    shown = set()
    for line in tree.splitlines():
        match = re.match(r"([│├└─ ]*)(\w+)", line)
        assert match
        depth, name = len(match[1]) // 4, match[2]
        parents[depth] = name
        assert depth == 0 or issubclass(getattr(vidispine, name), getattr(vidispine, parents[depth - 1]))
        shown.add(name)
    known = vars(vidispine.exceptions).values()
    assert shown == {
        error.__name__
        for error in known
        if isinstance(error, type) and issubclass(error, vidispine.OpenApiException) and error.__name__[0] != "_"
    }


def test_warnings_stand_out() -> None:
    page = text("StorageRuleApi.md")
    assert "\n\n> **Warning:** a stricter rule may remove copies that it no longer requires." in page
    assert [name for name in PAGES if re.search(r"^Warning:", text(name), re.MULTILINE)] == []


def test_models_are_grouped_by_resource() -> None:
    page = text("models.md")
    groups = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    assert len(groups) == len(list((ROOT / "spec" / "schemas").glob("*.yaml"))) - 1  # errors are no models
    assert "[JobType](JobType.md)" in groups["Job"]
    assert "[JobState](JobState.md) | Enum. " in groups["Job"]


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


def test_common_parameters_come_first() -> None:
    section = text("JobApi.md").partition("# **get_jobs**")[2].partition("### Return type")[0]
    shown = re.findall(r"^ \*\*(\w+)\*\* \|", section, re.MULTILINE)
    assert shown[:4] == ["user", "state", "sort", "number"]
    assert shown.index("first") < shown.index("idonly")
    assert shown.index("metadata") < shown.index("starttime_to")


def test_line_length_of_generated_code() -> None:
    files = [*(ROOT / "vidispine" / "api").glob("*.py"), *(ROOT / "vidispine" / "models").glob("*.py")]
    assert files
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    # A method and its path stay on one line, however long they are.
    assert [line for line in lines if len(line) > 120 and not line.lstrip().startswith(("``", '"/'))] == []
