"""Models as text for people: secrets masked, and never an error for a value that cannot be read."""

from __future__ import annotations

from pprint import pformat
from typing import TYPE_CHECKING, Any

from vidispine.exceptions import ApiDecodeError

if TYPE_CHECKING:
    from vidispine._documents.model import Model

__all__ = ["lay_out", "represent"]

_WIDTH = 100
_MASK = "***"


def lay_out(model: Model) -> str:
    """Return every declared attribute by its Python name, laid out over lines as ``pprint`` does."""
    return pformat(_to_shown_dict(model))


def represent(model: Model, indent: str = "") -> str:
    """Return a model as the call that would make it, without what is not there; long ones over several lines."""
    members = {name: _shown(model, name) for name in model.fields()}
    members.update(model.additional_properties)
    parts = [f"{name}={_value(value, indent)}" for name, value in members.items() if value is not None]
    return _bracket(f"{type(model).__name__}(", parts, ")", indent)


def _value(value: Any, indent: str) -> str:
    deeper = f"{indent}    "
    if _is_model(value):
        return represent(value, deeper)
    if isinstance(value, list):
        return _bracket("[", [_value(element, deeper) for element in value], "]", deeper)
    return repr(value)


def _bracket(start: str, parts: list[str], end: str, indent: str) -> str:
    line = f"{start}{', '.join(parts)}{end}"
    if len(indent) + len(line) <= _WIDTH and "\n" not in line:
        return line
    inner = "".join(f"{indent}    {part},\n" for part in parts)
    return f"{start}\n{inner}{indent}{end}"


def _shown(model: Model, name: str) -> Any:
    field = model.fields()[name]
    try:
        value = getattr(model, name)
    except ApiDecodeError:
        # Only what was never changed cannot be read.
        return model._document.get(field.wire)
    return _MASK if field.secret and value is not None else value


def _to_shown_dict(value: Any) -> Any:
    if _is_model(value):
        return {name: _to_shown_dict(_shown(value, name)) for name in value.fields()}
    if isinstance(value, list):
        return [_to_shown_dict(element) for element in value]
    return value


def _is_model(value: Any) -> bool:
    # By its class's method, as in `encode`: the module of `Model` imports this one.
    return hasattr(type(value), "_encode")
