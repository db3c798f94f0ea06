"""The nodes of a metadata document for values by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine._mixins.metadata_nodes import GENERIC
from vidispine._mixins.metadata_values import check_name, is_transient, split_input
from vidispine.exceptions import ApiTypeError, ApiValueError, kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vidispine._mixins.metadata_fields import MetadataFields
    from vidispine._mixins.metadata_schema import MetadataSchema

__all__ = ["build_content", "generic_timespans"]


def build_content(
    values: Mapping[str, Any], part: MetadataFields, *, transient: bool = False, is_new_group: bool = False
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the nodes of fields and of groups for values by name.

    :param part: the part of the document, which has a language, track and schema
    :param transient: whether transient fields are accepted, as in values that were read. Default: ``False``
    :param is_new_group: whether the values are those of a new group. Default: ``False``
    :raises ApiTypeError, ApiValueError: a value cannot be written
    """
    if not hasattr(values, "items"):
        hint = ": pass its to_plain()" if hasattr(values, "to_plain") else ""
        raise ApiTypeError(f"the values of metadata must be a mapping, not {kind_of(values)}{hint}")
    if isinstance(values.get("timespan"), list):
        raise ApiTypeError("this is a metadata document, not values by name: use MetadataType.from_document")
    try:
        return _content(values, part._language, part._track, part._schema(), transient, is_new_group)
    except RecursionError:
        raise ApiValueError("the values of metadata contain themselves, or are nested too deeply") from None


def _content(
    values: Mapping[str, Any],
    language: str | None,
    track: str | None,
    schema: MetadataSchema | None,
    transient: bool,
    is_new_group: bool,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    fields: list[dict[str, Any]] = []
    groups: list[dict[str, Any]] = []
    is_plain = language is None and track is None and schema is None
    for name, value in values.items():
        if not (transient and is_transient(name)):
            check_name(name)
        if is_plain and value.__class__ is str:
            fields.append({"name": name, "value": [{"value": value}]})
            continue
        texts, contents = split_input(name, value)
        if schema is not None:
            texts = None if not texts and name in schema.groups else texts
            schema.check_input(name, texts)
        # In a new group, an empty list has nothing to remove, and its name may be that of a group.
        if texts or (texts is not None and not is_new_group):
            lang = {} if language is None else {"lang": language}
            field = {"name": name, "value": [{"value": text, **lang} for text in texts]}
            fields.append(field if track is None else {**field, "track": track})
        for content in contents or ():
            inner_fields, inner_groups = _content(content, language, track, schema, transient, True)
            group: dict[str, Any] = {"name": name, "field": inner_fields}
            groups.append({**group, "group": inner_groups} if inner_groups else group)
    return fields, groups


def generic_timespans(fields: list[dict[str, Any]], groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the timespans of a document whose fields and groups are those of the whole entity."""
    content = {**({"field": fields} if fields else {}), **({"group": groups} if groups else {})}
    # A timespan without content would delete what the entity has.
    return [{"start": GENERIC[0], "end": GENERIC[1], **content}] if content else []
