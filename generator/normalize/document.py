"""Converts a whole description: its tags, operations and responses.

OpenAPI has several ways to express the same thing, and many optional parts: operations without names, nested schemas,
several responses of different types. The rest of the generator supports one form of each. Names that are missing or are
not valid in Python are created here, and a notice reports what the code cannot express.
"""

from __future__ import annotations

import copy
import re
from typing import Any

from generator.bundling import METHODS, PUBLISHED, Bundle, component
from generator.engine import client_names
from generator.loading import escape
from generator.mixins import checked_mixins
from generator.names import Names, argument_names, class_name, method_names
from generator.normalize.contents import Contents, is_json, preferred_schema
from generator.normalize.form import PATH, POINTER, described, has_bytes, shown
from generator.normalize.parameters import Parameters
from generator.normalize.schemas import Schemas
from generator.normalize.servers import Servers
from generator.problems import Notices
from vidispine._documents.registry import snake_case


def normalize(bundle: Bundle, notices: Notices) -> Bundle:
    """Return a description in the form that is read.

    :param notices: receives what the code omits or expresses differently
    """
    described = _Described(bundle, notices)
    document = described.document()
    if not document.get("x-complete"):
        # Only complete descriptions mark unused models, so all of the others are generated.
        for model in described.schemas.models.values():
            model[PUBLISHED] = True
    normalized = copy.copy(bundle)
    normalized.document = document
    return normalized


class _Described:
    """A description that is being converted."""

    def __init__(self, bundle: Bundle, notices: Notices) -> None:
        self.bundle = bundle
        self.notices = notices
        self.schemas = Schemas(bundle, notices)
        self.contents = Contents(self.schemas, notices)
        self.parameters = Parameters(bundle, self.schemas, notices)
        self.servers = Servers(bundle.document.get("servers", []), bundle.pointer("servers"), notices)
        self.tags: dict[str, dict[str, Any]] = {}
        self.inherited: dict[str, frozenset[str]] = {}
        self.methods: dict[str, Names] = {}
        self.used: dict[str, None] = {}

    def document(self) -> dict[str, Any]:
        """Return the document."""
        root = self.bundle.document
        for index, tag in enumerate(root.get("tags", ())):
            pointer = self.bundle.pointer("tags", index)
            if tag["name"] in self.tags:
                self.notices.loss(pointer, f"{tag['name']!r} is duplicated: the first one is used")
            self._take_tag(tag, pointer)
        self.schemas.make_components()
        paths = {path: self._path(path, item) for path, item in root.get("paths", {}).items() if path[:2] != "x-"}
        self.schemas.make_others()
        self._note_ignored_members(root)
        return {
            **root,
            "x-tagGroups": self._groups(root.get("x-tagGroups", [{"name": "Resources", "tags": sorted(self.used)}])),
            "servers": [{"url": self.servers.url}],
            "tags": list(self.tags.values()),
            "paths": paths,
            "components": {**root["components"], "schemas": self.schemas.models},
        }

    # Classes

    def _take_tag(self, tag: dict[str, Any], pointer: str) -> str:
        """Return the name of the class for a tag, without the suffix ``Api``."""
        key = tag["name"]
        if key not in self.tags:
            name = self.schemas.names.take(key, "Default", pointer, "Api")
            attribute = snake_case(name)
            if attribute in client_names(bool(self.bundle.document.get("x-complete"))):
                self.notices.loss(pointer, f"the name {attribute} is reserved: this is client.{attribute}_")
            facts = {**tag, "name": name}
            self.inherited[name] = checked_mixins(facts, pointer, self.notices)
            self.tags[key] = facts
        return str(self.tags[key]["name"])

    def _class_of(self, node: dict[str, Any], pointer: str) -> str:
        tags = node.get("tags") or ["Default"]
        described = len(self.tags)
        name = self._take_tag({"name": tags[0]}, pointer)
        if not node.get("tags"):
            self.notices.invention(pointer, "must have one tag, which names its class")
        elif len(tags) > 1:
            self.notices.loss(pointer, f"must have one tag, which names its class: it is in {name}Api alone")
        if len(self.tags) > described:
            self.notices.invention(pointer, f"the tag {tags[0]!r} is not described in the root")
        self.used[name] = None
        return name

    def _groups(self, groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the groups of classes, each class in one of them."""
        left, found = list(self.used), []
        for group in groups:
            names = dict.fromkeys(self.tags.get(tag, {}).get("name", tag) for tag in group["tags"])
            found.append({"name": group["name"], "tags": [name for name in names if name in left]})
            left = [name for name in left if name not in names]
        for name in left:
            self.notices.invention(self.bundle.pointer("x-tagGroups"), f"{name}Api is in no group of x-tagGroups")
        return [*found, *([{"name": "Others", "tags": left}] if left else [])]

    # Operations

    def _path(self, path: str, item: dict[str, Any]) -> dict[str, Any]:
        pointer = self.bundle.pointer("paths", path)
        if re.search(r"[?#]", path) or path[:1] != "/":
            self.notices.loss(pointer, "a path must begin with '/' and have no '?' or '#': its operations are omitted")
            return {}
        if re.search("[{}]", re.sub("{[^{}]+}", "", path)):
            self.notices.loss(pointer, "a brace that is not part of {NAME} is sent unchanged")
        made = {method: self._operation(path, method, item[method]) for method in METHODS if method in item}
        return {method: operation for method, operation in made.items() if operation}

    def _operation(self, path: str, method: str, node: dict[str, Any]) -> dict[str, Any]:
        pointer = self.bundle.pointer("paths", path, method)
        parameters = self.parameters.of(path, method)
        if None in parameters:
            self.notices.loss(pointer, "is omitted, since it cannot be called without that parameter")
            return {}
        tag = self._class_of(node, pointer)
        if tag not in self.methods:
            self.methods[tag] = method_names(self.notices, {*self.inherited[tag], *self.schemas.models})
        name = self.methods[tag].take(node.get("operationId", f"{method} {path}").lstrip("_"), "call", pointer)
        if "operationId" not in node:
            self.notices.invention(pointer, "has no operationId, which names its method")
        if "callbacks" in node:
            self.notices.loss(f"{pointer}/callbacks", "callbacks and webhooks are omitted")
        names = argument_names(self.notices)
        own = pointer if "servers" in node else self.bundle.pointer("paths", path)
        servers = node.get("servers", self.bundle.document["paths"][path].get("servers", []))
        found = {
            **node,
            PATH: self.servers.path(path, servers, f"{own}/servers"),
            "tags": [tag],
            "operationId": name,
            "description": described(node),
            "parameters": [self._argument(facts, names) for facts in parameters if facts],
            "responses": self._responses(node.get("responses", {}), method, pointer, f"{class_name(name, '')}Response"),
        }
        body = self._body(found.pop("requestBody", None), pointer, f"{class_name(name, '')}Body")
        if body is not None:
            found["requestBody"] = self._argument(body, names)
        return found

    def _argument(self, facts: dict[str, Any], names: Names) -> dict[str, Any]:
        """Return a parameter or a body with the name of the argument that it becomes."""
        name = names.take(facts.get("x-python-name") or facts["name"], "argument", facts[POINTER])
        return {**facts, "x-python-name": name}

    def _body(self, entry: Any, pointer: str, name: str) -> dict[str, Any] | None:
        if entry is None:
            return None
        facts, where = self.bundle.resolved(entry, f"{pointer}/requestBody")
        if "$ref" in entry:
            name = class_name(f"{component(entry['$ref'])[1]}-body", "Shared")
        content = self.contents.body(facts.get("content", {}), where, name)
        if not content:
            self.notices.loss(where, "has no content, and is omitted")
            return None
        schema = preferred_schema(content)
        kind = component(schema["$ref"])[1] if "$ref" in schema else "body"
        facts = {**facts, "name": facts.get("x-python-name", kind), "content": content}
        return {**facts, POINTER: f"{pointer}/requestBody"}

    # Responses

    def _responses(self, responses: dict[str, Any], method: str, pointer: str, name: str) -> dict[str, Any]:
        """Return the responses. At most one of them has content: the result of the operation."""
        entries = {}
        for status, entry in responses.items():
            if re.fullmatch(r"[1-5]([0-9]{2}|XX)|default", status, re.IGNORECASE):
                entries[status] = entry
            elif status[:2] != "x-":
                self.notices.loss(f"{pointer}/responses/{escape(status)}", "is not a status: the response is omitted")
        good = [status for status in entries if status[0] == "2"] or [s for s in entries if s == "default"]
        contents: dict[str, dict[str, Any]] = {}
        for status in good:
            entry = entries[status]
            facts, where = self.bundle.resolved(entry, f"{pointer}/responses/{status}")
            called = class_name(f"{component(entry['$ref'])[1]}-response", "Shared") if "$ref" in entry else name
            # Responses to HEAD have no body.
            content = facts.get("content", {}) if method != "head" else {}
            called = called if status == good[0] else f"{called}{status}"
            contents[status] = self.contents.response(content, where, called)
        result = next((status for status in good if contents[status]), "")
        content = contents.get(result, {})
        for status in good:
            content = self._joined(content, contents[status], f"{pointer}/responses/{status}", status)
        return {status: {**entry, "content": content if status == result else {}} for status, entry in entries.items()}

    def _joined(self, content: dict[str, Any], other: dict[str, Any], pointer: str, status: str) -> dict[str, Any]:
        """Return the content that covers two success responses of an operation."""
        if not content or (other and preferred_schema(content) == preferred_schema(other)):
            return content
        first = preferred_schema(content)
        if other:
            documents: dict[str, Any] = {kind: {"schema": {}} for kind in content if is_json(kind)}
            if documents and any(map(is_json, other)):
                message = f"is {shown(preferred_schema(other))}, where {shown(first)} is returned too: any value"
                self.notices.loss(pointer, message)
                return documents
            self.notices.loss(pointer, f"is read as {shown(first)}, which is returned too")
        elif first.get("type") != "string":
            return {kind: {"schema": {**entry["schema"], "nullable": True}} for kind, entry in content.items()}
        elif status == "204" and not has_bytes(first):
            self.notices.loss(pointer, "is None, which the type of the result does not show")
        return content

    def _note_ignored_members(self, root: dict[str, Any]) -> None:
        if "webhooks" in root:
            self.notices.loss(self.bundle.pointer("webhooks"), "callbacks and webhooks are omitted")
        for name, facts in root["components"].get("securitySchemes", {}).items():
            if message := _not_by_the_configuration(facts):
                self.notices.loss(self.bundle.pointer("components", "securitySchemes", name), message)


def _not_by_the_configuration(scheme: dict[str, Any]) -> str | None:
    """Return the advice for an authentication method that the Configuration does not support."""
    kind, where, name = scheme.get("type"), scheme.get("in"), scheme.get("name")
    if kind in ("oauth2", "openIdConnect"):
        return "no token is fetched: `Configuration(bearer=...)` takes a token or a callable"
    if kind == "http" and str(scheme.get("scheme")).lower() not in ("basic", "bearer"):
        return f"the scheme {scheme.get('scheme')!r} is unknown; `ApiClient.set_default_header` sends any header"
    if kind == "apiKey" and where == "header" and str(name).lower() != "authorization":
        return f"is sent after `ApiClient.set_default_header({name!r}, ...)`"
    if kind == "apiKey" and where == "cookie":
        return f"is sent by `ApiClient(cookie='{name}=...')`"
    if kind == "apiKey" and where == "query":
        return "a key in the query is not sent: describe it as a parameter of the operations"
    return None
