"""Converts schemas to :mod:`generator.normalize.form`, with a notice for what that form cannot express."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from generator.availability import MARKS
from generator.bundling import NOTHING, PUBLISHED, Bundle, component
from generator.loading import escape
from generator.mixins import KEY, checked_mixins, located, mixin_names
from generator.names import attribute_names, class_name, class_names
from generator.normalize.form import POINTER, SCALARS, Schema, described, is_any, shown, widest, without_bytes
from generator.normalize.parts import Part, annotations_of, as_list, is_bare, is_null, kinds_of, parts_of, values_of
from generator.problems import Notices

_OF_A_MODEL = (
    *("description", "examples", "x-accepts", "x-aliases", "x-entries", "x-order", "xml"),
    *(KEY, PUBLISHED, *MARKS),
)
_OF_A_VOCABULARY = ("description", "x-closed", "x-groups", "x-values", PUBLISHED)


class Schemas:
    """The schemas of one description.

    :param bundle: the description
    :param notices: receives what the form cannot express
    """

    def __init__(self, bundle: Bundle, notices: Notices) -> None:
        self.models: dict[str, Schema] = {}
        """All models and vocabularies by their names."""
        self._bundle = bundle
        self._notices = notices
        self._described: dict[str, Any] = dict(bundle.document["components"].get("schemas", {}))
        self.names = class_names(notices, bool(bundle.document.get("x-complete")), mixin_names(bundle.document))
        self._names: dict[str, str] = {}
        self._others: dict[str, Schema] = {}
        self._placed: dict[str, str] = {}
        self._waiting: list[tuple[str, Schema, str]] = []
        self._open: list[str] = []
        self._making: list[str] = []

    def make_components(self) -> None:
        """Create every model and vocabulary that has a name."""
        for name, schema in self._described.items():
            self._described[name] = self._without_subclasses(schema, name, self._pointer(name))
            if "properties" in schema and schema.get("x-values"):
                message = "is omitted: a schema with x-values is a text"
                self._notices.loss(f"{self._pointer(name)}/properties", message)
        # A component that can keep its name goes before one that cannot: `Pet` before `pet`.
        for name, schema in sorted(self._described.items(), key=lambda entry: class_name(entry[0], "") != entry[0]):
            # Others are just another way of writing a type.
            if schema.get("x-values") or (schema.keys() & {"allOf", "properties"} and self._is_model(schema)):
                self._names[name] = self.names.take(name, "Model", self._pointer(name))
                # A reference may lead to the midst of another schema.
                self._placed[self._pointer(name)] = self._names[name]
        for name in self._names:
            self._make(name)
        for name in [name for name in self._described if name not in self._names]:
            self._make_alias(name)

    def _without_subclasses(self, schema: Schema, name: str, pointer: str) -> Schema:
        """Return a schema without alternatives that derive from it: its documents are read as the base class."""
        if "allOf" in schema:
            parts = enumerate(schema["allOf"])
            kept = [self._without_subclasses(part, name, f"{pointer}/allOf/{index}") for index, part in parts]
            schema = {**schema, "allOf": kept}
        for keyword in ("anyOf", "oneOf"):
            entries = schema.get(keyword, ())
            kept = [entry for entry in entries if not self._derives(entry, name, set())]
            if len(kept) < len(entries):
                message = f"a document of any kind is read as {class_name(name, 'Model')}"
                self._notices.loss(f"{pointer}/{keyword}", message)
                schema = {"properties": {}, **{key: value for key, value in schema.items() if key != keyword}}
                schema = {**schema, keyword: kept} if kept else schema
        return schema

    def _derives(self, entry: Schema, base: str, seen: set[str]) -> bool:
        if "$ref" in entry:
            name = component(entry["$ref"])[1]
            if name == base:
                return True
            if name not in seen and self._derives(self._described[name], base, {*seen, name}):
                return True
        return any(self._derives(part, base, seen) for key in ("allOf", "oneOf") for part in entry.get(key, ()))

    def _make_alias(self, name: str) -> None:
        """Keep the name of a component that is nothing but a model, or null: the model gets it as an alias."""
        parts = parts_of(self._described[name], "")
        real = [one for part in parts for one in part.choices if not self._is_null(one)]
        target = self._referred(component(real[0]["$ref"])[1]) if len(real) == 1 and "$ref" in real[0] else {}
        model = self.models.get(component(target["$ref"])[1], {}) if "$ref" in target else {}
        if "properties" in model:
            alias = self.names.take(name, "Model", self._pointer(name))
            model["x-aliases"] = [*model.get("x-aliases", ()), alias]

    def make_others(self) -> None:
        """Create the required models that have no name, and name all attributes."""
        while self._waiting:
            name, schema, pointer = self._waiting.pop(0)
            self.models[name] = self.model(schema, pointer, name)
        for name in self.models:
            self._name_attributes(name)

    # Any schema

    def plain(self, schema: Schema, pointer: str, name: str | None) -> Schema:
        """Return a schema in the form that is read.

        :param name: what it is called if it is a model, and has no name of its own; ``None`` where no model can be:
            the caller then decides what becomes of any value
        """
        self._notices.at = pointer
        parts = self._checked_parts(schema, pointer)
        specific = [part for part in parts if not is_bare(part)] or parts
        if len(specific) > 1 and self._is_model(schema):
            plain = self._model_at(schema, pointer, name)
        elif len(specific) > 1:
            plain = self._together([self._part(part, name) for part in specific], pointer)
        else:
            plain = self._part(specific[0], name) if specific else {}
        null = any(self._is_null(entry) for key in ("anyOf", "oneOf") for entry in schema.get(key, ()))
        return {**plain, **annotations_of(schema), **({"nullable": True} if null else {})}

    def _is_null(self, schema: Schema) -> bool:
        return is_null(self._bundle.resolve(schema))

    def _checked_parts(self, schema: Schema, pointer: str) -> list[Part]:
        """Return the form of a value in a schema, with a notice for everything else in the schema."""
        parts = list(parts_of(schema, pointer))
        for part in parts:
            if part.keyword == "condition":
                self._notices.loss(part.pointer, "is a condition, which is not checked")
        return [part for part in parts if part.keyword != "condition"]

    def _part(self, part: Part, name: str | None) -> Schema:
        if part.keyword == "$ref":
            return self._referred(component(part.schema["$ref"])[1])
        if part.keyword:
            shapes = [
                self.plain(entry, f"{part.pointer}/{index}", _below(name, str(index + 1), "Option"))
                for index, entry in enumerate(part.choices)
                if not self._is_null(entry)
            ]
            return self._one_of(shapes, part.pointer, name)
        for type_name in as_list(part.schema.get("type")):
            # Not every version of the validator checks it.
            if type_name not in ("array", "null", "object", *SCALARS):
                self._notices.loss(f"{part.pointer}/type", f"{type_name!r} is not a type: any value")
        shapes = [self._typed(part.schema, kind, part.pointer, name) for kind in kinds_of(part.schema)]
        return self._one_of(shapes, f"{part.pointer}/{'type' if 'type' in part.schema else 'enum'}", name)

    def _typed(self, schema: Schema, kind: str, pointer: str, name: str | None) -> Schema:
        if kind == "array":
            return self._array(schema, pointer, name)
        if kind == "object":
            return self._model_at(schema, pointer, name) if "properties" in schema else self._map(schema, pointer, name)
        values = [value for value in values_of(schema) if value is not None]
        fitting = [value for value in values if type(value) in SCALARS[kind]]
        if len(kinds_of(schema)) == 1 and len(fitting) < len(values):
            keyword = "const" if "const" in schema else "enum"
            self._notices.loss(f"{pointer}/{keyword}", f"has values that are no {kind}, and is not checked")
            return {"type": kind}
        if fitting:
            return {"type": kind, "enum": list(dict.fromkeys(fitting))}
        return {"type": kind, "format": schema["format"]} if "format" in schema else {"type": kind}

    def _array(self, schema: Schema, pointer: str, name: str | None) -> Schema:
        if "prefixItems" in schema:
            self._notices.loss(f"{pointer}/prefixItems", "types by position are not supported: a list of any values")
            return {"type": "array", "items": {}}
        items = self.plain(schema.get("items", {}), f"{pointer}/items", _below(name, "item", "Item"))
        return {"type": "array", "items": without_bytes(items)}

    def _map(self, schema: Schema, pointer: str, name: str | None) -> Schema:
        for further_place, inner in self._further(schema, pointer, name):
            if name is not None:
                self._notices.loss(further_place, f"a map of {shown(inner)} is any value: a dict")
        return {"type": "object"}

    def _further(self, schema: Schema, pointer: str, name: str | None) -> Iterator[tuple[str, Schema]]:
        """Yield the types of members that are not named."""
        patterns = schema.get("patternProperties", {}).items()
        further = {f"patternProperties/{escape(pattern)}": entry for pattern, entry in patterns}
        for keyword, entry in {"additionalProperties": schema.get("additionalProperties", {}), **further}.items():
            if entry not in ({}, NOTHING):
                inner = self.plain(entry, f"{pointer}/{keyword}", _below(name, "value", "Value"))
                if not is_any(inner):
                    yield f"{pointer}/{keyword}", inner

    # Several types at once

    def _together(self, shapes: list[Schema], pointer: str) -> Schema:
        """Return the form that all parts of a schema describe."""
        known = [shape for shape in shapes if not is_any(shape)] or shapes[:1]
        kinds = list(dict.fromkeys(map(shown, known)))
        if len(kinds) > 1:
            self._notices.loss(pointer, f"is {' and '.join(kinds)} at once: any value")
            return {}
        together: Schema = {}
        for shape in reversed(known):
            together.update(shape)
        return together

    def _one_of(self, shapes: list[Schema], pointer: str, name: str | None) -> Schema:
        """Return the form that the alternatives share."""
        kinds = list(dict.fromkeys(map(shown, shapes)))
        if len(kinds) == 1:
            return widest(shapes)
        if sorted(kinds) == ["integer", "number"]:
            return {"type": "number"}
        if kinds and name is not None and "any value" not in kinds:
            models = [component(shape["$ref"])[1] for shape in shapes if "$ref" in shape]
            how = f"; `{models[0]}.from_document` makes a model of it" if models else ""
            self._notices.loss(pointer, f"a choice between {', '.join(kinds)} is any value{how}")
        return {}

    # Components

    def _pointer(self, name: str) -> str:
        return self._bundle.pointer("components", "schemas", name)

    def _is_model(self, schema: Schema, seen: frozenset[str] = frozenset()) -> bool:
        """Return whether a schema has members, including those of its parts."""
        if schema.get("x-values"):
            return False
        for part in parts_of(schema, ""):
            if part.keyword == "$ref":
                name = component(part.schema["$ref"])[1]
                if name not in seen and self._is_model(self._described[name], seen | {name}):
                    return True
            elif "properties" in part.schema and kinds_of(part.schema) == ["object"]:
                return True
        return False

    def _referred(self, name: str) -> Schema:
        if name in self._names:
            null = {"nullable": True} if "nullable" in annotations_of(self._described[name]) else {}
            return {"$ref": f"#/components/schemas/{escape(self._names[name])}", **null}
        if name in self._open:
            self._notices.loss(self._pointer(name), "contains itself: any value from there on")
            return {}
        if name not in self._others:
            self._open.append(name)
            self._others[name] = self.plain(self._described[name], self._pointer(name), class_name(name, "Model"))
            self._open.remove(name)
        return self._others[name]

    def _model_at(self, schema: Schema, pointer: str, name: str | None) -> Schema:
        """Return a reference to a model of this schema, which has no name."""
        if name is None:
            return {"type": "object"}
        if pointer not in self._placed:
            self._notices.invention(pointer, "needs a named schema")
            self._placed[pointer] = self.names.take(name, name, pointer)
            self._waiting.append((self._placed[pointer], schema, pointer))
        return {"$ref": f"#/components/schemas/{self._placed[pointer]}"}

    def open_model(self, schema: Schema, pointer: str, name: str) -> Schema:
        """Return a reference to a model of an object whose members have no names."""
        return self._model_at({**schema, "properties": {}}, pointer, name)

    def _make(self, name: str) -> None:
        found = self._names[name]
        if found not in self.models:
            self._making.append(name)
            self.models[found] = self.model(self._described[name], self._pointer(name), found)
            self._making.pop()

    # Models

    def model(self, schema: Schema, pointer: str, name: str | None) -> Schema:
        """Return a model in the form that is read.

        :param name: its name; ``None`` if only its members are of interest, with no models among them
        """
        if schema.get("x-values"):
            return {**{key: schema[key] for key in _OF_A_VOCABULARY if key in schema}, POINTER: pointer}
        bases, own = self._made_of(schema, pointer)
        members: dict[str, Schema] = {}
        required: dict[str, str] = {}
        for part in own:
            for wire, entry in part.schema.get("properties", {}).items():
                place = f"{part.pointer}/properties/{escape(wire)}"
                member = without_bytes(self.plain(entry, place, _below(name, wire, "Member")))
                members[wire] = self._over(members.get(wire, {}), {**member, POINTER: place})
            required.update(dict.fromkeys(part.schema.get("required", ()), f"{part.pointer}/required"))
            for further_place, _ in self._further(part.schema, part.pointer, name):
                self._notices.loss(further_place, "members that are not named are in `additional_properties` alone")
        # A class cannot redefine a member of its base: then, and for several bases, the members are copied.
        inherited = self._members(self.models[bases[0]])[0] if len(bases) == 1 else {}
        base = bases[0] if len(bases) == 1 and not inherited.keys() & {*members, *required} else None
        if base is None:
            members, required = self._merged(bases, members, required, pointer)
        model = {
            **{key: schema[key] for key in _OF_A_MODEL if key in schema},
            "type": "object",
            "properties": members,
            "required": list(self._required_members(members, required, name)),
            POINTER: pointer,
        }
        if schema.get("deprecated") is True:
            model["description"] = described({**model, "deprecated": True})
        if "x-aliases" in model:
            model["x-aliases"] = [
                self.names.take(alias, "Model", f"{pointer}/x-aliases") for alias in model["x-aliases"]
            ]
        self._check_order(model, [] if base else bases, pointer)
        checked_mixins(model, pointer, self._notices)
        self._check_accepted(model, pointer)
        if "example" in schema:
            model.setdefault("examples", [schema["example"]])
        if "discriminator" in schema and name is not None:
            self._notices.loss(f"{pointer}/discriminator", f"a document of any kind is read as {name}")
        return {**model, "allOf": [{"$ref": f"#/components/schemas/{base}"}]} if base else model

    def _check_accepted(self, model: Schema, pointer: str) -> None:
        """Remove the class that a document may also be if this package has no such class."""
        try:
            if "x-accepts" in model:
                located(model["x-accepts"])
        except ValueError as error:
            self._notices.loss(f"{pointer}/x-accepts", str(error))
            del model["x-accepts"]

    def _check_order(self, model: Schema, merged: list[str], pointer: str) -> None:
        """Complete the order of a model's elements by that of models merged into it, and remove unknown members."""
        order = [*(wire for name in merged for wire in self._order(self.models[name])), *model.get("x-order", [])]
        for wire in [wire for wire in order if wire not in model["properties"]]:
            self._notices.loss(f"{pointer}/x-order", f"{wire} is not a member")
        if order:
            model["x-order"] = [wire for wire in dict.fromkeys(order) if wire in model["properties"]]

    def _order(self, model: Schema) -> list[str]:
        """Return the order of a model's elements, those of its base first."""
        return [*(self._order(self._base(model)) if "allOf" in model else ()), *model.get("x-order", ())]

    def members_at(self, schema: Schema, pointer: str) -> tuple[dict[str, Schema], set[str]]:
        """Return the members of a schema that has no name, and the required ones."""
        return self._members(self.model(schema, pointer, None)) if self._is_model(schema) else ({}, set())

    def _members(self, model: Schema) -> tuple[dict[str, Schema], set[str]]:
        """Return all members of a model by their names in the document, those of its base first, and the required."""
        inherited, required = self._members(self._base(model)) if "allOf" in model else ({}, set())
        return {**inherited, **model["properties"]}, {*required, *model["required"]}

    def _base(self, model: Schema) -> Schema:
        return self.models[component(model["allOf"][0]["$ref"])[1]]

    def _made_of(self, schema: Schema, pointer: str) -> tuple[list[str], list[Part]]:
        """Return the models that a model consists of, and its own members."""
        bases: list[str] = []
        own: list[Part] = []
        for part in self._checked_parts(schema, pointer):
            if not part.keyword:
                own.append(part)
                if kinds_of(part.schema) not in ([], ["object"]):
                    kinds = " or ".join(kinds_of(part.schema))
                    self._notices.loss(part.pointer, f"is {kinds}, where other parts are objects")
            elif part.keyword != "$ref":
                self._notices.loss(part.pointer, "members of the alternatives are in `additional_properties` alone")
            else:
                name = component(part.schema["$ref"])[1]
                if name in self._making:
                    self._notices.loss(part.pointer, f"{name} consists of itself: this part is omitted")
                elif name not in self._names:
                    self._making.append(name)
                    further = self._made_of(self._described[name], self._pointer(name))
                    self._making.pop()
                    bases += further[0]
                    own += further[1]
                elif self._is_model(self._described[name]):
                    self._make(name)
                    bases.append(self._names[name])
        return bases, own

    def _merged(
        self, bases: list[str], members: dict[str, Schema], required: dict[str, str], pointer: str
    ) -> tuple[dict[str, Schema], dict[str, str]]:
        merged: dict[str, Schema] = {}
        insisted: dict[str, str] = {}
        for base in bases:
            inherited, wires = self._members(self.models[base])
            merged.update({wire: dict(member) for wire, member in inherited.items()})
            insisted.update(dict.fromkeys(wires, pointer))
        for wire, member in members.items():
            merged[wire] = self._over(merged.get(wire, {}), member)
        return merged, {**insisted, **required}

    def _over(self, known: Schema, member: Schema) -> Schema:
        """Return a member with the additional facts from a part of the model."""
        if is_any(member) and "type" not in member:
            return {**known, **member}
        if known and not is_any(known) and shown(known) != shown(member):
            self._notices.loss(member[POINTER], f"is {shown(member)} here, and {shown(known)} in another part")
        return member

    def _required_members(
        self, members: dict[str, Schema], required: dict[str, str], name: str | None
    ) -> Iterator[str]:
        """Yield the members that a constructor can require."""
        for wire, pointer in required.items():
            if wire not in members:
                self._notices.loss(pointer, f"{wire} is not a property of {name or 'the object'}")
            elif members[wire].get("nullable"):
                self._notices.loss(members[wire][POINTER], "is required and may be null: it may be omitted here")
            elif members[wire].get("readOnly"):
                message = "is required of the server and not of clients: it may be omitted here"
                self._notices.loss(members[wire][POINTER], message)
            else:
                yield wire

    @cache  # noqa: B019  # one description
    def _name_attributes(self, name: str) -> frozenset[str]:
        """Give the members of a model their names in Python, after those of its base.

        :returns: the names that its mixins and those of its bases define
        """
        model = self.models[name]
        if "properties" not in model:
            return frozenset()
        inherited = checked_mixins(model, str(model.get(POINTER, "")), self._notices)
        for base in model.get("allOf", ()):
            inherited |= self._name_attributes(component(base["$ref"])[1])
        # In scripts without capital letters a member may be called like a model.
        names = attribute_names(self._notices, {*inherited, *self.models})
        for member in self._members(self._base(model))[0].values() if "allOf" in model else ():
            names.claim(member["x-python-name"])
        # A member that can keep its name goes before one that cannot: `type` before `@type`.
        for wire, member in sorted(model["properties"].items(), key=lambda entry: not entry[0].isidentifier()):
            member["x-python-name"] = names.take(member.get("x-python-name") or wire, "member", member[POINTER])
        return inherited


def _below(name: str | None, member: str, otherwise: str) -> str | None:
    """Return the name of a nested schema."""
    return None if name is None else name + class_name(member[:1].upper() + member[1:], otherwise)
