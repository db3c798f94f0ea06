"""Creates Python names from the names in a description, which can have any characters."""

from __future__ import annotations

import functools
import inspect
import keyword
import re
import unicodedata
from collections.abc import Collection, Iterable

from generator.engine import public_names
from generator.layout import TEMPLATES
from generator.problems import Notices
from vidispine._documents.model import Model
from vidispine._documents.registry import snake_case
from vidispine.resource import Resource
from vidispine.types import CallOptions

PAGES = ("errors", "models", "operations", "README")
"""Pages of the documentation that are not named after classes."""

# Windows has no files of these names.
_DEVICES = ("Aux", "Con", "Nul", "Prn", *(f"{port}{number}" for port in ("Com", "Lpt") for number in range(10)))
# A file name has at most 255 bytes; a compiled module adds `.cpython-313.opt-1.pyc`, a class of operations `_api`.
_LONGEST = 200

_CODE = "".join(file.read_text(encoding="utf-8") for file in TEMPLATES.glob("*.py.j2"))
_IMPORTED = {name for names in re.findall(r"(?m) import (\w[\w, ]+)$", _CODE) for name in names.split(", ")}
# Names that generated modules use in the body of a class, where a member of this name would replace them.
_TYPES = frozenset({"bool", "datetime", "float", "int", "list", "str"})
_IN_RESOURCES = frozenset({*dir(Resource), "api_client", "hides_arguments", "object", "with_http_info", *_TYPES})
_IN_MODELS = frozenset({*dir(Model), *inspect.getfullargspec(Model.__init__).args, "optional", "required", *_TYPES})


class Names:
    """Names that must be unique and differ from reserved ones.

    :param notices: receives the names that do not follow from the description
    :param reserved: names to which an underscore is appended
    """

    def __init__(self, notices: Notices, reserved: Collection[str] = ()) -> None:
        self._notices = notices
        self._reserved = reserved
        self._taken: set[str] = set()

    def take(self, text: str, otherwise: str, pointer: str, suffix: str = "") -> str:
        """Return the name for a text, and take it.

        :param otherwise: the name if the text has no letters or digits, and the prefix if it starts with a digit
        :param suffix: what is put after the name where it is used
        """
        wanted = self._made(text, otherwise)
        free = f"{wanted}_" if wanted in self._reserved else wanted
        found = self.claim(free, suffix)
        if found != wanted:
            why = "reserved" if found == free else "taken"
            self._notices.loss(pointer, f"the name {wanted}{suffix} is {why}: this is called {found}{suffix}")
        elif found not in (text, snake_case(text)):
            tell = self._notices.invention if _letters(found) == _letters(text) else self._notices.loss
            tell(pointer, f"{text!r} cannot be a name: this is called {found}{suffix}")
        return found

    def claim(self, name: str, suffix: str = "") -> str:
        """Return the name, with a number if it is taken, and take it."""
        found, number = name, 1
        while self._keys(found + suffix) & self._taken:
            number += 1
            found = self._numbered(name, number)
        self._taken |= self._keys(found + suffix)
        return found

    def _made(self, text: str, otherwise: str) -> str:
        return python_name(text, otherwise)

    def _numbered(self, name: str, number: int) -> str:
        return f"{name.rstrip('_')}_{number}"

    def _keys(self, name: str) -> set[str]:
        return {name}


def _words(text: str) -> list[str]:
    """Return the words of a text: letters, marks and digits of any script."""
    return "".join(letter if f"a{letter}".isidentifier() and letter != "_" else " " for letter in text).split()


def _letters(text: str) -> str:
    return "".join(_words(unicodedata.normalize("NFKC", text))).casefold()


class _ClassNames(Names):
    """Names of classes. Their modules and pages must differ on case-insensitive file systems too."""

    def __init__(self, notices: Notices, taken: Collection[str]) -> None:
        super().__init__(notices)
        self._taken.update(*map(self._keys, taken))

    def _made(self, text: str, otherwise: str) -> str:
        return class_name(text, otherwise)

    def _numbered(self, name: str, number: int) -> str:
        return f"{name}{number}"

    def _keys(self, name: str) -> set[str]:
        return {snake_case(name).replace("_", "").casefold()}


class _MethodNames(Names):
    """Methods, each of which has a `_with_http_info` variant."""

    def _keys(self, name: str) -> set[str]:
        # Their constants are in uppercase, in which more names are equal.
        return {name.upper(), f"{name}_with_http_info".upper()}


def class_names(notices: Notices, whole: bool, mixins: Iterable[str]) -> Names:
    """Return the names of all classes, without any from the description yet.

    :param whole: the package has its modules for VidiCore
    :param mixins: classes that are imported in addition to those of the description
    """
    imported = (name for name in (*_IMPORTED, *keyword.kwlist) if name[0].isupper())
    return _ClassNames(notices, {*PAGES, *_DEVICES, *public_names(whole), *imported, *mixins})


def method_names(notices: Notices, reserved: Collection[str]) -> Names:
    """Return the names of one class's methods.

    :param reserved: names that its mixins define, and those of models
    """
    return _MethodNames(notices, _IN_RESOURCES.union(reserved))


def argument_names(notices: Notices) -> Names:
    """Return the names of one method's arguments."""
    return Names(notices, {*CallOptions.__annotations__, "options", "self"})


def attribute_names(notices: Notices, reserved: Collection[str]) -> Names:
    """Return the names of one model's attributes.

    :param reserved: names that its mixins define, and those of models
    """
    return Names(notices, _IN_MODELS.union(reserved))


@functools.cache
def class_name(text: str, otherwise: str) -> str:
    """Return a class's name for any text: ``pet-owner`` is ``PetOwner``.

    :param otherwise: the name if the text has no letters, and the prefix if it starts with a digit
    """
    text = unicodedata.normalize("NFKC", text)
    if not (text.isidentifier() and text[0].isupper()):
        text = "".join(word[0].upper() + word[1:] for word in _words(text))
    text = text if text.isidentifier() else otherwise + text
    while len(snake_case(text).encode()) > _LONGEST:
        text = text[:-1]
    return text


@functools.cache
def python_name(text: str, otherwise: str) -> str:
    """Return the name of a method, an argument or an attribute for any text: ``pet/list`` is ``pet_list``.

    :param otherwise: the name if the text has no letters or digits, and the prefix if it starts with a digit
    """
    text = unicodedata.normalize("NFKC", text)
    name = snake_case(text)
    # Two underscores would make it private to its class.
    if name.isidentifier() and name.strip("_") and not name.startswith("__"):
        return name
    name = snake_case("_".join(_words(text)))
    return name if name.isidentifier() else "_".join(filter(None, (otherwise, name)))
