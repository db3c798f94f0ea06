"""Reads schemas: which Python type a value has, and the models and vocabularies that are needed for it."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from generator.bundling import PUBLISHED, Bundle
from generator.intermediate import Attribute, Group, Model, Vocabulary, Word
from generator.problems import DescriptionError, Problem
from vidispine.model import Model as _ModelBase
from vidispine.naming import snake_case

__all__ = ["Schemas", "Typed"]

_SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
_FORMATS = {"date-time": "datetime", "binary": "file"}


class Typed(NamedTuple):
    """What a schema says about one value: ``type`` as in an annotation, and the words it is one of."""

    type: str
    vocabulary: str | None = None
    values: tuple[str, ...] = ()


class Schemas:
    """The models and vocabularies of a description, read when something needs them."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.models: dict[str, Model] = {}
        self.vocabularies: dict[str, Vocabulary] = {}
        self.problems: list[Problem] = []
        self._begun: set[str] = set()

    def typed(self, schema: Any, place: str) -> Typed:
        """Return the type of a value, and read the models it is made of.

        :raises DescriptionError: the schema says something that no type of ours expresses
        """
        if not isinstance(schema, dict):
            raise DescriptionError.at(place, "is not a schema that a type can be made of")
        if "$ref" in schema:
            return self._referred(schema["$ref"], place)
        for alternatives in ("anyOf", "oneOf", "allOf"):
            if alternatives in schema:
                return self._one_of(schema[alternatives], f"{place}/{alternatives}")
        kind = schema.get("type")
        if isinstance(kind, list):
            kinds = [entry for entry in kind if entry != "null"]
            return self.typed({**schema, "type": kinds[0] if len(kinds) == 1 else None}, place)
        if kind == "array":
            return self._array(schema, place)
        if kind in _SCALARS:
            return self._scalar(schema, kind, place)
        if kind == "object" and "properties" not in schema:
            return Typed("object")
        if kind is None and not schema.keys() - {"description", "title", "examples"}:
            return Typed("object")
        raise DescriptionError.at(place, "needs a schema with a name of its own, or a type that is known")

    def read_published(self) -> None:
        """Read the models that no operation leads to."""
        for name, schema in self.bundle.document["components"].get("schemas", {}).items():
            if PUBLISHED in schema:
                self._read_model(name, schema)

    def _scalar(self, schema: dict[str, Any], kind: str, place: str) -> Typed:
        values = schema.get("enum", ())
        if values and kind != "string":
            raise DescriptionError.at(place, f"an enumeration of type {kind} cannot be expressed")
        return Typed(_FORMATS.get(schema.get("format", ""), _SCALARS[kind]), None, tuple(values))

    def _array(self, schema: dict[str, Any], place: str) -> Typed:
        items = self.typed(schema.get("items"), f"{place}/items")
        return Typed(f"list[{items.type}]", items.vocabulary, items.values)

    def _one_of(self, schemas: list[Any], place: str) -> Typed:
        real = [(index, schema) for index, schema in enumerate(schemas) if schema != {"type": "null"}]
        if len(real) != 1:
            raise DescriptionError.at(place, "a choice between several types cannot be expressed")
        index, schema = real[0]
        return self.typed(schema, f"{place}/{index}")

    def _referred(self, reference: str, place: str) -> Typed:
        name = reference.rpartition("/")[2]
        schema = self.bundle.document["components"]["schemas"][name]
        if "x-values" in schema:
            self._read_vocabulary(name, schema)
            # No value is written outside a closed vocabulary; any is read.
            return Typed("str", name, tuple(schema["x-values"]) if schema.get("x-closed") else ())
        if _is_model(schema):
            self._read_model(name, schema)
            return Typed(name)
        if name in self._begun:
            raise DescriptionError.at(place, "refers to itself")
        self._begun.add(name)
        typed = self.typed(schema, self.bundle.place("components", "schemas", name))
        self._begun.remove(name)
        return typed

    def _read_vocabulary(self, name: str, schema: dict[str, Any]) -> None:
        if name in self.vocabularies:
            return
        place = self.bundle.place("components", "schemas", name)
        values = schema["x-values"]
        if not isinstance(values, dict) or not values:
            raise DescriptionError.at(f"{place}/x-values", "is not a mapping of words to what they mean")
        words = tuple(
            Word(_constant(word), word, str(meaning or ""), f"{place}/x-values/{word}")
            for word, meaning in values.items()
        )
        groups = tuple(
            Group(group, facts.get("description", ""), tuple(facts["values"]), f"{place}/x-groups/{group}")
            for group, facts in schema.get("x-groups", {}).items()
        )
        for group in groups:
            for word in group.values:
                if word not in values:
                    self.problems.append(Problem(group.place, f"{word} is not a word of {name}"))
        names = [*(word.name for word in words), *(group.name for group in groups)]
        for clash in sorted({entry for entry in names if names.count(entry) > 1}):
            self.problems.append(Problem(place, f"{clash} is the name of two words or groups"))
        source = self.bundle.source("schemas", name)
        self.vocabularies[name] = Vocabulary(name, schema.get("description", ""), words, groups, source, place)

    def _read_model(self, name: str, schema: dict[str, Any]) -> None:
        if name in self._begun:
            return
        self._begun.add(name)
        place = self.bundle.place("components", "schemas", name)
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name):
            raise DescriptionError.at(place, f"{name!r} cannot be the name of a class")
        base, own, own_place = self._split(schema, place)
        required = set(own.get("required", ()))
        properties = own.get("properties", {})
        for wire in sorted(required - properties.keys()):
            self.problems.append(Problem(f"{own_place}/required", f"{wire} is not a property of {name}"))
        attributes = tuple(
            self._attribute(wire, entry, wire in required, f"{own_place}/properties/{wire}")
            for wire, entry in properties.items()
        )
        self._refuse_clashes(attributes)
        self.models[name] = Model(
            name=name,
            description=schema.get("description", ""),
            attributes=attributes,
            base=base,
            document=schema.get("xml", {}).get("name"),
            aliases=tuple(schema.get("x-aliases", ())),
            examples=tuple(schema.get("examples", ())),
            source=self.bundle.source("schemas", name),
            place=place,
        )

    def _split(self, schema: dict[str, Any], place: str) -> tuple[str | None, dict[str, Any], str]:
        """Return the base that ``allOf`` names, and the schema of what a model has of its own."""
        parts = schema.get("allOf")
        if parts is None:
            return None, schema, place
        bases = [part["$ref"] for part in parts if "$ref" in part]
        own = [(index, part) for index, part in enumerate(parts) if "$ref" not in part]
        if len(bases) != 1 or len(own) > 1 or (own and "properties" in schema):
            raise DescriptionError.at(f"{place}/allOf", "is not one base and what is added to it")
        base = self.typed({"$ref": bases[0]}, f"{place}/allOf").type
        if own:
            return base, own[0][1], f"{place}/allOf/{own[0][0]}"
        return base, schema, place

    def _attribute(self, wire: str, schema: Any, required: bool, place: str) -> Attribute:
        try:
            typed = self.typed(schema, place)
        except DescriptionError as error:
            self.problems += error.problems
            typed = Typed("object")
        return Attribute(
            name=schema.get("x-python-name") or snake_case(wire),
            wire=wire,
            type="str" if typed.type == "file" else typed.type,
            required=required,
            description=schema.get("description", ""),
            values=typed.values,
            vocabulary=typed.vocabulary,
            xml_attribute=bool(schema.get("xml", {}).get("attribute")),
            secret=schema.get("format") == "password",
            place=place,
        )

    def _refuse_clashes(self, attributes: tuple[Attribute, ...]) -> None:
        seen: set[str] = set()
        for attribute in attributes:
            if not attribute.name.isidentifier():
                self.problems.append(Problem(attribute.place, f"{attribute.name!r} is no name in Python"))
            elif attribute.name in seen:
                self.problems.append(Problem(attribute.place, f"{attribute.name} is another attribute's name too"))
            elif hasattr(_ModelBase, attribute.name):
                self.problems.append(
                    Problem(attribute.place, f"every model has a {attribute.name} of its own: give an x-python-name")
                )
            seen.add(attribute.name)


def _is_model(schema: dict[str, Any]) -> bool:
    return "properties" in schema or "allOf" in schema


def _constant(word: str) -> str:
    """Return the Python name of a word: ``string-exact`` is ``STRING_EXACT``, ``2nd`` is ``WORD_2ND``."""
    name = re.sub(r"\W+", "_", word).strip("_").upper()
    return name if name.isidentifier() else f"WORD_{name}"
