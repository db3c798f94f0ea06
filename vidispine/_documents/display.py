"""``str`` and ``repr`` of models. Secrets are masked, and values that cannot be decoded are shown as they are."""

from __future__ import annotations

from pprint import pformat
from typing import TYPE_CHECKING, Any

from vidispine.exceptions import ApiDecodeError

if TYPE_CHECKING:
    from vidispine._documents.model import Model

__all__ = ["format_repr", "format_str"]

_WIDTH = 100
_MASK = "***"


def format_str(model: Model) -> str:
    """Return all declared attributes by their Python names, formatted with ``pprint``."""
    return pformat(_to_masked_dict(model))


def format_repr(model: Model, indent: str = "") -> str:
    """Return a model as the constructor call that creates it, without absent attributes."""
    members = {name: _masked(model, name) for name in model.fields()}
    members.update(model.additional_properties)
    parts = [f"{name}={_format_value(value, indent)}" for name, value in members.items() if value is not None]
    return _bracket(f"{type(model).__name__}(", parts, ")", indent)


def _format_value(value: Any, indent: str) -> str:
    deeper = f"{indent}    "
    if _is_model(value):
        return format_repr(value, deeper)
    if isinstance(value, list):
        return _bracket("[", [_format_value(element, deeper) for element in value], "]", deeper)
    return repr(value)


def _bracket(start: str, parts: list[str], end: str, indent: str) -> str:
    line = f"{start}{', '.join(parts)}{end}"
    if len(indent) + len(line) <= _WIDTH and "\n" not in line:
        return line
    inner = "".join(f"{indent}    {part},\n" for part in parts)
    return f"{start}\n{inner}{indent}{end}"


def _masked(model: Model, name: str) -> Any:
    field = model.fields()[name]
    try:
        value = getattr(model, name)
    except ApiDecodeError:
        # Assigned values are checked, so this one is still in the document.
        return model._document.get(field.wire)
    return _MASK if field.secret and value is not None else value


def _to_masked_dict(value: Any) -> Any:
    if _is_model(value):
        return {name: _to_masked_dict(_masked(value, name)) for name in value.fields()}
    if isinstance(value, list):
        return [_to_masked_dict(element) for element in value]
    return value


def _is_model(value: Any) -> bool:
    # Not isinstance(): the module of `Model` imports this one.
    return hasattr(type(value), "_encode")
