"""Reads the files of a description."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from generator.problems import DescriptionError

__all__ = ["Files"]

_LoaderBase: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_LoaderBase):  # type: ignore[misc]  # one of two bases, chosen at run time
    """Reads the core schema of YAML 1.2, with merge keys, and rejects duplicate keys."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._flat: dict[int, yaml.MappingNode] = {}

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        return {str(key): value for key, value in super().construct_mapping(node, deep=deep).items()}

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Resolve a merge key; afterwards a key may occur twice, and the mapping's own value comes last."""
        if id(node) not in self._flat:
            self._flat[id(node)] = node
            self._refuse_twice(node)
            super().flatten_mapping(node)
            node.value = list({key.value: (key, value) for key, value in node.value}.values())

    def _refuse_twice(self, node: yaml.MappingNode) -> None:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key is not a text", key_node.start_mark)
            if key_node.value in seen:
                problem = f"{key_node.value!r} is there twice"
                raise yaml.constructor.ConstructorError(None, None, problem, key_node.start_mark)
            seen.add(key_node.value)

    def construct_integer(self, node: yaml.ScalarNode) -> int:
        text = node.value
        return int(text, 8 if text[:2] == "0o" else 16 if text[:2] == "0x" else 10)

    def construct_number(self, node: yaml.ScalarNode) -> float:
        return float(re.sub(r"\.(inf|nan)", r"\1", node.value.lower()))


# Nothing but what JSON has as well.
_TAGS = ("bool", "map", "merge", "null", "seq", "str")
_Loader.yaml_constructors = {
    tag: make for tag, make in _Loader.yaml_constructors.items() if str(tag).rpartition(":")[2] in (*_TAGS, "None")
}
_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.construct_integer)
_Loader.add_constructor("tag:yaml.org,2002:float", _Loader.construct_number)
_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("merge", r"<<", ["<"]),
    ("null", r"null|Null|NULL|~|", ["n", "N", "~", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    (
        "float",
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        list("-+.0123456789"),
    ),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), _first)


class Files:
    """The files of one description, each read once.

    :param root: the file that the description begins with
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self._texts: dict[Path, str] = {}
        self._documents: dict[Path, dict[str, Any]] = {}
        self._names: dict[Path, str] = {}

    def display(self, path: Path) -> str:
        """Return the name of a file in messages and generated files: its path from the description's folder on."""
        if path not in self._names:
            folder = self.root.parent
            inside = path.is_relative_to(folder)
            self._names[path] = f"{folder.name}/{path.relative_to(folder).as_posix()}" if inside else path.name
        return self._names[path]

    def use(self, path: Path, text: str) -> None:
        """Use a text instead of the content of a file that was not read yet."""
        self._texts[path] = text

    def document(self, path: Path) -> dict[str, Any]:
        """Return the content of a YAML or JSON file.

        :param path: an absolute path without links
        :raises DescriptionError: the file cannot be read, or is not YAML or JSON, or is not a mapping
        """
        if path not in self._documents:
            self._documents[path] = self._read(path)
        return self._documents[path]

    def loaded(self) -> Mapping[Path, dict[str, Any]]:
        """Return the files read so far."""
        return self._documents

    def _read(self, path: Path) -> dict[str, Any]:
        try:
            text = self._texts[path] if path in self._texts else path.read_text(encoding="utf-8-sig")
            document = json.loads(text, parse_constant=_refuse) if path.suffix == ".json" else yaml.load(text, _Loader)  # noqa: S506
        except OSError as error:
            raise DescriptionError.at(self.display(path), error.strerror or "cannot be read") from error
        except UnicodeDecodeError as error:
            raise DescriptionError.at(self.display(path), "is not UTF-8 text") from error
        except json.JSONDecodeError as error:
            raise DescriptionError.at(f"{self.display(path)}:{error.lineno}", error.msg) from error
        except (yaml.YAMLError, RecursionError, ValueError) as error:
            raise self._bad_yaml(path, error) from error
        if not isinstance(document, dict):
            raise DescriptionError.at(self.display(path), "is not a mapping, as a description has to be")
        return document

    def _bad_yaml(self, path: Path, error: Exception) -> DescriptionError:
        mark = getattr(error, "problem_mark", None)
        pointer = self.display(path) if mark is None else f"{self.display(path)}:{mark.line + 1}"
        return DescriptionError.at(pointer, getattr(error, "problem", None) or f"cannot be read: {error}")


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no number in JSON")
