"""Metadata fields and their values as options and arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, TypeVar

import click

from vidispine.cli.parameter_types import KEY_VALUE

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["grouped", "metadata_option"]

F = TypeVar("F", bound="Callable[..., Any]")


def metadata_option(command: F) -> F:
    """Add metadata fields of a new item to a command."""
    return click.option(
        "--metadata",
        multiple=True,
        type=KEY_VALUE,
        metavar="FIELD=VALUE",
        help="Metadata field of the item. Repeatable: several values of one field are all written.",
    )(command)


def grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return the values by field. An empty value adds none."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).extend([value] if value else [])
    return values
