"""Python code for operations, models and vocabularies: what the templates cannot say by themselves."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from typing import Any

from generator.availability import badge
from generator.intermediate import Api, Attribute, Mixin, Model, Operation, Parameter, Walk, is_positional
from generator.layout import WIDTH, blocks, call, docstring_text, fill, literal, one_paragraph, wrap
from vidispine.naming import snake_case

__all__ = [
    "TYPES",
    "annotation",
    "api_imports",
    "attribute_call",
    "docstring",
    "headline",
    "model_imports",
    "names_in",
    "operation_constant",
    "operation_docstring",
    "resource_attributes",
    "returns",
    "returns_text",
    "signature",
    "walk_docstring",
    "walk_signature",
]

_PLAIN = frozenset({"str", "int", "float", "bool", "datetime", "object", "file", "list", "None"})
_MEDIA_TYPES = {"application/json": "JSON", "text/plain": "TEXT", "application/xml": "XML"}
TYPES = frozenset({"CallOptions", "Document", "FileBody", "PageOptions", "Pairs", "Strings", "Time"})
_ARGUMENTS = {
    "pairs": "Pairs",
    "datetime": "Time",
    "file": "FileBody",
    "yes/no": "bool | str",
}
# What a client has beside its resources.
_OF_CLIENTS = frozenset({"api", "api_client", "close"})
# Names of the standard library in annotations, by the module that has them.
_STANDARD = {"Iterable": "collections.abc", "datetime": "datetime"}


@functools.cache
def names_in(type_: str) -> tuple[str, ...]:
    """Return the models that a type names."""
    return tuple(name for name in re.findall(r"\w+", type_) if name not in _PLAIN)


# API classes


def api_imports(api: Api) -> dict[str, Any]:
    """Return the imports of an API class: ``run`` by module for running it, the rest for type checkers."""
    needed = {"Operation"}
    words = {"CallOptions"}
    for operation in api.operations:
        needed |= {_MEDIA_TYPES[media] for media in _media_types(operation) if media in _MEDIA_TYPES}
        needed |= {parameter.location for parameter in operation.parameters}
        words |= set(re.findall(r"\w+", returns(operation)))
        if operation.walk:
            needed.add("Paging")
            words |= {"PageOptions", *names_in(operation.walk.element)}
        for parameter in operation.parameters:
            words |= set(re.findall(r"\w+", annotation(parameter)))
    standard = {
        module: sorted(name for name in words if _STANDARD.get(name) == module) for module in _STANDARD.values()
    }
    return {
        "run": _in_order(
            api.mixin,
            ("vidispine.operation", sorted(needed, key=_import_order)),
            ("vidispine.resource", ["Resource", "with_http_info"]),
        ),
        "standard": {module: names for module, names in standard.items() if names},
        "types": sorted(words & TYPES),
        "paging": "PageOptions" in words,
        "models": sorted(
            (name for name in words - TYPES - _STANDARD.keys() if name[0].isupper() and name != "None"), key=snake_case
        ),
    }


def _in_order(mixin: Mixin | None, *imports: tuple[str, list[str]]) -> list[tuple[str, list[str]]]:
    """Return imports by module in the order in which linters want them, with that of a mixin."""
    return sorted([*imports, *([(mixin.module, [mixin.name])] if mixin else [])])


def resource_attributes(apis: Iterable[Api]) -> dict[str, Api]:
    """Return the classes by the attributes of a client that they become: ``JobApi`` is ``job``."""
    named = {snake_case(api.name[: -len("Api")]): api for api in apis}
    return {f"{name}_" if name in _OF_CLIENTS else name: api for name, api in named.items()}


def _media_types(operation: Operation) -> Iterator[str]:
    yield from operation.accept
    for parameter in operation.parameters:
        yield from parameter.content_types


def _import_order(name: str) -> tuple[int, str]:
    """Constants first, then classes, then functions."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def annotation(parameter: Parameter) -> str:
    """Return the type of an argument, without ``None``."""
    if parameter.location == "body" and parameter.type not in ("str", "file"):
        return f"{parameter.type} | Document"
    if parameter.type in ("csv", "multi"):
        element = parameter.element or "str"
        return "Strings" if element == "str" else f"Iterable[{_ARGUMENTS.get(element, element)}]"
    return _ARGUMENTS.get(parameter.type, parameter.type)


def operation_constant(operation: Operation) -> str:
    """Return the code that makes the operation's :class:`vidispine.operation.Operation`."""
    name = f"_{operation.name.upper()}: Operation[{returns(operation)}] = "
    items = [
        *map(literal, (operation.name, operation.method, operation.path)),
        literal(operation.result),
        _media(operation.accept),
        *map(_parameter_call, operation.parameters),
        *([f'hides="{operation.hides}"'] if operation.hides else []),
        *([f'available="{operation.availability}"'] if operation.availability else []),
        *_paging_call(operation),
    ]
    line = f"{name}Operation({', '.join(items)})"
    return line if len(line) <= WIDTH else f"{name}Operation(\n    {fill(items, 4)}\n)"


def _media(types: Iterable[str]) -> str:
    names = [_MEDIA_TYPES.get(media, literal(media)) for media in types]
    return f"({names[0]},)" if len(names) == 1 else f"({', '.join(names)})"


def _parameter_call(parameter: Parameter) -> str:
    items = [literal(parameter.type if parameter.location == "body" else parameter.wire)]
    if parameter.location == "body":
        items.append(_media(parameter.content_types))
    elif parameter.type != "str":
        items.append(f'"{parameter.type}"')
    if parameter.named:
        items.append(f'name="{parameter.name}"')
    if parameter.required and parameter.location != "path":
        items.append("required=True")
    if parameter.vocabulary:
        items.append(f'values="{parameter.vocabulary}"')
    if parameter.default is not None:
        items.append(f"default={literal(_frozen(parameter.default))}")
    if parameter.availability:
        items.append(f'available="{parameter.availability}"')
    if parameter.deprecated:
        items.append(f"deprecated={literal(parameter.deprecated)}")
    return f"{parameter.location}({', '.join(items)})"


def _paging_call(operation: Operation) -> Iterator[str]:
    walk = operation.walk
    if walk:
        items = [literal(walk.name), literal(walk.items), literal(walk.identity)]
        if walk.hits != "hits":
            items.append(f"hits={literal(walk.hits)}")
        if walk.sort:
            items.append(f"sort={literal(walk.sort)}")
        if walk.without:
            items.append(f"without={literal(walk.without)}")
        # Within a call, and with a comma after it.
        yield call("pages=Paging(", items, ")", 4, WIDTH - 1)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def signature(operation: Operation) -> str:
    """Return the ``def`` of a method: what may be given by position first, then a line for each keyword."""
    named = [_keyword(parameter) for parameter in operation.keyword_only]
    return _signature(operation.name, operation, named, "CallOptions", returns(operation))


def walk_signature(operation: Operation, walk: Walk) -> str:
    """Return the ``def`` of the method that walks through all pages."""
    named = [_keyword(parameter) for parameter in operation.filters if not is_positional(parameter)]
    if walk.by_cursor:
        named.append("cursor: bool = False")
    named += ["page_size: int = 100", "limit: int | None = None"]
    return _signature(walk.name, operation, named, "PageOptions", f"Pages[{walk.element}]")


def _keyword(parameter: Parameter) -> str:
    return f"{parameter.name}: {annotation(parameter)} | None = None"


def _signature(name: str, operation: Operation, named: list[str], options: str, result: str) -> str:
    positional = ["self"]
    for parameter in operation.positional:
        none = "" if parameter.required else " | None = None"
        positional.append(f"{parameter.name}: {annotation(parameter)}{none}")
    if named:
        positional.append("*")
    named = [*named, f"**options: Unpack[{options}]"]
    after = f") -> {result}:"
    line = f"    def {name}({', '.join([*positional, *named])}{after}"
    if len(line) <= WIDTH:
        return line
    inner = "".join(f"        {item},\n" for item in named)
    return f"    def {name}(\n        {fill(positional, 8)}\n{inner}    {after}"


def returns(operation: Operation) -> str:
    """Return the type of a method's result: of a file, its path is returned."""
    return "str" if operation.result == "file" else operation.result or "None"


def operation_docstring(operation: Operation) -> str:
    """Return the docstring of a method."""
    request = f"``{operation.method} {operation.path}``{_badge(operation.availability)}"
    parts = [f"{docstring_text(headline(operation))}.", "", request, ""]
    for block in blocks(operation.description):
        parts += [wrap(docstring_text(block), 8), ""]
    if operation.walk:
        parts += [f"``{operation.walk.name}`` yields the entries of all pages.", ""]
    said = [(f"param {parameter.name}", parameter_text(parameter)) for parameter in operation.parameters]
    if operation.result is not None:
        said.append(("returns", returns_text(operation)))
    parts += [_described(f":{word}: {text}") for word, text in said if text]
    for response in operation.responses:
        if response.exception and response.specific:
            parts.append(_described(f":raises {response.exception}: {one_paragraph(response.description)}"))
    while not parts[-1]:
        parts.pop()
    lines = "\n        ".join(parts).splitlines()
    return "\n".join(line.rstrip() for line in ['        """' + lines[0], *lines[1:], '        """'])


def walk_docstring(operation: Operation, walk: Walk) -> str:
    """Return the docstring of the method that walks through all pages; what both methods take is said there."""
    order = (
        f" Without a `sort` it asks for ``{walk.sort}``, so that none is missed or comes twice." if walk.sort else ""
    )
    told = f"Its parameters are described there, and the walk in :class:`vidispine.Pages`.{order}"
    parts = [f"Yield the entries of all pages of ``{operation.name}``.", "", wrap(told, 8), ""]
    if walk.by_cursor:
        parts.append(_described(":param cursor: Follow the server's cursor, and not positions: see there for when."))
    parts += [
        _described(":param page_size: How many entries a request asks for, from 1 on."),
        _described(":param limit: How many entries to yield at most, from 0 on; all when left out."),
    ]
    text = "".join(f"{part}\n        " for part in parts)
    return "\n".join(line.rstrip() for line in f'        """{text}"""'.splitlines())


def headline(operation: Operation) -> str:
    """Return the first line on an operation, without a full stop; its name in words if it has no summary."""
    said = " ".join(operation.summary.split()).rstrip(".")
    return said or operation.name.replace("_", " ").strip().capitalize()


def returns_text(operation: Operation) -> str:
    """Return what an operation's answer holds; of a file the SDK returns where it was put."""
    said = one_paragraph(operation.answer.description) if operation.answer else ""
    return f"Path of the file that was written, see `_save_to`. {said}".rstrip() if operation.result == "file" else said


def _badge(available: str) -> str:
    said = badge(available)
    return f" {said}" if said else ""


def _described(text: str) -> str:
    return wrap(docstring_text(text), 8, hanging=4)


def parameter_text(parameter: Parameter) -> str:
    """Return the description of a parameter with its words and its default, which are facts of their own."""
    text = one_paragraph(parameter.description)
    if parameter.vocabulary:
        text += f" Words: see `{parameter.vocabulary}`."
    elif parameter.values:
        text += f" One of {', '.join(f'`{value}`' for value in parameter.values)}."
    if parameter.default is not None:
        text += f" `{default_text(parameter.default)}` when left out."
    return f"{text.strip()}{_badge(parameter.availability)}"


def default_text(default: Any) -> str:
    """Return a default as it is read by people."""
    if isinstance(default, list):
        return ", ".join(map(str, default))
    return str(default)


# Models and vocabularies


def model_imports(model: Model) -> dict[str, Any]:
    """Return the imports of a model: ``run`` by module for running it, the rest for type checkers."""
    used = sorted({"required" if attribute.required else "optional" for attribute in model.attributes})
    named = {name for attribute in model.attributes for name in names_in(attribute.type)} - {model.name}
    if model.base:
        named.discard(model.base)
    base = ["Model"] if model.base is None else []
    run = [("vidispine.model", [*base, *used])] if base or used else []
    if model.base:
        run.append((f"vidispine.models.{snake_case(model.base)}", [model.base]))
    return {
        "run": _in_order(model.mixin, *run),
        "models": sorted(named, key=snake_case),
        "typing": ["Any"] if any(re.search(r"\bobject\b", attribute.type) for attribute in model.attributes) else [],
        "datetime": ["datetime"] if any("datetime" in attribute.type for attribute in model.attributes) else [],
    }


def attribute_call(attribute: Attribute) -> str:
    """Return the declaration of a model's attribute."""
    items = [literal(attribute.wire)]
    if attribute.values:
        items.append(_values(attribute.values))
    if attribute.xml:
        items.append(f'xml="{attribute.xml}"')
    if attribute.secret:
        items.append("secret=True")
    word, none = ("required", "") if attribute.required else ("optional", " | None")
    # Of a value of any kind a type checker should let everything be read.
    kind = re.sub(r"\bobject\b", "Any", attribute.type)
    before = f"    {attribute.name}: {kind}{none} = {word}("
    line = f"{before}{', '.join(items)})"
    return line if len(line) <= WIDTH else f"{before}\n        {fill(items, 8)}\n    )"


def _values(values: tuple[Any, ...]) -> str:
    line = f"values={literal(values)}"
    return line if len(line) <= WIDTH - 10 else f"values=(\n            {fill(map(literal, values), 12)}\n        )"


def docstring(text: str, indent: int) -> str:
    """Return a docstring made of a description."""
    margin = " " * indent
    parts = [docstring_text(block) for block in blocks(text)]
    if not parts:
        return ""
    # A quotation mark at the very end would be one of the three that end it.
    if parts[-1].endswith('"'):
        parts[-1] = f'{parts[-1][:-1]}\\"'
    if len(parts) == 1 and indent + len(parts[0]) + 6 <= WIDTH:
        return f'{margin}"""{parts[0]}"""'
    first = wrap("x" * 3 + parts[0], indent)[3:]
    rest = "".join(f"\n\n{margin}{wrap(part, indent)}" for part in parts[1:])
    return f'{margin}"""{first}{rest}\n{margin}"""'
