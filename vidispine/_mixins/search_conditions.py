"""The conditions of a search: an immutable tree that is converted to documents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Union

from vidispine._mixins.search_values import (
    Range,
    Value,
    arguments,
    escape,
    read_flag,
    read_members,
    unescape,
)
from vidispine._mixins.value_texts import entries_of, flatten
from vidispine.exceptions import ApiTypeError, ApiValueError, kind_of

__all__ = [
    "FILTER",
    "SEARCH",
    "Condition",
    "Field",
    "FieldCondition",
    "Operator",
    "Text",
    "all_of",
    "has_file",
    "has_group",
    "has_item",
    "has_shape",
    "joined_document",
    "operand",
    "read_joined",
    "refers_to",
]

TARGETS = ("item", "shape", "file")


class _Operand:
    """The base class of the operands of ``&``, ``|`` and ``~``, which bind more tightly than comparisons."""

    def _reject(self, other: object) -> NoReturn:
        raise ApiTypeError(
            'write each comparison in parentheses, as in (Field("a") == 1) & (Field("b") == 2); & and | join conditions'
        )

    if not TYPE_CHECKING:
        # Hidden from type checkers, so that they report the mistake.
        __and__ = __rand__ = __or__ = __ror__ = _reject

    def __bool__(self) -> NoReturn:
        raise ApiTypeError(
            "a condition has no truth value: join conditions with &, | and ~, and write a range as between(low, high)"
        )


class Condition(_Operand):
    """A condition of a search. ``&`` is AND, ``|`` is OR, ``~`` is NOT. Conditions are immutable.

    A condition has no truth value: ``if condition``, ``and``, ``or``, ``not`` and ``1 < Field("a") < 3`` raise
    :class:`ApiTypeError`. Conditions compare equal if their documents are equal.
    """

    member: ClassVar[str]
    """The member of a search document for conditions of this kind."""
    is_single: ClassVar[bool] = False
    """Whether the member holds one condition, not a list."""

    def __and__(self, other: Condition) -> Condition:
        return self._joined("AND", other)

    def __or__(self, other: Condition) -> Condition:
        return self._joined("OR", other)

    def _joined(self, operation: str, other: Any) -> Condition:
        return Operator(operation, [self, other]) if isinstance(other, Condition) else self._reject(other)

    def __invert__(self) -> Condition:
        return Operator("NOT", [self])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Condition):
            return NotImplemented
        return self.member == other.member and self.document() == other.document()

    __hash__ = None  # type: ignore[assignment]

    def document(self) -> Any:
        """Return the document of the condition, for the member :attr:`member`."""
        raise NotImplementedError

    def _as_model(self, name: str) -> Any:
        """Return the document of a search with this condition only, for an operation that takes one."""
        # Imported by string, because the class is in a higher layer.
        return import_module("vidispine.search").Search(self)._as_model(name)


Operand = Union[Value, Range]


class FieldCondition(Condition):
    """A condition on a field: it has one of the values, or a value in one of the ranges.

    :param name: the name of the field
    :param operands: the values and ranges
    :param target: the kind of entity that has the field
    """

    member = "field"

    def __init__(self, name: str, operands: Sequence[Operand] = (), target: str | None = None) -> None:
        self.name = name
        self.operands = tuple(operands)
        self.target = target

    @classmethod
    def parse(cls, document: Any, location: str) -> FieldCondition:
        """Return the condition in a document."""
        members = read_members(document, location, "name", "value", "range", "target")
        values = [Value.parse(each, f"{location}.value[{i}]") for i, each in enumerate(members.get("value", ()))]
        ranges = [Range.parse(each, f"{location}.range[{i}]") for i, each in enumerate(members.get("range", ()))]
        if "name" not in members:
            raise ApiValueError(f"{location}.name is missing")
        return cls(members["name"], [*values, *ranges], members.get("target"))

    def boost(self, factor: float) -> FieldCondition:
        """Return the condition with a boost.

        :param factor: weight of a match in the ranking: above 1 raises hits, below 1 lowers them
        """
        return FieldCondition(self.name, [operand.with_boost(factor) for operand in self.operands], self.target)

    def document(self) -> dict[str, Any]:
        """Return the document of the condition."""
        values = [operand.document() for operand in self.operands if isinstance(operand, Value)]
        ranges = [operand.document() for operand in self.operands if isinstance(operand, Range)]
        document: dict[str, Any] = {"name": self.name}
        if values:
            document["value"] = values
        if ranges:
            document["range"] = ranges
        if self.target is not None:
            document["target"] = self.target
        return document

    def __repr__(self) -> str:
        field = f"Field({arguments(self.name, target=self.target)})"
        if len(self.operands) != 1:
            return f"{field}.one_of({', '.join(map(repr, self.operands))})"
        (operand,) = self.operands
        return f"{field}{_compared(operand) if isinstance(operand, Value) else _ranged(operand)}"


def _compared(value: Value) -> str:
    """Return the Python code of a comparison with a value."""
    text = value.text
    if value.is_plain and text == "*":
        return ".exists()"
    if value.is_plain and isinstance(value.value, str):
        for method, start in (("contains", "*"), ("starts_with", "")):
            inner = text[len(start) : -1]
            if text[:-1].startswith(start) and text[-1:] == "*" and inner and escape(unescape(inner)) == inner:
                return f".{method}({unescape(inner)!r})"
    return f" == {value!r}"


def _ranged(limits: Range) -> str:
    """Return the Python code of a comparison with a range."""
    if limits.high is None and limits.low is not None and not limits.exclusive_maximum:
        return f" {'>' if limits.exclusive_minimum else '>='} {limits.low!r}"
    if limits.low is None and limits.high is not None and not limits.exclusive_minimum:
        return f" {'<' if limits.exclusive_maximum else '<='} {limits.high!r}"
    return f".between({limits.arguments()})"


class Field(_Operand):
    """A metadata field, or a key of a shape's or a file's metadata. Comparisons return conditions::

        Field("title").contains("news") & (Field("durationSeconds") > 60)

    Values are text, numbers, booleans, time codes, and times with a time zone. :class:`Value` adds options.

    :param name: the name, such as ``title``
    :param target: the kind of entity that has the field: ``item``, ``shape`` or ``file``. Default: the kind that is
        searched for
    :raises ApiTypeError, ApiValueError: an argument is invalid
    """

    def __init__(self, name: str, target: str | None = None) -> None:
        if not isinstance(name, str):
            raise ApiTypeError(f"the name of a field must be text, not {type(name).__name__}")
        if not name:
            raise ApiValueError("the name of a field must not be empty")
        if target is not None and target not in TARGETS:
            raise ApiValueError(f"target must be one of {', '.join(TARGETS)}, not {target!r}")
        self.name = name
        self.target = target

    def __eq__(self, value: object) -> FieldCondition:  # type: ignore[override]
        """Match the value, which is sent unchanged. In text fields, servers interpret ``*`` and ``?`` as wildcards."""
        return self._is(value)

    def __ne__(self, value: object) -> Condition:  # type: ignore[override]
        """Match entities that ``==`` does not match, including entities without the field."""
        return ~self._is(value)

    def __lt__(self, value: Any) -> FieldCondition:
        """Match lower values: numbers, times or text, by the type of the field."""
        return self.between(None, value, exclusive_maximum=True)

    def __le__(self, value: Any) -> FieldCondition:
        """Match lower values and this one."""
        return self.between(None, value)

    def __gt__(self, value: Any) -> FieldCondition:
        """Match higher values: numbers, times or text, by the type of the field."""
        return self.between(value, None, exclusive_minimum=True)

    def __ge__(self, value: Any) -> FieldCondition:
        """Match higher values and this one."""
        return self.between(value, None)

    __hash__ = None  # type: ignore[assignment]

    def contains(self, text: str) -> FieldCondition:
        """Match values, or words in them, that contain a text.

        Assumed: it is sent as ``*text*``. Wildcards, quotes and backslashes in the text are escaped by a backslash.
        """
        return self._with(Value(f"*{_part('contains', text)}*"))

    def starts_with(self, text: str) -> FieldCondition:
        """Match values, or words in them, that start with a text.

        Assumed: it is sent as ``text*``. Wildcards, quotes and backslashes in the text are escaped by a backslash.
        """
        return self._with(Value(f"{_part('starts_with', text)}*"))

    def between(
        self, low: Any, high: Any, *, exclusive_minimum: bool = False, exclusive_maximum: bool = False
    ) -> FieldCondition:
        """Match values in a range.

        :param low: the lowest value; ``None``: no limit
        :param high: the highest value; ``None``: no limit
        :param exclusive_minimum: whether the lowest value itself is outside. Default: ``False``
        :param exclusive_maximum: whether the highest value itself is outside. Default: ``False``
        :raises ApiValueError: neither limit is given, or the lowest value is above the highest
        """
        if low is None and high is None:
            raise ApiValueError("a range needs a limit: to match any value, use exists()")
        return self._with(Range(low, high, exclusive_minimum=exclusive_minimum, exclusive_maximum=exclusive_maximum))

    def one_of(self, *values: Any) -> FieldCondition:
        """Match any of the values.

        :param values: the values, or lists of them. A value may also be a :class:`Range`
        :raises ApiValueError: there are no values
        """
        given = flatten(values)
        if not given:
            raise ApiValueError(f"one_of needs a value: without one, nothing could match {self.name}")
        return self._with(*(value if isinstance(value, Range) else self._value(value) for value in given))

    def exists(self) -> FieldCondition:
        """Match entities that have any value in the field. It is sent as ``*``."""
        return self._with(Value("*"))

    def _is(self, value: object) -> FieldCondition:
        return self._with(self._value(value))

    def _value(self, value: Any) -> Value:
        if value is None:
            raise ApiTypeError(
                f"{self.name} cannot be compared with None: for a missing field, use ~Field(name).exists()"
            )
        if entries_of(value) is not None:
            raise ApiTypeError(f"{self.name} cannot be compared with {kind_of(value)}: use one_of(*values)")
        return Value.of(value)

    def _with(self, *operands: Operand) -> FieldCondition:
        return FieldCondition(self.name, operands, self.target)

    def __repr__(self) -> str:
        return f"Field({arguments(self.name, target=self.target)})"


def _part(name: str, text: Any) -> str:
    if not isinstance(text, str):
        raise ApiTypeError(f"{name} takes text, not {kind_of(text)}")
    if not text:
        raise ApiValueError(f"{name} needs a text: to match any value, use exists()")
    return escape(text)


class Text(Condition):
    """Free text, which is searched for in all fields that the server includes in its full-text index.

    :param text: the words to search for
    :param boost: weight of a match in the ranking, as a factor. Default: 1
    :param noescape: ``True`` passes the text to the search engine unchanged, so that special characters have the
        meaning of its query language. Do not use it for text that users typed. Default: ``False``
    :raises ApiTypeError: the text is not a string
    """

    member = "text"

    def __init__(self, text: str, boost: float | None = None, noescape: bool = False) -> None:
        if not isinstance(text, str):
            raise ApiTypeError(f"a free text must be a string, not {type(text).__name__}")
        self.value = Value(text, boost, noescape)

    @classmethod
    def parse(cls, document: Any, location: str) -> Text:
        """Return the condition in a document."""
        members = read_members(document, location, "value", "boost", "noescape")
        return cls(str(members.get("value", "")), members.get("boost"), read_flag(members.get("noescape")))

    def document(self) -> dict[str, Any]:
        """Return the document of the condition."""
        return self.value.document()

    def __repr__(self) -> str:
        return f"Text({arguments(self.value.text, boost=self.value.boost, noescape=self.value.noescape or None)})"


class _Reference(Condition):
    member = "reference"

    def __init__(self, uuid: str) -> None:
        if not isinstance(uuid, str):
            raise ApiTypeError(f"a UUID must be text, not {type(uuid).__name__}")
        self.uuid = uuid

    def document(self) -> str:
        return self.uuid

    def __repr__(self) -> str:
        return f"refers_to({self.uuid!r})"


def refers_to(uuid: str) -> Condition:
    """Match entities whose metadata refers to global metadata.

    :param uuid: the UUID of the global metadata
    """
    return _Reference(uuid)


class _Group(Condition):
    member = "group"

    def __init__(self, name: str | None, inner: Sequence[Condition], reference: str | None = None) -> None:
        self.name = name
        self.inner = tuple(_flattened("AND", inner))
        self.reference = reference

    @classmethod
    def parse(cls, document: Any, location: str) -> _Group:
        members = read_members(document, location, "name", "reference", *_GROUP)
        name, reference = members.pop("name", None), members.pop("reference", None)
        return cls(name, read_joined(members, location, _GROUP), reference)

    def document(self) -> dict[str, Any]:
        document: dict[str, Any] = {} if self.name is None else {"name": self.name}
        document.update(joined_document(self.inner, _GROUP))
        if self.reference is not None:
            document["reference"] = self.reference
        return document

    def __repr__(self) -> str:
        return f"has_group({arguments(self.name, *self.inner, reference=self.reference)})"


def has_group(name: str, *conditions: Condition, reference: str | None = None) -> Condition:
    """Match entities with an instance of a field group that matches all conditions.

    Without ``has_group``, different instances can match the conditions.

    :param name: the name of the field group, such as ``acme_person``
    :param conditions: conditions on fields and nested groups of the instance
    :param reference: the UUID of global metadata that the instance refers to
    """
    if not isinstance(name, str):
        raise ApiTypeError(f"the name of a group must be text, not {type(name).__name__}")
    return _Group(name, _checked("has_group", conditions), reference)


class _Join(Condition):
    is_single = True

    def __init__(self, kind: str, inner: Sequence[Condition]) -> None:
        self.member = kind  # type: ignore[misc]
        self.inner = tuple(_flattened("AND", inner))

    @classmethod
    def parse(cls, kind: str, document: Any, location: str) -> _Join:
        return cls(kind, read_joined(read_members(document, location, *_JOINS[kind]), location, _JOINS[kind]))

    def document(self) -> dict[str, Any]:
        return joined_document(self.inner, _JOINS[self.member])

    def __repr__(self) -> str:
        return f"has_{self.member}({arguments(*self.inner)})"


def has_item(*conditions: Condition) -> Condition:
    """Match entities that belong to, or contain, an item that matches all conditions."""
    return _Join("item", _checked("has_item", conditions))


def has_shape(*conditions: Condition) -> Condition:
    """Match entities with a shape that matches all conditions."""
    return _Join("shape", _checked("has_shape", conditions))


def has_file(*conditions: Condition) -> Condition:
    """Match entities with a file that matches all conditions."""
    return _Join("file", _checked("has_file", conditions))


def _checked(name: str, conditions: Iterable[Any]) -> list[Condition]:
    found = list(conditions)
    for condition in found:
        if not isinstance(condition, Condition):
            hint = ": for words, use text=" if isinstance(condition, str) and name == "Search" else ""
            if isinstance(condition, bool):
                hint = ": compare a Field, such as Field('title') == 'Harbor'"
            raise ApiTypeError(f"{name} takes conditions, not {kind_of(condition)}{hint}")
    return found


class Operator(Condition):
    """Conditions joined by AND, OR or NOT, which matches if none of them does."""

    member = "operator"

    def __init__(self, operation: str, inner: Sequence[Condition]) -> None:
        self.operation = operation
        self.inner = tuple(_flattened(operation, inner))

    @classmethod
    def parse(cls, document: Any, location: str) -> Condition:
        """Return the condition in a document."""
        members = read_members(document, location, "operation", *_OPERATOR)
        operation = members.pop("operation", "AND")
        return cls.joined(operation, read_joined(members, location, _OPERATOR), location)

    @classmethod
    def joined(cls, operation: Any, inner: Sequence[Condition], location: str) -> Condition:
        """Return conditions of a document that are joined by an operation.

        :raises ApiValueError: there is no such operation
        """
        if operation not in ("AND", "OR", "NOT"):
            raise ApiValueError(f"{location}.operation must be AND, OR or NOT, not {operation!r}")
        return inner[0] if len(inner) == 1 and operation != "NOT" else cls(operation, inner)

    def __invert__(self) -> Condition:
        if self.operation == "NOT" and len(self.inner) == 1:
            return self.inner[0]
        # NOT of several conditions means that none of them matches.
        return Operator("NOT", self.inner if self.operation == "OR" else [self])

    def document(self) -> dict[str, Any]:
        return {"operation": self.operation, **joined_document(self.inner, _OPERATOR)}

    def __repr__(self) -> str:
        if self.operation == "NOT":
            return f"~({' | '.join(map(operand, self.inner))})" if len(self.inner) > 1 else f"~{operand(*self.inner)}"
        if len(self.inner) < 2:
            return operand(*self.inner) if self.inner else f"<{self.operation} of nothing>"
        return {"AND": " & ", "OR": " | "}[self.operation].join(map(operand, self.inner))


def operand(condition: Condition) -> str:
    """Return a condition as an operand of ``&``, ``|`` or ``~``, which bind more tightly than comparisons."""
    text = repr(condition)
    is_comparison = isinstance(condition, FieldCondition) and not re.match(r"Field\([^)]*\)\.", text)
    is_joined = isinstance(condition, Operator) and condition.operation != "NOT" and len(condition.inner) > 1
    return f"({text})" if is_comparison or is_joined else text


def _flattened(operation: str, conditions: Iterable[Condition]) -> Iterator[Condition]:
    for condition in conditions:
        if operation != "NOT" and isinstance(condition, Operator) and condition.operation == operation:
            yield from condition.inner
        else:
            yield condition


def all_of(conditions: Iterable[Any], name: str) -> tuple[Condition, ...]:
    """Return conditions that must all match, with nested ANDs flattened.

    :param name: the function that takes them, for errors
    :raises ApiTypeError: one is not a condition
    """
    return tuple(_flattened("AND", _checked(name, conditions)))


# The members of each kind of document, and whether `operator` is a list there.

_CRITERION = {"field": True, "group": True, "operator": False}
_GROUP = _CRITERION
_JOINS: Mapping[str, Mapping[str, bool]] = {
    "item": {**_CRITERION, "shape": False, "file": False},
    "shape": {**_CRITERION, "file": False},
    "file": _CRITERION,
}
_OPERATOR = {
    "field": True,
    "group": True,
    "text": True,
    "reference": True,
    "item": False,
    "shape": False,
    "file": False,
    "operator": True,
}
SEARCH = {**_OPERATOR, "operator": False}
"""The members of a search document that are conditions, and whether each is a list."""
FILTER = {name: is_list for name, is_list in _OPERATOR.items() if name != "text"}
"""The members of a filter that are conditions, and whether each is a list."""


def joined_document(conditions: Iterable[Condition], members: Mapping[str, bool]) -> dict[str, Any]:
    """Return conditions as members of a document.

    A condition that the document has no member for, such as a second one on a shape, is written in an operator.

    :param members: the members, and whether each is a list
    """
    document: dict[str, Any] = {}
    operators: list[dict[str, Any]] = []
    for condition in conditions:
        member, content = condition.member, condition.document()
        if member == "operator":
            operators.append(content)
        elif members.get(member):
            document.setdefault(member, []).append(content)
        elif member in members and member not in document:
            document[member] = content
        else:
            operators.append({"operation": "AND", member: content if condition.is_single else [content]})
    if operators and members["operator"]:
        document["operator"] = operators
    elif len(operators) == 1:
        document["operator"] = operators[0]
    elif operators:
        document["operator"] = {"operation": "AND", "operator": operators}
    return document


def read_joined(document: Mapping[str, Any], location: str, members: Mapping[str, bool]) -> list[Condition]:
    """Return the conditions in the members of a document.

    :raises ApiTypeError, ApiValueError: the document is not valid, or has something that cannot be expressed
    """
    found: list[Condition] = []
    # Last, as joined_document() writes a second condition on a shape there.
    for member in sorted(members, key="operator".__eq__):
        content = document.get(member)
        if content is None:
            continue
        entries = content if isinstance(content, (list, tuple)) else [content]
        for index, entry in enumerate(entries):
            found.append(
                _read(member, entry, f"{location}.{member}[{index}]" if len(entries) > 1 else f"{location}.{member}")
            )
    return found


def _read(member: str, document: Any, location: str) -> Condition:
    if member in _JOINS:
        return _Join.parse(member, document, location)
    condition: Condition = _READERS[member](document, location)
    return condition


_READERS: dict[str, Any] = {
    "field": FieldCondition.parse,
    "group": _Group.parse,
    "text": Text.parse,
    "reference": lambda document, _: _Reference(document),
    "operator": Operator.parse,
}
