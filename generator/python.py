"""Python code for operations, models and vocabularies that is too complex for the templates."""

from __future__ import annotations

import functools
import re
import textwrap
from collections.abc import Iterable
from typing import Any

from generator.engine import client_names
from generator.intermediate import Api, Attribute, Description, IterateMethod, Model, Operation, Parameter, Value
from generator.layout import WIDTH, blocks, code, docstring_text, literal, one_paragraph, wrap
from vidispine._documents.registry import snake_case
from vidispine._documents.type_ref import TypeRef

_BUILT_IN = ("str", "int", "float", "bool", "datetime", "object", "list", "None")
_PLAIN = frozenset({*_BUILT_IN, "csv", "file", "form", "multi", "pairs", "yes/no"})
_MEDIA_TYPES = {"application/json": "JSON", "text/plain": "TEXT", "application/xml": "XML"}
_ARGUMENTS = {"pairs": "Pairs", "datetime": "Time", "file": "FileBody", "yes/no": "bool | str"}


@functools.cache
def names_in(type_: str) -> tuple[str, ...]:
    """Return the models that a type names."""
    return tuple(name for name in re.findall(r"[^\s\[\]|,]+", type_) if name not in _PLAIN)


# API classes


def accepted(api: Api) -> list[str]:
    """Return the classes of this package that bodies may also be, such as ``vidispine.search.Search``."""
    return sorted({parameter.accepts for operation in api.operations for parameter in operation.parameters} - {""})


def models_of(owner: Api | Model) -> list[str]:
    """Return the models that an API class or a model names, in the order of their modules."""
    if isinstance(owner, Model):
        types = [attribute.type for attribute in owner.attributes]
    else:
        types = [operation.result or "" for operation in owner.operations]
        types += [parameter.type for operation in owner.operations for parameter in operation.parameters]
        types += [operation.iterate.element for operation in owner.operations if operation.iterate]
    return sorted({name for type_ in types for name in names_in(type_)} - {owner.name})


def resource_attributes(description: Description) -> dict[str, Api]:
    """Return the classes by the attributes of a client that they become: ``JobApi`` is ``job``."""
    reserved = client_names(description.complete)
    named = {snake_case(api.name[: -len("Api")]): api for api in description.apis}
    return {f"{name}_" if name in reserved else name: api for name, api in named.items()}


def annotation(parameter: Parameter) -> str:
    """Return the type of an argument, without ``None``."""
    if parameter.location == "body" and parameter.type not in ("str", "file"):
        accepted = f" | {parameter.accepts.rpartition('.')[2]}" if parameter.accepts else ""
        return f"{_body_annotation(parameter.type, 'application/xml' in parameter.content_types)}{accepted}"
    if parameter.type in ("csv", "multi"):
        element = parameter.element or "str"
        return "Strings" if element == "str" else f"Iterable[{_ARGUMENTS.get(element, element)}]"
    return _ARGUMENTS.get(parameter.type, parameter.type)


def _body_annotation(type_: str, is_xml: bool = False) -> str:
    if type_ == "form":
        return "Form | str | bytes"
    reference = TypeRef.parse(type_)
    if reference.is_list and reference.element is not None:
        return f"Iterable[{_body_annotation(reference.element.text)}] | str"
    return type_ if type_ in _PLAIN or " " in type_ else f"{type_} | {'XmlDocument' if is_xml else 'Document'}"


def operation_constant(operation: Operation) -> str:
    """Return the code that makes the operation's :class:`vidispine._calls.operation.Operation`."""
    items = [
        *map(literal, (operation.name, operation.method, operation.path)),
        literal(operation.result),
        _media(operation.accept),
        *map(_parameter_call, operation.parameters),
        *_keywords(sensitive=operation.sensitive, available=operation.availability),
        *([f"pages={_paging_call(operation.iterate)}"] if operation.iterate else []),
    ]
    return f"_{operation.name.upper()}: Operation[{returns(operation)}] = Operation({', '.join(items)})"


def _media(types: Iterable[str]) -> str:
    names = [_MEDIA_TYPES.get(media, literal(media)) for media in types]
    return f"({names[0]},)" if len(names) == 1 else f"({', '.join(names)})"


def _keywords(**values: Any) -> list[str]:
    """Return keyword arguments as code, without those that are empty or false."""
    return [f"{name}={literal(value)}" for name, value in values.items() if value]


def _parameter_call(parameter: Parameter) -> str:
    if parameter.location == "body":
        items = [literal(parameter.type), _media(parameter.content_types)]
    else:
        items = [literal(parameter.wire), *([literal(parameter.type)] if parameter.type != "str" else [])]
    required = parameter.required and parameter.location != "path"
    items += _keywords(name=parameter.named and parameter.name, required=required, values=parameter.vocabulary)
    if parameter.default is not None:
        default = parameter.default
        items.append(f"default={literal(tuple(default) if isinstance(default, list) else default)}")
    items += _keywords(available=parameter.availability, deprecated=parameter.deprecated)
    return f"{parameter.location}({', '.join(items)})"


def _paging_call(iterate: IterateMethod) -> str:
    items = [*map(literal, (iterate.name, iterate.items, iterate.identity))]
    if iterate.hits != "hits":
        items.append(f"hits={literal(iterate.hits)}")
    items += _keywords(sort=iterate.sort, without=iterate.without)
    return f"Paging({', '.join(items)})"


def signature(operation: Operation) -> str:
    """Return the ``def`` of a method: positional parameters first."""
    named = [_keyword(parameter) for parameter in operation.keyword_only]
    return _signature(operation.name, operation, named, "CallOptions", returns(operation))


def iterate_signature(operation: Operation, iterate: IterateMethod) -> str:
    """Return the ``def`` of the iterate method."""
    named = [_keyword(parameter) for parameter in operation.filters if not parameter.is_positional]
    if iterate.by_cursor:
        named.append("cursor: bool = False")
    named += ["page_size: int = 100", "limit: int | None = None"]
    return _signature(iterate.name, operation, named, "PageOptions", f"Pages[{iterate.element}]")


def short_iterate_signature(operation: Operation, iterate: IterateMethod) -> str:
    """Return the signature of the iterate method, without types and shared optional parameters."""
    arguments = [parameter.name for parameter in operation.positional if parameter.required]
    arguments += ["...", *(["cursor=False"] if iterate.by_cursor else []), "page_size=100", "limit=None"]
    return f"{iterate.name}({', '.join(arguments)}) -> Pages[{iterate.element}]"


def iterate_arguments(operation: Operation, iterate: IterateMethod) -> list[str]:
    """Return the arguments that the iterate method passes on."""
    own = ["page_size", "limit", *(["cursor"] if iterate.by_cursor else [])]
    return [*(parameter.name for parameter in operation.filters), *(f"{name}={name}" for name in own)]


def _keyword(parameter: Parameter) -> str:
    return f"{parameter.name}: {annotation(parameter)} | None = None"


def _signature(name: str, operation: Operation, named: list[str], options: str, result: str) -> str:
    positional = ["self"]
    for parameter in operation.positional:
        none = "" if parameter.required else " | None = None"
        positional.append(f"{parameter.name}: {annotation(parameter)}{none}")
    if named:
        positional.append("*")
    arguments = [*positional, *named, f"**options: Unpack[{options}]"]
    return f"def {name}({', '.join(arguments)}) -> {result}:"


def returns(operation: Operation) -> str:
    """Return the type of a method's result: of a file, its path is returned."""
    return "str" if operation.result == "file" else operation.result or "None"


def operation_docstring(operation: Operation, example: list[str]) -> str:
    """Return the docstring of a method.

    :param example: lines of code
    """
    request = docstring_text(marked(f"`{operation.method} {operation.shown_path}`.", operation.availability))
    parts = [f"{docstring_text(headline(operation))}.", ""]
    described = [docstring_text(block) for block in blocks(operation.description)]
    if described and "\n" not in described[0]:
        request += f" {described.pop(0)}"
    for block in (request, *described):
        parts += [wrap(block, 8), ""]
    if operation.iterate:
        parts += [f"``{operation.iterate.name}`` iterates over the entries of all pages.", ""]
    if example:
        parts += [*example, ""]
    said = [(f"param {parameter.name}", parameter_text(parameter)) for parameter in operation.parameters]
    if operation.result is not None:
        said.append(("returns", returns_text(operation)))
    parts += [_described(f":{field}: {text}") for field, text in said if text]
    for response in operation.responses:
        if response.exception and response.specific:
            parts.append(_described(f":raises {response.exception}: {one_paragraph(response.description)}"))
    return _method_docstring(parts)


def iterate_docstring(operation: Operation, iterate: IterateMethod) -> str:
    """Return the docstring of the iterate method. The docstring of the operation describes shared parameters."""
    order = f" Default order: ``{iterate.sort}``, so that no entry is missed or repeated." if iterate.sort else ""
    message = f"Takes the parameters of ``{operation.name}``. See :class:`vidispine.Pages`.{order}"
    parts = [f"Iterate over the entries of all pages of ``{operation.name}``.", "", wrap(message, 8), ""]
    if iterate.by_cursor:
        cursor = "Whether to request pages by cursor instead of by position. Default: `False`."
        parts.append(_described(f":param cursor: {cursor}"))
    parts += [
        _described(":param page_size: Number of entries per request, from 1. Default: 100."),
        _described(":param limit: Maximum number of entries, from 0. Default: all."),
    ]
    return _method_docstring(parts)


def _method_docstring(parts: list[str]) -> str:
    return "\n        ".join([f'        """{parts[0]}', *parts[1:], '"""'])


def headline(operation: Operation) -> str:
    """Return the first line on an operation, without a full stop; its name with spaces if it has no summary."""
    said = " ".join(operation.summary.split()).rstrip(".")
    return said or operation.name.replace("_", " ").strip().capitalize()


def returns_text(operation: Operation) -> str:
    """Return the description of the result. For a file, that is the path of the downloaded file."""
    said = one_paragraph(next((each.description for each in operation.responses if each.status[0] == "2"), ""))
    return f"Path of the downloaded file; see `_save_to`. {said}".rstrip() if operation.result == "file" else said


def marked(text: str, available: str) -> str:
    """Return a text with the badge that tells since when its subject exists: ``Since 25.2, beta.``"""
    return f"{text.rstrip()} {available[0].upper()}{available[1:]}.".strip() if available else text


def _described(text: str) -> str:
    return wrap(docstring_text(text), 8, hanging=4)


def parameter_text(parameter: Parameter) -> str:
    """Return the description of a parameter with its allowed values and its default."""
    text = _with_values(one_paragraph(parameter.description), parameter)
    if parameter.default is not None:
        text += f" Default: {code(default_text(parameter.default))}."
    return marked(text.strip(), parameter.availability)


def attribute_text(attribute: Attribute) -> str:
    """Return the description of an attribute with its allowed values."""
    return marked(_with_values(attribute.description, attribute), attribute.availability)


def _with_values(text: str, value: Value) -> str:
    if value.vocabulary:
        return f"{text.rstrip()} Allowed values: `{value.vocabulary}`."
    return f"{text.rstrip()} One of {', '.join(map(code, value.values))}." if value.values else text


def default_text(default: Any) -> str:
    """Return a default as text."""
    return ", ".join(map(str, default)) if isinstance(default, list) else str(default)


# Models and vocabularies


def model_bases(model: Model) -> str:
    """Return the bases of a model's class, and its keywords."""
    bases = [mixin.name for mixin in model.mixins]
    keywords = _keywords(document=model.document, entries=model.entries and model.entries.name)
    if model.entries:
        bases.append(f"Entries[{literal(model.entries.type[len('list[') : -1])}]")
    if model.elements != tuple(attribute.wire for attribute in model.attributes if attribute.xml is None):
        keywords.append(f"xml_order={_words(model.elements)}")
    return ", ".join([*bases, model.base or "Model", *keywords])


def _words(words: Iterable[str]) -> str:
    """Return a literal of words separated by spaces, on as many lines as necessary."""
    *lines, last = textwrap.wrap(" ".join(words), WIDTH - 25, break_long_words=False)
    return "\n".join([*(literal(f"{line} ") for line in lines), literal(last)])


def attribute_call(attribute: Attribute) -> str:
    """Return the declaration of a model's attribute."""
    arguments = [literal(attribute.wire)]
    arguments += _keywords(values=attribute.values, xml=attribute.xml, secret=attribute.secret)
    function, none = ("required", "") if attribute.required else ("optional", " | None")
    # For a value of any type, type checkers should allow all access.
    kind = re.sub(r"\bobject\b", "Any", attribute.type)
    return f"    {attribute.name}: {kind}{none} = {function}({', '.join(arguments)})"


def docstring(text: str) -> str:
    """Return the docstring of a class or an attribute, made of a description."""
    parts = [docstring_text(block) for block in blocks(text)]
    if not parts:
        return ""
    # A quotation mark at the very end would be one of the three that end it.
    if parts[-1].endswith('"'):
        parts[-1] = f'{parts[-1][:-1]}\\"'
    if len(parts) == 1 and "\n" not in parts[0] and len(parts[0]) + 10 <= WIDTH:
        return f'    """{parts[0]}"""'
    # The formatter puts the end of a docstring on its line if it is the only one, whether it fits or not.
    first = wrap("x" * 3 + parts[0], 4, width=WIDTH - 3 if len(parts) == 1 else WIDTH)[3:]
    rest = "".join(f"\n\n    {wrap(part, 4)}" for part in parts[1:])
    return f'    """{first}{rest}\n    """'
