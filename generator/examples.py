"""Generate complete example scripts for the documentation."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from generator.intermediate import Api, Description, Example, Operation, Parameter
from generator.layout import literal
from generator.problems import DescriptionError, Problem
from vidispine._documents.type_ref import TypeRef

# Narrower than source code because the scripts are read in a browser.
_WIDTH = 100

_FRAME = """\
import vidispine

configuration = vidispine.Configuration(
    host="{server}", username="admin", password="admin"
)
with vidispine.ApiClient(configuration) as api_client:
    api = vidispine.{api}(api_client)
    try:
{body}
    except vidispine.ApiException as error:
        raise SystemExit(str(error))
"""


def script(description: Description, api: Api, operation: Operation) -> str:
    """Return a script that calls the operation on the description's server and prints the result."""
    example = operation.example
    if example is None:
        raise DescriptionError.at(operation.pointer, "has no x-example")
    arguments = list(_arguments(description, operation, example))
    result = f"{example.result} = " if example.result else ""
    line = f"{result}api.{operation.name}({', '.join(arguments)})"
    if len(line) + 8 > _WIDTH:
        lines = "".join(f"            {argument},\n" for argument in arguments)
        line = f"{result}api.{operation.name}(\n{lines}        )"
    before = textwrap.indent(example.before, " " * 8)
    body = f"{before}        {line}\n{textwrap.indent(example.then.rstrip(), ' ' * 8)}".rstrip()
    return _FRAME.format(server=description.server, api=api.name, body=body)


def check_examples(description: Description) -> None:
    """Check that each example is valid Python and calls the operation with known arguments.

    In a complete description, each operation must have an example.

    :raises DescriptionError: an example is invalid or missing; lists each one
    """
    problems = [
        problem
        for api in description.apis
        for operation in api.operations
        if operation.example is not None or description.complete
        for problem in _problems(description, api, operation)
    ]
    if problems:
        raise DescriptionError(problems)


def _problems(description: Description, api: Api, operation: Operation) -> list[Problem]:
    try:
        compile(script(description, api, operation), "<example>", "exec")
    except DescriptionError as error:
        return error.problems
    except SyntaxError as error:
        return [Problem(f"{operation.pointer}/x-example", f"is not valid Python: {error.msg}")]
    return []


def _arguments(description: Description, operation: Operation, example: Example) -> Iterator[str]:
    remaining = dict(example.arguments)
    for parameter in operation.parameters:
        if parameter.name not in remaining:
            if parameter.required:
                raise DescriptionError.at(f"{example.pointer}/arguments", f"{parameter.name} is required and missing")
            continue
        value = _value(description, parameter, remaining.pop(parameter.name), example.pointer)
        yield value if parameter in operation.positional else f"{parameter.name}={value}"
    if remaining:
        raise DescriptionError.at(f"{example.pointer}/arguments", f"unknown parameter {min(remaining)}")


def _value(description: Description, parameter: Parameter, value: Any, pointer: str) -> str:
    if isinstance(value, dict) and set(value) == {"x-code"}:
        return str(value["x-code"])
    if parameter.type == "file" and isinstance(value, str):
        return f"b{literal(value)}" if value.isascii() and value.isprintable() else f"{literal(value)}.encode()"
    if parameter.type in description.models and isinstance(value, dict):
        code = _document(description, parameter.type, value, pointer)
        # Constructors reject documents with strings for times or without required members: use wire form instead.
        return code if _fits_constructor(description, parameter.type, value) else literal(value)
    return literal(value)


def _fits_constructor(description: Description, name: str, value: dict[str, Any]) -> bool:
    """Return whether the constructors of the models accept a document."""
    for attribute in description.attributes(name):
        member = value.get(attribute.wire)
        inner = TypeRef.parse(attribute.type).name
        if member is None:
            if attribute.required:
                return False
        elif inner == "datetime":
            return False
        elif inner in description.models:
            parts = member if isinstance(member, list) else [member]
            if not all(_fits_constructor(description, inner, part) for part in parts):
                return False
    return True


def _document(description: Description, name: str, value: dict[str, Any], pointer: str) -> str:
    """Return code that constructs a model from a document in wire form."""
    attributes = {attribute.wire: attribute for attribute in description.attributes(name)}
    items = []
    for wire, member in value.items():
        if wire not in attributes:
            raise DescriptionError.at(f"{pointer}/arguments", f"{wire} is not a member of {name}")
        attribute = attributes[wire]
        inner = TypeRef.parse(attribute.type).name
        if inner not in description.models:
            code = literal(member)
        elif isinstance(member, list):
            code = f"[{', '.join(_document(description, inner, entry, pointer) for entry in member)}]"
        else:
            code = _document(description, inner, member, pointer)
        items.append(f"{attribute.name}={code}")
    return f"vidispine.{name}({', '.join(items)})"
