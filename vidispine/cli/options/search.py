"""The options that say what is searched for, as a search document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, TypeVar

import click

from vidispine.cli.click_classes import Option
from vidispine.cli.parameter_types import PAIR

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["condition_options", "search_document"]

F = TypeVar("F", bound="Callable[..., Any]")

SECTION = "What to find"


def condition_options(command: F) -> F:
    """Give a command the options that say what is searched for."""
    where: Any = click.option(
        "--where",
        multiple=True,
        type=PAIR,
        metavar="FIELD=VALUE",
        cls=Option,
        section=SECTION,
        help="With this value; a field that is repeated has one of its values. * stands for any text.",
    )
    sort: Any = click.option(
        "--sort",
        multiple=True,
        metavar="FIELD",
        cls=Option,
        section=SECTION,
        help="Sort by this field; with a - before it from the largest down. Repeatable.",
    )
    decorated: F = where(sort(command))
    return decorated


def search_document(
    text: str | None, where: Iterable[tuple[str, str]], sort: Iterable[str], more: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return the document of a search.

    :param text: words to find anywhere
    :param where: fields and values
    :param sort: fields, with a ``-`` before those that go down
    :param more: a document to begin with
    """
    document = dict(more or {})
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
