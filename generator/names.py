"""Makes names in Python of what a description calls things, whatever signs are in it."""

from __future__ import annotations

import re

from generator.python import TYPES
from vidispine import exceptions
from vidispine._documents.model import Model
from vidispine._documents.naming import snake_case
from vidispine.resource import Resource
from vidispine.types import CallOptions

__all__ = ["Names", "argument_names", "attribute_names", "class_name", "class_names", "method_names", "python_name"]

# What annotations in the body of a class name: a member called so would be meant instead.
_TYPES = frozenset({"bool", "datetime", "dict", "float", "int", "list", "object", "str"})
_CLASSES = frozenset(
    {
        *exceptions.__all__, *TYPES, "Any", "ApiClient", "ApiResponse", "Configuration", "False", "Iterable", "JSON",
        "Model", "None", "Operation", "Pages", "Paging", "Resource", "ServerError", "TEXT", "TYPE_CHECKING", "True",
        "Unpack", "Vocabulary", "XML",
    }
)  # fmt: skip
# Pages of the documentation, which are named after classes too.
_PAGES = frozenset({"errors", "models", "operations", "readme"})


class Names:
    """Names that must differ from each other, and from some that are taken from the start.

    :param reserved: names that get an underscore after them
    """

    def __init__(self, reserved: frozenset[str] = frozenset()) -> None:
        self._reserved = reserved
        self._taken: set[str] = set()

    def free(self, name: str) -> str:
        """Return the name, with an underscore if it stands for something else where it would be used."""
        return f"{name}_" if name in self._reserved else name

    def claim(self, name: str) -> str:
        """Return the name, with a number if it is taken, and take it."""
        found, number = name, 1
        while self._keys(found) & self._taken:
            number += 1
            found = f"{name.rstrip('_')}_{number}"
        self._taken |= self._keys(found)
        return found

    def _keys(self, name: str) -> set[str]:
        return {name}


class _ClassNames(Names):
    """Classes: their modules and pages are told apart without regard to case."""

    def claim(self, name: str) -> str:
        found, number = name, 1
        while found in _CLASSES or self._keys(found) & (self._taken | _PAGES):
            number += 1
            found = f"{name}{number}"
        self._taken |= self._keys(found)
        return found

    def _keys(self, name: str) -> set[str]:
        return {name.replace("_", "").lower()}


class _MethodNames(Names):
    """Methods, each of which has a twin."""

    def _keys(self, name: str) -> set[str]:
        return {name, f"{name}_with_http_info"}


def class_names() -> Names:
    """Return the names of all classes, none of which is taken by the description yet."""
    return _ClassNames()


def method_names(inherited: frozenset[str]) -> Names:
    """Return the names of one class's methods.

    :param inherited: names that a mixin brings
    """
    return _MethodNames(frozenset(dir(Resource)) | {"api_client"} | _TYPES | inherited)


def argument_names() -> Names:
    """Return the names of one method's arguments."""
    return Names(frozenset(CallOptions.__annotations__) | {"options", "self"})


def attribute_names(inherited: frozenset[str]) -> Names:
    """Return the names of one model's attributes.

    :param inherited: names that a mixin brings
    """
    return Names(frozenset(dir(Model)) | {"optional", "required"} | _TYPES | inherited)


def class_name(text: str, otherwise: str) -> str:
    """Return a class's name for any text: ``pet-owner`` is ``PetOwner``.

    :param otherwise: the name when the text has no letter of use, and what is put before a digit
    """
    if re.fullmatch(r"[A-Z][A-Za-z0-9_]*", text):
        return text
    name = "".join(word[0].upper() + word[1:] for word in re.findall(r"[A-Za-z0-9]+", text))
    return name if name and name[0].isalpha() else f"{otherwise}{name}"


def python_name(text: str, otherwise: str) -> str:
    """Return the name of a method, an argument or an attribute for any text: ``pet/list`` is ``pet_list``.

    :param otherwise: the name when the text has no letter or digit, and what is put before a digit
    """
    name = snake_case(text)
    # Two underscores would make it private to its class.
    if name.isidentifier() and name.strip("_") and not name.startswith("__"):
        return name
    name = snake_case("_".join(re.findall(r"[^\W_]+", text)))
    return name if name.isidentifier() else "_".join(filter(None, (otherwise, re.sub(r"\W", "", name))))
