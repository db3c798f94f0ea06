"""Makes names in Python from the names in a description, whatever characters they have."""

from __future__ import annotations

import inspect
import keyword
import re
import unicodedata
from collections.abc import Collection

from generator.engine import public_names
from generator.python import API_IMPORTS, MODEL_IMPORTS
from vidispine._documents.model import Model
from vidispine._documents.naming import snake_case
from vidispine.resource import Resource
from vidispine.types import CallOptions

PAGES = ("errors", "models", "operations", "README")
"""Pages of the documentation beside those that are named after classes."""

# A file name has at most 255 bytes; a compiled module adds `.cpython-313.opt-1.pyc`, a class of operations `_api`.
_LONGEST = 200

# Names that generated modules use in the body of a class: a member with such a name would be found instead.
_IMPORTED = {name for imports in (API_IMPORTS, MODEL_IMPORTS) for names in imports.values() for name in names}
_IN_BODIES = frozenset(
    {"with_http_info", "optional", "required", "bool", "datetime", "float", "int", "list", "object", "str"}
)


class Names:
    """Names that must differ from each other and from reserved ones.

    :param reserved: names that get an underscore after them
    """

    def __init__(self, reserved: Collection[str] = ()) -> None:
        self._reserved = reserved
        self._taken: set[str] = set()

    def free(self, name: str) -> str:
        """Return the name, with an underscore if it is reserved."""
        return f"{name}_" if name in self._reserved else name

    def claim(self, name: str, suffix: str = "") -> str:
        """Return the name, with a number if it is taken, and take it.

        :param suffix: what is put after the name where it is used
        """
        found, number = name, 1
        while self._keys(found + suffix) & self._taken:
            number += 1
            found = self._numbered(name, number)
        self._taken |= self._keys(found + suffix)
        return found

    def _numbered(self, name: str, number: int) -> str:
        return f"{name.rstrip('_')}_{number}"

    def _keys(self, name: str) -> set[str]:
        return {name}


class _ClassNames(Names):
    """Classes, whose modules and pages must differ where file names are compared without regard to case."""

    def __init__(self, reserved: Collection[str]) -> None:
        super().__init__()
        for name in (*PAGES, *reserved):
            self._taken |= self._keys(name)

    def _numbered(self, name: str, number: int) -> str:
        return f"{name}{number}"

    def _keys(self, name: str) -> set[str]:
        return {snake_case(name).replace("_", "").casefold()}


class _MethodNames(Names):
    """Methods, each of which has a `_with_http_info` variant."""

    def _keys(self, name: str) -> set[str]:
        # Their constants are in upper case, in which more names are alike.
        return {name.upper(), f"{name}_with_http_info".upper()}


def class_names(whole: bool) -> Names:
    """Return the names of all classes, without any from the description yet.

    :param whole: the package has its modules for VidiCore
    """
    return _ClassNames({*public_names(whole), *(name for name in (*_IMPORTED, *keyword.kwlist) if name[0].isupper())})


def method_names(inherited: frozenset[str]) -> Names:
    """Return the names of one class's methods.

    :param inherited: names that its mixins define
    """
    return _MethodNames({*dir(Resource), "api_client", *_IN_BODIES, *inherited})


def argument_names() -> Names:
    """Return the names of one method's arguments."""
    return Names({*CallOptions.__annotations__, "options", "self"})


def attribute_names(inherited: frozenset[str]) -> Names:
    """Return the names of one model's attributes.

    :param inherited: names that its mixins define
    """
    return Names({*dir(Model), *inspect.getfullargspec(Model.__init__).args, *_IN_BODIES, *inherited})


def class_name(text: str, otherwise: str) -> str:
    """Return a class's name for any text: ``pet-owner`` is ``PetOwner``.

    :param otherwise: the name when the text has no letter, and what is put before a digit
    """
    text = unicodedata.normalize("NFKC", text)
    if not (re.fullmatch(r"\w+", text) and text[0].isupper()):
        text = "".join(word[0].upper() + word[1:] for word in re.findall(r"[^\W_]+", text))
    text = text if text.isidentifier() else otherwise + re.sub(r"\W", "", text)
    while len(snake_case(text).encode()) > _LONGEST:
        text = text[:-1]
    return text


def python_name(text: str, otherwise: str) -> str:
    """Return the name of a method, an argument or an attribute for any text: ``pet/list`` is ``pet_list``.

    :param otherwise: the name when the text has no letter or digit, and what is put before a digit
    """
    text = unicodedata.normalize("NFKC", text)
    name = snake_case(text)
    # Two underscores would make it private to its class.
    if name.isidentifier() and name.strip("_") and not name.startswith("__"):
        return name
    name = snake_case("_".join(re.findall(r"[^\W_]+", text)))
    return name if name.isidentifier() else "_".join(filter(None, (otherwise, re.sub(r"\W", "", name))))
