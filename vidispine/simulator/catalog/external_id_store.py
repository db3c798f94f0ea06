"""External ids: the ids of entities in other systems, and the namespaces whose patterns they match."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.accounts.entities import EntityRef
from vidispine.simulator.catalog.patterns import PatternTimeoutError, check_pattern, full_matches
from vidispine.simulator.database.conditions import marks
from vidispine.simulator.http.errors import conflict, invalid_input, not_found
from vidispine.simulator.http.formats import serial_of, site_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vidispine.simulator.database.connection import Database

NAMESPACE = "external-id-namespace"


def entity_serial(database: Database, kind: str, id: str) -> int | None:
    """Return the serial number for an id of this site, or for an external id; ``None`` when it is neither."""
    serial = serial_of(id, kind.upper())
    if serial is None:
        serial = database.value("SELECT owner FROM external_id WHERE id = ? AND kind = ?", id, kind)
    return serial


class ExternalIdStore:
    """Stores external ids and namespaces: ``state.external_ids``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, kind: str, serials: Sequence[int]) -> dict[int, list[dict[str, str]]]:
        """Return the external ids of entities in wire form, by serial number."""
        found: dict[int, list[dict[str, str]]] = {serial: [] for serial in serials}
        statement = f"SELECT * FROM external_id WHERE kind = ? AND owner IN ({marks(serials)}) ORDER BY id"  # noqa: S608
        for id, namespace, _, owner in self._database.rows(statement, kind, *serials):
            entity = {"entityId": site_id(owner), "entityType": kind}
            found[owner].append({**entity, "namespace": namespace, "externalId": id})
        return found

    def add(self, entity: EntityRef, id: str) -> None:
        """Add an external id to an entity.

        :raises ApiError: no namespace has a pattern that matches, or another entity has the id
        """
        namespace = next((space["name"] for space in self.namespaces() if _matches(space["pattern"], id)), None)
        if namespace is None:
            raise invalid_input("external-id", id, "no namespace has a pattern that matches this external id")
        row = self._database.row("SELECT kind, owner FROM external_id WHERE id = ?", id)
        if row is None:
            kind, serial = entity
            self._database.insert("external_id", id=id, namespace=namespace, kind=kind, owner=serial)
        elif EntityRef(*row) != entity:
            raise conflict("external-id", id, f"{row['kind']} {site_id(row['owner'])} has this external id")

    def remove(self, id: str, entity: EntityRef | None = None) -> None:
        """Remove an external id.

        :param entity: the entity that has it. Default: any
        :raises ApiError: the external id is missing
        """
        owner = {} if entity is None else {"kind": entity.kind, "owner": entity.serial}
        if not self._database.delete("external_id", id=id, **owner):
            raise not_found("external-id", id)

    def forget(self, entity: EntityRef) -> None:
        """Remove all external ids of an entity."""
        self._database.delete("external_id", kind=entity.kind, owner=entity.serial)

    # Namespaces

    def namespaces(self) -> list[dict[str, Any]]:
        """Return all namespaces in wire form, by priority."""
        rows = self._database.rows("SELECT name, pattern, priority FROM external_id_namespace ORDER BY priority, name")
        return [{name: row[name] for name in row.keys() if row[name] is not None} for row in rows]  # noqa: SIM118

    def namespace(self, name: str) -> dict[str, Any]:
        """Return a namespace in wire form.

        :raises ApiError: the namespace is missing
        """
        for namespace in self.namespaces():
            if namespace["name"] == name:
                return namespace
        raise not_found(NAMESPACE, name)

    def put_namespace(self, name: str, document: Mapping[str, Any]) -> None:
        """Create or update a namespace.

        :raises ApiError: the pattern is not a regular expression
        """
        try:
            check_pattern(document["pattern"])
        except ValueError as error:
            raise invalid_input("pattern", document["pattern"], str(error), context=NAMESPACE) from None
        values = {"pattern": document["pattern"], "priority": document.get("priority")}
        self._database.put("external_id_namespace", name=name, **values)

    def delete_namespace(self, name: str) -> None:
        """Delete a namespace with its external ids.

        :raises ApiError: the namespace is missing
        """
        self.namespace(name)
        self._database.delete("external_id", namespace=name)
        self._database.delete("external_id_namespace", name=name)


def _matches(pattern: str, id: str) -> bool:
    try:
        return full_matches(pattern, [id])[0]
    except PatternTimeoutError:
        return False
