"""Selects the media type of each request and response body from those in a description."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from generator.loading import escape
from generator.normalize.form import FORM, Schema, has_bytes, is_any, shown
from generator.normalize.schemas import Schemas
from generator.problems import Notices

_JSON = "application/json"
_XML = "application/xml"
_BYTES: Schema = {"type": "string", "format": "binary"}
_TEXT: Schema = {"type": "string"}
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data", "multipart/mixed", "multipart/related")
# The media types of documents, bytes and text in a multipart form, unless the name of a file tells another one.
_OF_PARTS = {_JSON, "application/octet-stream", "text/plain"}
# Media types that are not text, even if the schema is a plain string.
_BINARY = re.compile(r"(audio|font|image|video)/(?!.*xml).*|application/(gzip|octet-stream|pdf|zip)")
_WRITTEN = re.compile(r"text/.*|.*[/+](json|xml)")


class _Media(NamedTuple):
    """A media type with its schema, in the form that is read."""

    type: str
    schema: Schema
    pointer: str


class Contents:
    """Selects media types, with a notice for unused ones."""

    def __init__(self, schemas: Schemas, notices: Notices) -> None:
        self._schemas = schemas
        self._notices = notices

    def response(self, content: dict[str, Any], pointer: str, name: str) -> dict[str, Any]:
        """Return the media types for the header `Accept`.

        :param name: the class of a document without a name
        """
        media = self._all(content, pointer, name)
        documents = [entry for entry in media if _is_document(entry)]
        if not documents:
            media = [self._as_raw(entry, "returned") for entry in media]
            alike = [entry for entry in media if has_bytes(entry.schema) == has_bytes(media[0].schema)]
            return self._chosen(media, alike, "asked for", media[0]) if media else {}
        first = next((entry for entry in documents if _plain(entry.type) == _JSON), documents[0])
        # JSON is requested by default; text is available with `_accept`.
        texts = [] if first.type != _JSON else [entry for entry in media if not has_bytes(entry.schema)]
        others = [entry for entry in texts if entry not in documents]
        alike = [entry for entry in documents if entry.schema == first.schema]
        return self._chosen(media, [entry for entry in media if entry in (*alike, *others)], "asked for", first)

    def body(self, content: dict[str, Any], pointer: str, name: str) -> dict[str, Any]:
        """Return the media types that can be sent, the preferred one first.

        :param name: the class of a document without a name
        """
        media = [self._sendable(entry, name) for entry in self._all(content, pointer, name)]
        forms = [entry for entry in media if entry.schema == FORM]
        # Without JSON, a document in XML is one that has a root element.
        xml = {entry.type: self._schemas.models.get(shown(entry.schema), {}).get("xml", {}) for entry in media}
        rooted = [entry for entry in media if entry.type == _XML and "name" in xml[_XML]]
        documents = [entry for entry in media if _is_document(entry)] or forms or rooted
        if not documents:
            # Text is sent as it is given, which as JSON would have to be in quotation marks.
            others = [entry for entry in media if _plain(entry.type) != _JSON] or media
            raw = [self._as_raw(entry, "sent") for entry in others]
            schema = _BYTES if any(has_bytes(entry.schema) for entry in raw) else _TEXT
            kinds = self._chosen(media, others, "sent", others[0]) if media else {}
            return {kind: {"schema": schema} for kind in kinds}
        first = next((entry for entry in documents if entry.type in (_JSON, "multipart/form-data")), documents[0])
        kept = [first] if first.schema == FORM else [entry for entry in media if entry.schema == first.schema]
        # JSON is sent if it is available, otherwise the first media type.
        ordered = kept if first.type == _JSON else sorted(kept, key=lambda entry: entry is not first)
        return self._chosen(media, ordered, "sent", first)

    def _chosen(self, media: list[_Media], kept: list[_Media], done: str, first: _Media) -> dict[str, Any]:
        for entry in media:
            if entry not in kept:
                self._notices.loss(entry.pointer, f"is not {done}, since {first.type} is")
        return {entry.type: {"schema": entry.schema} for entry in kept}

    def _all(self, content: dict[str, Any], pointer: str, name: str) -> list[_Media]:
        found = []
        for media_type, facts in content.items():
            where = f"{pointer}/content/{escape(media_type)}"
            if "/" in media_type:
                found.append(self._read(media_type, facts, where, name))
            else:
                self._notices.loss(where, "is not a media type, and is omitted")
        return found

    def _read(self, media_type: str, facts: dict[str, Any], where: str, name: str) -> _Media:
        schema: Schema = {}
        if "schema" in facts:
            may_be_model = is_json(media_type) or "*" in media_type
            schema = self._schemas.plain(facts["schema"], f"{where}/schema", name if may_be_model else None)
        if _BINARY.fullmatch(_plain(media_type)) and (is_any(schema) or schema.get("type") == "string"):
            schema = _BYTES
        encodings = [each for each in facts.get("encoding", {}).values() if isinstance(each, dict)]
        if {str(each["contentType"]) for each in encodings if "contentType" in each} - _OF_PARTS:
            message = "media types are ignored: give (file name, content, media type) for a part that needs one"
            self._notices.loss(f"{where}/encoding", message)
        if any(each.keys() & {"explode", "style"} for each in encodings):
            self._notices.loss(f"{where}/encoding", "is ignored: each value of a list is a separate field")
        return _Media(media_type, schema, where)

    def _as_raw(self, entry: _Media, done: str) -> _Media:
        """Return a media type as text or bytes, which the caller encodes or decodes."""
        kind = _plain(entry.type)
        if is_json(kind) and done == "sent" and kind == _JSON:
            message = "a JSON string is given as JSON text, in quotation marks"
        elif has_bytes(entry.schema):
            return entry
        elif entry.schema.get("type") == "string":
            return entry._replace(schema={**_TEXT, "nullable": bool(entry.schema.get("nullable"))})
        elif is_any(entry.schema):
            return entry._replace(schema=_TEXT if _WRITTEN.fullmatch(kind) else _BYTES)
        else:
            message = f"is {done} as text: {shown(entry.schema)}"
        self._notices.loss(entry.pointer, message)
        return entry._replace(schema=_TEXT)

    def _sendable(self, entry: _Media, name: str) -> _Media:
        """Return a media type that is valid in a header, with JSON objects as models and forms as forms."""
        if "*" in entry.type:
            may_be_json = entry.schema.get("type") != "string" and entry.type.startswith(("*/", "application/"))
            named = _JSON if may_be_json else "application/octet-stream"
            self._notices.loss(entry.pointer, f"is sent as {named}, unless `_headers` sets another type")
            entry = entry._replace(type=named)
        if _plain(entry.type) in _FORMS and entry.schema.get("type") != "string":
            return entry._replace(schema=FORM)
        if is_json(entry.type) and entry.schema.get("type") == "object":
            entry = entry._replace(schema=self._schemas.open_model(entry.schema, f"{entry.pointer}/schema", name))
        return entry


def is_json(media_type: str) -> bool:
    """Return whether content of a media type is a JSON document."""
    return re.fullmatch(r"(application|text)/([^/]+\+)?json", _plain(media_type)) is not None


def preferred_schema(content: dict[str, Any]) -> Schema:
    """Return the schema to use from several media types: that of JSON, if available."""
    schema: Schema = content[next(filter(is_json, content), next(iter(content)))]["schema"]
    return schema


def _plain(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def _is_document(entry: _Media) -> bool:
    text = entry.schema.get("type") == "string" and entry.schema.get("format") != "date-time"
    return not text and (is_json(entry.type) or entry.type in ("*/*", "application/*"))
