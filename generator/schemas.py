"""Reads schemas: the Python types of values, and the required models and vocabularies.

They are in :mod:`generator.normalize.form`.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from generator.availability import availability
from generator.bundling import PUBLISHED, Bundle, component
from generator.intermediate import Attribute, EnumValue, Group, Model, Vocabulary
from generator.mixins import mixins_of
from generator.normalize.form import POINTER
from generator.problems import Notices

_SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
_FORMATS = {"date-time": "datetime", "binary": "file"}


class Typed(NamedTuple):
    """The type of one value, in the notation of an annotation, and its allowed values."""

    type: str
    vocabulary: str | None = None
    values: tuple[Any, ...] = ()


class Schemas:
    """The models and vocabularies of a description, read when something needs them."""

    def __init__(self, bundle: Bundle, notices: Notices) -> None:
        self.bundle = bundle
        self.notices = notices
        self.models: dict[str, Model] = {}
        self.vocabularies: dict[str, Vocabulary] = {}
        self._begun: set[str] = set()
        self._waiting: list[str] = []

    def typed(self, schema: dict[str, Any]) -> Typed:
        """Return the type of a value, whose models are then read."""
        kind = schema.get("type")
        if "$ref" in schema:
            return self._referred(component(schema["$ref"])[1])
        if kind == "array":
            items = self.typed(schema["items"])
            none = schema["items"].get("nullable") and items.type != "object"
            values = (*items.values, None) if none and items.values else items.values
            return Typed(f"list[{items.type}{' | None' if none else ''}]", items.vocabulary, values)
        if kind in _SCALARS:
            values = tuple(schema.get("enum", ()))
            return Typed(_FORMATS.get(schema.get("format", ""), _SCALARS[kind]), None, values)
        return Typed("form" if schema.get("format") == "form" else "object")

    def read_models(self) -> None:
        """Read the models that were named, and those that no operation leads to."""
        for name, schema in self.bundle.document["components"]["schemas"].items():
            if PUBLISHED in schema:
                self._referred(name)
        # Iteratively, because a chain of models may exceed the recursion limit.
        while self._waiting:
            self._read_model(self._waiting.pop())

    def _referred(self, name: str) -> Typed:
        schema = self.bundle.document["components"]["schemas"][name]
        if "x-values" in schema:
            if name not in self.vocabularies:
                self._read_vocabulary(name, schema)
            # No value is written outside a closed vocabulary; any is read.
            return Typed("str", name, tuple(schema["x-values"]) if schema.get("x-closed") else ())
        if name not in self._begun:
            self._begun.add(name)
            self._waiting.append(name)
        return Typed(name)

    def _read_vocabulary(self, name: str, schema: dict[str, Any]) -> None:
        pointer, values = schema[POINTER], schema["x-values"]
        entries = tuple(_enum_value(value, said, f"{pointer}/x-values/{value}") for value, said in values.items())
        groups = tuple(
            Group(group, facts.get("description", ""), tuple(facts["values"]), f"{pointer}/x-groups/{group}")
            for group, facts in schema.get("x-groups", {}).items()
        )
        for group in groups:
            for value in group.values:
                if value not in values:
                    self.notices.loss(group.pointer, f"{value} is not a value of {name}")
        names = [*(entry.name for entry in entries), *(group.name for group in groups)]
        for clash in sorted({entry for entry in names if names.count(entry) > 1}):
            self.notices.loss(pointer, f"{clash} is the name of two values or groups")
        self.vocabularies[name] = Vocabulary(name, schema.get("description", ""), entries, groups, pointer)

    def _read_model(self, name: str) -> None:
        schema = self.bundle.document["components"]["schemas"][name]
        base = next((self._referred(component(part["$ref"])[1]).type for part in schema.get("allOf", ())), None)
        xml = schema.get("xml", {})
        attributes = tuple(
            self._attribute(wire, entry, wire in schema["required"]) for wire, entry in schema["properties"].items()
        )
        self.models[name] = Model(
            name=name,
            description=schema.get("description", ""),
            attributes=attributes,
            base=base,
            document=xml.get("name"),
            other_documents=tuple(xml.get("x-other-names", ())),
            namespace=str(xml.get("namespace", "")),
            order=tuple(schema.get("x-order", ())),
            aliases=tuple(schema.get("x-aliases", ())),
            examples=tuple(schema.get("examples", ())),
            mixins=mixins_of(schema),
            entries=next((each for each in attributes if each.wire == schema.get("x-entries")), None),
            availability=availability(schema),
            pointer=schema[POINTER],
        )

    def _attribute(self, wire: str, schema: dict[str, Any], required: bool) -> Attribute:
        typed, xml = self.typed(schema), schema.get("xml", {})
        return Attribute(
            name=schema["x-python-name"],
            wire=wire,
            type=typed.type,
            required=required,
            description=schema.get("description", ""),
            values=typed.values,
            vocabulary=typed.vocabulary,
            xml="attribute" if xml.get("attribute") else "text" if xml.get("x-text") else None,
            secret=schema.get("format") == "password",
            availability=availability(schema),
            pointer=schema[POINTER],
        )


def _enum_value(value: str, said: Any, pointer: str) -> EnumValue:
    facts = said if isinstance(said, dict) else {"description": said}
    name = _constant(facts.get("x-python-name") or value)
    return EnumValue(name, value, str(facts.get("description") or ""), availability(facts), pointer)


def _constant(value: str) -> str:
    """Return the Python name of a value: ``string-exact`` is ``STRING_EXACT``, ``2nd`` is ``WORD_2ND``."""
    name = re.sub(r"\W+", "_", value).strip("_").upper()
    return name if name.isidentifier() else f"WORD_{name}"
