"""Operations on external ids and their namespaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.simulator.accounts.entities import requested_entity
from vidispine.simulator.http.requests import operation
from vidispine.simulator.http.responses import Response

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Request


@operation()
def create_entity_external_id(request: Request) -> Response:
    """Give an entity an external id."""
    request.state.external_ids.add(requested_entity(request, "WRITE"), request.arguments["external-id"])
    return Response()


@operation()
def get_entity_external_ids(request: Request) -> Response:
    """List the external ids of an entity."""
    entity = requested_entity(request, "READ")
    ids = request.state.external_ids.of(entity.kind, [entity.serial])[entity.serial]
    return Response({"id": ids} if ids else {})


@operation()
def delete_entity_external_id(request: Request) -> Response:
    """Remove an external id from an entity."""
    request.state.external_ids.remove(request.arguments["external-id"], requested_entity(request, "WRITE"))
    return Response()


@operation()
def delete_entity_external_ids(request: Request) -> Response:
    """Remove all external ids from an entity."""
    request.state.external_ids.forget(requested_entity(request, "WRITE"))
    return Response()


@operation("_administrator")
def delete_external_id(request: Request) -> Response:
    """Remove an external id from the entity that has it."""
    request.state.external_ids.remove(request.arguments["external-id"])
    return Response()


# Namespaces


@operation()
def get_external_id_namespaces(request: Request) -> Response:
    """List all namespaces."""
    namespaces = request.state.external_ids.namespaces()
    return Response({"namespace": namespaces} if namespaces else {})


@operation()
def get_external_id_namespace(request: Request) -> Response:
    """Get one namespace."""
    return Response(request.state.external_ids.namespace(request.arguments["namespace-id"]))


@operation("_administrator")
def update_or_create_external_id_namespace(request: Request) -> Response:
    """Create or update a namespace."""
    request.state.external_ids.put_namespace(request.arguments["namespace-id"], request.body)
    return Response()


@operation("_administrator")
def delete_external_id_namespace(request: Request) -> Response:
    """Delete a namespace with its external ids."""
    request.state.external_ids.delete_namespace(request.arguments["namespace-id"])
    return Response()
