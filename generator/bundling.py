"""Makes one self-contained document of a description in several files.

What a reference points at becomes a component of the document, under the last word of the reference. All that comes
after works on that one document.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

from generator.loading import Files
from generator.problems import DescriptionError, Notices, Problem

__all__ = ["METHODS", "PUBLISHED", "Bundle", "bundle", "component", "escape"]

PUBLISHED = "x-published"
"""Marks a schema that no operation uses, and that users of the published SDK may have imported all the same."""

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

# What holds what in OpenAPI: for each kind of object the members that hold other objects, as one, a list or a map.
_SCHEMA: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("properties", "patternProperties", "$defs", "dependentSchemas"), ("map", "schemas")),
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), ("list", "schemas")),
    **dict.fromkeys(("items", "additionalProperties", "not", "contains", "propertyNames"), ("one", "schemas")),
}
_CONTENT = {"content": ("map", "media type")}
_PARAMETER = {"schema": ("one", "schemas"), "examples": ("map", "examples"), **_CONTENT}
_KINDS = ("schemas", "parameters", "responses", "requestBodies", "headers", "examples", "links", "pathItems")
_GRAMMAR: dict[str, dict[str, tuple[str, str]]] = {
    "openapi": {"paths": ("map", "pathItems"), "components": ("one", "components")},
    "components": {kind: ("map", kind) for kind in _KINDS},
    "pathItems": {"parameters": ("list", "parameters"), **dict.fromkeys(METHODS, ("one", "operation"))},
    "operation": {
        "parameters": ("list", "parameters"),
        "requestBody": ("one", "requestBodies"),
        "responses": ("map", "responses"),
    },
    "parameters": _PARAMETER,
    "headers": _PARAMETER,
    "requestBodies": _CONTENT,
    "responses": {"headers": ("map", "headers"), "links": ("map", "links"), **_CONTENT},
    "media type": {"schema": ("one", "schemas"), "examples": ("map", "examples")},
    "schemas": _SCHEMA,
}
_BESIDE_A_REFERENCE = {"$ref", "description", "summary"}
# How many words there are in #/components/schemas/Pet; and those of a pointer that are not names.
_LEADING_TO_A_COMPONENT = 3
_STRUCTURE = {"components", "content", "schema", *_KINDS, *_SCHEMA}


class _Spot(NamedTuple):
    """A place in one of the files."""

    path: Path
    pointer: str

    def __truediv__(self, key: object) -> _Spot:
        return _Spot(self.path, f"{self.pointer}/{escape(str(key))}")


class Bundle:
    """A description in one document, and where its parts came from."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.document: dict[str, Any] = {}
        self.spots: dict[tuple[str, str], _Spot] = {}

    def with_document(self, document: dict[str, Any]) -> Bundle:
        """Return another form of the same description."""
        other = Bundle(self.files)
        other.document, other.spots = document, self.spots
        return other

    def resolve(self, value: Any) -> Any:
        """Return what a reference points at, through any number of references; anything else as it is."""
        steps = 0
        while isinstance(value, dict) and "$ref" in value:
            kind, name = component(value["$ref"])
            value = self.document["components"][kind][name]
            steps += 1
            if steps > len(self.spots) + 1:
                raise DescriptionError.at(self.place("components", kind, name), "refers to itself")
        return value

    def place(self, *keys: object) -> str:
        """Return where something is that stands at these keys of the document: file and pointer."""
        words = tuple(str(key) for key in keys)
        if len(words) > 2 and words[0] == "components":
            owner, rest = (words[1], words[2]), words[3:]
        elif len(words) > 1 and words[0] == "paths":
            owner, rest = ("paths", words[1]), words[2:]
        else:
            owner, rest = ("", ""), words
        spot = self.spots.get(owner)
        if spot is None:
            spot, rest = _Spot(self.files.root, ""), words
        for key in rest:
            spot /= key
        return f"{self.files.display(spot.path)}#{spot.pointer}" if spot.pointer else self.files.display(spot.path)

    def source(self, kind: str, name: str) -> str:
        """Return the file in which a component or path (kind ``paths``) is written."""
        spot = self.spots.get((kind, name))
        return self.files.display(self.files.root if spot is None else spot.path)


def bundle(files: Files, notices: Notices | None = None) -> Bundle:
    """Return the description as one document.

    :param notices: told of two things that would have the same name, if somebody wants to know
    :raises DescriptionError: a reference leads nowhere, or to nothing that can stand there, or none leads to something
    """
    bundler = _Bundler(files, Notices() if notices is None else notices)
    bundler.run()
    return bundler.bundle


class _Bundler:
    def __init__(self, files: Files, notices: Notices) -> None:
        self.files = files
        self.notices = notices
        self.bundle = Bundle(files)
        self.components: dict[str, dict[str, Any]] = {}
        self.own: dict[tuple[str, str], _Spot] = {}
        self.used: set[_Spot] = set()
        self.waiting: list[tuple[str, str, _Spot]] = []

    def run(self) -> None:
        root = dict(self.files.document(self.files.root))
        own = root.pop("components", None) or {}
        spot = _Spot(self.files.root, "")
        if not isinstance(own, dict):
            raise DescriptionError.at(self._place(spot / "components"), "is not a mapping of kinds to components")
        for kind, entries in own.items():
            if kind in _KINDS and isinstance(entries, dict):
                self.own.update({(kind, name): spot / "components" / kind / name for name in entries})
        # Shared by reference: it grows while the parts are walked.
        self.bundle.document = {**self._walk_members(root, "openapi", spot), "components": self.components}
        self.components.update({kind: entries for kind, entries in own.items() if kind not in _KINDS})
        for (kind, name), entry in self.own.items():
            self._take(kind, name, entry, own[kind][name])
        self._walk_taken()
        self._take_published()
        self._walk_taken()
        self._refuse_unused()

    def _take_published(self) -> None:
        """Take the schemas that nothing refers to and that are here since the published SDK had them."""
        for path, document in list(self.files.loaded().items()):
            for name, value in document.items():
                if isinstance(value, dict) and PUBLISHED in value:
                    self._take("schemas", name, _Spot(path, "") / name, value)

    def _walk_taken(self) -> None:
        """Walk what was taken, one after the other: a chain of references may be longer than calls can be deep."""
        while self.waiting:
            kind, name, spot = self.waiting.pop()
            self.components[kind][name] = self._walk(self.components[kind][name], kind, spot)

    def _walk(self, value: Any, kind: str, spot: _Spot) -> Any:
        if not isinstance(value, dict):
            # Of a schema, OpenAPI 3.1 also knows those that allow anything or nothing.
            if kind in _GRAMMAR and not (kind == "schemas" and isinstance(value, bool)):
                raise DescriptionError.at(self._place(spot), "is not a mapping")
            return value
        if "$ref" not in value or kind not in (*_GRAMMAR, *_KINDS):
            return self._walk_members(value, kind, spot)
        if not isinstance(value["$ref"], str):
            raise DescriptionError.at(self._place(spot), f"cannot refer to {value['$ref']!r} here")
        target, found = self._find(value["$ref"], spot)
        if kind == "pathItems":
            self.bundle.spots["paths", unescape(spot.pointer.rpartition("/")[2])] = target
            beside = {key: entry for key, entry in value.items() if key != "$ref"}
            found = self._walk(found, kind, target)
            return {**found, **self._walk_members(beside, kind, spot)} if isinstance(found, dict) else found
        if kind not in _KINDS:
            raise DescriptionError.at(self._place(spot), f"cannot refer to {value['$ref']!r} here")
        if kind == "parameters" and value.keys() - _BESIDE_A_REFERENCE:
            # OpenAPI allows no marks beside a reference: the operation gets a parameter of its own.
            return self._walk({**found, **{key: entry for key, entry in value.items() if key != "$ref"}}, kind, target)
        name = self._name(kind, target)
        self._take(kind, name, target, found)
        return {**self._walk_members(value, kind, spot), "$ref": f"#/components/{kind}/{escape(name)}"}

    def _walk_members(self, value: dict[str, Any], kind: str, spot: _Spot) -> dict[str, Any]:
        grammar = _GRAMMAR.get(kind, {})
        return {
            key: self._walk_child(child, *grammar[key], spot / key) if key in grammar else child
            for key, child in value.items()
        }

    def _walk_child(self, value: Any, shape: str, kind: str, spot: _Spot) -> Any:
        if shape == "one":
            return self._walk(value, kind, spot)
        if shape == "list" and isinstance(value, list):
            return [self._walk(child, kind, spot / index) for index, child in enumerate(value)]
        if shape == "map" and isinstance(value, dict):
            return {
                # Extensions may stand among paths and responses.
                key: child
                if key.startswith("x-") and kind in ("pathItems", "responses")
                else self._walk(child, kind, spot / key)
                for key, child in value.items()
            }
        raise DescriptionError.at(self._place(spot), f"is not a {'list' if shape == 'list' else 'mapping'}")

    def _name(self, kind: str, spot: _Spot) -> str:
        """Return what something is called as a component: by its last word, or by all of those that lead deep to it."""
        words = [unescape(word) for word in spot.pointer.split("/")[1:]] or [spot.path.stem]
        if len(words) > _LEADING_TO_A_COMPONENT:
            words = [" ".join(word for word in words if word not in _STRUCTURE and not word.isdigit())]
        plain = re.sub(r"[^A-Za-z0-9._-]+", "-", words[-1]).strip("-") or kind
        name, number = plain, 1
        while (known := self.bundle.spots.get((kind, name), self.own.get((kind, name), spot))) != spot:
            told = f"is called {name!r}, as something else at {self._place(known)}"
            self.notices.invention(self._place(spot), told)
            number += 1
            name = f"{plain}{number}"
        return name

    def _take(self, kind: str, name: str, spot: _Spot, value: Any) -> None:
        """Make something a component, once."""
        self.used.add(spot)
        if (kind, name) in self.bundle.spots:
            return
        self.bundle.spots[kind, name] = spot
        self.components.setdefault(kind, {})[name] = value
        self.waiting.append((kind, name, spot))

    def _find(self, reference: str, spot: _Spot) -> tuple[_Spot, Any]:
        file, _, fragment = reference.partition("#")
        if "://" in file:
            raise DescriptionError.at(self._place(spot), f"refers to {reference!r}, which is not a file here")
        try:
            path = (spot.path.parent / unquote(file)).resolve() if file else spot.path
            target = _Spot(path, "")
            value: Any = self.files.document(path)
        except (DescriptionError, ValueError) as error:
            raise DescriptionError.at(self._place(spot), f"refers to {reference!r}; {error}") from error
        before, *tokens = unquote(fragment).split("/")
        for token in [before, *tokens] if before else tokens:
            key = unescape(token)
            try:
                value = value[int(key) if isinstance(value, list) else key]
            except (LookupError, TypeError, ValueError):
                message = f"refers to {reference!r}, which is not there"
                raise DescriptionError.at(self._place(spot), message) from None
            target /= key
        self.used.add(target)
        return target, value

    def _refuse_unused(self) -> None:
        """Refuse entries of the files beside the root that no reference leads to: nobody would see them."""
        problems = []
        for path, document in self.files.loaded().items():
            if path == self.files.root:
                continue
            base = _Spot(path, "")
            # A resource's file has its paths, and the parameters that they share; the others hold entries alone.
            sections = ("paths", "parameters") if "paths" in document else ()
            entries = {base / key for key in document if key not in sections}
            entries |= {base / section / key for section in sections for key in document.get(section, {})}
            # A file may also be referred to as a whole.
            if base not in self.used:
                problems += [Problem(self._place(spot), "is not used anywhere") for spot in sorted(entries - self.used)]
        if problems:
            raise DescriptionError(problems)

    def _place(self, spot: _Spot) -> str:
        return f"{self.files.display(spot.path)}#{spot.pointer}"


def component(reference: str) -> tuple[str, str]:
    """Return the kind and the name of the component that a reference of the document leads to."""
    kind, name = reference.split("/")[2:4]
    return kind, unescape(name)


def escape(key: str) -> str:
    """Return a key as it is written in a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def unescape(token: str) -> str:
    """Return the key that a token of a JSON pointer stands for."""
    return token.replace("~1", "/").replace("~0", "~")
