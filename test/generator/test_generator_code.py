"""A description with every feature: the package is generated, imported and used."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from generator.__main__ import main
from generator.layout import blocks, docstring_text, wrap

ROOT = Path(__file__).resolve().parents[2]

DESCRIPTION = {
    "openapi": "3.1.0",
    "info": {"title": "Everything", "version": "1"},
    "tags": [{"name": "Thing", "description": "What can be described.\n\nMore of it: see `ThingApi.find_things`."}],
    "paths": {
        "/thing/{thing-id}": {
            "parameters": [
                {
                    "name": "thing-id",
                    "in": "path",
                    "required": True,
                    "description": "Digits of a treasure.",
                    "schema": {"type": "string"},
                }
            ],
            "put": {
                "tags": ["Thing"],
                "operationId": "findThings",
                "summary": "Find what is there",
                "description": 'Takes a path like `C:\\new`, and says """found""".',
                "x-example": {
                    "arguments": {
                        "thing_id": 'VX-"1"',
                        "big_thing": {"name": "n", "from": "here", "part": [{"name": "p"}]},
                        "x_weight": 1.5,
                        "type2": "yes",
                    },
                    "then": 'print("found")',
                },
                "parameters": [
                    {
                        "name": "async",
                        "in": "query",
                        "description": "Do not wait.",
                        "schema": {"type": "boolean", "default": True},
                    },
                    {
                        "name": "type",
                        "in": "query",
                        "x-python-name": "type2",
                        "description": "Sort of search.",
                        "schema": {"type": "string", "enum": ["yes", "no"]},
                    },
                    {
                        "name": "X-Weight",
                        "in": "header",
                        "required": True,
                        "description": "In grams.",
                        "schema": {"type": "number"},
                    },
                    {
                        "name": "ids",
                        "in": "query",
                        "description": "Several of them.",
                        "style": "form",
                        "explode": False,
                        "schema": {"type": "array", "items": {"type": "string"}},
                    },
                    {
                        "name": "words",
                        "in": "query",
                        "description": "Which to look for.",
                        "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Color"}},
                    },
                    {
                        "name": "data",
                        "in": "query",
                        "description": "Keys with values.",
                        "schema": {"type": "array", "items": {"type": "string"}, "x-form": "key=value"},
                    },
                    {
                        "name": "since",
                        "in": "query",
                        "description": "Not before then.",
                        "schema": {"type": "string", "format": "date-time"},
                    },
                ],
                "requestBody": {
                    "required": True,
                    "description": "What it has to look like.",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/BigThing"}}},
                },
                "responses": {
                    "200": {
                        "description": "What was found.",
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/BigThing"}},
                            "text/plain": {"schema": {"type": "string"}},
                        },
                    },
                    "409": {"description": "It is being looked for already."},
                    "418": {"description": "It was a teapot."},
                },
            },
            "post": {
                "tags": ["Thing"],
                "operationId": "sendThing",
                "summary": "Send bytes",
                "description": "Stores the content of a file.",
                "x-example": {"arguments": {"thing_id": "VX-1", "body": "content"}},
                "requestBody": {
                    "required": True,
                    "description": "Content of the file.",
                    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
                },
                "responses": {"204": {"description": "Stored."}},
            },
        }
    },
    "components": {
        "schemas": {
            "Thing": {
                "type": "object",
                "description": "Anything.",
                "x-aliases": ["OldThing"],
                "required": ["name"],
                "properties": {
                    "name": {"type": "string", "description": "How people call it."},
                    "from": {"type": "string", "description": "Where it is made."},
                    "_property": {"type": "string", "x-python-name": "_property", "description": "Land and houses."},
                },
            },
            "BigThing": {
                "description": "More than anything.",
                "xml": {"name": "BigThingDocument"},
                "allOf": [
                    {"$ref": "#/components/schemas/Thing"},
                    {
                        "type": "object",
                        "properties": {
                            "size": {
                                "type": "string",
                                "enum": ["huge", "vast"],
                                "description": "How much of it.",
                                "xml": {"attribute": True},
                            },
                            "key": {"type": "string", "format": "password", "description": "Opens the door."},
                            "part": {
                                "type": "array",
                                "items": {"$ref": "#/components/schemas/Thing"},
                                "description": "What it consists of.",
                            },
                            "made": {"type": "string", "format": "date-time", "description": "Day of birth."},
                            "extra": {"type": "object", "description": "Whatever else."},
                            "count": {"type": ["integer", "null"], "description": "How many."},
                            "color": {"$ref": "#/components/schemas/Color", "description": "As it looks."},
                            "code": {"$ref": "#/components/schemas/Code", "description": "As it is filed."},
                        },
                    },
                ],
            },
            "Code": {"type": "string"},
            "Color": {
                "type": "string",
                "description": "How things look.",
                "x-values": {"red": "Like blood.", "light-blue": "Like the sky.", "2nd": "Another than the first."},
                "x-groups": {"WARM": {"description": "Those of fire.", "values": ["red"]}},
            },
        }
    },
}

SCRIPT = """
import json
import vidispine
from vidispine import BigThing, Color, OldThing, Thing, ThingApi
from vidispine.models.old_thing import OldThing as Same
from vidispine.api import thing_api

find, send = thing_api._FIND_THINGS, thing_api._SEND_THING
big = BigThing.from_document({"name": "n", "from": "here", "key": "s3cret", "part": [{"name": "p"}], "count": 3})
seen = {
    "alias": OldThing is Thing is Same,
    "inherits": issubclass(BigThing, Thing),
    "documents": [Thing.document_name, BigThing.document_name],
    "fields": {name: [f.wire, f.type, f.required, f.values, f.xml, f.secret] for name, f in BigThing.fields().items()},
    "part": type(big.part[0]).__name__,
    "secret": "s3cret" in repr(big),
    "words": [Color.values(), Color.LIGHT_BLUE, sorted(Color.WARM)],
    "parameters": [[p.name, p.wire, p.location, p.type, p.required, p.default, p.values] for p in find.parameters],
    "find": [find.result, find.accept, find.parameters[2].content_types],
    "send": [send.result, send.accept, send.parameters[1].type, send.parameters[1].content_types],
    "carries secrets": [find.sensitive, send.sensitive],
    "doc": ThingApi.find_things.__doc__,
}
try:
    BigThing(name="n", size="small")
except vidispine.ApiValueError as error:
    seen["refused"] = str(error)
print(json.dumps(seen))
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("package")
    spec = folder / "everything.json"
    spec.write_text(json.dumps(DESCRIPTION), encoding="utf-8")
    assert main(["--spec", str(spec), "--output", str(folder)]) == 0
    return folder


def test_generated_code(package: Path) -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=package, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["alias"] is True
    assert seen["inherits"] is True
    assert seen["documents"] == [None, "BigThingDocument"]
    assert seen["fields"] == {
        "name": ["name", "str", True, None, None, False],
        "from_": ["from", "str", False, None, None, False],
        "_property": ["_property", "str", False, None, None, False],
        "size": ["size", "str", False, ["huge", "vast"], "attribute", False],
        "key": ["key", "str", False, None, None, True],
        "part": ["part", "list[Thing]", False, None, None, False],
        "made": ["made", "datetime", False, None, None, False],
        "extra": ["extra", "object", False, None, None, False],
        "count": ["count", "int", False, None, None, False],
        "color": ["color", "str", False, None, None, False],
        "code": ["code", "str", False, None, None, False],
    }
    assert seen["part"] == "Thing"
    assert seen["secret"] is False
    assert seen["words"] == [["red", "light-blue", "2nd"], "light-blue", ["red"]]
    assert seen["parameters"] == [
        ["thing_id", "thing-id", "path", "str", True, None, None],
        ["x_weight", "X-Weight", "header", "float", True, None, None],
        ["big_thing", "big_thing", "body", "BigThing", True, None, None],
        ["async_", "async", "query", "bool", False, True, None],
        ["type2", "type", "query", "str", False, None, None],
        ["ids", "ids", "query", "csv", False, None, None],
        ["words", "words", "query", "multi", False, None, "Color"],
        ["data", "data", "query", "pairs", False, None, None],
        ["since", "since", "query", "datetime", False, None, None],
    ]
    assert seen["find"] == ["BigThing", ["application/json", "text/plain"], ["application/json"]]
    assert seen["send"] == [None, [], "file", ["application/octet-stream"]]
    assert seen["carries secrets"] == ["request", ""]
    assert "BigThing.size must be one of huge, vast" in seen["refused"]
    doc = seen["doc"]
    assert "``C:\\new``" in doc
    assert ":raises ConflictException: It is being looked for already." in doc
    assert ":param async_: Do not wait. Default: ``True``." in doc
    assert ":param type2: Sort of search. One of ``yes``, ``no``." in doc


def test_generated_example(package: Path) -> None:
    page = (package / "docs" / "ThingApi.md").read_text(encoding="utf-8")
    arguments = [
        """'VX-"1"'""",
        "1.5",
        '{"name": "n", "from": "here", "part": [{"name": "p"}]}',
        'type2="yes"',
    ]
    call = f"    client.thing.find_things({', '.join(arguments)})\n"
    assert re.sub(r"\s", "", call) in re.sub(r"\s", "", page).replace(",)", ")")
    assert '    client.thing.send_thing("VX-1", b"content")\n' in page


def test_page_of_a_closed_enumeration(package: Path) -> None:
    page = (package / "docs" / "BigThing.md").read_text(encoding="utf-8")
    assert "Extends [Thing](Thing.md). Inherited properties come first." in page
    assert "[optional] one of `huge`, `vast`, an attribute in XML" in page


# Layout


def test_code_in_backticks_is_not_wrapped() -> None:
    text = "word " * 20 + "`Configuration(host=..., token=...)` " + "word " * 10
    assert "`Configuration(host=..., token=...)`" in wrap(text, 8)
    assert all(len(line) <= 120 for line in wrap(text, 8).splitlines())


def test_hanging_indent() -> None:
    first, second = wrap("word " * 30, 8, hanging=4).splitlines()
    assert first.startswith("word")
    assert second.startswith(" " * 12 + "word")


def test_paragraphs_and_list_entries() -> None:
    assert blocks("one\ntwo\n\nthree\n- four\n  five\n- six\n") == ["one two", "three", "- four five", "- six"]


def test_descriptions_are_escaped_in_docstrings() -> None:
    text = docstring_text('`a` """ \\d')
    assert text == "``a`` ''' \\\\d"
