"""Hooks of MkDocs: publish pages that are outside of docs/, and add the generated pages to the navigation.

The files stay readable on GitHub: links such as ``../README.md`` are rewritten here.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File

ROOT = Path(__file__).parents[1]
PUBLISHED = {
    "docs/README.md": "reference.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "README.md": "readme.md",
    "examples/README.md": "examples.md",
    "benchmarks/README.md": "benchmarks.md",
}
"""Pages by their paths in the repository, with their paths on the site."""

ANCHORS = {
    "documentation-for-api-endpoints": "reference.md",
    "documentation-for-models": "models.md",
    "basicAuth": "reference.md#basicauth",
    "authorization-basicauth": "reference.md#basicauth",
}
"""Anchors of README.md, with the pages that they stand for."""

LINK = re.compile(r"(?<=\]\()(?P<path>[^)\s#:]*)(?:#(?P<anchor>[^)\s]*))?(?=\))")
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
SECTION = re.compile(r"^## (.+?)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
PAGE = re.compile(r"^\[(\w+)\]\((\w+\.md)\)", re.MULTILINE)
BADGE = re.compile(r"\*\*(Undocumented):\*\*")
SIGNATURE = re.compile(r"^> `(\w+)\((.*)\) -> (.+)`$", re.MULTILINE)
BACK_LINKS = re.compile(r"^\[\[Back to .*\n?", re.MULTILINE)
MAX_SIGNATURE = 88
"""The longest signature on one line, in characters."""


def on_config(config: Any) -> Any:
    """Add the generated pages to the sections "API" and "Models", and the guides that mkdocs.yml does not list."""
    listed = str(config["nav"])
    for section in config["nav"]:
        if "Guides" in section:
            guides = sorted((ROOT / "docs" / "guides").glob("*.md"))
            section["Guides"] += [f"guides/{guide.name}" for guide in guides if f"guides/{guide.name}" not in listed]
        elif "API" in section:
            section["API"] += _sections("README.md")
        elif "Models" in section:
            section["Models"] += _sections("models.md")
    return config


def on_files(files: Any, config: Any) -> Any:
    """Add the pages that are outside of docs/."""
    for source, path in PUBLISHED.items():
        content = (ROOT / source).read_text(encoding="utf-8")
        files.append(File.generated(config, path, content=_rewritten(content, source)))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Rewrite the links of a page, and the headings and signatures of a page of the API."""
    path = page.file.src_uri
    if path == "index.md":
        page.meta["hide"] = ["navigation"]  # the home page is alone in its section
    markdown = BACK_LINKS.sub("", markdown)  # the site has a navigation
    if path not in PUBLISHED.values():
        markdown = _rewritten(markdown, f"docs/{path}")
    markdown = BADGE.sub(r'<span class="badge">\1</span>', markdown)
    if path.endswith("Api.md"):
        markdown = re.sub(r"(?m)^(#{3,4}) ", r"\1# ", markdown)
        head, title, rest = markdown.partition("# vidispine.")
        markdown = head + title + re.sub(r"(?m)^# \*\*(\w+)\*\*$", r"## \1", rest)
        markdown = SIGNATURE.sub(_signature, markdown)
    return markdown


def _signature(found: re.Match[str]) -> str:
    """Return a signature as a block of code, wrapped if it is long."""
    name, parameters, result = found.groups()
    lines = [f"{name}({parameters}) -> {result}"]
    if len(lines[0]) > MAX_SIGNATURE:
        # Commas within brackets do not separate parameters.
        separate = [f"{parameter}," for parameter in re.split(r", (?![^\[(]*[\])])", parameters)]
        lines = [f"{name}(", " " * 3, f") -> {result}"]
        for parameter in separate:
            if len(lines[-2]) + len(parameter) >= MAX_SIGNATURE:
                lines.insert(-1, " " * 3)
            lines[-2] += f" {parameter}"
    return "\n".join(["```python", *lines, "```"])


def _sections(page: str) -> list[Any]:
    """Return the pages that the tables of an index link to, by heading."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    sections = ((title, [{name: path} for name, path in PAGE.findall(body)]) for title, body in SECTION.findall(text))
    return [{title: pages} for title, pages in sections if pages]


def _rewritten(markdown: str, source: str) -> str:
    """Rewrite the links of a page of the repository to paths on the site. Code is not changed."""
    parts = FENCE.split(markdown)
    fences = FENCE.findall(markdown)
    rewritten = [LINK.sub(lambda found: _link(found, source), part) for part in parts]
    return "".join(part for pair in zip(rewritten, [*fences, ""]) for part in pair)


def _link(found: re.Match[str], source: str) -> str:
    path, anchor = found["path"], found["anchor"]
    if not path or path.startswith("/"):
        return found[0]
    target = _target((Path(source).parent / path).as_posix())
    if target == "README.md" and anchor in ANCHORS:
        return _relative(ANCHORS[anchor], source)
    if target in PUBLISHED:
        location = PUBLISHED[target]
    elif target.startswith("docs/"):
        location = target[len("docs/") :]
    else:
        return _repository_link(target)
    suffix = f"#{anchor}" if anchor else ""
    return _relative(location + suffix, source)


def _target(path: str) -> str:
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            parts.pop()
        elif part not in (".", ""):
            parts.append(part)
    return "/".join(parts)


def _relative(location: str, source: str) -> str:
    published = PUBLISHED.get(source, source[len("docs/") :])
    return "../" * published.count("/") + location


def _repository_link(target: str) -> str:
    """Return the link to a file that is not part of the site."""
    found = re.search(r'^REPOSITORY = "(.+)"$', (ROOT / "setup.py").read_text(encoding="utf-8"), re.MULTILINE)
    return f"{found[1]}/blob/main/{target}" if found else "examples.md"
