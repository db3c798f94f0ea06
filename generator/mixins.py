"""Reads the hand-written classes that a description names for what no operation or member of a document can say."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from generator.intermediate import Mixin, MixinArgument, MixinMember
from generator.problems import Notices

__all__ = ["KEY", "checked_mixin", "mixin_of"]

KEY = "x-mixin"
"""What names the mixin: of a tag for its class, of a schema for its model."""

_PACKAGE = Path(__file__).parents[1] / "vidispine"
_FIELD = re.compile(r"^:(param|returns|raises)\b ?([^:]*): ", re.MULTILINE)


def mixin_of(facts: dict[str, Any]) -> Mixin | None:
    """Return the mixin that a tag or a schema names; ``None`` without one.

    :raises ValueError: it is not there, or does not describe itself
    """
    return _read(str(facts[KEY])) if KEY in facts else None


def checked_mixin(facts: dict[str, Any], place: str, notices: Notices) -> frozenset[str]:
    """Return the names that a mixin brings along; one that cannot be used is told of, and taken out of the facts."""
    try:
        mixin = mixin_of(facts)
    except ValueError as error:
        notices.loss(f"{place}/{KEY}", str(error))
        del facts[KEY]
        return frozenset()
    return frozenset(member.name for member in mixin.members) if mixin else frozenset()


@functools.cache
def _read(reference: str) -> Mixin:
    # The file is read and not imported: what it imports may be what is about to be generated.
    found = re.fullmatch(r"vidispine\.([a-z_.]+)\.([A-Z]\w*)", reference)
    if found is None:
        raise ValueError(f"must be the name of a class in a module of this package, not {reference!r}")
    file = _PACKAGE / f"{found.group(1).replace('.', '/')}.py"
    if not file.is_file():
        raise ValueError(f"there is no module vidispine.{found.group(1)}")
    name = found.group(2)
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            return Mixin(f"vidispine.{found.group(1)}", name, tuple(_members(node)))
    raise ValueError(f"there is no class {name} in vidispine.{found.group(1)}")


def _members(node: ast.ClassDef) -> Iterator[MixinMember]:
    for member in node.body:
        if isinstance(member, ast.FunctionDef) and not member.name.startswith("_"):
            yield _member(node.name, member)


def _member(owner: str, node: ast.FunctionDef) -> MixinMember:
    text = ast.get_docstring(node)
    if not text:
        raise ValueError(f"{owner}.{node.name} has no docstring")
    said, *fields = _FIELD.split(_markdown(text))
    parts = [(fields[at], fields[at + 1], " ".join(fields[at + 2].split())) for at in range(0, len(fields), 3)]
    summary, _, description = said.strip().partition("\n\n")
    described = {name: text for word, name, text in parts if word == "param"}
    if node.returns is None:
        raise ValueError(f"{owner}.{node.name} does not say what it returns")
    return MixinMember(
        name=node.name,
        is_property=any(isinstance(mark, ast.Name) and mark.id == "property" for mark in node.decorator_list),
        type=ast.unparse(node.returns),
        summary=" ".join(summary.split()).rstrip("."),
        description=description,
        arguments=tuple(_arguments(node.args, described, f"{owner}.{node.name}")),
        returns=next((text for word, _, text in parts if word == "returns"), ""),
        raises=tuple((name, text) for word, name, text in parts if word == "raises"),
    )


def _arguments(given: ast.arguments, described: dict[str, str], owner: str) -> Iterator[MixinArgument]:
    # After `self`; positional ones have no defaults here.
    values = [None] * (len(given.args) - 1) + given.kw_defaults
    for argument, default in zip([*given.args[1:], *given.kwonlyargs], values):
        if argument.arg not in described or argument.annotation is None:
            raise ValueError(f"{owner} does not describe {argument.arg}")
        yield MixinArgument(
            name=argument.arg,
            type=ast.unparse(argument.annotation),
            default=None if default is None else ast.unparse(default),
            named=argument in given.kwonlyargs,
            description=described[argument.arg],
        )


def _markdown(text: str) -> str:
    """Return a docstring as Markdown: roles and double backquotes become code."""
    return re.sub(r":\w+:`([^`]+)`", r"`\1`", text).replace("``", "`")
