"""Complete scripts that show an operation, for the documentation."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from generator.intermediate import Api, Description, Example, Operation, Parameter
from generator.layout import literal
from generator.problems import DescriptionError, Problem

__all__ = ["check_examples", "script"]

# Narrower than our code: it is read in a browser.
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
    """Return a script that calls the operation on a server on this machine and prints what comes of it."""
    example = operation.example
    if example is None:
        raise DescriptionError.at(operation.place, "has no x-example")
    arguments = list(_arguments(description, operation, example))
    result = f"{example.result} = " if example.result else ""
    line = f"{result}api.{operation.name}({', '.join(arguments)})"
    if len(line) + 8 > _WIDTH:
        lines = "".join(f"            {argument},\n" for argument in arguments)
        line = f"{result}api.{operation.name}(\n{lines}        )"
    body = f"        {line}\n{textwrap.indent(example.then.rstrip(), ' ' * 8)}".rstrip()
    return _FRAME.format(server=description.server, api=api.name, body=body)


def check_examples(description: Description) -> None:
    """Check that examples are Python which calls the operation with arguments it has, and that none is missing.

    :raises DescriptionError: naming those that are wrong, and in a complete description those that are missing
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
        return [Problem(f"{operation.place}/x-example", f"is not Python: {error.msg}")]
    return []


def _arguments(description: Description, operation: Operation, example: Example) -> Iterator[str]:
    given = dict(example.arguments)
    for parameter in operation.parameters:
        if parameter.name not in given:
            if parameter.required:
                raise DescriptionError.at(f"{example.place}/arguments", f"{parameter.name} is required and missing")
            continue
        value = _value(description, parameter, given.pop(parameter.name), example.place)
        yield value if parameter in operation.positional else f"{parameter.name}={value}"
    if given:
        raise DescriptionError.at(f"{example.place}/arguments", f"there is no parameter {min(given)}")


def _value(description: Description, parameter: Parameter, value: Any, place: str) -> str:
    if parameter.type in description.models and isinstance(value, dict):
        code = _document(description, parameter.type, value, place)
        # A document without what only the server knows, or with a time as text, is given in wire form.
        return code if _is_whole(description, parameter.type, value) else literal(value)
    return literal(value)


def _is_whole(description: Description, name: str, value: dict[str, Any]) -> bool:
    """Tell whether a document is what the constructors of its models insist on."""
    for attribute in description.attributes(name):
        member = value.get(attribute.wire)
        inner = attribute.type[5:-1] if attribute.type.startswith("list[") else attribute.type
        if member is None:
            if attribute.required:
                return False
        elif inner == "datetime":
            return False
        elif inner in description.models:
            parts = member if isinstance(member, list) else [member]
            if not all(_is_whole(description, inner, part) for part in parts):
                return False
    return True


def _document(description: Description, name: str, value: dict[str, Any], place: str) -> str:
    """Return code that makes a model of a document in wire form."""
    attributes = {attribute.wire: attribute for attribute in description.attributes(name)}
    items = []
    for wire, member in value.items():
        if wire not in attributes:
            raise DescriptionError.at(f"{place}/arguments", f"{wire} is no member of {name}")
        attribute = attributes[wire]
        inner = attribute.type[5:-1] if attribute.type.startswith("list[") else attribute.type
        if inner not in description.models:
            code = literal(member)
        elif isinstance(member, list):
            code = f"[{', '.join(_document(description, inner, entry, place) for entry in member)}]"
        else:
            code = _document(description, inner, member, place)
        items.append(f"{attribute.name}={code}")
    return f"vidispine.{name}({', '.join(items)})"
