"""All operations and all models of the published SDK: the same requests, the same documents, the same names.

Each operation is called with what is required, with all that there is, and with values that have to be encoded with
care. Where the two differ, the difference is one of those written below, which are rows of what 5.0.4 gets wrong.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import vidispine
from generator.bundling import Bundle, bundle
from generator.loading import Files
from test.compatibility import whole_api
from test.compatibility.published_sdk import published_python
from test.compatibility.whole_api import MARK
from test.support.loopback import Loopback, Recorded
from test.support.operations import EVERY, NASTY, Case
from test.support.spec import Parameter
from vidispine import models
from vidispine._documents.model import Field
from vidispine._documents.type_ref import TypeRef

ROOT = Path(__file__).resolve().parents[2]
OPERATIONS, MODELS = 735, 519
"""Numbers of operations and models of the published SDK."""

STYLES = ("required", "all", "nasty")
TIME = "2024-03-01T10:00:00.047000+00:00"
SAMPLES: dict[str, tuple[Any, Any]] = {
    "str": ("VX-1", NASTY),
    "int": (7, 0),
    "float": (0.25, -1e30),
    "bool": (True, False),
    "datetime": ({"time": TIME}, {"time": TIME}),
    "yes/no": ("yes", NASTY),
    "csv": (["a", "b c"], [NASTY, "", "b"]),
    "multi": (["a", "b c"], [NASTY, "", "="]),
    "pairs": (["a=b", "c=d e"], [NASTY, "=", "a=b=c"]),
    "file": ({"bytes": "some bytes"}, {"bytes": "\x00é"}),
    "object": ("anything", NASTY),
}
"""An ordinary and a difficult value for each type."""

GONE = {"vidispine.configuration.TypeWithDefault"}
"""The metaclass that made all configurations share one instance, which was the bug."""


class Forms:
    """The formats that the description requires of text values, such as ids."""

    def __init__(self, description: Bundle) -> None:
        self._schemas = description.document["components"]["schemas"]

    def example(self, model: str, wire: str) -> str | None:
        """Return a valid value of an attribute, or ``None`` where any text is valid."""
        schema = self._properties(model).get(wire, {})
        schema = schema.get("items", schema)
        if schema.get("format") == "site-id":
            return "VX-1"
        return _FORMS.get(schema.get("pattern"))

    def _properties(self, model: str) -> dict[str, Any]:
        schema = self._schemas[model]
        found: dict[str, Any] = dict(schema.get("properties", {}))
        for part in schema.get("allOf", ()):
            inner = self._properties(part["$ref"].rpartition("/")[2]) if "$ref" in part else part.get("properties", {})
            found.update(inner)
        return found


_UUID = "01234567-89ab-cdef-0123-456789abcdef"
_FORMS: dict[Any, str] = {
    r"^(\{([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}\})$": f"{{{_UUID}}}",
    "^[0-9]{0,40}$": "42",
    "^[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}$": _UUID,
}


class Published(NamedTuple):
    """The names, models and operations of the published SDK."""

    names: dict[str, list[str]]
    models: dict[str, dict[str, dict[str, str]]]
    """By model ``types`` and ``wires`` of its attributes."""
    operations: dict[str, list[str]]
    """By class and method the names of the parameters."""

    def cases(self) -> list[Case]:
        """Return its operations."""
        return [case for case in EVERY if str(case) in self.operations]


class Outcome(NamedTuple):
    """The outcome of a call: the request that the server received, or the classes of the error."""

    request: Recorded | None
    errors: list[str]


class Outcomes(NamedTuple):
    cases: list[Case]
    """The operation of each call."""
    calls: list[dict[str, Any]]
    published: list[Outcome]
    ours: list[Outcome]
    published_models: dict[str, Any]
    our_models: dict[str, Any]


def _ask(task: dict[str, Any]) -> Any:
    try:
        python = published_python()
    except RuntimeError as error:
        pytest.fail(str(error), pytrace=False)
    # Isolated from this checkout and from the user's settings.
    command = [str(python), "-E", "-s", str(Path(whole_api.__file__))]
    text = json.dumps(task)
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False, timeout=110)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def published() -> Published:
    return Published(**_ask({"do": "describe"}))


@pytest.fixture(scope="module")
def outcomes(published: Published) -> Outcomes:
    sampler = Sampler(published, Forms(bundle(Files(ROOT / "spec" / "openapi.yaml"))))
    cases = [case for case in published.cases() for _ in STYLES]
    calls = [sampler.call(case, style) for case in published.cases() for style in STYLES]
    # Names with this suffix are aliases of whole models here; in 5.0.4 they are parts of models.
    whole = [name for name in published.models if not name.endswith("AllOf")]
    samples = {name: sampler.attributes(name, nasty=False, depth=2) for name in whole}
    with Loopback() as server:
        reported = _ask({"do": "calls", "host": server.url, "calls": calls, "samples": samples})
        theirs = _by_call(server.requests, reported["errors"])
        server.requests.clear()
        ours = _by_call(server.requests, whole_api.make_calls(vidispine, server.url, calls))
        our_models = whole_api.make_models(vidispine, samples)
    return Outcomes(cases, calls, theirs, ours, reported["models"], our_models)


def _by_call(requests: list[Recorded], errors: list[list[str]]) -> list[Outcome]:
    found: dict[str, Recorded] = {}
    for request in requests:
        mark = request.header(MARK) or ""
        assert mark not in found
        found[mark] = request
    return [Outcome(found.get(str(number)), classes) for number, classes in enumerate(errors)]


class Sampler:
    """Creates arguments and attributes as plain data."""

    def __init__(self, published: Published, forms: Forms) -> None:
        self.published = published
        self.forms = forms

    def call(self, case: Case, style: str) -> dict[str, Any]:
        arguments = {
            # In 5.0.4 names that are Python keywords have no trailing underscore.
            parameter.name.rstrip("_"): self._argument(parameter, nasty=style == "nasty")
            for parameter in case.operation.parameters
            # In 5.0.4 every body is required.
            if style != "required" or parameter.required or parameter.location == "body"
            if parameter.name.rstrip("_") in self.published.operations[str(case)]
        }
        return {"class": case.owner, "method": case.operation.name, "style": style, "arguments": arguments}

    def _argument(self, parameter: Parameter, *, nasty: bool) -> Any:
        if parameter.location == "body" and parameter.type not in ("str", "file"):
            attributes = self.attributes(parameter.type, nasty=nasty, depth=1)
            return {"model": parameter.type, "attributes": attributes}
        value = SAMPLES[parameter.type][nasty]
        # Here, empty values in a required list are refused.
        return [one for one in value if one] if parameter.required and isinstance(value, list) else value

    def attributes(self, model: str, *, nasty: bool, depth: int) -> dict[str, Any]:
        """Return a value for each attribute; below ``depth`` levels only for what is required."""
        fields = getattr(models, model).fields()
        return {
            name: self._attribute(fields[name], type_, nasty=nasty, depth=depth)
            for name, type_ in self.published.models[model]["types"].items()
            if depth > 0 or fields[name].required
        }

    def _attribute(self, field: Field, type_: str, *, nasty: bool, depth: int) -> Any:
        element = TypeRef.parse(type_).element
        if element is not None:
            return [self._attribute(field, element.text, nasty=nasty, depth=depth)]
        if type_ in self.published.models:
            return {"model": type_, "attributes": self.attributes(type_, nasty=nasty, depth=depth - 1)}
        if field.values:
            return field.values[-1 if nasty else 0]
        form = self.forms.example(field.owner.__name__, field.wire) if type_ == "str" else None
        return SAMPLES[type_][nasty] if form is None else form


MOVED_TO_HEADERS = {
    ("import_placeholder_raw", "index"): "servers read the position of a chunk from a header alone, not from the query",
}
"""Parameters that the published SDK sends in the query, and why they are sent as headers here."""

RETYPED = {
    ("NotificationMetadataTriggerType", "modify"): "any value before; servers' own schema says what it holds",
}
"""Attributes that have another type than in the published SDK, and why."""


DIFFERENCES = {
    "update_or_create_item_timeline": "a timeline is text in a special format, and not a JSON string",
}
"""Operations whose body the published SDK sends differently, and why this is not copied."""


# What is compared


def _texts(recorded: Recorded) -> list[tuple[str, str]]:
    """Return the query's pairs. The order of different keys has no meaning, that of the values of one key may."""
    return sorted(recorded.query, key=lambda pair: pair[0])


def _booleans(case: Case, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The server expects true and false; 5.0.4 sends Python's spelling."""
    words = {"True": "true", "False": "false"}
    flags = {parameter.wire for parameter in case.operation.parameters if parameter.type == "bool"}
    return [(key, words.get(text, text) if key in flags else text) for key, text in pairs]


def _cases(outcomes: Outcomes) -> Iterator[tuple[Case, dict[str, Any], Outcome, Outcome]]:
    yield from zip(outcomes.cases, outcomes.calls, outcomes.published, outcomes.ours)


@pytest.mark.parametrize("style", STYLES)
def test_requests_equal_those_of_5_0_4(outcomes: Outcomes, style: str) -> None:
    wrong = []
    for case, call, theirs, ours in _cases(outcomes):
        if call["style"] != style:
            continue
        difference = _difference(case, theirs, ours)
        if difference:
            wrong.append(f"{case}: {difference}")
    assert not wrong, "\n".join(wrong)


def _difference(case: Case, theirs: Outcome, ours: Outcome) -> str | None:
    here, there = ours.request, theirs.request
    if here is not None and case.operation.name in DIFFERENCES:
        there = there and there._replace(body=here.body, headers=here.headers)
    if here is None or there is None:
        return f"published {there or theirs.errors}, ours {here or ours.errors}"
    if (here.method, here.path) != (there.method, there.path):
        return f"{there.line} became {here.line}"
    moved = {key: text for key, text in there.query if (case.operation.name, key) in MOVED_TO_HEADERS}
    in_query = [(key, text) for key, text in _texts(there) if key not in moved]
    if _texts(here) != _booleans(case, in_query):
        return f"{_texts(there)} became {_texts(here)}"
    if _headers(here) != {**_headers(there), **moved}:
        return f"{_headers(there)} became {_headers(here)}"
    if _body(here) != _body(there):
        return f"{there.body!r} became {here.body!r}"
    return None


def _headers(request: Recorded) -> dict[str, str]:
    """Return the headers that must be equal: all except the user agent and the length of the body, whose white space
    differs, and the content type of an empty body.
    """
    headers = {name.lower(): value for name, value in request.headers}
    for name in ("user-agent", "content-length", *(() if request.body else ("content-type",))):
        headers.pop(name, None)
    return headers


def _body(request: Recorded) -> Any:
    try:
        return json.loads(request.body)
    except ValueError:
        return request.body


def test_listed_differences_exist(outcomes: Outcomes) -> None:
    """A listed difference that no longer exists must be removed from the list."""
    for case, _, theirs, ours in _cases(outcomes):
        if case.operation.name in DIFFERENCES:
            assert ours.request is not None
            assert theirs.request is not None
            assert theirs.request.body != ours.request.body
    moved = [
        theirs.request for case, _, theirs, _ in _cases(outcomes) if case.operation.name == "import_placeholder_raw"
    ]
    assert any(request is not None and any(key == "index" for key, _ in request.query) for request in moved)


def test_every_operation_is_called(outcomes: Outcomes, published: Published) -> None:
    called = {f"{call['class']}.{call['method']}" for call in outcomes.calls}
    assert called == set(published.operations)
    assert len(called) == OPERATIONS
    counts = {style: sum(len(it["arguments"]) for it in outcomes.calls if it["style"] == style) for style in STYLES}
    assert counts["required"] < counts["all"] == counts["nasty"]


# Models


def test_every_model_of_5_0_4_exists(published: Published) -> None:
    assert len(published.models) == MODELS
    assert set(published.models) <= set(models.__all__)


def test_attributes_are_a_superset(published: Published) -> None:
    for name, described in published.models.items():
        model = getattr(models, name)
        assert described["wires"].items() <= model.attribute_map.items(), name
        for attribute, type_ in described["types"].items():
            same = _class_of(model.openapi_types[attribute]) == _class_of(type_)
            assert same != ((name, attribute) in RETYPED), f"{name}.{attribute}"


def _class_of(type_: str) -> Any:
    """Return a type with its class instead of its name, because classes may have two names."""
    element = TypeRef.parse(type_).element
    if element is not None:
        return ("list", _class_of(element.text))
    return getattr(models, type_, type_)


def test_models_have_the_same_json(outcomes: Outcomes) -> None:
    for name, theirs in outcomes.published_models.items():
        assert outcomes.our_models[name]["wire"] == theirs["wire"], name


def test_models_have_the_same_to_dict(outcomes: Outcomes) -> None:
    for name, theirs in outcomes.published_models.items():
        assert _common(outcomes.our_models[name]["dict"], theirs["dict"]) == theirs["dict"], name


def _common(ours: Any, theirs: Any) -> Any:
    """Return the part of ours whose keys are in theirs, at every depth."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return {key: _common(ours[key], value) for key, value in theirs.items()}
    if isinstance(ours, list) and isinstance(theirs, list):
        return [_common(one, other) for one, other in zip(ours, theirs)]
    return ours


# Names


def test_every_public_name_of_5_0_4_exists(published: Published) -> None:
    missing = [
        f"{module}.{name}"
        for module, names in published.names.items()
        for name in names
        if not hasattr(import_module(module), name)
    ]
    assert set(missing) == GONE
