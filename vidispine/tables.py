"""Tables: plain dictionaries of entries, for csv and pandas; see ``docs/guides/tables.md``."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from vidispine._documents.entries import PARTS
from vidispine._documents.model import Model
from vidispine._documents.registry import find_model
from vidispine._mixins.pairs import Pairs
from vidispine.exceptions import ApiTypeError, ApiValueError, kind_of, warn_caller

if TYPE_CHECKING:
    from vidispine.types import Strings

__all__ = ["Records", "records"]


class Records(Iterator[dict[str, Any]]):
    """An iterator over the rows of :func:`records`. Notebooks show the next rows as a table."""

    def __init__(self, rows: Iterator[dict[str, Any]]) -> None:
        self._rows = rows
        self._read: deque[dict[str, Any]] = deque()

    def __next__(self) -> dict[str, Any]:
        return self._read.popleft() if self._read else next(self._rows)

    def __repr__(self) -> str:
        return "<Records: iterate over them, or pass them to csv or pandas>"

    def _repr_html_(self) -> str:
        """Return the next rows as a table. They are buffered, so the iteration still returns them."""
        from vidispine._documents.html import ROWS, grid

        self._read.extend(islice(self._rows, max(ROWS - len(self._read), 0)))
        return grid(self._read, f"Records, the next {len(self._read)}")


def records(entries: Iterable[Any] | Model, fields: Strings | None = None) -> Records:
    """Return the entries of a list as dictionaries of plain values, for csv and pandas.

    ::

        for row in vidispine.records(client.job.get_jobs(number=3), ["job_id", "type", "status"]):
            print(row)

    Names are attributes of the entries, such as ``id`` or ``current_step.description``, and metadata fields, such as
    ``title``. ``acme_person.acme_name`` is a field in a group, ``values.itemId`` a key of a job's data. Where an
    attribute and a field have the same name, the attribute is used if it has a value. A single value is returned
    unchanged, several values as a list, and no value as ``None``. Values of metadata are text.

    :param entries: models, mappings, a page of a list or search, or what an ``iterate_`` method returns. A single
        document is one row
    :param fields: the names. Default: all scalar attributes, and all metadata fields outside of groups, except
        transient ones, whose names begin with ``__``
    :returns: an iterator; entries are read on demand. A metadata field of items or collections that were requested
        without ``content="metadata"`` causes a ``UserWarning``
    :raises ApiTypeError, ApiValueError: an argument is invalid
    """
    is_single = isinstance(entries, Model) and not hasattr(entries, "_entries")
    listed: Any = [entries] if is_single else entries
    if isinstance(listed, (str, bytes, Mapping)) or not hasattr(listed, "__iter__"):
        hint = ": pass what it finds, such as client.item.iterate_search_items(search)"
        is_search = hasattr(listed, "_as_model")
        raise ApiTypeError(f"records takes a list of entries, not {kind_of(listed)}{hint if is_search else ''}")
    names = None if fields is None else _checked(fields)
    paths = None if names is None else {name: name.split(".") for name in names}
    return Records(_rows(listed, paths))


def _checked(fields: Any) -> list[str]:
    if isinstance(fields, (bytes, Mapping)) or not hasattr(fields, "__iter__"):
        raise ApiTypeError(f"fields must be names, not {type(fields).__name__}")
    names = [fields] if isinstance(fields, str) else list(fields)
    for name in names:
        if not isinstance(name, str):
            raise ApiTypeError(f"the name of a field must be text, not {type(name).__name__}")
        if not all(name.split(".")):
            raise ApiValueError(f"{name!r} is not a name, such as title or acme_person.acme_name")
    return names


def _rows(entries: Iterable[Any], paths: dict[str, list[str]] | None) -> Iterator[dict[str, Any]]:
    has_warned = False
    for entry in entries:
        row = _record(entry, paths)
        name = None if has_warned else next((name for name in row if _is_unread_field(entry, name, row[name])), None)
        if name is not None:
            has_warned = True
            message = f"{name} is empty: the entries have no metadata; request it with content='metadata'"
            warn_caller(message, UserWarning)
        yield row


def _is_unread_field(entry: Any, name: str, cell: Any) -> bool:
    """Return whether a name is that of a metadata field, for an entry that was requested without metadata."""
    if cell is not None or not isinstance(entry, Model):
        return False
    parts: list[Any] = [_member(entry, "item"), _member(entry, "collection"), entry]
    inner = next(part for part in parts if isinstance(part, Model))
    models: list[Any] = [type(entry), type(inner), find_model("ShapeType")]
    field = models[1].fields().get("metadata")
    has_metadata = field is not None and field.type == "MetadataType"
    is_field = not any(name.partition(".")[0] in _attributes(model) for model in models)
    return has_metadata and is_field and _member(inner, "metadata") is None and not _member(inner, "terse")


def _record(entry: Any, paths: dict[str, list[str]] | None) -> dict[str, Any]:
    if not isinstance(entry, (Model, Mapping)) and not _is_metadata(entry):
        raise ApiTypeError(f"the entries of a table must be models or mappings, not {kind_of(entry)}")
    if paths is None:
        return _everything(entry)
    return {name: _cell(list(_values(entry, path))) for name, path in paths.items()}


def _cell(values: list[Any]) -> Any:
    return values if len(values) > 1 else values[0] if values else None


def _values(node: Any, path: list[str]) -> Iterator[Any]:
    """Yield the values at a path. Lists on the way are followed for each of their entries."""
    if isinstance(node, (list, tuple)):
        for element in node:
            yield from _values(element, path)
    elif not path:
        if node is not None:
            yield node
    else:
        yield from _found(node, path)


def _found(node: Any, path: list[str]) -> Iterator[Any]:
    own = list(_values(_member(node, path[0]), path[1:]))
    if own:
        yield from own
    elif isinstance(node, str):
        return
    elif _is_metadata(node):
        yield from _metadata_values(node, path)
    else:
        for name in PARTS:
            part = _member(node, name)
            found = list(_values(part, path)) if isinstance(part, (Model, Mapping)) else []
            if found:
                yield from found
                return
        yield from _terse_values(_member(node, "terse"), path)


def _member(node: Any, name: str) -> Any:
    """Return an attribute of a model, by its Python name or that in the document, or a member of a mapping.

    ``values`` of a document of pairs has a list of values for each key.
    """
    if isinstance(node, Model):
        if name == "values" and isinstance(node, Pairs):
            return {key: node.values.get_all(key) for key in node.values}
        model: Any = type(node)
        attribute = _attributes(model).get(name)
        return None if attribute is None else getattr(node, attribute)
    return node.get(name) if isinstance(node, Mapping) else None


@cache
def _attributes(model: Any) -> dict[str, str]:
    """Return the attributes of a model by their Python names and by those in the document."""
    names = model.fields()
    return {**{field.wire: name for name, field in names.items()}, **dict(zip(names, names))}


def _is_metadata(node: Any) -> bool:
    return hasattr(type(node), "groups") and hasattr(type(node), "get_all")


def _metadata_values(node: Any, path: list[str]) -> Iterator[Any]:
    if len(path) == 1:
        yield from node.get_all(path[0])
        return
    for group in node.groups(path[0]):
        yield from _metadata_values(group, path[1:])


def _terse_values(terse: Any, path: list[str]) -> Iterator[Any]:
    """Yield the values of a field in the short form of metadata."""
    if isinstance(terse, Mapping) and len(path) == 1:
        for entry in terse.get(path[0]) or []:
            if isinstance(entry, Mapping) and "value" in entry:
                yield entry["value"]


def _everything(entry: Any) -> dict[str, Any]:
    if isinstance(entry, Mapping):
        return dict(entry)
    found = {name: getattr(entry, name) for name in entry.fields()} if isinstance(entry, Model) else {}
    row = {name: value for name, value in found.items() if not isinstance(value, (Model, list, Mapping, type(None)))}
    parts: list[Any] = [entry, *(found.get(name) for name in PARTS)]
    for part in filter(_is_metadata, parts):
        row.update((name, _cell(part.get_all(name))) for name in part if name not in row)
    terse = found.get("terse") or {}
    row.update((name, _cell(list(_terse_values(terse, [name])))) for name in terse if name not in row)
    return {name: value for name, value in row.items() if not name.startswith("__")}
