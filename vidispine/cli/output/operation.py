"""The reference of an operation: what it does, its parameters, its result and how to call it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text

from vidispine.cli.api_index import short_name
from vidispine.cli.docstrings import parse_docstring
from vidispine.cli.output.pager import CODE_STYLE, NAME_STYLE, heading, paragraphs, styled, wrap

if TYPE_CHECKING:
    from vidispine._calls.operation import Operation, Parameter
    from vidispine.resource import Resource

__all__ = ["operation_reference"]

MAX_LISTED_VALUES = 12


def operation_reference(owner: type[Resource], operation: Operation[Any]) -> list[Text]:
    """Return the lines of an operation's reference."""
    docs = parse_docstring(getattr(owner, operation.name))
    resource = short_name(owner.__name__)
    lines = [*heading(f"{resource} {operation.name}"), *paragraphs([docs.summary])]
    lines += [Text(f"{operation.method} {operation.shown_path}", CODE_STYLE), Text()]
    lines += paragraphs(docs.paragraphs)
    lines += heading("Usage")
    lines += [*wrap(Text(_usage(resource, operation)), 2, 6), Text()]
    if operation.parameters:
        lines += heading("Parameters")
        for parameter in operation.parameters:
            lines += _parameter(parameter, docs.parameters.get(parameter.name, ""))
        lines.append(Text())
    lines += heading("Returns")
    lines += paragraphs([_result(operation, docs.returns)], 2)
    if docs.raises:
        lines += heading("Errors")
        for name, condition in docs.raises:
            lines += wrap(styled(f"``{name}``: {condition}"), 2, 6)
    return lines


def _parameter(parameter: Parameter, description: str) -> list[Text]:
    kind = {"csv": "list", "multi": "list", "pairs": "key=value, list"}.get(parameter.type, parameter.type)
    name = f"--body ({kind})" if parameter.location == "body" else f"{parameter.name}={kind.upper()}"
    line = Text.assemble((f"  {name}", NAME_STYLE), "  required" if parameter.required else "")
    return [line, *wrap(styled(f"{description}{_allowed_values(parameter)}"), 6, 6)]


def _allowed_values(parameter: Parameter) -> str:
    if parameter.values is None:
        return ""
    from vidispine import models

    values = getattr(models, parameter.values).values()
    return f" ({', '.join(values)})" if len(values) <= MAX_LISTED_VALUES else ""


def _usage(resource: str, operation: Operation[Any]) -> str:
    arguments = ["vidispine call", resource, operation.name]
    for parameter in operation.parameters:
        argument = "--body FILE" if parameter.location == "body" else f"{parameter.name}=..."
        if parameter.required:
            arguments.append(argument)
        elif parameter.location == "body":
            arguments.append(f"[{argument}]")
    if operation.result == "file":
        arguments.append("--save-to PATH")
    return " ".join(arguments)


def _result(operation: Operation[Any], description: str) -> str:
    if operation.result is None:
        return "Nothing."
    kind = {"str": "Text", "file": "A file"}.get(operation.result, operation.result)
    return f"{kind}. {description}"
