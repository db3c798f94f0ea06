"""Operations on external ids and their namespaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.simulator.accounts.entities import requested_entity
from vidispine.simulator.http.requests import operation
from vidispine.simulator.http.responses import Response

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Request


@operation()
def create_entity_external_id(request: Request) -> None:
    request.state.external_ids.add(requested_entity(request, "WRITE"), request.arguments["external-id"])


@operation()
def get_entity_external_ids(request: Request) -> Response:
    entity = requested_entity(request, "READ")
    ids = request.state.external_ids.of(entity.kind, [entity.serial])[entity.serial]
    return Response({"id": ids} if ids else {})


@operation()
def delete_entity_external_id(request: Request) -> None:
    request.state.external_ids.remove(request.arguments["external-id"], requested_entity(request, "WRITE"))


@operation()
def delete_entity_external_ids(request: Request) -> None:
    request.state.external_ids.forget(requested_entity(request, "WRITE"))


@operation("_administrator")
def delete_external_id(request: Request) -> None:
    request.state.external_ids.remove(request.arguments["external-id"])


# Namespaces


@operation()
def get_external_id_namespaces(request: Request) -> Response:
    namespaces = request.state.external_ids.namespaces()
    return Response({"namespace": namespaces} if namespaces else {})


@operation()
def get_external_id_namespace(request: Request) -> Response:
    return Response(request.state.external_ids.namespace(request.arguments["namespace-id"]))


@operation("_administrator")
def update_or_create_external_id_namespace(request: Request) -> None:
    request.state.external_ids.put_namespace(request.arguments["namespace-id"], request.body)


@operation("_administrator")
def delete_external_id_namespace(request: Request) -> None:
    request.state.external_ids.delete_namespace(request.arguments["namespace-id"])
