"""``str`` and ``repr`` of models. Secrets are masked, and values that cannot be decoded are shown as they are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pprint import pformat
from typing import TYPE_CHECKING, Any, NamedTuple

from vidispine._documents.registry import is_model
from vidispine._text.redaction import MASK
from vidispine.exceptions import ApiDecodeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vidispine._documents.model import Model

__all__ = ["format_full", "format_line", "format_repr", "format_str", "importance", "masked_members"]

_WIDTH = 100
_SCREEN = 24
"""The maximum number of lines of ``repr``."""
_ATTRIBUTES = 20
"""The maximum number of attributes that ``repr`` shows."""
_LEVELS = ((1, 4), (2, 4), (2, 8), (2, 12), (2, 16), (2, 20), (3, 20), (4, 20), (8, 20))
"""The levels of detail of ``repr``, from the least to the most: the depth and the number of entries of a list."""


def format_str(model: Model) -> str:
    """Return all declared attributes by their Python names, formatted with ``pprint``."""
    return pformat(_to_masked_dict(model))


def format_full(model: Model, indent: str = "") -> str:
    """Return a model as the constructor call that creates it, without absent attributes."""
    parts = [f"{name}={_format_value(value, indent)}" for name, value in _by_importance(model)]
    return _bracket(f"{type(model).__name__}(", parts, ")", indent)


def _format_value(value: Any, indent: str) -> str:
    deeper = f"{indent}    "
    if is_model(value):
        return format_full(value, deeper)
    if isinstance(value, list):
        return _bracket("[", [_format_value(element, deeper) for element in value], "]", deeper)
    return repr(value)


def _bracket(start: str, parts: list[str], end: str, indent: str) -> str:
    line = f"{start}{', '.join(parts)}{end}"
    if len(indent) + len(line) <= _WIDTH and "\n" not in line:
        return line
    inner = "".join(f"{indent}    {part},\n" for part in parts)
    return f"{start}\n{inner}{indent}{end}"


def format_repr(model: Model) -> str:
    """Return a model as :func:`format_full` does if that fits on a screen, with parts omitted otherwise.

    Deeply nested members and the ends of long lists are omitted first.
    """
    shown = format_line(model, _WIDTH)
    for depth, entries in _LEVELS:
        formatter = _Formatter(entries)
        text = formatter.block(model, "", "", depth)
        if text.count("\n") >= _SCREEN:
            return shown
        shown = text
        if not formatter.incomplete:
            full = text if formatter.summarized else format_full(model)
            return full if full.count("\n") < _SCREEN else shown
    return shown


def format_line(value: Any, room: int) -> str:
    """Return a value in one line. What does not fit is omitted.

    :param room: the maximum number of characters; the shortest possible result may be longer
    """
    return _Formatter(_ATTRIBUTES).line(value, room)


class _Container(NamedTuple):
    start: str
    members: list[tuple[str, Any]]
    """The members, each with the text before it."""
    end: str
    limit: int


class _Formatter:
    """Formats values, and records whether something was omitted or replaced by its summary."""

    def __init__(self, entries: int) -> None:
        self._entries = entries
        self.incomplete = False
        self.summarized = False

    def block(self, value: Any, prefix: str, indent: str, depth: int) -> str:
        """Return a value in one line if it fits, and in a line for each of its members otherwise.

        :param prefix: the text before it on its first line
        :param depth: the number of levels whose members may have separate lines
        """
        room = _WIDTH - len(indent) - len(prefix) - 1
        container = self._container(value)
        if container is None or depth == 0:
            return self.line(value, room)
        attempt = _Formatter(self._entries)
        line = attempt.line(value, room)
        if not attempt.incomplete:
            self.summarized = self.summarized or attempt.summarized
            return line
        inner = [
            f"{indent}    {key}{self.block(member, key, f'{indent}    ', depth - 1)},\n"
            for key, member in container.members[: container.limit]
        ]
        more = len(container.members) - len(inner)
        if more:
            self.incomplete = True
            inner.append(f"{indent}    ... {more} more\n")
        return f"{container.start}\n{''.join(inner)}{indent}{container.end}"

    def line(self, value: Any, room: int) -> str:
        """Return a value in one line, in at most this many characters if possible."""
        container = self._container(value)
        if container is None:
            return self._scalar(value, room)
        start, members, end, limit = container
        left = room - len(start) - len(end) - len("...")
        parts = []
        for key, member in members[:limit]:
            attempt = _Formatter(self._entries)
            part = f"{key}{attempt.line(member, max(left - len(key), 0))}"
            if len(part) <= left:
                parts.append(part)
                left -= len(part) + len(", ")
                self.incomplete = self.incomplete or attempt.incomplete
                self.summarized = self.summarized or attempt.summarized
        if len(parts) < len(members):
            self.incomplete = True
            more = len(members) - len(parts)
            parts.append(f"... {more} more" if start == "[" and parts else "...")
        return f"{start}{', '.join(parts)}{end}"

    def _container(self, value: Any) -> _Container | None:
        if is_model(value):
            name = type(value).__name__
            summary = value._summary()
            if summary is not None:
                self.summarized = True
                return _Container(f"{name}({{", _keyed(summary), "})", self._entries)
            members = [(f"{key}=", member) for key, member in _by_importance(value)]
            return _Container(f"{name}(", members, ")", _ATTRIBUTES)
        if isinstance(value, Mapping):
            return _Container("{", _keyed(value), "}", self._entries)
        if isinstance(value, list):
            return _Container("[", [("", member) for member in value], "]", self._entries)
        return None

    def _scalar(self, value: Any, room: int) -> str:
        if isinstance(value, datetime):
            return value.isoformat(timespec="seconds").replace("+00:00", "Z")
        # Truncate first, because the text can be very long.
        text = repr(value[: room + 1]) if isinstance(value, str) else repr(value)
        if len(text) > max(room, 12):
            self.incomplete = True
            text = f"{text[: max(room, 12) - 4]}...{text[-1]}" if isinstance(value, str) else "..."
        return text


def _keyed(values: Mapping[Any, Any]) -> list[tuple[str, Any]]:
    return [(f"{key!r}: ", value) for key, value in values.items()]


def importance(member: tuple[str, Any]) -> tuple[bool, ...]:
    """Return the sort key of a member: ids first, long values last (times, then documents, then empty lists)."""
    name, value = member
    return _is_nested(value), name not in ("id", "job_id"), isinstance(value, datetime), value in ([], {})


def _by_importance(model: Model) -> list[tuple[str, Any]]:
    return sorted(masked_members(model), key=importance)


def _is_nested(value: Any) -> bool:
    return isinstance(value, (list, Mapping)) or is_model(value)


def masked_members(model: Model) -> Iterator[tuple[str, Any]]:
    """Yield the attributes that are present, and the members that the model does not declare."""
    for name in model.fields():
        value = _masked(model, name)
        if value is not None:
            yield name, value
    yield from model.additional_properties.items()


def _masked(model: Model, name: str) -> Any:
    field = model.fields()[name]
    try:
        value = getattr(model, name)
    except ApiDecodeError:
        # Assigned values are checked, so this one is still in the document.
        return MASK if field.secret else model._document.get(field.wire)
    return MASK if field.secret and value is not None else value


def _to_masked_dict(value: Any) -> Any:
    if is_model(value):
        return {name: _to_masked_dict(_masked(value, name)) for name in value.fields()}
    if isinstance(value, list):
        return [_to_masked_dict(element) for element in value]
    return value
