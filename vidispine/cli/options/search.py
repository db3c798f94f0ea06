"""The options that search items, and the search document for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, TypeVar

import click

from vidispine.cli.click_classes import Option
from vidispine.cli.parameter_types import KEY_VALUE

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["search_document", "search_options"]

F = TypeVar("F", bound="Callable[..., Any]")


def search_options(command: F) -> F:
    """Add the conditions and the order of a search to a command."""
    where: Any = click.option(
        "--where",
        multiple=True,
        type=KEY_VALUE,
        metavar="FIELD=VALUE",
        cls=Option,
        section="Search",
        help="Field and value to match; * matches any text. Repeatable: values of one field are alternatives.",
    )
    sort: Any = click.option(
        "--sort",
        multiple=True,
        metavar="FIELD",
        cls=Option,
        section="Search",
        help="Field to sort by, in descending order with a leading -. Repeatable.",
    )
    decorated: F = where(sort(command))
    return decorated


def search_document(
    text: str | None, where: Iterable[tuple[str, str]], sort: Iterable[str], base: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return a search document.

    :param text: free text
    :param where: fields and values
    :param sort: fields, with a leading ``-`` for descending order
    :param base: document to extend
    """
    document = dict(base or {})
    if text:
        document["text"] = [{"value": text}]
    fields: dict[str, list[dict[str, str]]] = {}
    for name, value in where:
        fields.setdefault(name, []).append({"value": value})
    if fields:
        document["field"] = [{"name": name, "value": values} for name, values in fields.items()]
    order = [{"field": one.lstrip("-"), "order": "descending" if one.startswith("-") else "ascending"} for one in sort]
    if order:
        document["sort"] = order
    return document
