"""Generate the examples of operations for the documentation and for docstrings."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from generator.intermediate import Description, Example, Operation, Parameter
from generator.layout import literal
from generator.problems import Notices
from vidispine._documents.type_ref import TypeRef

_DOCSTRING_WIDTH = 120 - len("        >>> ")
_LONG = re.compile(r"(?P<name>(?:\w+=)?)(?P<value>.{50,}|.*\\.*)", re.DOTALL)
_UNINTERESTING = re.compile(r"""assert |import |from |print\("[^"]*"\)$""")
"""Lines of an example that a docstring omits."""

_IMPORT = re.compile(r"(?:import|from) ")

_FRAME = """\
from vidispine import Client

with Client("{host}", username="admin", password="admin") as client:
"""


def scripts(description: Description, attributes: Mapping[str, str], notices: Notices) -> dict[tuple[str, str], str]:
    """Return for each class and operation a script that calls it on the description's server and uses the result.

    :param attributes: the attributes of a client by the classes that they are
    :param notices: receives the examples that are invalid or, in a complete description, missing
    """
    found: dict[tuple[str, str], str] = {}
    for api, operation in description.operations():
        example = operation.example
        if example is None:
            if description.complete:
                notices.loss(operation.pointer, "has no x-example")
            continue
        try:
            call = _call(attributes[api.name], operation, example, _arguments(description, operation, example))
            text = framed(description, f"{example.before}{call}\n{example.then}")
            ast.parse(text)
            found[api.name, operation.name] = text
        except ValueError as error:
            notices.loss(f"{example.pointer}/arguments", str(error))
        except SyntaxError as error:
            notices.loss(example.pointer, f"is not valid Python: {error.msg}")
    return found


def framed(description: Description, code: str) -> str:
    """Return a script that runs code with a ``client``. Imports come first."""
    lines = code.rstrip().splitlines(keepends=True)
    imports = [line for line in lines if _IMPORT.match(line)]
    if re.search(r"\bvidispine\.[A-Z]", code):
        imports.append("import vidispine\n")
    body = "".join(line for line in lines if line not in imports)
    frame = _FRAME.format(host=client_host(description.server))
    return f"{''.join(imports)}{frame}{textwrap.indent(body, '    ').rstrip()}\n"


def two_lines(description: Description, attribute: str, operation: Operation) -> list[str]:
    """Return the call of an operation's example and, if it is one line, the code that uses the result.

    Long arguments are shortened to ``{...}``.
    """
    example = operation.example
    if example is None:
        return []
    arguments = (_LONG.sub(_shortened, argument) for argument in _arguments(description, operation, example))
    lines = [_call(attribute, operation, example, arguments)]
    if example.then:
        use = ast.get_source_segment(example.then, ast.parse(example.then).body[0]) or ""
        if not {"\n", "\\"} & {*use} and len(use) <= _DOCSTRING_WIDTH and not _UNINTERESTING.match(use):
            lines.append(use)
    return [f">>> {line}" for line in lines]


def _call(attribute: str, operation: Operation, example: Example, arguments: Iterable[str]) -> str:
    result = f"{example.result} = " if example.result else ""
    return f"{result}client.{attribute}.{operation.name}({', '.join(arguments)})"


def _shortened(found: re.Match[str]) -> str:
    return f"{found['name']}{'{...}' if found['value'].endswith('}') else '...'}"


def client_host(server: str) -> str:
    """Return the host for ``Client``, which adds the path of the API."""
    parts = urlsplit(server)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else server


def _arguments(description: Description, operation: Operation, example: Example) -> Iterator[str]:
    """Yield the arguments of a call.

    :raises ValueError: one is missing or unknown
    """
    remaining = dict(example.arguments)
    for parameter in operation.parameters:
        if parameter.name in remaining:
            value = _value(description, parameter, remaining.pop(parameter.name))
            yield value if parameter.is_positional else f"{parameter.name}={value}"
        elif parameter.required:
            raise ValueError(f"{parameter.name} is required and missing")
    if remaining:
        raise ValueError(f"unknown parameter {min(remaining)}")


def _value(description: Description, parameter: Parameter, value: Any) -> str:
    if isinstance(value, dict) and set(value) == {"x-code"}:
        return str(value["x-code"])
    if parameter.type == "file" and isinstance(value, str):
        return f"b{literal(value)}" if value.isascii() and value.isprintable() else f"{literal(value)}.encode()"
    _check_members(description, parameter.type, value)
    return literal(value)


def _check_members(description: Description, type_: str, value: Any) -> None:
    """Check that a document has no members that its model does not declare."""
    reference = TypeRef.parse(type_)
    if reference.is_list and reference.element is not None and isinstance(value, list):
        for entry in value:
            _check_members(description, reference.element.text, entry)
    elif reference.name in description.models and isinstance(value, dict):
        attributes = {attribute.wire: attribute for attribute in description.attributes(reference.name)}
        for wire, member in value.items():
            if wire not in attributes:
                raise ValueError(f"{wire} is not a member of {reference.name}")
            _check_members(description, attributes[wire].type, member)
