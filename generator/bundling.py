"""Combines the files of a description into one self-contained document.

The target of a reference becomes a component of that document, named after the last token of the reference. Objects
of the wrong form are omitted here, with a notice, so that later steps work on well-formed objects.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

from generator.loading import Files, escape, mappings
from generator.problems import DescriptionError, Notices

PUBLISHED = "x-published"
"""Marks a schema that no operation uses, but that users of the published SDK may have imported."""

NOTHING: dict[str, Any] = {"not": {}}
"""The schema that allows nothing, which OpenAPI 3.1 can also write as ``false``."""

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

# The members of each kind of OpenAPI object: for other objects `one`, `list` or `map` and their kind, else their type.
_TYPES: dict[str, type] = {"text": str, "text or a list of texts": str, "boolean": bool, "mapping": dict, "list": list}
_TEXT, _ONE_OR_MORE, _FLAG, _MAPPING, _LIST = (("value", kind) for kind in _TYPES)
_TEXTS = ("value", "list of texts")
_MARKED = {"x-since": _TEXT, "x-observed": _TEXT, "x-beta": _FLAG}
_SAID = {"description": _TEXT, "deprecated": _FLAG, "x-python-name": _TEXT, **_MARKED}
_SCHEMA: dict[str, tuple[str, str]] = {
    **_SAID,
    **dict.fromkeys(("properties", "patternProperties", "$defs", "dependentSchemas"), ("map", "schemas")),
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), ("list", "schemas")),
    **dict.fromkeys(("items", "additionalProperties", "not", "contains", "propertyNames"), ("one", "schemas")),
    **dict.fromkeys(("required", "x-aliases", "x-order"), _TEXTS),
    **dict.fromkeys(("enum", "examples"), _LIST),
    **dict.fromkeys(("format", "x-accepts", "x-entries", "x-form"), _TEXT),
    **dict.fromkeys(("nullable", "readOnly"), _FLAG),
    "discriminator": _MAPPING,
    "type": _ONE_OR_MORE,
    "xml": ("one", "xml"),
    "x-values": ("map", "word"),
    "x-groups": ("map", "group"),
}
_CONTENT = {"content": ("map", "media type"), "required": _FLAG, **_SAID}
_PARAMETER = {
    "schema": ("one", "schemas"),
    "examples": ("map", "examples"),
    "style": _TEXT,
    "explode": _FLAG,
    **_CONTENT,
    "x-instead": _TEXT,
}
_SHARED = {"parameters": ("list", "parameters"), "servers": ("list", "servers")}
_KINDS = ("schemas", "parameters", "responses", "requestBodies", "headers", "examples", "links", "pathItems")
_GRAMMAR: dict[str, dict[str, tuple[str, str]]] = {
    "openapi": {
        "paths": ("map", "pathItems"),
        "components": ("one", "components"),
        "servers": ("list", "servers"),
        "tags": ("list", "tags"),
        "x-tagGroups": ("list", "tag group"),
    },
    "components": {**{kind: ("map", kind) for kind in _KINDS}, "securitySchemes": ("map", "securitySchemes")},
    "pathItems": {**_SHARED, **dict.fromkeys(METHODS, ("one", "operation"))},
    "operation": {
        **_SHARED,
        "requestBody": ("one", "requestBodies"),
        "responses": ("map", "responses"),
        "tags": _TEXTS,
        "operationId": _TEXT,
        "summary": _TEXT,
        **_SAID,
        "x-secret": _FLAG,
        "x-example": ("one", "call"),
        "x-pages": ("one", "pages"),
    },
    "parameters": {"name": _TEXT, "in": _TEXT, **_PARAMETER},
    "headers": _PARAMETER,
    "requestBodies": _CONTENT,
    "responses": {"headers": ("map", "headers"), "links": ("map", "links"), **_CONTENT},
    "media type": {"schema": ("one", "schemas"), "examples": ("map", "examples"), "encoding": _MAPPING},
    "schemas": _SCHEMA,
    "servers": {"url": _TEXT, "variables": ("map", "server variable")},
    "server variable": {},
    "securitySchemes": {"type": _TEXT, "description": _TEXT},
    "tags": {"name": _TEXT, "description": _TEXT, "x-summary": _TEXT},
    # Our own
    "tag group": {"name": _TEXT, "tags": _TEXTS},
    "xml": {"name": _TEXT, "namespace": _TEXT, "attribute": _FLAG, "x-text": _FLAG, "x-other-names": _TEXTS},
    "word": _SAID,
    "group": {"description": _TEXT, "values": _TEXTS},
    "call": {"arguments": _MAPPING, "before": _TEXT, "result": _TEXT, "then": _TEXT},
    "pages": {**dict.fromkeys(("hits", "items", "name", "sort"), _TEXT), "identity": _ONE_OR_MORE, "without": _TEXTS},
}
# The members without which an object has no meaning.
_NEEDED = {
    "parameters": ("name", "in"),
    "servers": ("url",),
    "tags": ("name",),
    "call": ("arguments",),
    "group": ("values",),
    "tag group": ("name", "tags"),
}
# The members that a reference to a parameter may have. With any other member, the operation gets a separate parameter.
_BESIDE_A_REFERENCE = {"$ref", "description", "summary"}
# The number of tokens in #/components/schemas/Pet; and the tokens of a pointer that are not names.
_LEADING_TO_A_COMPONENT = 3
_STRUCTURE = {"components", "content", "schema", *_KINDS, *_SCHEMA}
_GONE = object()
_Keys = tuple[str, ...]
_Target = tuple["_Location", Any]


class _Location(NamedTuple):
    """A location in one of the files: the fragment is a JSON pointer."""

    path: Path
    fragment: str

    def __truediv__(self, key: object) -> _Location:
        return _Location(self.path, f"{self.fragment}/{escape(str(key))}")


class Bundle:
    """A description in one document, with the locations of its parts."""

    def __init__(self, files: Files, notices: Notices) -> None:
        self.files = files
        self.notices = notices
        self.document: dict[str, Any] = {}
        self.locations: dict[_Keys, _Location] = {(): _Location(files.root, "")}
        """Location of the object at some keys of the document, if it is not inside the location of its owner."""
        self.defaults: list[tuple[dict[str, Any], str]] = []
        """The schemas that have a default, with their pointers."""

    def resolve(self, value: Any) -> Any:
        """Return the target of a reference, through others, empty if it leads to itself; or an object unchanged."""
        seen = set()
        while "$ref" in value:
            kind, name = component(value["$ref"])
            if (kind, name) in seen:
                self.notices.loss(self.pointer("components", kind, name), "refers to itself, and is omitted")
                return {}
            seen.add((kind, name))
            value = self.document["components"][kind][name]
        return value

    def resolved(self, entry: dict[str, Any], pointer: str) -> tuple[dict[str, Any], str]:
        """Return the target of a reference, overridden by the members next to the reference, and its location."""
        if "$ref" not in entry:
            return entry, pointer
        siblings = {key: value for key, value in entry.items() if key != "$ref"}
        return {**self.resolve(entry), **siblings}, self.pointer("components", *component(entry["$ref"]))

    def pointer(self, *keys: object) -> str:
        """Return the file and JSON pointer of the object at these keys of the document."""
        tokens = tuple(map(str, keys))
        cut = len(tokens)
        while tokens[:cut] not in self.locations:
            cut -= 1
        location = self.locations[tokens[:cut]]
        for key in tokens[cut:]:
            location /= key
        return f"{self.files.display(location.path)}#{location.fragment}"


def bundle(files: Files, notices: Notices | None = None) -> Bundle:
    """Return the description as one document.

    :param notices: receives the omissions and the changed names
    :raises DescriptionError: the root cannot be read
    """
    return _Bundler(files, Notices() if notices is None else notices).run()


class _Bundler:
    def __init__(self, files: Files, notices: Notices) -> None:
        self.files = files
        self.notices = notices
        self.bundle = Bundle(files, notices)
        self.components: dict[str, dict[str, Any]] = {}
        self.own: dict[tuple[str, str], _Target] = {}
        self.named: dict[tuple[str, _Location], str] = {}
        self.waiting: list[tuple[str, str, _Location]] = []
        self.open: list[_Location] = []

    def run(self) -> Bundle:
        root = dict(self.files.document(self.files.root))
        location = _Location(self.files.root, "")
        own, place = self._target(root.pop("components", None) or {}, location / "components")
        if not isinstance(own, dict):
            self._drop(place, "is not a mapping of kinds to components")
            own = {}
        for kind in [kind for kind in own if kind in _KINDS]:
            entries, there = self._target(own[kind], place / kind)
            if not isinstance(entries, dict):
                self._drop(there, "is not a mapping, and is omitted")
                continue
            for name, entry in entries.items():
                self._declare(kind, name, there / name, entry)
        # Shared by reference: it grows while the parts are visited.
        self.bundle.document = {**self._visit_members(root, "openapi", location, ()), "components": self.components}
        others = {kind: entries for kind, entries in own.items() if kind not in _KINDS}
        self.components.update(self._visit_members(others, "components", place, ("components",)))
        for (kind, name), (entry, value) in self.own.items():
            self._take(kind, name, entry, value)
        self._visit_waiting()
        self._take_published()
        self._visit_waiting()
        for problem in self.files.notices:
            self.notices.loss(*problem)
        return self.bundle

    def _declare(self, kind: str, name: str, location: _Location, value: Any) -> None:
        """Note a component of the root. One that only refers to another file gives its name to what is there."""
        self.named[kind, location] = name
        reference = value["$ref"] if isinstance(value, dict) and value.keys() == {"$ref"} else ""
        if isinstance(reference, str) and reference[:1] not in ("", "#"):
            target = self._find(reference, location)
            if target and (kind, target[0]) not in self.named:
                location, value = target
        self.own[kind, name] = location, value
        self.named[kind, location] = name

    def _take_published(self) -> None:
        """Add the schemas that nothing refers to, but that the published SDK had."""
        for path, document in list(self.files.documents.items()):
            for name, value in document.items():
                if isinstance(value, dict) and PUBLISHED in value:
                    self._take("schemas", name, _Location(path, "") / name, value)

    def _visit_waiting(self) -> None:
        """Visit the taken objects iteratively, since chains of references may exceed the recursion limit."""
        while self.waiting:
            kind, name, location = self.waiting.pop()
            found = self._visit(self.components[kind][name], kind, location, ("components", kind, name))
            self.components[kind][name] = {} if found is _GONE else found

    def _drop(self, location: _Location, why: str) -> object:
        self.notices.loss(self._pointer(location), why)
        return _GONE

    def _visit(self, value: Any, kind: str, location: _Location, keys: _Keys) -> Any:
        self.notices.at = self._pointer(location)
        if isinstance(value, bool) and kind == "schemas":
            return {} if value else NOTHING
        if not isinstance(value, dict) and kind == "schemas" and keys[-2:-1] == ("properties",):
            self._drop(location, "is not a schema: any value")
            return {}
        if not isinstance(value, dict):
            # A word may be its description alone.
            is_wrong = kind in _GRAMMAR and kind != "word"
            return self._drop(location, "is not a mapping, and is omitted") if is_wrong else value
        if "$ref" in value and not isinstance(value["$ref"], str):
            self._drop(location, f"cannot refer to {value['$ref']!r}: the reference is omitted")
            value = {key: child for key, child in value.items() if key != "$ref"}
        if "$ref" in value and kind in (*_GRAMMAR, *_KINDS):
            target = self._find(value["$ref"], location)
            if target is None:
                siblings = {key: child for key, child in value.items() if key != "$ref"}
                return self._visit(siblings, kind, location, keys) if kind == "schemas" or siblings else _GONE
            return self._referred(value, kind, location, keys, target)
        found = self._visit_members(value, kind, location, keys)
        for needed in _NEEDED.get(kind, ()):
            if needed not in found:
                return self._drop(location, f"has no {needed}, and is omitted")
        if kind == "schemas" and "default" in value:
            self.bundle.defaults.append((found, self._pointer(location)))
        return found

    def _referred(self, value: dict[str, Any], kind: str, location: _Location, keys: _Keys, found: _Target) -> Any:
        target, content = found
        is_changed = kind == "parameters" and value.keys() - _BESIDE_A_REFERENCE
        if kind in _KINDS and kind != "pathItems" and not is_changed:
            name = self._name(kind, target)
            self._take(kind, name, *self.own.get((kind, name), found))
            return {**self._visit_members(value, kind, location, keys), "$ref": f"#/components/{kind}/{escape(name)}"}
        # Objects that cannot be components replace the reference.
        if target in self.open:
            return self._drop(location, "refers to itself, and is omitted")
        self.bundle.locations[keys] = target
        siblings = {key: entry for key, entry in value.items() if key != "$ref"}
        self.open.append(target)
        inner = self._visit(content, kind, target, keys)
        self.open.pop()
        outer = self._visit_members(siblings, kind, location, keys)
        return {**inner, **outer} if isinstance(inner, dict) else outer or _GONE

    def _visit_members(self, value: dict[str, Any], kind: str, location: _Location, keys: _Keys) -> dict[str, Any]:
        grammar = _GRAMMAR.get(kind, {})
        members = {
            key: child
            if key not in grammar or (grammar[key][0] == "value" and _is(grammar[key][1], child))
            else self._visit_child(child, *grammar[key], location / key, (*keys, key))
            for key, child in value.items()
        }
        return {key: child for key, child in members.items() if child is not _GONE}

    def _target(self, value: Any, location: _Location) -> tuple[Any, _Location]:
        """Return what a list or a mapping that is a reference leads to, and its location.

        OpenAPI allows no references here, but descriptions of several files often have them.
        """
        seen = set()
        while isinstance(value, dict) and value.keys() == {"$ref"} and isinstance(value["$ref"], str):
            seen.add(location)
            found = self._find(value["$ref"], location)
            if found is None:
                return _GONE, location
            if found[0] in seen:
                return self._drop(location, "refers to itself, and is omitted"), location
            location, value = found
        return value, location

    def _visit_child(self, value: Any, shape: str, kind: str, location: _Location, keys: _Keys) -> Any:
        if shape in ("list", "map"):
            value, target = self._target(value, location)
            if target != location and isinstance(value, list if shape == "list" else dict):
                self.notices.moved[self._pointer(location)] = self._pointer(target)
                self.bundle.locations[keys] = location = target
            if value is _GONE:
                return _GONE
        if shape == "value":
            return self._visit_value(value, kind, location)
        if shape == "one":
            return self._visit(value, kind, location, keys)
        if shape == "list" and isinstance(value, list):
            kept: list[Any] = []
            for at, child in enumerate(value):
                here = (*keys, str(len(kept)))
                if len(kept) < at:
                    self.bundle.locations[here] = location / at
                found = self._visit(child, kind, location / at, here)
                # The position of a schema counts, so dropped schemas leave an empty one.
                kept += [found] if found is not _GONE else [{}] if kind == "schemas" else []
            return kept
        if shape == "map" and isinstance(value, dict):
            is_open = kind in ("pathItems", "responses")  # for extensions
            visited = {
                key: entry if is_open and key[:2] == "x-" else self._visit(entry, kind, location / key, (*keys, key))
                for key, entry in value.items()
            }
            return {key: child for key, child in visited.items() if child is not _GONE}
        return self._drop(location, f"is not a {'list' if shape == 'list' else 'mapping'}, and is omitted")

    def _visit_value(self, value: Any, kind: str, location: _Location) -> Any:
        if kind.endswith("list of texts") and isinstance(value, list) and str in map(type, value):
            return [one for at, one in enumerate(value) if self._visit_value(one, "text", location / at) is not _GONE]
        return value if _is(kind, value) else self._drop(location, f"is not a {kind}, and is omitted")

    def _name(self, kind: str, location: _Location) -> str:
        """Return the name of a component: the last token of its pointer; if it is nested, all of its tokens."""
        if (kind, location) in self.named:
            return self.named[kind, location]
        tokens = [unescape(token) for token in location.fragment.split("/")[1:]] or [location.path.stem]
        if len(tokens) > _LEADING_TO_A_COMPONENT:
            tokens = [" ".join(token for token in tokens if token not in _STRUCTURE and not token.isdigit())]
        plain = "".join(letter if letter in ".-" or f"a{letter}".isidentifier() else "-" for letter in tokens[-1])
        plain = re.sub("-+", "-", plain).strip("-") or kind
        name, number = plain, 1
        while (known := self._known(kind, name) or location) != location:
            message = f"is called {name!r}, as something else at {self._pointer(known)}"
            self.notices.invention(self._pointer(location), message)
            number += 1
            name = f"{plain}{number}"
        self.named[kind, location] = name
        return name

    def _known(self, kind: str, name: str) -> _Location | None:
        return self.bundle.locations.get(("components", kind, name), self.own.get((kind, name), (None, None))[0])

    def _take(self, kind: str, name: str, location: _Location, value: Any) -> None:
        """Make an object a component, once."""
        if ("components", kind, name) in self.bundle.locations:
            return
        self.bundle.locations["components", kind, name] = location
        self.components.setdefault(kind, {})[name] = value
        self.waiting.append((kind, name, location))

    def _find(self, reference: str, location: _Location) -> _Target | None:
        try:
            return self._found(location.path, reference)
        except (DescriptionError, LookupError, TypeError, ValueError, OSError) as error:
            why = str(error) if isinstance(error, DescriptionError) else "which does not exist"
        why = "which is not a file here" if "://" in reference.partition("#")[0] else why
        self.notices.loss(self._pointer(location), f"refers to {reference!r}, {why}")
        return None

    @cache  # noqa: B019  # one description
    def _found(self, path: Path, reference: str) -> _Target:
        """Return the location and the value that a reference in a file leads to."""
        file, _, fragment = reference.partition("#")
        path = (path.parent / unquote(file)).resolve() if file else path
        target = _Location(path, "")
        value: Any = self.files.document(path)
        before, *tokens = unquote(fragment).split("/")
        if before:
            tokens = [*map(escape, self._anchors(path).get(before, (before,))), *tokens]
        for token in tokens:
            key = unescape(token)
            value = value[int(key) if isinstance(value, list) else key]
            target /= key
        return target, value

    @cache  # noqa: B019  # one description
    def _anchors(self, path: Path) -> dict[str, _Keys]:
        """Return the keys that lead to each schema with an ``$anchor``."""
        return {
            str(value["$anchor"]): keys for value, keys in mappings(self.files.document(path)) if "$anchor" in value
        }

    def _pointer(self, location: _Location) -> str:
        return f"{self.files.display(location.path)}#{location.fragment}"


def _is(kind: str, value: Any) -> bool:
    """Return whether a value is of one of the types that are not objects of OpenAPI."""
    if kind.endswith("list of texts") and isinstance(value, list):
        return all(isinstance(entry, str) for entry in value)
    return isinstance(value, _TYPES.get(kind, ()))


def component(reference: str) -> tuple[str, str]:
    """Return the kind and the name of the component that a reference of the document leads to."""
    kind, name = reference.split("/")[2:4]
    return kind, unescape(name)


def unescape(token: str) -> str:
    """Return the key for a token of a JSON pointer."""
    return token.replace("~1", "/").replace("~0", "~")
