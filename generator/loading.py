"""Reads the files of a description."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Callable

import yaml

from generator.problems import DescriptionError, Problem

_LoaderBase: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_PLAIN = "plain"
# The types of plain text in the core schema of YAML 1.2.
_CORE: tuple[tuple[str, str, Callable[[str], Any]], ...] = (
    ("null", r"null|Null|NULL|~|", lambda _: None),
    ("bool", r"true|True|TRUE|false|False|FALSE", lambda text: text[0] in "tT"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", lambda text: int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))),
    (
        "float",
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        lambda text: float(re.sub(r"\.(inf|nan)", r"\1", text.lower())),
    ),
)
_OF_TAGS = {f"{_TAG}{name}": make for name, _, make in _CORE}
_KNOWN = {_PLAIN, *_OF_TAGS, *(f"{_TAG}{kind}" for kind in ("map", "merge", "seq", "str"))}


@cache
def _plain(text: str) -> Any:
    return next((make(text) for _, pattern, make in _CORE if re.fullmatch(pattern, text)), text)


class _Loader(_LoaderBase):  # type: ignore[misc]  # one of two bases, chosen at run time
    """Constructs the values of nodes, faster than PyYAML, by the core schema with merge keys.

    :param repeated: receives the mappings with a duplicate key, each with the key
    """

    def __init__(self, text: str, repeated: list[tuple[Any, str]]) -> None:
        super().__init__(text)
        self.unknown_tags: list[tuple[int, str]] = []
        self._repeated = repeated
        self._made: dict[int, Any] = {}

    def descend_resolver(self, *_: Any) -> None:
        """Do nothing: the type of a text does not depend on its location."""

    ascend_resolver = descend_resolver

    def resolve(self, kind: type, value: Any, implicit: Any) -> str:
        """Return the tag of a node without an explicit tag."""
        return _PLAIN if kind is yaml.ScalarNode and implicit[0] else f"{_TAG}str"

    def document(self) -> Any:
        """Return the value of the only document."""
        node = self.get_single_node()
        return None if node is None else self._value(node)

    def _value(self, node: yaml.Node) -> Any:
        if node.tag not in _KNOWN:
            self.unknown_tags.append((node.start_mark.line + 1, node.tag))
        if isinstance(node, yaml.ScalarNode):
            return _plain(node.value) if node.tag == _PLAIN else _OF_TAGS.get(node.tag, str)(node.value)
        if id(node) not in self._made:
            self._made[id(node)] = _OPEN
            if isinstance(node, yaml.MappingNode):
                self._made[id(node)] = self._mapping(node)
            else:
                self._made[id(node)] = [*map(self._value, node.value)]
        if self._made[id(node)] is _OPEN:
            raise _bad(node, "contains itself")
        return self._made[id(node)]

    def _mapping(self, node: yaml.MappingNode) -> dict[str, Any]:
        found: dict[str, Any] = {}
        merged: list[yaml.Node] = []
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _bad(key, "a key is not a text")
            if key.value == "<<" and key.tag == _PLAIN:
                merged += value.value if isinstance(value, yaml.SequenceNode) else [value]
                continue
            if key.value in found:
                self._repeated.append((found, key.value))
            found[key.value] = self._value(value)
        for other in merged:
            if not isinstance(other, yaml.MappingNode):
                raise _bad(other, "only mappings can be merged")
            found.update({key: value for key, value in self._value(other).items() if key not in found})
        return found


_OPEN = object()
_ESCAPES = re.compile(r"\\\\|(\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2})|\\ud[89a-f][0-9a-f]{2}", re.IGNORECASE)


def _bad(node: yaml.Node, problem: str) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(None, None, problem, node.start_mark)


class Files:
    """The files of one description, each of which is read once.

    :param root: the file that the description begins with
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.notices: list[Problem] = []
        """Notices about what is ignored in the files."""
        self.documents: dict[Path, dict[str, Any]] = {}
        """The content of the files read so far."""
        self._texts: dict[Path, str] = {}
        self._names: dict[Path, str] = {}

    def display(self, path: Path) -> str:
        """Return the path of a file for messages and generated files, relative to the parent of its folder."""
        if path not in self._names:
            self._names[path] = Path(os.path.relpath(path, self.root.parent.parent)).as_posix()
        return self._names[path]

    def text(self, path: Path) -> str:
        """Return the text of a file.

        :raises DescriptionError: the file cannot be read
        """
        try:
            return self._texts[path] if path in self._texts else path.read_text(encoding="utf-8-sig")
        except OSError as error:
            raise DescriptionError.at(self.display(path), error.strerror or "cannot be read") from error
        except UnicodeDecodeError as error:
            raise DescriptionError.at(self.display(path), "is not UTF-8 text") from error

    def use(self, path: Path, text: str) -> None:
        """Use a text instead of the content of a file that has not been read yet."""
        self._texts[path] = text

    def document(self, path: Path) -> dict[str, Any]:
        """Return the content of a YAML or JSON file.

        :param path: an absolute path without symbolic links
        :raises DescriptionError: the file cannot be read, or is not YAML or JSON, or is not a mapping
        """
        if path not in self.documents:
            self.documents[path] = self._read(path)
        return self.documents[path]

    def _read(self, path: Path) -> dict[str, Any]:
        try:
            document = self._parsed(path, self.text(path))
        except json.JSONDecodeError as error:
            raise DescriptionError.at(f"{self.display(path)}:{error.lineno}", error.msg) from error
        except yaml.MarkedYAMLError as error:
            line = "" if error.problem_mark is None else f":{error.problem_mark.line + 1}"
            said = " ".join(filter(None, (error.context, error.problem)))
            raise DescriptionError.at(f"{self.display(path)}{line}", said) from error
        except (yaml.YAMLError, RecursionError, ValueError) as error:
            raise DescriptionError.at(self.display(path), f"cannot be read: {error}") from error
        if not isinstance(document, dict):
            raise DescriptionError.at(self.display(path), "is not a mapping, as a description has to be")
        return document

    def _parsed(self, path: Path, text: str) -> Any:
        """Return the value of a text, which is JSON or YAML regardless of the file name."""
        repeated: list[tuple[Any, str]] = []
        text = _ESCAPES.sub(lambda found: self._character(found, path), text)
        try:
            if not text.lstrip().startswith("{"):
                raise json.JSONDecodeError("is not JSON", text, 0)
            document = json.loads(text, object_pairs_hook=lambda pairs: _dict(pairs, repeated))
        except json.JSONDecodeError:
            if path.suffix == ".json" and text.lstrip().startswith("{"):
                raise
            loader = _Loader(text, repeated)
            document = loader.document()
            self.notices += [
                Problem(f"{self.display(path)}:{line}", f"the tag {tag!r} is unknown, and is ignored")
                for line, tag in loader.unknown_tags
            ]
        for mapping, keys in mappings(document) if repeated else ():
            for duplicate in (key for owner, key in repeated if owner is mapping):
                pointer = "".join(f"/{escape(key)}" for key in (*keys, duplicate))
                self.notices.append(Problem(f"{self.display(path)}#{pointer}", "is duplicated: the last one is used"))
        return document

    def _character(self, found: re.Match[str], path: Path) -> str:
        """Return the character of two escaped surrogates, which YAML forbids; in JSON, replace a lone one."""
        if found[1]:
            return str(json.loads(f'"{found[1]}"'))
        if found[0] == r"\\" or not found.string.lstrip().startswith("{"):
            return found[0]
        line = found.string.count("\n", 0, found.start()) + 1
        self.notices.append(Problem(f"{self.display(path)}:{line}", f"{found[0]} is half a character: it is replaced"))
        return "\ufffd"


def mappings(value: Any, keys: tuple[str, ...] = ()) -> Iterator[tuple[dict[str, Any], tuple[str, ...]]]:
    """Yield the mappings within a value, each with the keys that lead to it."""
    if isinstance(value, dict):
        yield value, keys
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from mappings(child, (*keys, str(key)))


def escape(key: str) -> str:
    """Return a key as a token of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def _dict(pairs: list[tuple[str, Any]], repeated: list[tuple[Any, str]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        repeated += [(found, key) for key in found if keys.count(key) > 1]
    return found
