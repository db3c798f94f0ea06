"""Documents that are stored by name: shape tags, export locations and groups of fields."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vidispine._documents.json import load_json
from vidispine.simulator.http.errors import not_found

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vidispine.simulator.database.connection import Database


class NamedDocuments:
    """The documents in a table with the columns ``name`` and ``document``."""

    def __init__(self, database: Database, table: str, type: str) -> None:
        """Use a table.

        :param type: name of the entity type in errors
        """
        self._database = database
        self._table = table
        self._type = type

    def names(self) -> list[str]:
        """Return all names, in order."""
        return self._database.column(f"SELECT name FROM {self._table} ORDER BY name")  # noqa: S608

    def all(self) -> list[dict[str, Any]]:
        """Return all documents, by name."""
        texts = self._database.column(f"SELECT document FROM {self._table} ORDER BY name")  # noqa: S608
        return [load_json(text) for text in texts]

    def find(self, name: str) -> dict[str, Any] | None:
        """Return a document, ``None`` when it is missing."""
        text = self._database.value(f"SELECT document FROM {self._table} WHERE name = ?", name)  # noqa: S608
        return None if text is None else dict(load_json(text))

    def get(self, name: str) -> dict[str, Any]:
        """Return a document.

        :raises ApiError: the document is missing
        """
        document = self.find(name)
        if document is None:
            raise not_found(self._type, name)
        return document

    def put(self, name: str, document: Mapping[str, Any]) -> None:
        """Create or replace a document."""
        self._database.put(self._table, name=name, document=json.dumps(document))

    def delete(self, name: str) -> None:
        """Delete a document.

        :raises ApiError: the document is missing
        """
        if not self._database.delete(self._table, name=name):
            raise not_found(self._type, name)
