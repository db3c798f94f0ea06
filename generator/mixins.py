"""Reads the mixins in a description: hand-written base classes of generated classes."""

from __future__ import annotations

import ast
import functools
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from generator.engine import PACKAGE
from generator.intermediate import Mixin, MixinArgument, MixinMember
from generator.problems import Notices

KEY = "x-mixin"
"""Names the mixins of a tag's class or of a schema's model: one, or a list in the order of inheritance."""

_EXAMPLE = re.compile(r"^::\n\n((?:    .*\n|\n)+)", re.MULTILINE)
"""An example in a docstring."""

_FIELD = re.compile(r"^:(param|returns|raises)\b ?([^:]*): ", re.MULTILINE)


def mixins_of(facts: dict[str, Any]) -> tuple[Mixin, ...]:
    """Return the mixins of a tag or a schema, in the order of inheritance.

    :raises ValueError: a mixin does not exist, or has no complete docstring
    """
    return tuple(map(_read, _references(facts)))


def checked_mixins(facts: dict[str, Any], pointer: str, notices: Notices) -> frozenset[str]:
    """Return the names that the mixins define. If one cannot be used, add a notice and remove all of them."""
    try:
        mixins = mixins_of(facts)
    except ValueError as error:
        notices.loss(f"{pointer}/{KEY}", str(error))
        del facts[KEY]
        return frozenset()
    return frozenset(member.name for mixin in mixins for member in mixin.members)


def mixin_names(document: dict[str, Any]) -> Iterator[str]:
    """Yield the names of the mixins of all tags and schemas."""
    for facts in (*document.get("tags", ()), *document["components"].get("schemas", {}).values()):
        yield from (reference.rpartition(".")[2] for reference in _references(facts))


def located(reference: str) -> tuple[str, str, Path]:
    """Return the module, the name and the file of a class of this package, or raise a ``ValueError``."""
    found = re.fullmatch(r"vidispine\.([a-z_]\w*(?:\.\w+)*)\.([A-Z]\w*)", reference)
    if found is None:
        raise ValueError(f"must be a class of this package, such as vidispine.module.Class, not {reference!r}")
    file = PACKAGE.joinpath(*found[1].split(".")).with_suffix(".py")
    if not file.is_file():
        raise ValueError(f"there is no module vidispine.{found[1]}")
    return found[1], found[2], file


def _references(facts: dict[str, Any]) -> list[str]:
    given = facts.get(KEY, [])
    return [*map(str, given if isinstance(given, list) else [given])]


@functools.cache
def _read(reference: str) -> Mixin:
    # Parsed, not imported: its imports may be the files that are about to be generated.
    module, name, file = located(reference)
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            return Mixin(f"vidispine.{module}", name, tuple(_members(node)))
    raise ValueError(f"there is no class {name} in vidispine.{module}")


def _members(node: ast.ClassDef) -> Iterator[MixinMember]:
    for member in node.body:
        if isinstance(member, ast.FunctionDef) and not member.name.startswith("_") and not _has(member, "overload"):
            yield _member(node.name, member)


def _member(owner: str, node: ast.FunctionDef) -> MixinMember:
    text = ast.get_docstring(node)
    if not text:
        raise ValueError(f"{owner}.{node.name} has no docstring")
    example = _EXAMPLE.search(text)
    # Roles and double backquotes are code in Markdown.
    markdown = re.sub(r":\w+:`([^`]+)`", r"`\1`", _EXAMPLE.sub("", text)).replace("``", "`")
    said, *fields = _FIELD.split(markdown)
    parts = [(fields[at], fields[at + 1], " ".join(fields[at + 2].split())) for at in range(0, len(fields), 3)]
    summary, _, description = said.strip().partition("\n\n")
    described = {name: text for field, name, text in parts if field == "param"}
    if node.returns is None:
        raise ValueError(f"{owner}.{node.name} does not say what it returns")
    arguments = tuple(_arguments(node.args, described, f"{owner}.{node.name}"))
    node.args.kwarg = None
    for argument in ast.walk(node.args):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    return MixinMember(
        name=node.name,
        is_property=_has(node, "property"),
        type=ast.unparse(node.returns),
        summary=" ".join(summary.split()).rstrip("."),
        description=description,
        example=textwrap.dedent(example[1]).strip() if example else "",
        arguments=arguments,
        signature=ast.unparse(node.args).partition("self, ")[2],
        returns=next((text for field, _, text in parts if field == "returns"), ""),
        raises=tuple((name, text) for field, name, text in parts if field == "raises"),
    )


def _has(node: ast.FunctionDef, decorator: str) -> bool:
    return any(isinstance(mark, ast.Name) and mark.id == decorator for mark in node.decorator_list)


def _arguments(given: ast.arguments, described: dict[str, str], owner: str) -> Iterator[MixinArgument]:
    # After `self`.
    missing: list[ast.expr | None] = [None] * (len(given.args) - 1 - len(given.defaults))
    several = [] if given.vararg is None else [given.vararg]
    arguments = [*given.args[1:], *several, *given.kwonlyargs]
    defaults = [*missing, *given.defaults, *[None] * len(several), *given.kw_defaults]
    for argument, default in zip(arguments, defaults):
        if argument.arg not in described or argument.annotation is None:
            raise ValueError(f"{owner} does not describe {argument.arg}")
        yield MixinArgument(
            name=f"*{argument.arg}" if argument is given.vararg else argument.arg,
            type=ast.unparse(argument.annotation),
            default=None if default is None else ast.unparse(default),
            description=described[argument.arg],
        )
