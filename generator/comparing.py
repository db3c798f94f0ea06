"""Compares two descriptions, and lists what the new one adds, removes and changes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from generator.intermediate import Description, Operation, Value
from generator.problems import one_line


class Change(NamedTuple):
    """One row of the table. ``facts`` are the new facts, or the old and the new ones."""

    change: str
    kind: str
    name: tuple[str, ...]
    facts: str


# By kind and name: that of the owner, such as an operation, and that of the part.
_Facts = dict[tuple[str, tuple[str, ...]], str]


def compare(old: Description, new: Description) -> list[Change]:
    """Return the changes, in the order of the kinds and names: what belongs to a new or removed owner is not listed."""
    # An operation stays the same when a parameter in its path has another name.
    paths = {_unnamed(operation.path): operation.shown_path for _, operation in new.operations()}
    before, after = _facts(old, paths), _facts(new, paths)
    return sorted({*_changes(before, after)}, key=lambda change: (_KINDS.index(change.kind), change.name))


def table(changes: list[Change]) -> str:
    """Return the changes as a Markdown table."""
    cells = [(change, kind, _cell(" > ".join(name)), _cell(facts)) for change, kind, name, facts in changes]
    rows = [("Change", "What", "Name", "Before and after"), *cells]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [" | ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
    lines.insert(1, " | ".join("-" * width for width in widths))
    return "\n".join(f"| {line}" for line in lines) if changes else "The descriptions are the same."


_KINDS = ("server", "class", "operation", "parameter", "response", "media type", "model", "member", "value")


def _cell(text: str) -> str:
    return one_line(text).replace("|", "\\|")


def _unnamed(path: str) -> str:
    return re.sub("{[^{}]*}", "{}", path)


def _facts(description: Description, paths: Mapping[str, str]) -> _Facts:
    """Return the facts about everything that can change, by owner, kind and name.

    :param paths: how the paths are spelled, by the paths without the names of their parameters
    """
    facts: _Facts = {("server", ("path",)): urlsplit(description.server).path or "/"}
    facts.update({("class", (api.name,)): "" for api in description.apis})
    for api, operation in description.operations():
        name = f"{operation.method} {paths.get(_unnamed(operation.path), operation.shown_path)}"
        facts["operation", (name,)] = f"{api.name}.{operation.name}{_deprecated(operation)}"
        facts["response", (name, "result")] = operation.result or "nothing"
        facts.update({("media type", (name, "result", media)): "" for media in operation.accept})
        for parameter in operation.parameters:
            path = (name, "body" if parameter.location == "body" else f"{parameter.location} {parameter.wire}")
            default = "" if parameter.default is None else f", default {parameter.default}"
            kind = f"list[{parameter.element}] ({parameter.type})" if parameter.element else parameter.type
            facts["parameter", path] = f"{kind}, {_need(parameter)}{default}"
            facts.update({("media type", (*path, media)): "" for media in parameter.content_types})
            facts.update({("value", (*path, str(value))): "" for value in parameter.values})
    for model in description.models.values():
        facts["model", (model.name,)] = model.base or ""
        facts.update({("model", (alias,)): f"alias of {model.name}" for alias in model.aliases})
        for attribute in model.attributes:
            path = (model.name, attribute.wire)
            facts["member", path] = f"{attribute.type}, {_need(attribute)}"
            facts.update({("value", (*path, str(value))): "" for value in attribute.values})
    for vocabulary in description.vocabularies.values():
        facts["model", (vocabulary.name,)] = "values"
        facts.update({("value", (vocabulary.name, value.value)): "" for value in vocabulary.values})
    return facts


def _need(value: Value) -> str:
    return f"{'required' if value.required else 'optional'}{_deprecated(value)}"


def _deprecated(part: Operation | Value) -> str:
    return ", deprecated" if part.description.endswith("Deprecated.") else ""


def _changes(before: _Facts, after: _Facts) -> Iterator[Change]:
    for change, facts, others in (("added", after, before), ("removed", before, after)):
        known = {name for _, name in others}
        for (kind, name), said in facts.items():
            owner = name[:-1]
            if (kind, name) not in others and (not owner or owner in known):
                yield Change(change, kind, name, said)
    for (kind, name), said in after.items():
        old = before.get((kind, name), said)
        if old != said:
            yield Change("changed", kind, name, f"{old or 'nothing'} -> {said or 'nothing'}")
