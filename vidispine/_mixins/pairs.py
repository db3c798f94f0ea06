"""Documents of keys and values, as mappings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any, ClassVar

from vidispine._documents.registry import find_model
from vidispine._mixins.value_texts import flatten, value_text
from vidispine.exceptions import ApiKeyError, ApiTypeError, did_you_mean

if TYPE_CHECKING:
    from typing_extensions import Self

    from vidispine._documents.model import Field, Model

__all__ = ["PairValues", "Pairs"]


class PairValues(MutableMapping[str, str]):
    """The pairs of a document as a mapping of keys to values. Changes are made in the document.

    A key can occur several times. The mapping has its first value; :meth:`get_all` returns all values.
    """

    def __init__(self, document: Any, member: str) -> None:
        self._document = document
        self._member = member

    def __getitem__(self, key: str) -> str:
        """Return the first value of a key.

        :raises ApiKeyError: the key is missing
        """
        values = self.get_all(key)
        if not values:
            raise ApiKeyError(f"there is no key {key!r}{did_you_mean(str(key), self)}")
        return values[0]

    def get_all(self, key: str) -> list[str]:
        """Return all values of a key, in order; an empty list if the key is missing."""
        return [pair.value or "" for pair in self._pairs if pair.key == key]

    def __setitem__(self, key: str, value: Any) -> None:
        """Replace all values of a key. A list is several values.

        :raises ApiTypeError: the key is not text, or the value is not text, a number, a boolean or a time
        """
        new = [_pair(key, each) for each in flatten([value])]
        pairs = self._pairs
        position = next((index for index, pair in enumerate(pairs) if pair.key == key), len(pairs))
        rest = [pair for pair in pairs[position:] if pair.key != key]
        self._assign([*pairs[:position], *new, *rest])

    def __delitem__(self, key: str) -> None:
        """Remove all values of a key.

        :raises ApiKeyError: the key is missing
        """
        if key not in self:
            raise ApiKeyError(f"there is no key {key!r}")
        self._assign([pair for pair in self._pairs if pair.key != key])

    def __contains__(self, key: object) -> bool:
        return any(pair.key == key for pair in self._pairs)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(pair.key for pair in self._pairs))

    def __len__(self) -> int:
        return len({pair.key for pair in self._pairs})

    def __repr__(self) -> str:
        return f"{type(self).__name__}({dict(self)!r})"

    def _ipython_key_completions_(self) -> list[str]:
        """Return the keys that IPython and notebooks complete in ``values["``."""
        return list(self)

    @property
    def _pairs(self) -> list[Any]:
        pairs: list[Any] | None = getattr(self._document, self._member)
        return pairs or []

    def _assign(self, pairs: list[Any]) -> None:
        setattr(self._document, self._member, pairs)


class Pairs:
    """Adds the mapping ``values`` to a document of keys and values."""

    __slots__ = ()

    if TYPE_CHECKING:
        _fields: ClassVar[dict[str, Field]]

        @classmethod
        def from_document(cls, document: Mapping[str, Any]) -> Self: ...

    @property
    def values(self) -> PairValues:
        """The values by key, as a mapping that can be changed. ``values.get_all(key)`` returns several values."""
        return PairValues(self, "field" if "field" in self._fields else "data")

    @classmethod
    def _from_mapping(cls, mapping: Mapping[str, Any]) -> Any:
        """Return the document for a mapping, which is a document as JSON or plain keys and values.

        :raises ApiTypeError: a value is not text, a number, a boolean or a time
        """
        wires = {field.wire for field in cls._fields.values()}
        if all(key in wires and isinstance(value, list) for key, value in mapping.items()):
            return mapping
        made = cls.from_document({})
        for key, value in mapping.items():
            made.values[key] = value
        return made


def _pair(key: Any, value: Any) -> Model:
    if not isinstance(key, str):
        raise ApiTypeError(f"a key must be text, not {type(key).__name__}")
    made: Model = find_model("KeyValueType")(key=key, value=value_text(f"the value of {key!r}", value, naive=True))
    return made
