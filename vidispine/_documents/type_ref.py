"""The notation for types: ``str``, ``JobType``, ``list[JobType]``, ``JobType | None``."""

from __future__ import annotations

from functools import cache

__all__ = ["TypeRef"]

_OR_NONE = " | None"
_JSON_SCALARS: dict[str, type] = {"str": str, "int": int, "float": float, "bool": bool}
_BUILTIN = frozenset({*_JSON_SCALARS, "date", "datetime", "file", "form", "object"})


class TypeRef:
    """A reference to a type, as models, operations and ``ApiClient.call_api`` write it.

    Besides annotations such as ``list[JobType] | None``, the notation of 5.0.4 is understood: ``dict(str, JobType)``.
    Use :meth:`parse`.

    :param text: the normalized notation, such as ``list[JobType] | None``
    :param name: the name of the type, or the element type of a list or a mapping, such as ``JobType``
    :param element: the type of the elements of a list, or of the values of a mapping; otherwise ``None``
    :param optional: whether the notation ends with ``| None``
    """

    __slots__ = ("element", "name", "optional", "text")

    # Not a NamedTuple, which takes more time to create than the rest of the module.
    def __init__(self, text: str, name: str, element: TypeRef | None = None, optional: bool = False) -> None:
        self.text = text
        self.name = name
        self.element = element
        self.optional = optional

    @staticmethod
    @cache
    def parse(text: str) -> TypeRef:
        """Parse the notation of a type. Results are cached: there is one object for each type."""
        ref = TypeRef._read(text.strip())
        return ref if ref.text == text else TypeRef.parse(ref.text)

    @staticmethod
    def _read(text: str) -> TypeRef:
        if text.endswith(_OR_NONE):
            required = TypeRef.parse(text[: -len(_OR_NONE)])
            return TypeRef(f"{required.text}{_OR_NONE}", required.name, required.element, optional=True)
        if text.startswith("list["):
            element = TypeRef.parse(text[len("list[") : -1])
            return TypeRef(f"list[{element.text}]", element.name, element)
        if text.startswith(("dict(", "dict[")):
            element = TypeRef.parse(text[len("dict(") : -1].partition(",")[2])
            return TypeRef(f"dict(str, {element.text})", element.name, element)
        name = "object" if text == "Any" else text
        return TypeRef(name, name)

    @property
    def required(self) -> TypeRef:
        """The same type without ``| None``."""
        return TypeRef.parse(self.text[: -len(_OR_NONE)]) if self.optional else self

    @property
    def is_list(self) -> bool:
        """Whether this is ``list[...]``."""
        return self.text.startswith("list[")

    @property
    def is_model(self) -> bool:
        """Whether this is a model, not a list or a mapping of models."""
        return self.element is None and self.name not in _BUILTIN

    @property
    def python(self) -> type | None:
        """The class of values that JSON has a type for (``str``, ``int``, ``float``, ``bool``); otherwise ``None``."""
        return None if self.element is not None else _JSON_SCALARS.get(self.name)

    def __str__(self) -> str:
        return self.text
