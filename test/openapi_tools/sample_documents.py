"""Sample documents of operations: models with values that match their attributes."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from test.support.operations import arguments
from test.support.spec import Operation
from vidispine import models
from vidispine._documents.model import Field, Model
from vidispine._documents.type_ref import TypeRef

__all__ = ["document", "fitting_arguments", "wrong_document"]

DEPTH = 3
"""Maximum depth of nested models, some of which nest themselves."""

_SAMPLES: dict[str, Any] = {
    "str": "text",
    "int": 7,
    "float": 0.25,
    "bool": True,
    "datetime": datetime(2024, 3, 1, 10, 0, 0, 47000, timezone.utc),
    "object": {"any": "thing"},
}

# Formats that the type of a member or parameter does not express, by name. The mock server rejects other values, so
# add an entry when the description gains a format.
_FORMS: dict[str, Any] = {"integerorempty": "12", "uuid": "0b0fa4ff-5ea0-4b0c-9d3e-2f1f8a6c1f10"}
_PARAMETERS: dict[tuple[str, str], Any] = {("create_custom_job_type", "id"): 20000}


def fitting_arguments(operation: Operation, *, optional: bool) -> tuple[list[Any], dict[str, Any]]:
    """Return what :func:`operations.arguments` does, with documents that are what the operation takes.

    The document has what the model requires, and with ``optional`` everything that the model has.
    """
    positional, named = arguments(operation, optional=optional)
    position = 0
    for parameter in operation.parameters:
        value = _PARAMETERS.get((operation.name, parameter.name))
        if parameter.location == "body" and parameter.type not in ("str", "file"):
            value = document(getattr(models, parameter.type), full=optional)
        if value is not None and parameter.required:
            positional[position] = value
        elif value is not None and parameter.name in named:
            named[parameter.name] = value
        position += parameter.required
    return positional, named


def document(model: type[Model], *, full: bool, around: tuple[str, ...] = ()) -> Model:
    """Return a document of a model.

    :param full: fill optional members too
    :param around: names of the models that it lies in
    """
    within = (*around, model.__name__)
    return model(
        **{
            name: _value(field, full, within)
            for name, field in model.fields().items()
            if field.required or (full and _fits(field, within))
        }
    )


def wrong_document(model: type[Model]) -> dict[str, Any]:
    """Return a document that has all required members, and one value of the wrong type."""
    wrong = document(model, full=False).to_document()
    field = next(field for field in model.fields().values() if field.type != "object")
    wrong[field.wire] = {} if TypeRef.parse(field.type).is_list else []
    return wrong


def _fits(field: Field, within: tuple[str, ...]) -> bool:
    name = _element(field)
    return name in _SAMPLES or (name not in within and len(within) < DEPTH)


def _value(field: Field, full: bool, within: tuple[str, ...]) -> Any:
    name = _element(field)
    values: list[Any]
    if field.values:
        values = list(field.values)
    elif name in _SAMPLES:
        values = [_FORMS.get(field.wire, _SAMPLES[name])]
    else:
        values = [document(getattr(models, name), full=full, around=within)]
    # A list has all values of an enum, or two equal values.
    return (values if len(values) > 1 else values * 2) if TypeRef.parse(field.type).is_list else values[0]


def _element(field: Field) -> str:
    return TypeRef.parse(field.type).name
