"""The operations that ``spec/`` describes, read without the generator and the package.

Tests take their expected values from here, so that an error in generated code cannot become an expected value.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import yaml

__all__ = ["OPERATIONS", "Node", "Operation", "Parameter", "snake_case"]

ROOT = Path(__file__).resolve().parents[2] / "spec" / "openapi.yaml"
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_SCALARS = {"integer": "int", "number": "float", "boolean": "bool"}


class Parameter(NamedTuple):
    """A parameter, or the body.

    ``type`` is ``str``, ``int``, ``float``, ``bool``, ``datetime`` or ``yes/no`` (a boolean that is sent so). For a
    list it is ``csv`` (joined by commas), ``multi`` (the key repeated) or ``pairs`` (a ``multi`` of ``key=value``), for
    a body the name of its schema, ``str`` or ``file``.
    """

    name: str
    """Its name in Python."""
    wire: str
    location: str
    type: str
    required: bool
    default: Any = None
    content_types: tuple[str, ...] = ()


class Operation(NamedTuple):
    """An operation. ``parameters`` are in the order in which they are given by position: required ones, then the body.

    ``result`` is the name of the schema of the response, perhaps with ``| None``; ``str``, ``file`` or ``None``.
    """

    owner: str
    name: str
    method: str
    path: str
    """The path below ``/API``; ``/..`` leads to another path on the same host, which is its only other server."""
    parameters: tuple[Parameter, ...]
    accept: tuple[str, ...]
    result: str | None
    pages: dict[str, Any] | None
    """Its ``x-pages``: how to iterate over the list of which it returns one page."""
    has_hits: bool
    """The response has a member ``hits``."""
    node: Node
    """Its whole description."""

    def has_secret_request(self) -> bool:
        """Return whether the body of the request contains a password or another secret."""
        return "requestBody" in self.node.value and (
            self.node.value.get("x-secret", False) or _holds_password(self.node["requestBody"], {})
        )

    def has_secret_body(self) -> bool:
        """Return whether a body of the request or response contains a password or another secret."""
        bodies = [self.node["requestBody"]] if "requestBody" in self.node.value else []
        seen: dict[int, Any] = {}
        return self.node.value.get("x-secret", False) or any(
            _holds_password(each, seen) for each in [*bodies, self.node["responses"]]
        )


@dataclass(frozen=True)
class Node:
    """A part of the description, and the file that its references are relative to."""

    value: Any
    file: Path
    name: str = ""
    """The last part of the reference that led to it."""

    def __getitem__(self, key: str) -> Node:
        return Node(self.value[key], self.file).resolved()

    def children(self) -> Iterator[Node]:
        values = self.value.values() if isinstance(self.value, dict) else self.value
        return (Node(value, self.file).resolved() for value in values)

    def resolved(self) -> Node:
        """Resolve a reference; members next to it override those of its target."""
        if not (isinstance(self.value, dict) and isinstance(self.value.get("$ref"), str)):
            return self
        path, _, pointer = self.value["$ref"].partition("#")
        file = _beside(self.file, path) if path else self.file
        value: Any = _load(file)
        for part in pointer.split("/")[1:]:
            value = value[unquote(part).replace("~1", "/").replace("~0", "~")]
        target = Node(value, file).resolved()
        beside = {key: value for key, value in self.value.items() if key != "$ref"}
        name = pointer.rpartition("/")[2]
        return Node({**target.value, **beside} if beside else target.value, target.file, name)


@cache
def _beside(file: Path, path: str) -> Path:
    return (file.parent / path).resolve()


@cache
def _load(file: Path) -> Any:
    return yaml.load(file.read_bytes(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def snake_case(wire: str) -> str:
    """Return the Python name for a name on the wire."""
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[-.]", "_", wire).lower()
    return f"{name}_" if keyword.iskeyword(name) else name


def _type(schema: Node) -> str:
    """Return the type of a value; for an object the name of its schema.

    The notation is written and read here, not by ``TypeRef``, because tests compare it with the package's.
    """
    facts = schema.value
    if facts.get("type") == "array":
        return f"list[{_type(schema['items'])}]"
    if facts.get("type") == "string":
        return {"binary": "file", "date-time": "datetime"}.get(facts.get("format"), "str")
    return _SCALARS.get(facts.get("type"), "") or schema.name or "object"


def _content(node: Node) -> tuple[str, tuple[str, ...]]:
    """Return the type of a body, that of JSON where there is JSON, and its media types."""
    media_types = tuple(node.value)
    first = "application/json" if "application/json" in media_types else media_types[0]
    return _type(node[first]["schema"]), media_types


def _parameter(node: Node) -> Parameter:
    facts, schema = node.value, node["schema"]
    type_ = _type(schema)
    if type_.startswith("list["):
        type_ = "pairs" if "x-form" in schema.value else "multi" if facts.get("explode", True) else "csv"
    elif schema.value.get("x-form") == "yes/no":
        type_ = "yes/no"
    name = facts.get("x-python-name") or snake_case(facts["name"])
    default = schema.value.get("default")
    return Parameter(name, facts["name"], facts["in"], type_, facts.get("required", False), default)


def _body(node: Node) -> Parameter:
    type_, media_types = _content(node["content"])
    name = node.value.get("x-python-name") or ("body" if type_ in ("str", "file") else snake_case(type_))
    return Parameter(name, name, "body", type_, node.value.get("required", False), None, media_types)


def _holds_password(node: Node, seen: dict[int, Any]) -> bool:
    # Keeping the values prevents another object from getting the same id.
    if not isinstance(node.value, (dict, list)) or id(node.value) in seen:
        return False
    seen[id(node.value)] = node.value
    secret = isinstance(node.value, dict) and node.value.get("format") == "password"
    return secret or any(_holds_password(child, seen) for child in node.children())


def _operation(path: str, method: str, node: Node) -> Operation:
    facts = node.value
    parameters = [_parameter(each) for each in node["parameters"].children()] if "parameters" in facts else []
    bodies = [node["requestBody"]] if "requestBody" in facts else []
    parameters += map(_body, bodies)
    parameters.sort(key=lambda one: (not one.required and one.location != "body", one.location == "body"))
    responses = [node["responses"][status] for status in facts["responses"] if status.startswith("2")]
    contents = [each["content"] for each in responses if each.value.get("content")]
    result, accept = _content(contents[0]) if contents else (None, ())
    if contents and len(contents) < len(responses):
        result = f"{result} | None"
    members = contents[0]["application/json"]["schema"] if "application/json" in accept else Node({}, ROOT)
    return Operation(
        owner=f"{facts['tags'][0]}Api",
        name=facts["operationId"],
        method=method.upper(),
        path=path,
        parameters=tuple(parameters),
        accept=accept,
        result=result,
        pages=facts.get("x-pages"),
        has_hits="hits" in members.value.get("properties", {}),
        node=node,
    )


def _operations() -> list[Operation]:
    paths = Node(_load(ROOT), ROOT)["paths"]
    found = [
        _operation(f"/..{path}" if "servers" in paths[path].value else path, method, paths[path][method])
        for path in paths.value
        for method in _METHODS
        if method in paths[path].value
    ]
    return sorted(found, key=lambda one: (one.owner, one.name))


OPERATIONS = _operations()
"""All of them, by class and name."""
