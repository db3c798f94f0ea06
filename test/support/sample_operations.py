"""Operations for tests of the engine, one for each kind of method, without models."""

from __future__ import annotations

from typing import Any

from vidispine._calls.operation import JSON, TEXT, Operation, body, path, query

READ: Operation[Any] = Operation(
    "read_thing", "GET", "/thing/{thing-id}", "str", (TEXT,), path("thing-id"), query("note")
)
LOOK: Operation[Any] = Operation("look_at_thing", "GET", "/thing", "object", (JSON,))
CREATE: Operation[Any] = Operation(
    "create_thing", "POST", "/thing", "str", (TEXT,), body("file", ("application/octet-stream",))
)
CHANGE: Operation[Any] = Operation(
    "change_thing", "PUT", "/thing", None, (), body("file", ("application/octet-stream",))
)
REMOVE: Operation[Any] = Operation("remove_thing", "DELETE", "/thing", None, ())
