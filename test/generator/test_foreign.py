"""Third-party descriptions: the generated code works, and notices report what it cannot express."""

from __future__ import annotations

import copy
import json
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from generator.__main__ import main
from generator.loading import Files
from test.support.loopback import Loopback, reply

ROOT = Path(__file__).resolve().parents[2]
FOREIGN = Path(__file__).parent / "foreign"

FOR_VIDICORE = re.compile(r"vidispine/(exceptions|job_outcome|job_waiting|jobs|tokens|transfer)\.py:")
"""Modules that are built on operations of VidiCore's, or name its documents, which other descriptions lack."""


# Whole descriptions


class Package:
    """A package that was generated from a description."""

    def __init__(self, folder: Path, spec: Path) -> None:
        self.folder = folder
        command = [sys.executable, "-m", "generator", "--spec", str(spec), "--output", str(folder)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        self.notices = done.stderr.splitlines()

    def run(self, script: str, server: Loopback | None = None) -> dict[str, Any]:
        """Run a script that puts into ``seen`` what it saw, and return that."""
        url = server.url if server else ""
        begin = (
            f"import json, vidispine\nclient = vidispine.ApiClient(vidispine.Configuration(host={url!r}, retries=0))\n"
        )
        text = f"{begin}seen = {{}}\n{script}\nclient.close()\nprint(json.dumps(seen))\n"
        done = subprocess.run(
            [sys.executable, "-c", text], cwd=self.folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        seen: dict[str, Any] = json.loads(done.stdout)
        return seen

    def check_types(self, script: str) -> str:
        """Return what mypy says of a script, and of everything that was generated."""
        pytest.importorskip("mypy")
        (self.folder / "script.py").write_text(script, encoding="utf-8")
        command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "script.py"]
        command += ["vidispine/api", "vidispine/models"]
        said = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False).stdout
        return "".join(line for line in said.splitlines(keepends=True) if not FOR_VIDICORE.match(line))


@pytest.fixture(scope="module")
def pets(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return Package(tmp_path_factory.mktemp("pets"), FOREIGN / "pets.json")


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return Package(tmp_path_factory.mktemp("media"), FOREIGN / "media.yaml")


@pytest.mark.parametrize("name", ["pets", "media"])
def test_every_notice_of_a_whole_description(name: str, request: pytest.FixtureRequest) -> None:
    package: Package = request.getfixturevalue(name)
    expected = (FOREIGN / f"{name}.notices.txt").read_text(encoding="utf-8").splitlines()
    assert package.notices == expected


@pytest.mark.parametrize("name", ["pets", "media"])
def test_everything_that_is_generated_can_be_imported(name: str, request: pytest.FixtureRequest) -> None:
    package: Package = request.getfixturevalue(name)
    seen = package.run(
        "from vidispine import api, models\n"
        "seen['api'] = [getattr(api, name).__name__ for name in api.__all__]\n"
        "seen['models'] = {name: list(getattr(models, name).fields()) for name in models.__all__}\n"
        "seen['types'] = [field.converter and field.type for name in models.__all__\n"
        "    for field in getattr(models, name).fields().values()]\n"
    )
    files = {path.stem for path in (package.folder / "vidispine" / "models").glob("*.py")} - {"__init__", "_xml"}
    assert len(files) == len(seen["models"])
    assert seen["api"]
    assert {"pets": "PetOwnerAddress", "media": "SearchAssetsResponse"}[name] in seen["models"]


def test_pets_are_listed(pets: Package, server: Loopback) -> None:
    server.responses = [reply([{"id": 1, "name": "Tom", "born": "2020-01-02T03:04:05Z", "scores": [1, None]}])]
    seen = pets.run(
        """
from datetime import datetime
found = vidispine.PetStoreApi(client).list_pets(
    3, ids=[1, 2], weight=[1.5, 2], born=[datetime(2020, 1, 2)], codes="a|b", filter_name="T", filter_min_age=4,
    size=10, where='{"a": 1}', either="5", kind=2, options_="o", x_request_id="r",
)
seen["found"] = [type(found[0]).__name__, found[0].name, found[0].born.year, found[0].scores]
""",
        server,
    )
    assert seen["found"] == ["Pet", "Tom", 2020, [1.0, None]]
    assert server.only.path == "/API/pets"
    assert server.only.query == [
        ("number", "3"),
        ("ids[]", "1,2"),
        ("weight", "1.5"),
        ("weight", "2"),
        ("born", "2020-01-02T00:00:00"),
        ("codes", "a|b"),
        ("filter[name]", "T"),
        ("filter[min-age]", "4"),
        ("size", "10"),
        ("where", '{"a": 1}'),
        ("either", "5"),
        ("kind", "2"),
        ("options", "o"),
    ]
    assert server.only.header("X-Request-ID") == "r"
    assert server.only.header("Accept") == "application/json"


def test_pets_are_sent_and_changed(pets: Package, server: Loopback) -> None:
    server.responses = [
        reply({"id": 1, "name": "Tom"}, 201),
        reply(status=204, media_type=None),
        reply(3),
        reply({"changed": ["nickname"]}),
        reply({"id": 7, "name": "Ann"}),
        reply(status=204, media_type=None),
        reply({"id": 7}),
    ]
    seen = pets.run(
        """
import json
api = vidispine.PetStoreApi(client)
tom = vidispine.Pet(
    id=1, name="Tom", kind=2, owner=vidispine.PetOwner(address=vidispine.PetOwnerAddress(zip="12")),
    notes=[{"text": "bites"}], parents=[vidispine.Cat(id=2, name="Kit", lives=9)], scores=[1.5, None], value=4,
    labels={"a": "b"}, list_=["x"], required_=True, type="t", member_2nd_name="T",
)
seen["created"] = api.pets_create_one(tom).name
seen["nothing"] = api.pets_create_one(tom)
seen["replaced"] = api.replace_all([tom])
body = vidispine.UpdatePetPartlyBody(owner=vidispine.UpdatePetPartlyBodyOwner(first_name="A"))
seen["changed"] = api.update_pet_partly(7, body, pet_id_2="8").changed
seen["read"] = api.get_pets_pet_id(7).name
seen["deleted"] = api.list_(7)
seen["headed"] = api.import_(7)
try:
    vidispine.Pet(id=1, name="Tom", kind=4)
except vidispine.ApiValueError as error:
    seen["refused"] = str(error)
""",
        server,
    )
    tom = {
        "id": 1,
        "name": "Tom",
        "kind": 2,
        "owner": {"address": {"zip": "12"}},
        "notes": [{"text": "bites"}],
        "parents": [{"id": 2, "name": "Kit", "lives": 9}],
        "scores": [1.5, None],
        "value": 4,
        "labels": {"a": "b"},
        "list": ["x"],
        "required": True,
        "@type": "t",
        "2nd-name": "T",
    }
    assert seen == {
        "created": "Tom",
        "nothing": None,
        "replaced": 3,
        "changed": ["nickname"],
        "read": "Ann",
        "deleted": None,
        "headed": None,
        "refused": "Pet.kind must be one of 1, 2, 3, not 4",
    }
    created, _, replaced, changed, read, deleted, headed = server.requests
    assert json.loads(created.body) == tom
    assert json.loads(replaced.body) == [tom]
    assert (created.header("Content-Type"), replaced.header("Content-Type")) == ("application/json",) * 2
    assert (changed.line, json.loads(changed.body)) == (
        "PATCH /API/pets/7?petId=8 HTTP/1.1",
        {"owner": {"first name": "A"}},
    )
    assert changed.header("Content-Type") == "application/merge-patch+json"
    assert [read.line, deleted.line, headed.line] == [
        f"{method} /API/pets/7 HTTP/1.1" for method in ("GET", "DELETE", "HEAD")
    ]


def test_photos_and_settings(pets: Package, server: Loopback, tmp_path: Path) -> None:
    server.responses = [
        reply("thanks", media_type="text/plain"),
        reply(b"\x89PNG", media_type="image/png"),
        reply({"a": 1}),
        reply("good"),
        reply(None),
        reply({"theme": "dark", "more": "x"}),
        reply({"code": 5}, 202),
    ]
    seen = pets.run(
        f"""
import pathlib
pathlib.Path("a.png").write_bytes(b"bytes")
api = vidispine.DefaultApi(client)
form = {{"file": pathlib.Path("a.png"), "title": "A", "tags": [1, True], "more": {{"a": 1}}, "none": None}}
seen["uploaded"] = api.upload_photo(1, form)
seen["bytes"] = open(api.download_photo(1, _save_to={str(tmp_path / "a.png")!r}), "rb").read().decode("latin-1")
seen["tagged"] = api.tag_photo(1, {{"tag": "nice one", "times": [1, 2]}})
seen["mood"] = vidispine.AnimalsApi(client).get_mood()
settings = vidispine.SettingsApi(client)
seen["put"] = settings.put_settings({{"theme": "dark"}})
seen["got"] = settings.get_settings()
seen["later"] = settings.get_settings()
""",
        server,
    )
    assert seen == {
        "uploaded": "thanks",
        "bytes": "\x89PNG",
        "tagged": {"a": 1},
        "mood": "good",
        "put": None,
        "got": {"theme": "dark", "more": "x"},
        "later": {"code": 5},
    }
    uploaded, _, tagged, _, put, *_ = server.requests
    assert (uploaded.header("Content-Type") or "").startswith("multipart/form-data; boundary=")
    parts = [part.partition(b"\r\n\r\n") for part in uploaded.body.split(b"--")[1:-1]]
    assert b'name="file"; filename="a.png"\r\nContent-Type: image/png' in uploaded.body
    assert [body.strip() for _, _, body in parts if body] == [b"bytes", b"A", b"1", b"true", b'{"a":1}']
    assert (tagged.header("Content-Type"), tagged.body) == (
        "application/x-www-form-urlencoded",
        b"tag=nice%20one&times=1&times=2",
    )
    assert (put.header("Content-Type"), json.loads(put.body)) == ("application/json", {"theme": "dark"})


def test_types_of_pets(pets: Package) -> None:
    said = pets.check_types(
        """
from __future__ import annotations
from datetime import datetime
import vidispine
from vidispine import Cat, Chimera, List, Pet, PetOwnerAddress

api = vidispine.PetStoreApi()
pets: list[Pet] = api.list_pets(1, ids=[1], weight=[1.5], born=[datetime.now(), "2020-01-01"], kind=1)
made: Pet | None = api.pets_create_one({"id": 1})
name: str = pets[0].name
chip: str | None = pets[0].chip
scores: list[float | None] | None = pets[0].scores
parent: list[Pet] | None = Cat(id=1, name="K", lives=9).parents
heads: int = Chimera(heads=2).heads
api.list_(1)
count: int = api.replace_all([{"id": 1}])
api.list_pets(1, ids=["a"])
api.list_pets("one")
Chimera()
surely: Pet = api.pets_create_one({"id": 1})
"""
    )
    wrong = [line.split(":")[1] for line in said.splitlines() if line.startswith("script.py")]
    assert wrong == ["17", "18", "19", "20"], said
    assert "vidispine/" not in said


def test_search_and_import_media(media: Package, server: Loopback) -> None:
    server.responses = [
        reply(
            {"total": 1, "items": [{"id": "a", "title": "A", "createdAt": "2024-05-06T07:08:09Z", "duration": None}]}
        ),
        reply({"id": 5, "state": 1}, 202),
        reply({"id": "a", "kind": "asset"}),
        reply(None),
        reply([["begun"], ["done"]]),
    ]
    seen = media.run(
        """
from datetime import datetime
api = vidispine.AssetsApi(client)
page = api.search_assets("me", media_type=["video", "still"], created_after=datetime(2024, 1, 1), limit=5)
asset = page.items[0]
seen["page"] = [page.total, asset.id, asset.created_at.day, asset.duration, isinstance(asset, vidispine.Identifiable)]
seen["poster"] = vidispine.Asset.fields()["poster"].type == vidispine.Asset.fields()["tracks"].type[5:-1]
seen["job"] = api.import_asset({"source": "a.mov"}).state
seen["any"] = vidispine.Asset.from_document(api.get_asset("a")).id
seen["gone"] = api.delete_asset("a")
seen["log"] = vidispine.JobControlApi(client).jobs_get_log(5)
seen["secret"] = "s3cret" in repr(vidispine.Asset(id="a", title="A", secret="s3cret"))
seen["words"] = [vidispine.Asset.fields()[name].values for name in ("media_type", "state")]
seen["collection"] = vidispine.Collection(id="c").to_document()
""",
        server,
    )
    assert seen == {
        "page": [1, "a", 6, None, True],
        "poster": True,
        "job": 1,
        "any": "a",
        "gone": None,
        "log": [["begun"], ["done"]],
        "secret": False,
        "words": [["video", "audio", "still"], ["online", "offline"]],
        "collection": {"id": "c"},
    }
    found, imported, *_ = server.requests
    assert found.query == [
        ("limit", "5"),
        ("mediaType", "video"),
        ("mediaType", "still"),
        ("createdAfter", "2024-01-01T00:00:00"),
    ]
    assert found.header("X-Tenant") == "me"
    assert imported.header("Content-Type") == "application/vnd.vault.import+json; charset=utf-8"
    assert json.loads(imported.body) == {"source": "a.mov"}


def test_upload_and_download_media(media: Package, server: Loopback, tmp_path: Path) -> None:
    server.responses = [
        reply(status=204, media_type=None),
        reply(b"\x00\x01", media_type="video/mp4"),
        reply("<Job/>", media_type="application/xml"),
    ]
    seen = media.run(
        f"""
api = vidispine.AssetsApi(client)
seen["uploaded"] = api.upload_proxy("a b", "low", b"bytes", _headers={{"Content-Type": "video/mp4"}})
seen["size"] = len(open(api.download_proxy("a", "low", _save_to={str(tmp_path / "a.mp4")!r}), "rb").read())
seen["job"] = vidispine.JobControlApi(client).jobs_control(5, "pause", "now", ids="1,2")
""",
        server,
    )
    assert seen == {"uploaded": None, "size": 2, "job": "<Job/>"}
    uploaded, downloaded, controlled = server.requests
    assert (uploaded.line, uploaded.body) == ("PUT /API/assets/a%20b/proxy/low HTTP/1.1", b"bytes")
    assert uploaded.header("Content-Type") == "video/mp4"
    assert downloaded.header("Accept") == "video/mp4, application/octet-stream"
    assert (controlled.header("Accept"), controlled.header("ids"), controlled.body) == (
        "application/xml",
        "1,2",
        b"now",
    )


def test_types_of_media(media: Package) -> None:
    said = media.check_types(
        """
from __future__ import annotations
import vidispine

asset: vidispine.Asset | None = vidispine.AssetsApi().delete_asset("a")
lines: list[list[str]] = vidispine.JobControlApi().jobs_get_log(1)
vidispine.JobControlApi().jobs_get_log("one")
"""
    )
    assert [line.split(":")[1] for line in said.splitlines() if line.startswith("script.py")] == ["7"], said
    assert "vidispine/" not in said


# One notice or fault each

PLAIN: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Things", "version": "1"},
    "paths": {
        "/things/{id}": {
            "put": {
                "operationId": "putThing",
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
                    {"name": "more", "in": "query", "schema": {"type": "string"}},
                ],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
                "responses": {
                    "200": {
                        "description": "The thing.",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
                    }
                },
            }
        }
    },
    "components": {
        "schemas": {
            "Thing": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}, "size": {}}},
            "Other": {"type": "object", "properties": {"count": {"type": "integer"}}},
        }
    },
}

PUT = "#/paths/~1things~1{id}/put"
MORE = f"{PUT}/parameters/1"
SENT = f"{PUT}/requestBody/content/"
GIVEN = f"{PUT}/responses/200"
THING = "#/components/schemas/Thing"
SIZE = f"{THING}/properties/size"
ARRAY = {"type": "array", "items": {"type": "string"}}
OTHER = {"$ref": "#/components/schemas/Other"}
FORM = {"schema": {"type": "object", "properties": {"a": {"type": "string"}}}}


def schema(value: Any) -> dict[str, Any]:
    return {"schema": value}


# Pointer, value to put there, and the expected notice: `#/...: ...` after the file name.
NOTICES: list[tuple[str, Any, str]] = [
    # Parameters
    (f"{MORE}/in", "cookie", f"{MORE}: a parameter in 'cookie' cannot be sent, and is omitted"),
    (MORE, {"name": "Accept", "in": "header", **schema({})},
     f"{MORE}: the header Accept is made by the client: the parameter is omitted"),
    (MORE, {"name": "a b", "in": "header", **schema({"type": "string"})},
     f"{MORE}: 'a b' cannot be the name of a header, and is omitted"),
    (MORE, {"name": "more", "in": "query", "content": {"application/json": {}}},
     f"{MORE}: is given as the text that is sent: application/json"),
    (f"{MORE}/schema", {"type": "object"},
     f"{MORE}: an object whose members have no names cannot be sent, and is omitted"),
    (MORE, {"name": "more", "in": "header", **schema(OTHER)}, f"{MORE}: Other is given as text"),
    (f"{MORE}/schema", {"type": ["string", "boolean"]}, f"{MORE}: any value is given as text"),
    (f"{MORE}/schema", {"type": "array", "items": OTHER}, f"{MORE}: a list of Other is given as a list of texts"),
    (f"{MORE}/schema", {**ARRAY, "x-form": "a:b"}, f"{MORE}: the x-form 'a:b' is unknown"),
    (MORE, {"name": "more", "in": "header", **schema(ARRAY)},
     f"{MORE}: a list is given as one text, with ',' between its values"),
    (MORE, {"name": "more", "in": "query", "style": "spaceDelimited", "explode": False, **schema(ARRAY)},
     f"{MORE}: a list is given as one text, with ' ' between its values"),
    (f"{MORE}/name", "Id", f"{MORE}: the name id is taken: this is called id_2"),
    (MORE, {"name": "more", "in": "path", "required": True, **schema({"type": "string"})},
     f"{MORE}: {{more}} is not in the path /things/{{id}}: it is omitted"),
    (f"{PUT}/parameters", [], f"{PUT}: {{id}} in the path is not described: it is given as text"),
    (MORE, {"name": "id", "in": "path", "required": True, **schema({"type": "string"})},
     f"{MORE}: id is duplicated: the last one is used"),
    (f"{MORE}/schema/default", 5, f'{MORE}/schema: the default does not fit: 5 is not of type "string"'),
    # Bodies
    (f"{SENT}application~1json/schema", {"type": "string"},
     f"{SENT}application~1json: a JSON string is given as JSON text, in quotation marks"),
    (f"{PUT}/requestBody/content", {"multipart/form-data": FORM, "application/x-www-form-urlencoded": FORM},
     f"{SENT}application~1x-www-form-urlencoded: is not sent, since multipart/form-data is"),
    (f"{PUT}/requestBody/content", {"application/xml": schema(OTHER)},
     f"{SENT}application~1xml: is sent as text: Other"),
    (f"{SENT}text~1csv", schema({"type": "string"}), f"{SENT}text~1csv: is not sent, since application/json is"),
    (f"{PUT}/requestBody/content", {"image/*": {}},
     f"{SENT}image~1*: is sent as application/octet-stream, unless `_headers` sets another type"),
    (f"{PUT}/requestBody/content", {}, f"{PUT}/requestBody: has no content, and is omitted"),
    # Responses
    (f"{GIVEN}/content", {"application/xml": schema(OTHER)},
     f"{GIVEN}/content/application~1xml: is returned as text: Other"),
    (f"{GIVEN}/content/image~1png", {}, f"{GIVEN}/content/image~1png: is not asked for, since application/json is"),
    (f"{PUT}/responses/201", {"description": "", "content": {"application/json": schema(OTHER)}},
     f"{PUT}/responses/201: is Other, where Thing is returned too: any value"),
    (f"{PUT}/responses/201", {"description": "", "content": {"text/plain": schema({"type": "string"})}},
     f"{PUT}/responses/201: is read as Thing, which is returned too"),
    # Schemas
    (SIZE, {"oneOf": [{"type": "string"}, {"type": "boolean"}]},
     f"{SIZE}/oneOf: a choice between string, boolean is any value"),
    (SIZE, {"anyOf": [OTHER, ARRAY]},
     f"{SIZE}/anyOf: a choice between Other, list of string is any value; `Other.from_document` makes a model of it"),
    (SIZE, {"type": ["integer", "boolean"]}, f"{SIZE}/type: a choice between integer, boolean is any value"),
    (SIZE, {"allOf": [{"type": "string"}, {"type": "integer"}]}, f"{SIZE}: is string and integer at once: any value"),
    (SIZE, {"type": "object", "additionalProperties": {"type": "integer"}},
     f"{SIZE}/additionalProperties: a map of integer is any value: a dict"),
    (SIZE, {"type": "object", "patternProperties": {"^a": OTHER}},
     f"{SIZE}/patternProperties/^a: a map of Other is any value: a dict"),
    (SIZE, {"type": "array", "prefixItems": [{"type": "string"}]},
     f"{SIZE}/prefixItems: types by position are not supported: a list of any values"),
    (SIZE, {"type": "string", "enum": ["a", 1]}, f"{SIZE}/enum: has values that are no string, and is not checked"),
    (SIZE, {"type": "string", "not": {"const": "a"}}, f"{SIZE}/not: is a condition, which is not checked"),
    (f"{THING}/additionalProperties", {"type": "string"},
     f"{THING}/additionalProperties: members that are not named are in `additional_properties` alone"),
    (f"{THING}/oneOf", [OTHER, {"type": "object", "properties": {"a": {}}}],
     f"{THING}/oneOf: members of the alternatives are in `additional_properties` alone"),
    (f"{THING}/anyOf", [{"required": ["name"]}, {"required": ["size"]}],
     f"{THING}/anyOf: is a condition, which is not checked"),
    (f"{THING}/discriminator", {"propertyName": "name"},
     f"{THING}/discriminator: a document of any kind is read as Thing"),
    (f"{THING}/required", ["name", "ghost"], f"{THING}/required: ghost is not a property of Thing"),
    (f"{THING}/properties/name", {"type": ["string", "null"]},
     f"{THING}/properties/name: is required and may be null: it may be omitted here"),
    (f"{THING}/properties/name", {"type": "string", "readOnly": True},
     f"{THING}/properties/name: is required of the server and not of clients: it may be omitted here"),
    (f"{THING}/x-aliases", ["Other"], f"{THING}/x-aliases: the name Other is taken: this is called Other2"),
    (f"{THING}/properties/Name", {"type": "string"},
     f"{THING}/properties/Name: the name name is taken: this is called name_2"),
    (f"{THING}/allOf", [OTHER, {"properties": {"count": {"type": "string"}}}],
     f"{THING}/allOf/1/properties/count: is string here, and integer in another part"),
    (SIZE, {"type": "array", "items": {"$ref": SIZE}}, f"{SIZE}: contains itself: any value from there on"),
    ("#/components/schemas/Model", {"type": "object", "properties": {}},
     "#/components/schemas/Model: the name Model is taken: this is called Model2"),
    ("#/components/schemas/thing", {"type": "object", "properties": {}},
     "#/components/schemas/thing: the name Thing is taken: this is called Thing2"),
    (f"{SIZE}/x-values", {}, ""),
    (f"{THING}/x-values", "a, b",
     f"{THING}/x-values: is not a mapping, and is omitted"),
    # Operations and the whole
    (f"{PUT}/tags", ["One", "Two"], f"{PUT}: must have one tag, which names its class: it is in OneApi alone"),
    ("#/paths/~1things", {"get": {"operationId": "put_thing", "responses": {"204": {"description": ""}}}},
     "#/paths/~1things/get: the name put_thing is taken: this is called put_thing_2"),
    (f"{PUT}/x-example", "VX-1", f"{PUT}/x-example: is not a mapping, and is omitted"),
    (f"{PUT}/callbacks", {}, f"{PUT}/callbacks: callbacks and webhooks are omitted"),
    (f"{PUT}/servers", [{"url": "http://a"}],
     f"{PUT}/servers: is ignored: requests go to the host of the Configuration"),
    ("#/paths/~1things~1{id}/servers", [{"url": "http://a"}],
     "#/paths/~1things~1{id}/servers: is ignored: requests go to the host of the Configuration"),
    (f"{PUT}/responses", {"200": {"description": "", "content": {"text/plain": {}}}, "204": {"description": ""}},
     f"{PUT}/responses/204: is None, which the type of the result does not show"),
    ("#/webhooks", {}, "#/webhooks: callbacks and webhooks are omitted"),
    ("#/x-tagGroups", ["One"], "#/x-tagGroups/0: is not a mapping, and is omitted"),
    ("#/info/version", 1.0, '#/info/version: 1.0 is not of type "string"'),
    ("#/components/securitySchemes", {"a": {"type": "apiKey", "in": "query", "name": "key"}},
     "#/components/securitySchemes/a: a key in the query is not sent: describe it as a parameter of the operations"),
    ("#/components/securitySchemes", {"a": {"type": "apiKey", "in": "header", "name": "X-Key"}},
     "#/components/securitySchemes/a: is sent after `ApiClient.set_default_header('X-Key', ...)`"),
    ("#/components/securitySchemes", {"a": {"type": "apiKey", "in": "cookie", "name": "key"}},
     "#/components/securitySchemes/a: is sent by `ApiClient(cookie='key=...')`"),
    ("#/components/securitySchemes", {"a": {"type": "http", "scheme": "digest"}},
     "#/components/securitySchemes/a: the scheme 'digest' is unknown; `ApiClient.set_default_header` sends any header"),
    ("#/components/securitySchemes", {"a": {"type": "openIdConnect", "openIdConnectUrl": "http://a"}},
     "#/components/securitySchemes/a: no token is fetched: `Configuration(bearer=...)` takes a token or a callable"),
    # No notice for what the code expresses
    (f"{PUT}/requestBody/content", {"multipart/form-data": FORM}, ""),
    (f"{PUT}/requestBody/content", {"application/x-www-form-urlencoded": FORM}, ""),
    (f"{SENT}application~1json/schema", {"type": "array", "items": OTHER}, ""),
    (f"{PUT}/operationId", None, ""),
    (f"{PUT}/operationId", "put a/thing!", ""),
    (f"{PUT}/tags", ["some things"], ""),
    (f"{PUT}/responses/204", {"description": ""}, ""),
    (f"{PUT}/responses/202", {"description": ""}, ""),
    (f"{PUT}/responses/default", {"description": "", "content": {"text/plain": {}}}, ""),
    (f"{GIVEN}/content/text~1plain", schema({"type": "string"}), ""),
    (f"{MORE}/schema", OTHER, ""),
    (f"{MORE}/schema", {"type": "array", "items": {"type": "integer"}}, ""),
    (SIZE, {"type": "object", "properties": {"width": {"type": "object", "properties": {"mm": {}}}}}, ""),
    (SIZE, {"anyOf": [OTHER, {"type": "null"}]}, ""),
    (SIZE, {"oneOf": [{"type": "string", "enum": ["a"]}, {"type": "string"}]}, ""),
    (SIZE, {"type": "integer", "enum": [1, 2, None]}, ""),
    (f"{THING}/properties/validate", {"type": "string"},
     f"{THING}/properties/validate: the name validate is reserved: this is called validate_"),
    (f"{THING}/properties/@id", {"type": "string"}, ""),
    ("#/components/schemas/com.example.thing", {"type": "object", "properties": {}}, ""),
    ("#/servers", [{"url": "/api"}], ""),
    ("#/components", None, ""),
]  # fmt: skip

# Omissions and open points.
LEFT_OUT: list[tuple[str, Any, str]] = [
    (MORE, {"name": "more", "in": "query", "required": True, **schema({"type": "object"})},
     f"{MORE}: an object whose members have no names cannot be sent"),
    (f"{PUT}/parameters/0/style", "matrix", f"{PUT}/parameters/0: the style 'matrix' cannot be sent"),
    ("#/paths/~1a?b=c", {},
     "#/paths/~1a?b=c: a path must begin with '/' and have no '?' or '#': its operations are omitted"),
    (f"{SIZE}/$ref", "#/components/schemas/None",
     f"{SIZE}: refers to '#/components/schemas/None', which does not exist"),
    (f"{SIZE}/$ref", "#anchor", f"{SIZE}: refers to '#anchor', which does not exist"),
    (f"{SIZE}/$ref", "http://a/b.json#/A", f"{SIZE}: refers to 'http://a/b.json#/A', which is not a file here"),
    (f"{SIZE}/$ref", "other.json#/A",
     f"{SIZE}: refers to 'other.json#/A', things/other.json: No such file or directory"),
    (f"{SIZE}/anyOf", 5, f"{SIZE}/anyOf: is not a list, and is omitted"),
    (f"{THING}/properties", None, f"{THING}/properties: is not a mapping, and is omitted"),
    (f"{SIZE}/$ref", 5, f"{SIZE}: cannot refer to 5: the reference is omitted"),
    ("#/components", [1], "#/components: is not a mapping of kinds to components"),
    (f"{THING}/allOf", [{"$ref": THING}], f"{THING}/allOf/0: Thing consists of itself: this part is omitted"),
    (f"{MORE}/schema", None, f"{MORE}/schema: is not a mapping, and is omitted"),
    (f"{MORE}/in", "nowhere", f"{MORE}: a parameter in 'nowhere' cannot be sent, and is omitted"),
    (f"{MORE}/name", None, f"{MORE}/name: is not a text, and is omitted"),
    (f"{PUT}/responses", [], f"{PUT}/responses: is not a mapping, and is omitted"),
    (f"{PUT}/tags", "One", f"{PUT}/tags: is not a list of texts, and is omitted"),
    # What the code does not depend on
    (f"{THING}/required", ["name", "name"], f'{THING}/required: ["name","name"] has non-unique elements'),
    (f"{SIZE}/enum", ["a", "a"], ""),
    (SIZE, {"type": "integer", "exclusiveMinimum": True}, f'{SIZE}/exclusiveMinimum: true is not of type "number"'),
    (f"{GIVEN}/description", 5, f"{GIVEN}/description: is not a text, and is omitted"),
    (f"{PUT}/ghost", 5, f"{PUT}/ghost: is not a member that OpenAPI has here"),
    (f"{PUT}/parameters/0/required", False, f"{PUT}/parameters/0/required: true was expected"),
]  # fmt: skip

FAULTS: list[tuple[str, Any, str]] = [
    ("#/openapi", "2.0", ": is OpenAPI 2.0, not 3.0 or 3.1"),
]


def put(document: Any, pointer: str, value: Any) -> None:
    """Set a value in a document, or remove it if the value is ``None``."""
    *way, last = [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
    for key in way:
        document = document[int(key) if isinstance(document, list) else key]
    if isinstance(document, list):
        document[int(last)] = value
    elif value is None and last in ("components", "operationId"):
        del document[last]
    else:
        document[last] = value


def changed(pointer: str, value: Any) -> dict[str, Any]:
    document = copy.deepcopy(PLAIN)
    if (pointer, value) == ("#/components", None):
        # Nothing is left that could be referred to.
        del document["paths"]["/things/{id}"]["put"]["requestBody"]
        document["paths"]["/things/{id}"]["put"]["responses"] = {"204": {"description": ""}}
    put(document, pointer, value)
    return document


def write(folder: Path, document: Any) -> Path:
    spec = folder / "things" / "things.json"
    spec.parent.mkdir()
    spec.write_text(json.dumps(document), encoding="utf-8")
    return spec


def compiled(folder: Path) -> int:
    """Compile all generated files and return their number."""
    files = sorted(folder.rglob("*.py"))
    for file in files:
        compile(file.read_text(encoding="utf-8"), str(file), "exec")
    return len(files)


def named(rows: list[tuple[str, Any, str]]) -> list[Any]:
    return [pytest.param(*row, id=f"{number}-{(row[2] or row[0])[-50:]}") for number, row in enumerate(rows)]


@pytest.mark.parametrize(("pointer", "value", "line"), named(NOTICES))
def test_notice(tmp_path: Path, capsys: pytest.CaptureFixture[str], pointer: str, value: Any, line: str) -> None:
    spec = write(tmp_path, changed(pointer, value))
    assert main(["--spec", str(spec), "--output", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().err == (f"things/things.json{line}\n" if line else "")
    assert compiled(tmp_path / "out") > 2


@pytest.mark.parametrize(("pointer", "value", "line"), named(LEFT_OUT))
def test_omissions(tmp_path: Path, capsys: pytest.CaptureFixture[str], pointer: str, value: Any, line: str) -> None:
    spec = write(tmp_path, changed(pointer, value))
    assert main(["--spec", str(spec), "--output", str(tmp_path / "out")]) == 0
    assert not line or f"things/things.json{line}" in capsys.readouterr().err.splitlines()
    assert compiled(tmp_path / "out") > 2


@pytest.mark.parametrize(("pointer", "value", "line"), named(FAULTS))
def test_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str], pointer: str, value: Any, line: str) -> None:
    spec = write(tmp_path, changed(pointer, value))
    assert main(["--spec", str(spec), "--output", str(tmp_path / "out")]) == 1
    captured = capsys.readouterr()
    messages = captured.err.splitlines()
    assert (
        messages[0].startswith(f"things/things.json{line}")
        if line.endswith(": ")
        else messages == [f"things/things.json{line}"]
    )
    assert captured.out == ""
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("pointer", "value", "line"), named([row for row in NOTICES if row[2]]))
def test_complete_description_allows_no_notices(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], pointer: str, value: Any, line: str
) -> None:
    spec = write(tmp_path, {**changed(pointer, value), "x-complete": True})
    assert main(["--spec", str(spec), "--output", str(tmp_path / "out")]) == 1
    assert f"things/things.json{line}" in capsys.readouterr().err.splitlines()
    assert not (tmp_path / "out").exists()


# Types

FOUND = {"type": "object", "properties": {"at": {"type": "string", "format": "date-time"}}}
MEMBERS: list[tuple[Any, str]] = [
    ({"type": "string"}, 'str | None = optional("size")'),
    ({"type": "string", "format": "binary"}, 'str | None = optional("size")'),
    ({"type": "string", "format": "date-time"}, 'datetime | None = optional("size")'),
    ({"type": "string", "format": "date-time", "enum": ["2020"]}, 'str | None = optional("size", values=("2020",))'),
    ({"type": "string", "format": "password"}, 'str | None = optional("size", secret=True)'),
    ({"const": 5}, 'int | None = optional("size", values=(5,))'),
    ({"enum": ["a", None]}, 'str | None = optional("size", values=("a",))'),
    ({"enum": [True]}, 'bool | None = optional("size", values=(True,))'),
    ({"items": {"type": "number"}}, 'list[float] | None = optional("size")'),
    ({"type": "array"}, 'list[Any] | None = optional("size")'),
    (
        {"type": "array", "items": {"type": ["integer", "null"], "enum": [1]}},
        'list[int | None] | None = optional("size", values=(1, None))',
    ),
    ({"type": "array", "items": FOUND}, 'list[ThingSizeItem] | None = optional("size")'),
    ({"additionalProperties": True}, 'Any | None = optional("size")'),
    ({"properties": {"a": {}}}, 'ThingSize | None = optional("size")'),
    (True, 'Any | None = optional("size")'),
    ({"enum": ["a\x00\u2028"]}, r'str | None = optional("size", values=("a\u0000\u2028",))'),
    ({**OTHER, "properties": {"a": {"$ref": f"{THING}/properties/name"}}}, 'ThingSize | None = optional("size")'),
    (OTHER, 'Other | None = optional("size")'),
    ({"allOf": [OTHER]}, 'Other | None = optional("size")'),
    ({"type": "object", "allOf": [OTHER, {"description": "More."}]}, 'Other | None = optional("size")'),
    ({"allOf": [OTHER, FOUND]}, 'ThingSize | None = optional("size")'),
    (
        {"allOf": [{"type": "string", "enum": ["a"]}, {"type": "string"}]},
        'str | None = optional("size", values=("a",))',
    ),
    ({"anyOf": [{"type": "null"}, OTHER]}, 'Other | None = optional("size")'),
    ({"anyOf": [{"type": ["string", "null"]}, {"type": "string"}]}, 'str | None = optional("size")'),
    ({"oneOf": [{"type": "integer"}, {"type": "number"}]}, 'float | None = optional("size")'),
    (
        {"oneOf": [{"const": "a"}, {"enum": ["b", "c"]}]},
        'str | None = optional("size", values=("a", "b", "c"))',
    ),
]


@pytest.mark.parametrize(("value", "declared"), MEMBERS, ids=[str(value)[:60] for value, _ in MEMBERS])
def test_type_of_a_member(tmp_path: Path, value: Any, declared: str) -> None:
    spec = write(tmp_path, changed(SIZE, value))
    assert main(["--spec", str(spec), "--output", str(tmp_path / "out")]) == 0
    text = (tmp_path / "out" / "vidispine" / "models" / "thing.py").read_text(encoding="utf-8")
    assert f"    size: {declared}\n" in text


PARAMETERS: list[tuple[Any, str, str]] = [
    ({"type": "integer"}, "int", 'query("more", "int")'),
    ({"type": "string", "format": "date-time"}, "Time", 'query("more", "datetime")'),
    ({"type": "array", "items": {"type": "boolean"}}, "Iterable[bool]", 'query("more", "multi")'),
    ({"type": "array", "items": {"type": "string"}}, "Strings", 'query("more", "multi")'),
    ({"type": "array", "items": {"type": "string", "format": "date-time"}}, "Iterable[Time]", 'query("more", "multi")'),
    ({"type": "array", "items": {}}, "Strings", 'query("more", "multi")'),
    ({}, "str", 'query("more")'),
]


@pytest.mark.parametrize(("value", "annotation", "call"), PARAMETERS, ids=[str(value)[:60] for value, *_ in PARAMETERS])
def test_type_of_a_parameter(tmp_path: Path, value: Any, annotation: str, call: str) -> None:
    spec = write(tmp_path, changed(f"{MORE}/schema", value))
    assert main(["--spec", str(spec), "--output", str(tmp_path / "out")]) == 0
    text = " ".join((tmp_path / "out" / "vidispine" / "api" / "default_api.py").read_text(encoding="utf-8").split())
    assert f" more: {annotation} | None = None," in text
    assert call in text


def test_body_is_the_first_argument_and_paths_are_encoded(tmp_path: Path) -> None:
    same = {"schema": OTHER}
    document = changed(f"{PUT}/requestBody/content", {"text/xml": same, "application/a+json": same})
    document["paths"]['/a "b"/{id}'] = document["paths"].pop("/things/{id}")
    assert main(["--spec", str(write(tmp_path, document)), "--output", str(tmp_path / "out")]) == 0
    text = " ".join((tmp_path / "out" / "vidispine" / "api" / "default_api.py").read_text(encoding="utf-8").split())
    assert 'body("Other", ("application/a+json", "text/xml"))' in text
    assert '"PUT", "/a%20%22b%22/{id}"' in text


def test_multiple_bases_are_merged(tmp_path: Path) -> None:
    document = changed("#/components/schemas/Found", FOUND)
    made = {
        "Kept": [OTHER, FOUND],
        "Merged": [OTHER, {"$ref": "#/components/schemas/Found"}],
        "Narrowed": [OTHER, {"required": ["count"]}],
        "Inner": [{"allOf": [OTHER, {"properties": {"a": {"type": "string"}}}]}],
    }
    document["components"]["schemas"].update({name: {"allOf": parts} for name, parts in made.items()})
    assert main(["--spec", str(write(tmp_path, document)), "--output", str(tmp_path / "out")]) == 0
    models = tmp_path / "out" / "vidispine" / "models"
    lines = {name: (models / f"{name.lower()}.py").read_text(encoding="utf-8").splitlines() for name in made}
    classes = {name: next(line for line in found if line.startswith("class")) for name, found in lines.items()}
    assert classes == {
        "Kept": "class Kept(Other):",
        "Merged": "class Merged(Model):",
        "Narrowed": "class Narrowed(Model):",
        "Inner": "class Inner(Other):",
    }
    assert '    count: int | None = optional("count")' in lines["Merged"]
    assert '    at: datetime | None = optional("at")' in lines["Merged"]
    assert '    count: int = required("count")' in lines["Narrowed"]


def test_tag_groups(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = changed(f"{PUT}/tags", ["some things"])
    document["paths"]["/others"] = {"get": {"tags": ["others"], "responses": {"204": {"description": ""}}}}
    document["x-tagGroups"] = [{"name": "All", "tags": ["some things", "nothing", "some things"]}]
    assert main(["--spec", str(write(tmp_path, document)), "--output", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().err == ""
    page = (tmp_path / "out" / "docs" / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"(?m)^## (?!Auth)(.+)|^\[(\w+)\]\(\w+\.md\) \|", page) == [
        ("All", ""),
        ("", "SomeThingsApi"),
        ("Others", ""),
        ("", "OthersApi"),
    ]


def test_deprecated_parts_are_marked(tmp_path: Path) -> None:
    document = changed(f"{SIZE}/deprecated", True)
    for pointer in (PUT, MORE, THING):
        put(document, f"{pointer}/deprecated", True)
    put(document, f"{THING}/example", {"name": "a thing"})
    assert main(["--spec", str(write(tmp_path, document)), "--output", str(tmp_path / "out")]) == 0
    package = tmp_path / "out" / "vidispine"
    model = (package / "models" / "thing.py").read_text(encoding="utf-8")
    api = (package / "api" / "default_api.py").read_text(encoding="utf-8")
    assert model.count("Deprecated.") == 2
    assert ":param more: Deprecated.\n" in api
    assert api.count("Deprecated.") == 2
    assert '"name": "a thing"' in (tmp_path / "out" / "docs" / "Thing.md").read_text(encoding="utf-8")


def test_references_into_other_components(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Targets may have no name, be in lists, or have the same last token."""
    document = changed(f"{SIZE}", {"type": "object", "properties": {"mm": {"type": "integer"}}})
    other = {"type": "object", "properties": {"size": {"type": "object", "properties": {"kg": {"type": "integer"}}}}}
    put(document, "#/components/schemas/Weight", other)
    again = {"$ref": "#/components/schemas/Weight/properties/size"}
    beside = {**OTHER, "properties": {"name": {"$ref": f"{THING}/properties/name"}}}
    both = {"a": {"$ref": SIZE}, "b": again, "c": beside}
    put(document, "#/components/schemas/Both", {"type": "object", "properties": both})
    document["paths"]["/others"] = {
        "get": {"parameters": [{"$ref": MORE}], "responses": {"204": {"$ref": f"{PUT}/responses/200"}}}
    }
    assert main(["--spec", str(write(tmp_path, document)), "--output", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().err == ""
    package = tmp_path / "out" / "vidispine"
    text = (package / "models" / "both.py").read_text(encoding="utf-8")
    assert '    a: ThingSize | None = optional("a")\n' in text
    assert '    b: WeightSize | None = optional("b")\n' in text
    assert '    name: str | None = optional("name")\n' in (package / "models" / "both_c.py").read_text(encoding="utf-8")
    assert {file.stem for file in (package / "models").glob("*size*.py")} == {"thing_size", "weight_size"}
    api = (package / "api" / "default_api.py").read_text(encoding="utf-8")
    assert (
        '_GET_OTHERS: Operation[Thing] = Operation("get_others", "GET", "/others", "Thing", (JSON,), query("more"))'
        in api
    )


def test_long_chain_of_references(tmp_path: Path) -> None:
    length = 100  # about as far as the validator that Python 3.9 gets can follow
    chain = {
        f"Link{n}": {"type": "object", "properties": {"next": {"$ref": f"#/components/schemas/Link{n + 1}"}}}
        for n in range(length)
    }
    document = changed(SIZE, {"$ref": "#/components/schemas/Link0"})
    document["components"]["schemas"].update(chain)
    document["components"]["schemas"][f"Link{length}"] = {"type": "object", "properties": {}}
    assert main(["--spec", str(write(tmp_path, document)), "--output", str(tmp_path / "out")]) == 0
    assert len(list((tmp_path / "out" / "vidispine" / "models").glob("link*.py"))) == length + 1


# Files that are damaged

JUNK: list[Any] = [
    None, 0, -1.5, True,
    "", "x", "a b\n\"'\\", "#", "import", "{id", "\ud800", "\x00", [], {}, [None], [[]], {"$ref": "#"},
    {"$ref": 5}, {"$ref": "#/components/schemas/Pet"}, {"$ref": "#/components/schemas/Asset"}, {"type": "null"},
    {"type": ["string", "integer"]}, {"oneOf": []}, {"allOf": [{"$ref": "#/components/schemas/Failure"}]},
    {"enum": [None]}, {"const": {}}, {"type": "array"}, {"type": "object", "properties": {"$ref": {"type": "string"}}},
    {"nullable": True}, {"x-values": []}, {"type": "string", "format": "binary"},
    {"type": "array", "items": {"type": "array", "items": {"type": "boolean"}}},
]  # fmt: skip
KEYS = (
    "", "a b", "2", "type", "$ref", "allOf", "anyOf", "items", "enum", "const", "required", "additionalProperties",
    "nullable", "default", "example", "description", "style", "explode", "tags", "operationId", "deprecated",
    "discriminator", "x-values", "x-groups", "x-example", "x-pages", "x-python-name", "x-tagGroups",
    "__x", "self", "{a}", "/z{q", "\u00e9",
)  # fmt: skip


def ways(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value in a document."""
    yield way
    for key, child in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from ways(child, (*way, key))


def at(value: Any, way: tuple[Any, ...]) -> Any:
    for key in way:
        value = value[key]
    return value


def damage(document: Any, chance: random.Random) -> None:
    """Remove, replace, move or add a random value."""
    pointers = list(ways(document))[1:]
    *way, key = chance.choice(pointers)
    holder = at(document, tuple(way))
    kind = chance.randrange(5)
    if kind == 0:
        del holder[key]
    elif kind == 1:
        holder[key] = copy.deepcopy(chance.choice(JUNK))
    elif kind == 2:
        holder[key] = copy.deepcopy(at(document, chance.choice(pointers)))
    elif isinstance(holder, list):
        holder.insert(0, copy.deepcopy(chance.choice(JUNK)))
    else:
        holder[chance.choice(KEYS)] = holder.pop(key) if kind == 3 else copy.deepcopy(chance.choice(JUNK))


@pytest.mark.parametrize("name", ["pets.json", "media.yaml"])
@pytest.mark.parametrize("seed", range(40))
def test_damaged_description_gives_one_line_messages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, seed: int
) -> None:
    chance = random.Random(f"{name} {seed}")
    document = copy.deepcopy(Files(FOREIGN / name).document(FOREIGN / name))
    for _ in range(chance.choice((1, 1, 2))):
        damage(document, chance)
    spec = write(tmp_path, document)
    status = main(["--spec", str(spec), "--output", str(tmp_path / "out")])
    messages = capsys.readouterr().err.splitlines()
    assert all(line.startswith("things/things.json") for line in messages), messages
    if status:
        assert messages
        assert not (tmp_path / "out").exists()
    else:
        assert compiled(tmp_path / "out") > 2


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("a.json", '{"openapi": [}', "a.json:1: Expecting value"),
        ("a.json", f'{{"openapi": {"1" * 5000}}}', "a.json: cannot be read: Exceeds the limit"),
        ("a.json", '{"a":' * 100_000, "a.json: cannot be read: maximum recursion depth exceeded"),
        ("a.yaml", "openapi: 3.1.0\na: &a [{b: *a}]\n", "a.yaml:2: contains itself"),
        ("a.yaml", "openapi: 3.1.0\n[a, b]: 1\n", "a.yaml:2: a key is not a text"),
        ("a.yaml", "openapi: 3.1.0\ninfo: {<<: [a]}\n", "a.yaml:2: only mappings can be merged"),
    ],
)
def test_unreadable_file(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, text: str, line: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert main(["--spec", str(tmp_path / name), "--output", str(tmp_path / "out")]) == 1
    messages = capsys.readouterr().err
    assert messages.startswith(f"{tmp_path.name}/{line}"), messages
    assert re.fullmatch(r".+\n", messages)


def test_byte_order_mark_and_merge_keys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.json").write_text(json.dumps(PLAIN), encoding="utf-8-sig")
    assert main(["--spec", str(tmp_path / "a.json"), "--output", str(tmp_path / "out")]) == 0
    (tmp_path / "b.yaml").write_text("x: &x {a: 1, b: 2}\ny: &y {<<: *x, a: 3}\nz: {<<: *y, c: 4}\n", encoding="utf-8")
    document = Files(tmp_path / "b.yaml").document(tmp_path / "b.yaml")
    assert document == {"x": {"a": 1, "b": 2}, "y": {"a": 3, "b": 2}, "z": {"a": 3, "b": 2, "c": 4}}
