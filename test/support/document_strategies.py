"""Hypothesis strategies for documents of any model, with unusual notations, nulls and undeclared members."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from vidispine._documents.model import Field, Model
from vidispine._documents.type_ref import TypeRef

__all__ = ["MODELS", "documents", "model_in", "read_everything"]

TIMES = [
    "2020-10-02T15:36:54.047+0000",
    "2020-10-02T15:36:54.047Z",
    "2020-10-02T15:36:54+02:00",
    "2020-10-02T15:36:54.0479999+0000",
    "2020-10-02",
]
WORDS = st.text(max_size=8) | st.sampled_from(["", "VX-1", "true", "null", "1.0", "Å\u0000\u2028"])
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=4,
)
# Values that are read as the type: the form of JSON first, then variants that servers send.
_SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "str": WORDS | st.integers(-9, 9) | st.booleans(),
    "int": st.integers() | st.sampled_from(["12", "-1", 3.0]),
    "float": st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([1, "2.50", "1e3"]),
    "bool": st.booleans() | st.sampled_from(["true", "FALSE"]),
    "datetime": st.sampled_from(TIMES),
    "object": ANYTHING,
}


def _models() -> list[type[Model]]:
    from vidispine import models

    found = (getattr(models, name) for name in models.__all__)
    return list(dict.fromkeys(cls for cls in found if issubclass(cls, Model)))


MODELS = _models()


def model_in(type_name: str) -> type[Model] | None:
    """Return the model that a type names: for ``list[JobType]`` that of its elements."""
    from vidispine import models

    name = TypeRef.parse(type_name).name
    return None if name in _SCALARS else getattr(models, name)


@st.composite
def documents(draw: st.DrawFn, model: type[Model], depth: int = 3) -> dict[str, Any]:
    """Draw a document as JSON, without objects below ``depth`` levels."""
    fields = list(model.fields().values())
    chosen = draw(st.lists(st.sampled_from(fields), max_size=5, unique_by=lambda field: field.wire)) if fields else []
    document = {field.wire: draw(_value(field, depth)) for field in chosen}
    for wire in draw(st.lists(st.sampled_from(["unheardOf", "x-y", "a.b"]), max_size=2, unique=True)):
        document.setdefault(wire, draw(ANYTHING))
    return document


def _value(field: Field, depth: int) -> st.SearchStrategy[Any]:
    inner = model_in(field.type)
    if inner is None:
        element: st.SearchStrategy[Any] = _SCALARS[TypeRef.parse(field.type).name]
    else:
        element = documents(inner, depth - 1) if depth > 1 else st.builds(dict)
    if TypeRef.parse(field.type).is_list:
        return st.none() | st.lists(st.none() | element, max_size=2)
    return st.none() | element


def read_everything(value: Any) -> None:
    """Read every attribute of a model and of all nested models."""
    if isinstance(value, list):
        for element in value:
            read_everything(element)
    elif isinstance(value, Model):
        for name in value.fields():
            read_everything(getattr(value, name))
